"""司法确认: both sides ask together within thirty days, the court accepts, looks and decides. Its review is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from court.domain.calendar import Calendar
from court.domain.confirmation_court import Link
from court.domain.confirmation_review import Ground, against
from court.domain.deadline import Due, rule
from court.domain.errors import CourtError
from court.domain.lifecycle import Lifecycle, Role, Step
from court.domain.mediation_people import Word
from court.domain.reckoning import reckon


class ConfirmationState(StrEnum):
    PREPARING = "preparing"
    APPLIED = "applied"
    REVIEWING = "reviewing"
    SUPPLEMENTING = "supplementing"
    GRANTED = "granted"
    REJECTED = "rejected"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


class ConfirmationAction(StrEnum):
    ANSWER = "answer"
    APPLY = "apply"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    ASK_MORE = "ask_more"
    SUPPLEMENT = "supplement"
    RESUBMIT = "resubmit"
    REVIEW = "review"
    GRANT = "grant"
    REJECT = "reject"
    WITHDRAW = "withdraw"


_S, _A = ConfirmationState, ConfirmationAction
_FILES = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE})
_NOTED = _FILES | {Role.MEDIATOR, Role.OFFICER}
_JUDGE = frozenset({Role.JUDGE})

CONFIRMATION: Lifecycle[ConfirmationState, ConfirmationAction] = Lifecycle(
    "confirmation",
    _S.PREPARING,
    {
        (_S.PREPARING, _A.ANSWER): Step(_S.PREPARING, _NOTED),
        (_S.PREPARING, _A.APPLY): Step(_S.APPLIED, _NOTED),
        (_S.PREPARING, _A.WITHDRAW): Step(_S.WITHDRAWN, _NOTED),
        (_S.APPLIED, _A.ACCEPT): Step(_S.REVIEWING, _FILES),
        # An order (裁定不予受理, 解释 355) is the judge's.
        (_S.APPLIED, _A.NOT_ACCEPT): Step(_S.NOT_ACCEPTED, _JUDGE),
        (_S.APPLIED, _A.ASK_MORE): Step(_S.SUPPLEMENTING, _FILES),
        (_S.APPLIED, _A.WITHDRAW): Step(_S.WITHDRAWN, _NOTED),
        (_S.REVIEWING, _A.REVIEW): Step(_S.REVIEWING, _JUDGE),
        (_S.REVIEWING, _A.ASK_MORE): Step(_S.SUPPLEMENTING, _FILES),
        (_S.REVIEWING, _A.GRANT): Step(_S.GRANTED, _JUDGE),
        (_S.REVIEWING, _A.REJECT): Step(_S.REJECTED, _JUDGE),
        (_S.REVIEWING, _A.WITHDRAW): Step(_S.WITHDRAWN, _FILES),
        (_S.SUPPLEMENTING, _A.SUPPLEMENT): Step(_S.REVIEWING, _NOTED),
        # Asked for before the acceptance: it comes back to be accepted.
        (_S.SUPPLEMENTING, _A.RESUBMIT): Step(_S.APPLIED, _NOTED),
        # 解释 357: not answered without good reason, it may be taken as withdrawn.
        (_S.SUPPLEMENTING, _A.WITHDRAW): Step(_S.WITHDRAWN, _FILES),
    },
    {
        _S.PREPARING: "准备申请",
        _S.APPLIED: "已申请，待受理",
        _S.REVIEWING: "审查中",
        _S.SUPPLEMENTING: "待补充",
        _S.GRANTED: "已确认有效",
        _S.REJECTED: "已驳回申请",
        _S.NOT_ACCEPTED: "不予受理",
        _S.WITHDRAWN: "已撤回",
    },
)
OVER = frozenset({_S.GRANTED, _S.REJECTED, _S.NOT_ACCEPTED, _S.WITHDRAWN})

TERM, TO_ACCEPT, TO_DECIDE, TO_DECIDE_OLD, TO_OBJECT = "MD-07", "MD-08", "SU-20", "MD-09", "MD-10"


def last_day(effective_on: date, calendar: Calendar) -> Due:
    """Until when both may ask (民事诉讼法 205), with the reasons."""
    return reckon(rule(TERM), since=effective_on, calendar=calendar)


def require_in_time(effective_on: date, today: date, calendar: Calendar) -> Due:
    """Refuses `confirmation.late`, `confirmation.no_effect` before the agreement took effect."""
    if today < effective_on:
        raise CourtError("confirmation.no_effect")
    due = last_day(effective_on, calendar)
    if today > _day(due.at):
        raise CourtError("confirmation.late", last=_day(due.at).isoformat())
    return due


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What only a confirmation track knows. `link` is the tie on which the court is competent; `words` the consent of each
    party; `answers` the questions of the review; `reasons` those of the decision."""

    agreement_id: str
    effective_on: date
    oral: bool = False
    link: Link | None = None
    link_note: str = ""
    words: tuple[Word, ...] = ()
    applied_at: datetime | None = None
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    more: str = ""
    asked: str = ""
    answers: Mapping[Ground, bool] = field(default_factory=dict)
    reasons: str = ""
    note: str = ""

    @property
    def found(self) -> tuple[Ground, ...]:
        return against(self.answers)


# What is to be handed in (解释 354), shown as a check list on the page.
MATERIALS = (
    "调解协议",
    "调解组织主持调解的证明",
    "与协议有关的财产权利证明（没有的写明没有）",
    "双方身份证明、住所、联系方式",
)
