"""What is written at the scene of enforcement: 执行笔录, 查封（扣押）财产清单, and 财产报告表 of the debtor. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeMoney, MaybeWords, Moment, Words
from documents.data import People
from documents.enforcement import LABELS, Kind
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern
from documents.text import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Who is at the scene and as what."""

    role: Line
    name: Line
    remark: MaybeLine = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One line of a record; without a speaker it tells what was done."""

    speaker: MaybeLine = ""
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementRecord(Facts):
    """执行笔录: on the spot; signed by those present, or the refusal is noted with its witnesses."""

    number: Line
    cause: Line
    begins_at: Moment
    ends_at: Moment
    place: Line
    matter: Line  # 询问, 查封, 搜查, 和解 …
    attendance: Annotated[tuple[Attendee, ...], Meta(min_length=1, max_length=60)]
    lines: Annotated[tuple[Utterance, ...], Meta(min_length=1, max_length=2000)]
    refusal: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="enforcement_record",
        title="执行笔录",
        family=Family.ENFORCEMENT,
        sealed=False,
        signs=("attendance",),
        labels=LABELS | {"refusal": "拒绝签名的情况"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_date`."""
        if self.ends_at < self.begins_at:
            raise PaperError("paper.wrong_date", "执行笔录的结束时间早于开始时间，请核对。", field="ends_at")

    def people(self) -> tuple[str, ...]:
        """Who was there."""
        return tuple(each.name for each in self.attendance)


class Measure(StrEnum):
    SEAL = "查封"
    SEIZE = "扣押"


class Held(StrEnum):
    """Kinds of property with a longest term each."""

    GOODS = "动产"
    LAND = "不动产"
    RIGHTS = "其他财产权"


# Years; 民诉法解释 485.
LONGEST = {Held.GOODS: 2, Held.LAND: 3, Held.RIGHTS: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """One thing of the list."""

    name: Line
    kind: Held
    quantity: Line  # 1台, 35平方米 …
    marks: MaybeWords = ""  # model, number, condition
    place: Line
    keeper: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyList(Facts):
    """财产清单 of what is sealed or seized (民事诉讼法 256): signed by those present, one for the debtor."""

    number: Line
    respondent_names: Line
    ruling_number: Line
    measure: Measure
    taken_at: Moment
    expires_on: date
    items: Annotated[tuple[HeldItem, ...], Meta(min_length=1, max_length=500)]
    attendance: Annotated[tuple[Attendee, ...], Meta(min_length=1, max_length=60)]
    refusal: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="property_list",
        title="查封（扣押）财产清单",
        family=Family.ENFORCEMENT,
        sealed=False,
        signs=("attendance",),
        labels=LABELS
        | {"items": "财产", "place": "存放地点", "kind": "财产种类", "refusal": "拒绝签名的情况"},
        table_size=10.5,
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_date` for a term longer than the law has."""
        start = local(self.taken_at).date()
        if self.expires_on <= start:
            raise PaperError("paper.wrong_date", "期限届满日应当晚于查封、扣押日。", field="expires_on")
        years = min(LONGEST[item.kind] for item in self.items)
        if self.expires_on > _years_after(start, years):
            raise PaperError(
                "paper.wrong_date", f"清单所列财产的查封、扣押期限不得超过{years}年。", field="expires_on"
            )

    def people(self) -> tuple[str, ...]:
        """The debtor."""
        return (self.respondent_names,)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One thing a debtor reports: what, where, how much it is worth, and what burdens it."""

    kind: Kind
    text: Words
    worth: MaybeMoney = ""
    burden: MaybeWords = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of property since a year before the notice (财产调查规定 6)."""

    on: date
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyReport(Facts):
    """被执行人财产报告表 (财产调查规定 4-7); with nothing filled in it is the form that goes with the order."""

    number: Line
    respondents: People
    notice_on: date | None = None  # when the enforcement notice came
    items: Annotated[tuple[Reported, ...], Meta(max_length=300)] = ()
    changes: Annotated[tuple[Change, ...], Meta(max_length=300)] = ()
    remarks: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="property_report",
        title="被执行人财产报告表",
        family=Family.ENFORCEMENT,
        by=By.PARTY,
        signs=("respondents",),
        labels=LABELS | {"items": "财产", "kind": "财产种类", "text": "内容"},
        table_size=10.5,
    )


PAPERS = (PropertyReport, EnforcementRecord, PropertyList)
