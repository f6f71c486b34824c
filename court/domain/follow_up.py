"""After an agreement: the visit (回访) with its day and what it asks for, and the ways open after a default. No duties."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from court.domain.performance import Duty, Performance, Satisfaction

# A visit so many days after the last due day, or after the effect where no day was set (人民调解法 31 sets none).
VISIT_AFTER_DUE, VISIT_AFTER_EFFECT, VISIT_AGAIN = 7, 15, 30


def visit_day(duties: Iterable[Duty], effective_on: date, *, round_: int, last_visit: date | None) -> date:
    """When to look after the agreement: by the last open due day, else by its effect; later rounds after the last visit."""
    if round_ > 1 and last_visit is not None:
        return last_visit + timedelta(days=VISIT_AGAIN)
    days = [one.due for one in duties if one.due is not None]
    if not days:
        return effective_on + timedelta(days=VISIT_AFTER_EFFECT)
    return max(days) + timedelta(days=VISIT_AFTER_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """回访: `due` by rule; `visited_at` None while it is to be done. `task` is what a bad result asks for, "" for none;
    `task_done_at` when it was dealt with."""

    id: str
    matter_id: str
    agreement_id: str
    round: int
    due: date
    visited_at: datetime | None
    method: str
    performance: Performance | None
    satisfaction: Satisfaction | None
    situation: str
    task: str
    task_done_at: datetime | None
    task_answer: str
    by: str
    rev: int

    @property
    def bad(self) -> bool:
        return bool(self.task)


def task_of(performance: Performance, satisfaction: Satisfaction, overdue: int) -> str:
    """What a visit asks somebody to do, "" when nothing."""
    if performance is Performance.NONE and overdue:
        return "到期没有履行：督促履行，告知对方可以申请司法确认、强制执行或者起诉，并记下未履行的情况。"
    if performance is Performance.PART and overdue:
        return "有到期没有履行的：问清原因，督促补齐，必要时记下未履行的情况。"
    if satisfaction is Satisfaction.BAD:
        return "当事人不满意：问清不满意什么，由调解员或者负责人当面答复。"
    return ""


class Remedy(StrEnum):
    """What the other side may do after a default."""

    CONFIRM = "confirm"
    ENFORCE = "enforce"
    SUE = "sue"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """One way after a default; `open` False with the reason why it is closed."""

    remedy: Remedy
    name: str
    open: bool
    reason: str


def after_default(
    *,
    confirmed: bool,
    served: bool,
    confirmable: bool,
    last_day: date | None,
    today: date,
    by_court: bool,
) -> tuple[After, ...]:
    """The ways in the order they are proposed. `by_court`: the agreement is a 民事调解书, enforceable by itself."""
    enforceable = by_court or confirmed
    late = last_day is None or today > last_day
    if enforceable:
        source = "民事调解书" if by_court else "司法确认裁定"
        enforce = After(
            remedy=Remedy.ENFORCE,
            name="申请强制执行",
            open=served,
            reason=f"已有{source}，可以申请强制执行（二年内，民事诉讼法第二百五十条）。"
            if served
            else f"{source}还没有送达，请先送达。",
        )
    else:
        enforce = After(
            remedy=Remedy.ENFORCE,
            name="申请强制执行",
            open=False,
            reason="调解协议没有经过司法确认，不能直接申请强制执行。",
        )
    why = "已经确认过。" if confirmed else "民事调解书不需要司法确认。" if by_court else ""
    if not why and not confirmable:
        why = "协议涉及身份关系等，不能申请司法确认（民事诉讼法解释第三百五十五条）。"
    if not why and late:
        why = "自协议生效之日起已超过三十日，不能再申请司法确认（民事诉讼法第二百零五条）。"
    confirm = After(
        remedy=Remedy.CONFIRM,
        name="共同申请司法确认",
        open=not why,
        reason=why or f"还来得及，最迟{last_day}，要双方共同申请。",
    )
    sue = After(
        remedy=Remedy.SUE,
        name="就协议向人民法院起诉",
        open=not enforceable,
        reason="一方可以就协议的履行起诉（人民调解法第三十二条）。"
        if not enforceable
        else "已有可以强制执行的文书，不必起诉。",
    )
    again = After(
        remedy=Remedy.AGAIN,
        name="再次调解，变更协议",
        open=not confirmed,
        reason="双方愿意的，可以另达成协议。" if not confirmed else "裁定确认后不再变更，可以执行和解。",
    )
    return (enforce, confirm, sue, again) if enforceable else (confirm, sue, enforce, again)
