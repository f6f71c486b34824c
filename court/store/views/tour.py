"""The plan of the vehicles by day, and the page of one halt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from court.domain.hearing import HearingState
from court.domain.lifecycle import Actor
from court.domain.numbers import COURT_ZONE, day_of
from court.domain.tour import Halt, Leg, Stop, route
from court.store import tables as t
from court.store.database import Read
from court.store.load import hearings
from court.store.load import tour as load
from court.store.sight import sees_hearing

MOST_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session in the plan; `id` and `title` empty for whoever may not see it: the time is taken, no more is said."""

    id: str
    title: str
    kind_name: str
    state_name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltRow:
    """A halt with its sessions in order."""

    halt: Halt
    stop: Stop
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDay:
    """One vehicle on one day: who goes along, where it stands, the road between."""

    vehicle: str
    crew: tuple[str, ...]
    halts: tuple[HaltRow, ...]
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDay:
    day: date
    vehicles: tuple[VehicleDay, ...]


def plan(rx: Read, *, actor: Actor, first: date, days: int) -> tuple[PlanDay, ...]:
    """Each day from `first` on, also those without a halt."""
    count = max(1, min(days, MOST_DAYS))
    start, end = _midnight(first), _midnight(first + timedelta(days=count))
    halts = load.halts(rx.conn, t.halt.c.arrives_at >= start, t.halt.c.arrives_at < end)
    stops = {one.id: one for one in load.stops(rx.conn, t.stop.c.id.in_([v.stop_id for v in halts]))}
    rows = {one.id: _row(rx, actor, one, stops) for one in halts}
    roads = load.roads(rx.conn, stops)
    found = []
    for day in (first + timedelta(days=n) for n in range(count)):
        here = [v for v in halts if day_of(v.arrives_at) == day]
        names = sorted({v.vehicle for v in here})
        found.append(
            PlanDay(
                day=day,
                vehicles=tuple(
                    VehicleDay(
                        vehicle=name,
                        crew=crew_names(rx, vehicle=name, day=day),
                        halts=tuple(rows[v.id] for v in here if v.vehicle == name),
                        legs=route([v for v in here if v.vehicle == name], stops, roads),
                    )
                    for name in names
                ),
            )
        )
    return tuple(found)


def halt_row(rx: Read, *, actor: Actor, halt: Halt) -> HaltRow:
    """One halt with its sessions."""
    return _row(rx, actor, halt, {one.id: one for one in load.stops(rx.conn, t.stop.c.id == halt.stop_id)})


def coming(rx: Read, *, now: datetime, days: int = 60) -> tuple[Halt, ...]:
    """Halts still to come or on, to book a session at or to print for the villages."""
    v = t.halt
    return load.halts(
        rx.conn, v.c.leaves_at > now, v.c.arrives_at < now + timedelta(days=days), v.c.state == "planned"
    )


def stops(rx: Read, *, all_of_them: bool = False) -> tuple[Stop, ...]:
    """Those in use; with the retired ones on request."""
    return load.stops(rx.conn) if all_of_them else load.stops(rx.conn, t.stop.c.retired.is_(False))


def roads(rx: Read) -> tuple[tuple[str, str, int], ...]:
    """(stop, other stop, minutes) by name."""
    names = {one.id: one.name for one in load.stops(rx.conn)}
    rows = rx.conn.execute(sa.select(t.road))
    return tuple(sorted((names[row.one_id], names[row.other_id], row.minutes) for row in rows))


def vehicles(rx: Read) -> tuple[str, ...]:
    """Of the enrolled terminals and of what was planned before."""
    known = sa.union(
        sa.select(t.terminal.c.vehicle).where(t.terminal.c.revoked_at.is_(None)),
        sa.select(t.halt.c.vehicle),
    )
    return tuple(sorted(name for (name,) in rx.conn.execute(known) if name))


def crew_ids(rx: Read, *, vehicle: str, day: date) -> frozenset[str]:
    """Accounts that go along."""
    query = sa.select(t.crew.c.account_id).where(t.crew.c.vehicle == vehicle, t.crew.c.day == day)
    return frozenset(rx.conn.execute(query).scalars())


def crew_names(rx: Read, *, vehicle: str, day: date) -> tuple[str, ...]:
    a, c = t.account, t.crew
    query = (
        sa.select(a.c.name).join(c, c.c.account_id == a.c.id).where(c.c.vehicle == vehicle, c.c.day == day)
    )
    return tuple(rx.conn.execute(query.order_by(a.c.name)).scalars())


def _row(rx: Read, actor: Actor, halt: Halt, stops: Mapping[str, Stop]) -> HaltRow:
    h = t.hearing
    query = sa.select(h).where(h.c.halt_id == halt.id, h.c.state != HearingState.CANCELLED)
    sessions = []
    for one in hearings.hearings(rx.conn, query.order_by(h.c.starts_at)):
        seen = sees_hearing(rx, actor=actor, hearing_id=one.id)
        sessions.append(
            Session(
                id=one.id if seen else "",
                title=one.title if seen else "",
                kind_name=one.kind_name,
                state_name=one.state_name,
                starts_at=one.starts_at,
                ends_at=one.starts_at + timedelta(minutes=one.minutes),
            )
        )
    return HaltRow(halt=halt, stop=stops[halt.stop_id], sessions=tuple(sessions))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COURT_ZONE)
