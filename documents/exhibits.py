"""证据目录 of a session with opinions, comparisons and hashes, and 证据清单 that a party hands in. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybeWords, Moment, Sha256, Words
from documents.data import PersonFacts
from documents.kit import By, Facts, Family, Pattern

MOST_EXHIBITS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedExhibit:
    """`opinions`, `identified` (辨认 by called witnesses) and `original` are whole sentences; `pages` counts pictures;
    `shown` is the place in the recording."""

    label: Line
    title: Line
    purpose: MaybeWords
    origin: Line
    presenter: Line
    pages: int
    state: Line
    submitted_at: Moment
    sha256: Sha256
    original: MaybeWords = ""
    grounds: MaybeWords = ""
    opinions: tuple[Words, ...] = ()
    identified: tuple[Words, ...] = ()
    shown: MaybeWords = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitList(Facts):
    cause: Line
    place: Line
    held_at: Moment
    parties: tuple[Line, ...]
    exhibits: Annotated[tuple[ListedExhibit, ...], Meta(min_length=1, max_length=MOST_EXHIBITS)]

    pattern: ClassVar[Pattern] = Pattern(
        kind="exhibit_list", title="证据目录", family=Family.SESSION, by=By.BODY, table_size=10.5
    )

    def people(self) -> tuple[str, ...]:
        """The parties as the list names them."""
        return self.parties


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedItem:
    """One item of a 证据清单; `source` tells where it comes from, `original` whether the original was seen."""

    name: Line
    copies: Count
    pages: Count
    purpose: Words
    source: MaybeLine = ""
    original: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceList(Facts):
    """证据清单: what a party hands in, item by item (民诉法 69: the court's receipt is its lower half)."""

    case_number: MaybeLine = ""
    cause: Line
    submitter: PersonFacts
    items: Annotated[tuple[OfferedItem, ...], Meta(min_length=1, max_length=200)]
    received_by: MaybeLine = ""
    received_at: Moment | None = None

    pattern: ClassVar[Pattern] = Pattern(
        kind="evidence_list",
        title="证据清单",
        family=Family.LITIGATION,
        by=By.PARTY,
        signs=("submitter",),
        table_size=10.5,
    )


PAPERS = (ExhibitList, EvidenceList)
