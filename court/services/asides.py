"""Words between bench and clerk during a session (私信): kept, never shown to parties, never part of the transcript."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.hearing import Seat, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.order import ENDED
from court.domain.rollcall import BENCH_SEATS
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings

AMONG = BENCH_SEATS | {SeatRole.CLERK}
MOST = 500
_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    id: str
    seat_id: str
    text: str
    at: datetime


def say(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, text: str, once: str) -> Aside:
    """One message; the same `once` (made by the page) gives the first one again. Only bench and clerk of the
    session. Refuses `hearing.not_allowed`, `hearing.wrong_state`, `order.too_many`, `text.*`."""
    hearing = sight.seen(tx, actor=actor, hearing_id=hearing_id)
    seat = _among(tx, actor, hearing_id)
    if hearing.state in ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="aside")
    known = tx.conn.execute(sa.select(t.aside).where(t.aside.c.id == once)).first()
    if known is not None and known.hearing_id == hearing_id and known.seat_id == seat.id:
        return _aside(known)
    count = sa.select(sa.func.count()).select_from(t.aside).where(t.aside.c.hearing_id == hearing_id)
    if (tx.conn.execute(count).scalar() or 0) >= MOST:
        raise CourtError("order.too_many")
    row = {
        "id": once if known is None else new_id(),
        "hearing_id": hearing_id,
        "seat_id": seat.id,
        "text": texts.required(text, "aside"),
        "at": now,
    }
    tx.conn.execute(t.aside.insert().values(row))
    tx.record("hearing.aside", hearing_id, actor, now, {"aside": row["id"], "seat": seat.id})
    return Aside(id=str(row["id"]), seat_id=seat.id, text=str(row["text"]), at=now)


def asides(rx: Read, *, actor: Actor, hearing_id: str) -> tuple[Aside, ...]:
    """The last hundred, oldest first. Refuses `hearing.not_allowed` to everybody but bench and clerk."""
    sight.seen(rx, actor=actor, hearing_id=hearing_id)
    _among(rx, actor, hearing_id)
    query = sa.select(t.aside).where(t.aside.c.hearing_id == hearing_id).order_by(t.aside.c.at.desc())
    return tuple(_aside(row) for row in reversed(rx.conn.execute(query.limit(_SHOWN)).all()))


def _among(rx: Read, actor: Actor, hearing_id: str) -> Seat:
    if actor.kind is ActorKind.STAFF:
        for seat in hearings.seats(rx.conn, hearing_id):
            if seat.account_id == actor.id and seat.role in AMONG:
                return seat
    raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="aside")


def _aside(row: sa.Row[tuple[object, ...]]) -> Aside:
    return Aside(id=row.id, seat_id=row.seat_id, text=row.text, at=row.at)
