"""Calendar feeds: a secret address per person that an ordinary calendar reads. Which sessions, not how they are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.hearing import KIND_NAMES, Hearing, HearingKind, HearingState
from court.domain.ids import new_id, new_token
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.tour import PLANNERS, HaltState
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings
from court.store.load import tour as load
from court.store.rows import token_hash

MOST_FEEDS = 5
BEFORE, AFTER = timedelta(days=60), timedelta(days=366)
MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`vehicle` empty: what the person is booked for."""

    id: str
    vehicle: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one calendar entry says; `path` is its page at the desk. No names of parties: calendars are synchronised to
    telephones and clouds."""

    uid: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    revision: int
    path: str


def make(tx: Tx, *, actor: Actor, now: datetime, vehicle: str = "") -> tuple[Feed, str]:
    """A feed and its token, shown once; only the hash is kept. Refuses `feed.too_many`, `feed.not_allowed`."""
    if actor.kind is not ActorKind.STAFF or actor.role not in PLANNERS:
        raise CourtError("feed.not_allowed", role=ROLE_NAMES[actor.role], action="make")
    if len(mine(tx, actor=actor)) >= MOST_FEEDS:
        raise CourtError("feed.too_many", most=MOST_FEEDS)
    token = new_token()
    row = {"id": new_id(), "account_id": actor.id, "vehicle": vehicle[:60], "token_hash": token_hash(token)}
    tx.conn.execute(t.feed.insert().values(row | {"made_at": now, "ended_at": None}))
    tx.record("feed.made", row["id"], actor, now, {})
    return Feed(id=row["id"], vehicle=row["vehicle"], made_at=now), token


def mine(rx: Read, *, actor: Actor) -> tuple[Feed, ...]:
    """Those that still answer, oldest first."""
    f = t.feed
    query = sa.select(f).where(f.c.account_id == actor.id, f.c.ended_at.is_(None)).order_by(f.c.made_at)
    return tuple(Feed(id=row.id, vehicle=row.vehicle, made_at=row.made_at) for row in rx.conn.execute(query))


def end(tx: Tx, *, actor: Actor, now: datetime, feed_id: str) -> None:
    """The address is worth nothing from now on."""
    f = t.feed
    done = tx.conn.execute(
        f.update()
        .where(f.c.id == feed_id, f.c.account_id == actor.id, f.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    if not done.rowcount:
        raise CourtError("feed.not_found")
    tx.record("feed.ended", feed_id, actor, now, {})


def events(rx: Read, *, token: str, now: datetime) -> tuple[str, tuple[Event, ...]]:
    """(name of the calendar, its entries). Refuses `feed.not_found` for a token that is unknown or ended, or whose
    account is disabled."""
    f = t.feed
    row = rx.conn.execute(
        sa.select(f).where(f.c.token_hash == token_hash(token), f.c.ended_at.is_(None))
    ).first()
    account = casework.account(rx.conn, row.account_id) if row is not None else None
    if row is None or account is None or account.disabled or account.role not in PLANNERS:
        raise CourtError("feed.not_found")
    if row.vehicle:
        return f"{row.vehicle}巡回排期", (*_halts(rx, row.vehicle, now), *_taken(rx, row.vehicle, now))
    return "我的场次", _of_account(rx, account.id, now)


def _of_account(rx: Read, account_id: str, now: datetime) -> tuple[Event, ...]:
    h, s = t.hearing, t.seat
    query = (
        sa.select(h)
        .join(s, s.c.hearing_id == h.c.id)
        .where(s.c.account_id == account_id, h.c.starts_at > now - BEFORE, h.c.starts_at < now + AFTER)
        .order_by(h.c.starts_at)
        .limit(MOST_EVENTS)
    )
    return tuple(_session(one, f"{one.kind_name} {one.title}") for one in hearings.hearings(rx.conn, query))


def _taken(rx: Read, vehicle: str, now: datetime) -> Iterable[Event]:
    """Sessions of a vehicle, by their kind alone."""
    h, v = t.hearing, t.halt
    query = (
        sa.select(h)
        .join(v, v.c.id == h.c.halt_id)
        .where(v.c.vehicle == vehicle, h.c.starts_at > now - BEFORE, h.c.starts_at < now + AFTER)
        .order_by(h.c.starts_at)
        .limit(MOST_EVENTS)
    )
    return [_session(one, KIND_NAMES[HearingKind(one.kind)]) for one in hearings.hearings(rx.conn, query)]


def _session(one: Hearing, title: str) -> Event:
    return Event(
        uid=one.id,
        title=title,
        place=one.place,
        starts_at=one.starts_at,
        ends_at=one.starts_at + timedelta(minutes=one.minutes),
        cancelled=one.state is HearingState.CANCELLED,
        revision=one.rev,
        path=f"/desk/hearings/{one.id}",
    )


def _halts(rx: Read, vehicle: str, now: datetime) -> list[Event]:
    v = t.halt
    near = (v.c.vehicle == vehicle, v.c.arrives_at > now - BEFORE, v.c.arrives_at < now + AFTER)
    return [
        Event(
            uid=one.id,
            title=f"车辆停靠 {one.stop_name}",
            place=one.stop_name,
            starts_at=one.arrives_at,
            ends_at=one.leaves_at,
            cancelled=one.state is HaltState.CANCELLED,
            revision=one.rev,
            path=f"/desk/tour/halts/{one.id}",
        )
        for one in load.halts(rx.conn, *near)[:MOST_EVENTS]
    ]
