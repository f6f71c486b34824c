"""Notices of the court before and for a hearing: 受理, 应诉, 举证, 传票, 开庭公告, 诉讼费用单. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybeMoney, MaybeWords, Moment, Money, Words
from documents.data import Officials
from documents.errors import PaperError
from documents.kit import Decision, Facts, Family, Pattern
from documents.text import fen


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotice(Facts):
    """A sealed letter to one party about a case."""

    number: Line
    recipient: Line
    plaintiff_names: Line
    defendant_names: Line
    cause: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceNotice(CaseNotice):
    """受理案件通知书: rights and duties, who hears the case, how to follow it, the fee (民诉法 126, 129, 131)."""

    filed_on: date
    procedure: Line  # 简易程序, 小额诉讼程序, 普通程序
    bench: Officials
    fee: Money
    inquiry: Line  # where the progress of the case can be seen
    contact: Line

    pattern: ClassVar[Pattern] = Pattern(
        kind="acceptance_notice", title="受理案件通知书", family=Family.LITIGATION
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseNotice(CaseNotice):
    """应诉通知书: a copy of the complaint, fifteen days to answer (民诉法 128, 129)."""

    filed_on: date
    procedure: Line
    bench: Officials
    answer_days: Count = 15
    inquiry: Line
    contact: Line

    pattern: ClassVar[Pattern] = Pattern(kind="response_notice", title="应诉通知书", family=Family.LITIGATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceNotice(CaseNotice):
    """举证通知书: what is to be proved, by when, and what follows (民诉法 68, 解释 99)."""

    until: date
    points: Annotated[tuple[Words, ...], Meta(max_length=60)] = ()  # what this party has to prove
    contact: Line

    pattern: ClassVar[Pattern] = Pattern(kind="evidence_notice", title="举证通知书", family=Family.LITIGATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons(Decision):
    """传票. `online` says how to enter, where the hearing is on line or at the vehicle."""

    number: Line
    cause: Line
    summoned: Line
    address: Line
    matter: Line  # 开庭, 调解, 询问 …
    appear_at: Moment
    place: Line
    online: MaybeWords = ""
    remarks: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="summons", title="传票", family=Family.LITIGATION, table_size=10.5
    )

    def people(self) -> tuple[str, ...]:
        """Who is summoned."""
        return (self.summoned,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingAnnouncement(Facts):
    """开庭公告 of a public hearing (民诉法 139): names, cause, time, place."""

    number: Line
    plaintiff_names: Line
    defendant_names: Line
    cause: Line
    opens_at: Moment
    place: Line
    online: MaybeLine = ""
    seats: Annotated[int, Meta(ge=0, le=9999)] = 0

    pattern: ClassVar[Pattern] = Pattern(
        kind="hearing_announcement", title="开庭公告", heading="公　　告", family=Family.LITIGATION
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeItem:
    """One fee: `base` the sum it is reckoned from, `rule` how, `amount` what it comes to, in yuan."""

    name: Line
    base: MaybeMoney = ""
    rule: Line
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSheet(Facts):
    """诉讼费用单: how the fees are reckoned, by when and how they are paid. `total` must be the sum."""

    number: Line
    cause: Line
    payer: Line
    items: Annotated[tuple[FeeItem, ...], Meta(min_length=1, max_length=40)]
    reduction: MaybeLine = ""
    reduced_by: MaybeMoney = ""
    total: Money
    due: date
    account: MaybeWords = ""
    on_the_spot: bool = False  # 交纳办法 52: a circuit court in a remote place takes the fee
    receipt_number: MaybeLine = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="fee_sheet", title="诉讼费用单", family=Family.LITIGATION, table_size=10.5
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_sum`."""
        found = sum(fen(item.amount) for item in self.items) - fen(self.reduced_by)
        if found != fen(self.total):
            raise PaperError(
                "paper.wrong_sum",
                f"各项费用减去减免后是{found / 100:.2f}元，与合计{self.total}元不符，请核对。",
            )

    def people(self) -> tuple[str, ...]:
        """Who pays."""
        return (self.payer,)


PAPERS = (
    AcceptanceNotice,
    ResponseNotice,
    EvidenceNotice,
    Summons,
    HearingAnnouncement,
    FeeSheet,
)
