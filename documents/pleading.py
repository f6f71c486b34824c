"""What parties hand in: 民事起诉状 free and by elements (要素式), 民事答辩状. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybePoints, MaybeWords, Points, Words
from documents.data import MaybePeople, People
from documents.kit import By, Facts, Family, Pattern

_LABELS = {"body_name": "受诉法院"}


class Wish(StrEnum):
    """对纠纷解决方式的意愿."""

    YES = "愿意先行调解"
    LATER = "了解调解后再决定"
    NO = "不愿意调解"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint(Facts):
    """民事起诉状 in free form, with what 民事诉讼法 124 asks for; `recorded_by` wrote down a spoken one."""

    plaintiffs: People
    agents: MaybePeople = ()
    defendants: People
    third_parties: MaybePeople = ()
    cause: Line
    requests: Points
    facts: Words
    evidence: MaybePoints = ()  # each with its source
    witnesses: MaybeWords = ""  # names and homes
    copies: Count = 1
    recorded_by: MaybeLine = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="complaint",
        title="民事起诉状",
        family=Family.LITIGATION,
        by=By.PARTY,
        signs=("plaintiffs",),
        labels=_LABELS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItem:
    """One line of the list of claims: chosen or not, and its figures."""

    request: Line
    chosen: bool
    detail: MaybeWords = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of facts and its answer."""

    question: Line
    answer: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementComplaint(Facts):
    """民事起诉状 by elements (法〔2025〕82号): tables of persons, claims, elements, wish to settle."""

    plaintiffs: People
    agents: MaybePeople = ()
    defendants: People
    third_parties: MaybePeople = ()
    cause: Line
    requests: Annotated[tuple[RequestItem, ...], Meta(min_length=1, max_length=60)]
    elements: Annotated[tuple[Element, ...], Meta(min_length=1, max_length=60)]
    evidence: MaybePoints = ()
    preservation: MaybeLine = ""  # 诉前保全: court and number
    wish: Wish
    electronic_address: MaybeLine = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="element_complaint",
        title="民事起诉状（要素式）",
        heading="民事起诉状",
        family=Family.LITIGATION,
        by=By.PARTY,
        signs=("plaintiffs",),
        labels=_LABELS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Defence(Facts):
    """民事答辩状 (民事诉讼法 128)."""

    case_number: MaybeLine = ""
    defendants: People
    agents: MaybePeople = ()
    plaintiff_names: Line
    cause: Line
    answers: Points
    facts: MaybeWords = ""
    evidence: MaybePoints = ()
    copies: Count = 1

    pattern: ClassVar[Pattern] = Pattern(
        kind="defence",
        title="民事答辩状",
        family=Family.LITIGATION,
        by=By.PARTY,
        signs=("defendants",),
        labels=_LABELS,
    )


PAPERS = (Complaint, ElementComplaint, Defence)
