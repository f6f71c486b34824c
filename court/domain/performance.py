"""What an agreement makes people do (履行): duties with days, what was done, reminders. Visits are in follow_up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from court.domain.amount import of_fen
from court.domain.errors import CourtError, FieldProblem, field_problem
from court.domain.lifecycle import Lifecycle, Role, Step

MOST_DUTIES = 60


class DutyState(StrEnum):
    OPEN = "open"
    PART = "part"
    DEFAULTED = "defaulted"
    DONE = "done"
    WAIVED = "waived"


class DutyAction(StrEnum):
    RECEIVE_PART = "receive_part"
    RECEIVE = "receive"
    DEFAULT = "default"
    WAIVE = "waive"
    UNDO = "undo"


_S, _A = DutyState, DutyAction
_NOTED = frozenset({Role.MEDIATOR, Role.CLERK, Role.JUDGE, Role.OFFICER})
_HANDLER = frozenset({Role.MEDIATOR, Role.CLERK, Role.JUDGE})

DUTY: Lifecycle[DutyState, DutyAction] = Lifecycle(
    "duty",
    _S.OPEN,
    {
        (_S.OPEN, _A.RECEIVE_PART): Step(_S.PART, _NOTED),
        (_S.OPEN, _A.RECEIVE): Step(_S.DONE, _NOTED),
        (_S.OPEN, _A.DEFAULT): Step(_S.DEFAULTED, _HANDLER),
        # The one it is owed to gives it up; noted with the reason.
        (_S.OPEN, _A.WAIVE): Step(_S.WAIVED, _HANDLER),
        (_S.PART, _A.RECEIVE_PART): Step(_S.PART, _NOTED),
        (_S.PART, _A.RECEIVE): Step(_S.DONE, _NOTED),
        (_S.PART, _A.DEFAULT): Step(_S.DEFAULTED, _HANDLER),
        (_S.PART, _A.WAIVE): Step(_S.WAIVED, _HANDLER),
        # Late is still performed.
        (_S.DEFAULTED, _A.RECEIVE_PART): Step(_S.DEFAULTED, _NOTED),
        (_S.DEFAULTED, _A.RECEIVE): Step(_S.DONE, _NOTED),
        (_S.DEFAULTED, _A.WAIVE): Step(_S.WAIVED, _HANDLER),
        # The default was noted by mistake.
        (_S.DEFAULTED, _A.UNDO): Step(_S.OPEN, _HANDLER),
    },
    {
        _S.OPEN: "待履行",
        _S.PART: "部分履行",
        _S.DEFAULTED: "未按期履行",
        _S.DONE: "已履行",
        _S.WAIVED: "权利人放弃",
    },
)
SETTLED = frozenset({_S.DONE, _S.WAIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyInput:
    """One thing to be done. `clause` is its number in the agreement; money in fen, None when not about money."""

    clause: int
    who: str
    what: str
    amount_fen: int | None
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """`position` from 1 in the agreement; `done_fen` is what was received so far; `payer_id` a party, None when the name
    in the clause is nobody's (both, a guarantor)."""

    id: str
    agreement_id: str
    matter_id: str
    position: int
    clause: int
    who: str
    what: str
    amount_fen: int | None
    due: date | None
    payer_id: str | None
    state: DutyState
    done_fen: int
    note: str
    rev: int
    updated_at: datetime

    @property
    def state_name(self) -> str:
        return DUTY.labels[self.state]

    @property
    def open_fen(self) -> int | None:
        return None if self.amount_fen is None else max(0, self.amount_fen - self.done_fen)

    def overdue(self, today: date) -> bool:
        """Whether its day has passed and it is not done."""
        return self.due is not None and self.due < today and self.state not in SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was handed over for a duty; the paper about it (履行凭证) is drawn from these."""

    id: str
    duty_id: str
    amount_fen: int | None
    on: date
    method: str
    at: datetime
    by: str


def instalments(total_fen: int, first: date, times: int) -> tuple[tuple[int, date], ...]:
    """Equal monthly parts of a sum, the rest of the division in the last one. Refuses `duty.instalments`."""
    if not 2 <= times <= MOST_DUTIES or total_fen < times:
        raise CourtError("duty.instalments", most=MOST_DUTIES)
    part = total_fen // times
    return tuple(
        (part if number < times - 1 else total_fen - part * (times - 1), month_on(first, number))
        for number in range(times)
    )


def month_on(day: date, months: int) -> date:
    """The same day so many months on, else the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))


def plan_problems(duties: Sequence[DutyInput], totals: dict[int, int | None]) -> tuple[FieldProblem, ...]:
    """What is wrong with a plan: too many, no day, or instalments that do not add up to what the clause says (by number)."""
    found = []
    if not 1 <= len(duties) <= MOST_DUTIES:
        found.append(field_problem("duties", "duty.count", most=MOST_DUTIES))
    for number, total in totals.items():
        parts = [one.amount_fen for one in duties if one.clause == number]
        if total is None or not parts:
            continue
        summed = sum(part or 0 for part in parts)
        if summed != total:
            found.append(
                field_problem("duties", "duty.sum", clause=number, summed=of_fen(summed), total=of_fen(total))
            )
    found += [
        field_problem(f"duties.{place}.clause", "duty.clause")
        for place, one in enumerate(duties)
        if one.clause not in totals
    ]
    return tuple(found)


def taken(duty: Duty, amount_fen: int | None, today: date, on: date) -> DutyAction:
    """Whether a receipt is part of the duty or the whole rest. Refuses `duty.too_much`, `duty.amount`, `duty.future`."""
    if on > today:
        raise CourtError("duty.future")
    if duty.amount_fen is None:
        return DutyAction.RECEIVE
    if amount_fen is None:
        raise CourtError("duty.amount")
    rest = duty.open_fen or 0
    if amount_fen > rest:
        raise CourtError("duty.too_much", rest=of_fen(rest))
    return DutyAction.RECEIVE if amount_fen == rest else DutyAction.RECEIVE_PART


# Days before the due day on which the payer is reminded; practice of the committee, no law sets it.
REMIND_BEFORE = (7, 1)


def reminders_due(duty: Duty, today: date) -> int | None:
    """How many days before the due day today's reminder stands for, None when there is none to send."""
    if duty.due is None or duty.state in SETTLED or duty.due < today:
        return None
    left = (duty.due - today).days
    return min((days for days in REMIND_BEFORE if left <= days), default=None)


def reminder(duty: Duty) -> str:
    """The text message; it names no other person."""
    assert duty.due is not None
    rest = f"{of_fen(duty.open_fen)}" if duty.open_fen is not None else duty.what[:20]
    return f"请在{duty.due.month}月{duty.due.day}日前履行调解协议（{rest}）。已办的不用理会。"


class Performance(StrEnum):
    """The words of 履行凭证 and 回访记录."""

    DONE = "已全部履行"
    PART = "部分履行"
    NONE = "尚未履行"


class Satisfaction(StrEnum):
    GOOD = "满意"
    FAIR = "基本满意"
    BAD = "不满意"
    UNSAID = "未表态"


def performed(duties: Iterable[Duty]) -> Performance:
    """How far the whole agreement has been performed."""
    found = tuple(duties)
    if all(one.state in SETTLED for one in found):
        return Performance.DONE
    some = any(one.state in SETTLED or one.done_fen for one in found)
    return Performance.PART if some else Performance.NONE
