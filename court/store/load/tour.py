"""Stops, halts, who waits and what is booked around a time, as the values of court.domain.tour."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain.hearing import KIND_NAMES, HearingKind, HearingState
from court.domain.tour import Booked, Halt, HaltState, Stop, Waiting, WaitState
from court.store import tables as t

# No session is planned for longer (court.services.hearing): who began before cannot reach into the time asked about.
_LONGEST = timedelta(minutes=600)
_TAKING = (HearingState.SCHEDULED, HearingState.ROLL_CALL, HearingState.IN_SESSION, HearingState.SUSPENDED)


def stops(conn: sa.Connection, *where: Any) -> tuple[Stop, ...]:
    """By village and spot."""
    rows = conn.execute(sa.select(t.stop).where(*where).order_by(t.stop.c.village, t.stop.c.spot))
    return tuple(Stop(**row._mapping) for row in rows)


def halts(conn: sa.Connection, *where: Any) -> tuple[Halt, ...]:
    """In the order of their arrival."""
    v, s = t.halt, t.stop
    query = sa.select(v, s.c.village, s.c.spot).join(s, s.c.id == v.c.stop_id).where(*where)
    return tuple(
        Halt(
            id=row.id,
            stop_id=row.stop_id,
            stop_name=row.village + row.spot,
            vehicle=row.vehicle,
            arrives_at=row.arrives_at,
            leaves_at=row.leaves_at,
            state=HaltState(row.state),
            reason=row.reason,
            rev=row.rev,
        )
        for row in conn.execute(query.order_by(v.c.arrives_at, v.c.id))
    )


def halt(conn: sa.Connection, halt_id: str | None) -> Halt | None:
    return next(iter(halts(conn, t.halt.c.id == halt_id)), None) if halt_id else None


def roads(conn: sa.Connection, stop_ids: Iterable[str]) -> dict[frozenset[str], int]:
    """Minutes by pair, between these stops."""
    ids = tuple(stop_ids)
    query = sa.select(t.road).where(t.road.c.one_id.in_(ids), t.road.c.other_id.in_(ids))
    return {frozenset({row.one_id, row.other_id}): row.minutes for row in conn.execute(query)}


def waiting(conn: sa.Connection, *where: Any) -> tuple[Waiting, ...]:
    """Who asked first stands first. `number` is that of the dispute or petition."""
    w = t.waiting
    number = sa.func.coalesce(t.matter.c.number, t.petition.c.number).label("number")
    query = (
        sa.select(w, number)
        .outerjoin(t.matter, t.matter.c.id == w.c.subject_id)
        .outerjoin(t.petition, t.petition.c.id == w.c.subject_id)
        .where(*where)
        .order_by(w.c.asked_at, w.c.id)
    )
    return tuple(
        Waiting(
            id=row.id,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            number=row.number,
            kind=row.kind,
            minutes=row.minutes,
            village=row.village,
            note=row.note,
            state=WaitState(row.state),
            asked_at=row.asked_at,
            by=row.by,
        )
        for row in conn.execute(query)
    )


def booked(
    conn: sa.Connection, starts_at: datetime, ends_at: datetime, *, but: str = ""
) -> tuple[Booked, ...]:
    """What may stand in the way between these times. A session is named by its kind alone: whoever plans need not know
    whose it is (信访工作条例 30)."""
    h, v = t.hearing, t.halt
    query = (
        sa.select(h.c.id, h.c.kind, h.c.starts_at, h.c.minutes, v.c.vehicle)
        .outerjoin(v, v.c.id == h.c.halt_id)
        .where(
            h.c.state.in_(_TAKING),
            h.c.starts_at > starts_at - _LONGEST,
            h.c.starts_at < ends_at + _LONGEST,
            h.c.id != but,
        )
        .order_by(h.c.starts_at)
    )
    rows = conn.execute(query).all()
    people = _people(conn, [row.id for row in rows])
    return tuple(
        Booked(
            hearing_id=row.id,
            title=f"一场{KIND_NAMES[HearingKind(row.kind)]}",
            vehicle=row.vehicle or "",
            starts_at=row.starts_at,
            ends_at=row.starts_at + timedelta(minutes=row.minutes),
            people=people.get(row.id, {}),
        )
        for row in rows
    )


def _people(conn: sa.Connection, hearing_ids: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    s = t.seat
    for row in conn.execute(sa.select(s).where(s.c.hearing_id.in_(hearing_ids))):
        who = row.account_id or row.party_id
        if who is not None:
            found.setdefault(row.hearing_id, {})[who] = row.name
    return found
