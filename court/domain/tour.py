"""Where the vehicle stands and when (巡回排期): stops, halts, conflicts, free times, the road of a day. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from court.domain.lifecycle import BENCH, Lifecycle, Role, Step
from court.domain.numbers import COURT_ZONE

GRID = timedelta(minutes=15)  # free times begin on a quarter
BETWEEN = timedelta(minutes=10)  # people leave, others come in, the table is cleared
MOST_FREE = 12
THIN_KBPS = 600  # below it a picture beside the sound is not certain
COURT = "法院"


class HaltState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class HaltAction(StrEnum):
    MOVE = "move"
    CANCEL = "cancel"


PLANNERS = BENCH | {Role.CLERK, Role.OFFICER, Role.REGISTRAR}
HALT: Lifecycle[HaltState, HaltAction] = Lifecycle(
    "halt",
    HaltState.PLANNED,
    {
        (HaltState.PLANNED, HaltAction.MOVE): Step(HaltState.PLANNED, PLANNERS),
        (HaltState.PLANNED, HaltAction.CANCEL): Step(HaltState.CANCELLED, PLANNERS),
    },
    {HaltState.PLANNED: "已安排", HaltState.CANCELLED: "已取消"},
)


class WaitState(StrEnum):
    WAITING = "waiting"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


class WaitAction(StrEnum):
    PLACE = "place"
    WITHDRAW = "withdraw"


WAITING: Lifecycle[WaitState, WaitAction] = Lifecycle(
    "waiting",
    WaitState.WAITING,
    {
        (WaitState.WAITING, WaitAction.PLACE): Step(WaitState.PLACED, PLANNERS),
        (WaitState.WAITING, WaitAction.WITHDRAW): Step(WaitState.WITHDRAWN, PLANNERS),
    },
    {WaitState.WAITING: "等候排期", WaitState.PLACED: "已排上", WaitState.WITHDRAWN: "不再等候"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place the vehicle can stand. `court_minutes`: the way from the courthouse, 0 while unknown; `up_kbps`: what was
    measured there upwards, 0 while never measured; `village` and `spot` are what notices print."""

    id: str
    village: str
    spot: str
    court_minutes: int
    road: str
    up_kbps: int
    measured_at: datetime | None
    retired: bool
    rev: int

    @property
    def name(self) -> str:
        return self.village + self.spot

    @property
    def signal(self) -> str:
        if not self.up_kbps:
            return "信号还没有测过"
        word = "画面可能不稳，声音没有问题" if self.up_kbps < THIN_KBPS else "画面和声音都够用"
        return f"上行约{self.up_kbps}千比特/秒，{word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """One vehicle at one stop, from `arrives_at` to `leaves_at` (aware)."""

    id: str
    stop_id: str
    stop_name: str
    vehicle: str
    arrives_at: datetime
    leaves_at: datetime
    state: HaltState
    reason: str
    rev: int

    @property
    def standing(self) -> bool:
        return self.state is HaltState.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dispute or petition that waits for a time and a place. `village` empty: anywhere."""

    id: str
    subject_kind: str
    subject_id: str
    number: str
    kind: str
    minutes: int
    village: str
    note: str
    state: WaitState
    asked_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A session that takes time: of the vehicle it needs (empty: none) and of the people in it (id to name)."""

    hearing_id: str
    title: str
    vehicle: str
    starts_at: datetime
    ends_at: datetime
    people: Mapping[str, str]

    def overlaps(self, starts_at: datetime, ends_at: datetime, apart: timedelta = timedelta()) -> bool:
        return starts_at < self.ends_at + apart and self.starts_at < ends_at + apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A session somebody wants to book."""

    starts_at: datetime
    minutes: int
    halt: Halt | None
    people: Mapping[str, str]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way to the next place of a day. `minutes` None while nobody has entered it."""

    start: str
    end: str
    minutes: int | None
    leaves_at: datetime | None
    arrives_at: datetime | None
    trouble: str


def clock(at: datetime) -> str:
    return f"{at.astimezone(COURT_ZONE):%H:%M}"


def day_words(at: datetime) -> str:
    local = at.astimezone(COURT_ZONE)
    return f"{local.month}月{local.day}日"


def conflicts(wish: Wish, booked: Iterable[Booked]) -> tuple[str, ...]:
    """Why this time does not do, each as a sentence; empty when it does. `booked` holds what else stands that day."""
    found: list[str] = []
    halt = wish.halt
    if halt is not None and (wish.starts_at < halt.arrives_at or wish.ends_at > halt.leaves_at):
        found.append(
            f"车辆{day_words(halt.arrives_at)}{clock(halt.arrives_at)}到{halt.stop_name}、{clock(halt.leaves_at)}离开，"
            f"这一场要从{clock(wish.starts_at)}到{clock(wish.ends_at)}。"
        )
    for one in booked:
        span = f"{clock(one.starts_at)}—{clock(one.ends_at)}"
        if halt is not None and one.vehicle == halt.vehicle:
            if one.overlaps(wish.starts_at, wish.ends_at):
                found.append(f"{halt.vehicle}{span}已有{one.title}。")
            elif one.overlaps(wish.starts_at, wish.ends_at, BETWEEN):
                found.append(f"与{span}的{one.title}之间不到{BETWEEN.seconds // 60}分钟，来不及换人和整理。")
        if one.overlaps(wish.starts_at, wish.ends_at):
            both = [name for who, name in wish.people.items() if who in one.people]
            if both:
                found.append(f"{'、'.join(both)}在{span}另有{one.title}。")
    return tuple(found)


def free_times(
    halt: Halt, minutes: int, people: Mapping[str, str], booked: Sequence[Booked], now: datetime
) -> tuple[datetime, ...]:
    """Starts at this halt, on the quarter, at which nothing stands in the way."""
    found: list[datetime] = []
    start = _next_quarter(max(halt.arrives_at, now))
    while halt.standing and len(found) < MOST_FREE and start + timedelta(minutes=minutes) <= halt.leaves_at:
        if not conflicts(Wish(starts_at=start, minutes=minutes, halt=halt, people=people), booked):
            found.append(start)
        start += GRID
    return tuple(found)


def _next_quarter(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - over + GRID if over else at


def halt_conflicts(halt: Halt, others: Iterable[Halt]) -> tuple[str, ...]:
    """Other halts of the same vehicle at the same time."""
    return tuple(
        f"{halt.vehicle}{clock(one.arrives_at)}—{clock(one.leaves_at)}已安排在{one.stop_name}。"
        for one in others
        if one.id != halt.id
        and one.standing
        and one.vehicle == halt.vehicle
        and one.arrives_at < halt.leaves_at
        and halt.arrives_at < one.leaves_at
    )


def route(
    halts: Sequence[Halt], stops: Mapping[str, Stop], roads: Mapping[frozenset[str], int]
) -> tuple[Leg, ...]:
    """The road of one vehicle's day: out from the court, from stop to stop, and back. `roads`: minutes by pair of stops."""
    order = sorted((v for v in halts if v.standing), key=lambda v: v.arrives_at)
    if not order:
        return ()
    first, last = order[0], order[-1]
    legs = [_leg(COURT, first.stop_name, stops[first.stop_id].court_minutes, None, first.arrives_at)]
    for before, after in pairwise(order):
        minutes = (
            0 if before.stop_id == after.stop_id else roads.get(frozenset({before.stop_id, after.stop_id}))
        )
        legs.append(_leg(before.stop_name, after.stop_name, minutes, before.leaves_at, after.arrives_at))
    legs.append(_leg(last.stop_name, COURT, stops[last.stop_id].court_minutes, last.leaves_at, None))
    return tuple(legs)


def _leg(
    start: str, end: str, minutes: int | None, leaves_at: datetime | None, arrives_at: datetime | None
) -> Leg:
    unknown = minutes is None or (minutes == 0 and COURT in {start, end})
    way = None if unknown or minutes is None else timedelta(minutes=minutes)
    trouble = ""
    if way is None:
        trouble = "这段路要走多久还没有登记。"
    elif leaves_at is not None and arrives_at is not None and leaves_at + way > arrives_at:
        short = int((leaves_at + way - arrives_at).total_seconds()) // 60
        trouble = f"赶不到：{clock(leaves_at)}离开，路上{minutes}分钟，要晚{short}分钟。"
    if way is not None and leaves_at is None and arrives_at is not None:
        leaves_at = arrives_at - way
    elif way is not None and arrives_at is None and leaves_at is not None:
        arrives_at = leaves_at + way
    return Leg(
        start=start,
        end=end,
        minutes=None if unknown else minutes,
        leaves_at=leaves_at,
        arrives_at=arrives_at,
        trouble=trouble,
    )
