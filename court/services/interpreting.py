"""翻译: linked to a person, released, made audible to everybody or only to who chose the channel; each journaled."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.hearing import Seat
from court.domain.interpreting import (
    Interpretation,
    heard_by_all,
    line_of,
    require_keeper,
    require_link,
)
from court.domain.lifecycle import Actor
from court.domain.order import ENDED, has_own_line
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings
from court.store.rows import insert_new


def link(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str, of: str, to_all: bool = False
) -> Interpretation:
    """The interpreter renders this person's words from now on, instead of anybody else's; the same again is nothing. In
    the vehicle he does so aloud, sentence by sentence, for everybody.

    Refuses what `require_keeper` and `require_link` refuse, `seat.not_found`, `hearing.wrong_state`.
    """
    before = _known(tx, actor, hearing_id, seat_id)
    interpreter = _seat(tx, hearing_id, seat_id)
    own_line = has_own_line(interpreter)
    require_keeper(actor, to_all=own_line and (to_all or (before is not None and before.to_all)))
    require_link(interpreter, _seat(tx, hearing_id, of))
    to_all = heard_by_all(interpreter, to_all=to_all)
    if before is not None and (before.of_seat_id, before.to_all) == (of, to_all):
        return before
    row = {"hearing_id": hearing_id, "of_seat_id": of, "to_all": to_all, "since": now, "by": actor.name}
    i = t.interpretation
    if not insert_new(tx.conn, i, row | {"seat_id": seat_id}):
        tx.conn.execute(i.update().where(i.c.seat_id == seat_id).values(row))
    tx.record("interpreting.linked", hearing_id, actor, now, {"seat": seat_id, "of": of, "to_all": to_all})
    return next(one for one in links(tx, hearing_id=hearing_id) if one.seat_id == seat_id)


def release(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str) -> None:
    """A seat like all others again; nothing if it was."""
    before = _known(tx, actor, hearing_id, seat_id)
    own_line = has_own_line(_seat(tx, hearing_id, seat_id))
    require_keeper(actor, to_all=own_line and before is not None and before.to_all)
    if before is not None:
        tx.conn.execute(t.interpretation.delete().where(t.interpretation.c.seat_id == seat_id))
        tx.record("interpreting.released", hearing_id, actor, now, {"seat": seat_id, "of": before.of_seat_id})


def links(rx: Read, *, hearing_id: str) -> tuple[Interpretation, ...]:
    """Who renders whose words now, the longest first."""
    i = t.interpretation
    rows = rx.conn.execute(sa.select(i).where(i.c.hearing_id == hearing_id).order_by(i.c.since, i.c.seat_id))
    return tuple(Interpretation(**row._mapping) for row in rows)


def lines(rx: Read, *, hearing_id: str) -> dict[str, tuple[str, bool]]:
    """The same as a room is told it: by the interpreter's seat, whose microphone, and whether to everybody. A room knows
    nothing of who interprets through the vehicle's microphone."""
    seats = {seat.id: seat for seat in hearings.seats(rx.conn, hearing_id)}
    found: dict[str, tuple[str, bool]] = {}
    for one in links(rx, hearing_id=hearing_id):
        of = line_of(seats[one.of_seat_id], seats.values())
        if of is not None and has_own_line(seats[one.seat_id]):
            found[one.seat_id] = of, one.to_all
    return found


def _known(rx: Read, actor: Actor, hearing_id: str, seat_id: str) -> Interpretation | None:
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if hearing.state in ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="interpret")
    return next((one for one in links(rx, hearing_id=hearing_id) if one.seat_id == seat_id), None)


def _seat(rx: Read, hearing_id: str, seat_id: str) -> Seat:
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    return seat
