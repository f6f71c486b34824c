"""A limit of the law running on a track: started, paused, extended, met; its lamp in words. The count is in reckoning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum

from court.domain.calendar import Calendar
from court.domain.deadline import UNIT_NAMES, Due, Extension, Pause, Rule, Step, Unit, rule
from court.domain.lifecycle import STAFF, SYSTEM, Lifecycle, Role
from court.domain.lifecycle import Step as Cell
from court.domain.numbers import COURT_ZONE, day_of
from court.domain.reckoning import reckon, written

_DAY = timedelta(days=1)
# Whose duty it is decides the word: a right that was not used has passed, a duty that was not done is overdue.
_OFFICES = ("法院", "审判员", "立案人员", "调解员", "信访部门", "机关")


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    DROPPED = "dropped"


class ClockAction(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    MEET = "meet"
    DROP = "drop"


_S, _A = ClockState, ClockAction
KEEPERS = STAFF | SYSTEM | {Role.REGISTRAR, Role.PRESIDENT}
CLOCK: Lifecycle[ClockState, ClockAction] = Lifecycle(
    "clock",
    _S.RUNNING,
    {
        (_S.RUNNING, _A.PAUSE): Cell(_S.PAUSED, KEEPERS),
        (_S.RUNNING, _A.EXTEND): Cell(_S.RUNNING, KEEPERS),
        (_S.RUNNING, _A.MEET): Cell(_S.MET, KEEPERS),
        (_S.RUNNING, _A.DROP): Cell(_S.DROPPED, KEEPERS),
        (_S.PAUSED, _A.RESUME): Cell(_S.RUNNING, KEEPERS),
        (_S.PAUSED, _A.EXTEND): Cell(_S.PAUSED, KEEPERS),
        (_S.PAUSED, _A.MEET): Cell(_S.MET, KEEPERS),
        (_S.PAUSED, _A.DROP): Cell(_S.DROPPED, KEEPERS),
    },
    {_S.RUNNING: "计算中", _S.PAUSED: "暂停计算", _S.MET: "已完成", _S.DROPPED: "不再计算"},
)


class Lamp(IntEnum):
    """How urgent it is; a larger one is announced over a smaller one."""

    OK = 0
    SOON = 1
    TODAY = 2
    OVERDUE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPause:
    """Days not counted, from `first` on; `last` None while it lasts."""

    first: date
    last: date | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockExtension:
    """Asked for and decided: `granted` None while nobody has decided. `amount` in the unit of the rule's extension."""

    id: str
    amount: int
    reason: str
    asked_by: str
    asked_at: datetime
    granted: bool | None
    decided_by: str
    decided_at: datetime | None
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`rule` is an id of court/data/deadlines.toml; `since` its start event; `about` whom or what it concerns, in words.

    `due_on` is the last day, `due_at` the moment after which it is over. `note` says how it was met or why dropped."""

    id: str
    track_id: str
    matter_id: str
    party_id: str | None
    rule: str
    variant: str
    ordered: int | None
    about: str
    since: datetime
    state: ClockState
    due_on: date
    due_at: datetime
    provisional: bool
    told: Lamp
    met_at: datetime | None
    note: str
    by: str
    started_at: datetime
    rev: int
    pauses: tuple[ClockPause, ...] = ()
    extensions: tuple[ClockExtension, ...] = ()

    @property
    def open(self) -> bool:
        return self.state in {ClockState.RUNNING, ClockState.PAUSED}

    @property
    def law(self) -> Rule:
        return rule(self.rule)

    @property
    def duty(self) -> bool:
        """Whether an office must act; else somebody may."""
        return any(word in self.law.who for word in _OFFICES)

    @property
    def name(self) -> str:
        """What must be done by whom: 人民法院：登记立案."""
        term = self.law.term(self.variant)
        about = f"（{self.about}）" if self.about else ""
        return f"{self.law.who}：{term.act or self.law.act}{about}"

    @property
    def asked(self) -> ClockExtension | None:
        """The extension that waits for its decision."""
        return next((one for one in self.extensions if one.granted is None), None)

    @property
    def extended(self) -> int:
        return sum(one.amount for one in self.extensions if one.granted)


def reckoned(clock: Clock, calendar: Calendar, today: date) -> Due:
    """Its last day with all reasons; a pause that lasts counts up to `today`. Refuses `deadline.*`."""
    pauses = tuple(Pause(first=one.first, last=max(one.first, one.last or today)) for one in clock.pauses)
    found = clock.law
    local = clock.since.astimezone(COURT_ZONE)
    by_hour = found.term(clock.variant).unit is Unit.HOUR
    due = reckon(
        found,
        since=local if by_hour else local.date(),
        calendar=calendar,
        variant=clock.variant,
        pauses=pauses,
        extended=clock.extended,
        ordered=clock.ordered,
    )
    return replace(due, steps=(*due.steps, *_people(clock, due)))


def _people(clock: Clock, due: Due) -> list[Step]:
    """Who paused it and who decided an extension: what the count itself does not know."""
    steps = []
    for one in clock.pauses:
        until = f"到{written(one.last)}" if one.last else "，尚未恢复"
        steps.append(
            Step(
                text=f"暂停：{written(one.first)}起{until}。原因：{one.reason}。记录人：{one.by}。", at=due.at
            )
        )
    for asked in clock.extensions:
        steps.append(Step(text=_decision(asked, clock.law.extend), at=due.at))
    return steps


def _decision(one: ClockExtension, extend: Extension | None) -> str:
    unit = UNIT_NAMES[extend.unit] if extend else ""
    on = written(day_of(one.asked_at))
    told = f"申请延长：{one.asked_by}于{on}申请延长{one.amount}{unit}。理由：{one.reason}。"
    if one.granted is None or one.decided_at is None:
        return told + "还没有决定。"
    word = "同意" if one.granted else "不同意"
    why = f"：{one.decision}" if one.decision else ""
    return f"{told}{one.decided_by}于{written(day_of(one.decided_at))}决定{word}{why}。"


def over_at(due: Due) -> datetime:
    """The moment the limit is over: the end of its last day, or the hour itself."""
    if isinstance(due.at, datetime):
        return due.at
    return datetime.combine(due.at + _DAY, time(), COURT_ZONE)


def last_day(due: Due) -> date:
    return due.at.date() if isinstance(due.at, datetime) else due.at


def provisional(due: Due, calendar: Calendar) -> bool:
    """Whether the notice of holidays of the year it ends in may still move it."""
    moves = due.rule.roll or due.term.unit is Unit.WORKDAY
    return moves and not calendar.known(last_day(due))


def warned_days(clock: Clock) -> int:
    """Days before the end at which it is announced: 15 for months and years (法释〔2019〕4号 1), less for short limits."""
    term = clock.law.term(clock.variant)
    if term.unit in {Unit.MONTH, Unit.YEAR}:
        return 15
    amount = clock.ordered or term.amount or 0
    return 5 if amount >= 30 else 3 if amount >= 10 else 1


def lamp(clock: Clock, now: datetime) -> Lamp:
    """OK for a clock that is paused or over."""
    if clock.state is not ClockState.RUNNING:
        return Lamp.OK
    if now >= clock.due_at:
        return Lamp.OVERDUE
    left = (clock.due_on - day_of(now)).days
    if left <= 0:
        return Lamp.TODAY
    return Lamp.SOON if left <= warned_days(clock) else Lamp.OK


def next_turn(clock: Clock) -> datetime | None:
    """When its lamp changes next from what was told; None when nothing is left to tell."""
    if clock.state is not ClockState.RUNNING or clock.told is Lamp.OVERDUE:
        return None
    today = datetime.combine(clock.due_on, time(), COURT_ZONE)
    if clock.told is Lamp.OK:
        return min(today - _DAY * warned_days(clock), clock.due_at)
    return min(today, clock.due_at) if clock.told is Lamp.SOON else clock.due_at


_TONES = {Lamp.OK: "neutral", Lamp.SOON: "warn", Lamp.TODAY: "warn", Lamp.OVERDUE: "bad"}


def lamp_words(clock: Clock, now: datetime) -> tuple[str, str]:
    """(words, tone of the tag): 还有12天, 快到期：还剩3天, 今天到期, 已超期2天 …; never by colour alone."""
    if clock.state is ClockState.PAUSED:
        return "暂停计算", "info"
    if clock.state is ClockState.DROPPED:
        return "不再计算", "neutral"
    if clock.state is ClockState.MET:
        late = clock.met_at is not None and clock.met_at >= clock.due_at
        return ("超期后完成", "warn") if late else ("按期完成", "good")
    lit = lamp(clock, now)
    left = (clock.due_on - day_of(now)).days
    if lit is Lamp.OVERDUE:
        past = -left
        over = f"已超期{past}天" if clock.duty else f"期限已过{past}天"
        return (over if past else "刚刚超期" if clock.duty else "期限已过"), _TONES[
            lit
        ] if clock.duty else "neutral"
    words = {Lamp.OK: f"还有{left}天", Lamp.SOON: f"快到期：还剩{left}天", Lamp.TODAY: "今天到期"}
    return words[lit], _TONES[lit]
