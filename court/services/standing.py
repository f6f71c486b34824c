"""Order as a room has to be told it (who stands where, who may speak), and what the room reports of it. Orders nothing."""

from datetime import datetime
from typing import NamedTuple

from court.domain.admission import Admission
from court.domain.caucus import area_name
from court.domain.hearing import Seat
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.order import Sitting, Turn
from court.services import attendance, interpreting
from court.services.order import end_countdown, write_seat
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import caucus, hearings, order

TURNS_SHOWN = 30


def spoke(
    tx: Tx, *, hearing_id: str, seat_id: str, from_at: datetime, to_at: datetime, offset_ms: int | None = None
) -> None:
    """From the relay's Observer: one speaking turn, of the person who spoke where several share a microphone. Told twice,
    it stands once; none is kept outside a session."""
    hearing, seat = hearings.hearing(tx.conn, hearing_id), hearings.seat(tx.conn, seat_id)
    if hearing is None or hearing.opened_at is None or seat is None or seat.hearing_id != hearing_id:
        return
    seat_id = attendance.spoke_here(tx, hearing_id=hearing_id, seat_id=seat_id, from_at=from_at, to_at=to_at)
    u = t.turn
    same = (u.c.hearing_id == hearing_id, u.c.seat_id == seat_id, u.c.from_at == from_at)
    if tx.conn.execute(u.update().where(*same).values(to_at=to_at)).rowcount:
        return
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "seat_id": seat_id,
        "from_at": from_at,
        "to_at": to_at,
        "offset_ms": offset_ms,
    }
    tx.conn.execute(u.insert().values(row))


class Standing(NamedTuple):
    """The whole order of a session: what a room that knows nothing has to be told. `areas` by seat id; `interpreters` as
    `interpreting.lines` gives them."""

    seats: tuple[Seat, ...]
    sitting: Sitting
    areas: dict[str, str]
    interpreters: dict[str, tuple[str, bool]]


def standing(rx: Read, *, hearing_id: str) -> Standing:
    """As the database has it now."""
    return Standing(
        seats=hearings.seats(rx.conn, hearing_id),
        sitting=order.sitting(rx.conn, hearing_id),
        areas=areas(rx, hearing_id=hearing_id),
        interpreters=interpreting.lines(rx, hearing_id=hearing_id),
    )


def turns(rx: Read, *, hearing_id: str, most: int = TURNS_SHOWN) -> tuple[Turn, ...]:
    """The last turns, oldest first: who spoke, from, to."""
    return order.turns(rx.conn, hearing_id, most)


def areas(rx: Read, *, hearing_id: str) -> dict[str, str]:
    """The area of the room where each seat stands: whoever is not admitted is alone in the lobby, the rest is in the
    main room or in a private one (背对背)."""
    apart = caucus.standing(rx.conn, hearing_id)
    return {seat.id: _area(seat, apart.get(seat.id)) for seat in hearings.seats(rx.conn, hearing_id)}


def heard(tx: Tx, *, now: datetime, hearing_id: str, seat_id: str, event: str) -> None:
    """From the relay's Observer: what the room did by itself about order (floor_ended, unmuted, opened) is taken
    over; what it only saw (muted_sound, attempt) is recorded."""
    seat = hearings.seat(tx.conn, seat_id) if seat_id else None
    if seat_id and (seat is None or seat.hearing_id != hearing_id):
        return
    if event == "floor_ended":
        write_seat(tx, seat_id, floor=False, floor_until=None)
    elif event == "unmuted":
        write_seat(tx, seat_id, muted=False)
    elif event == "opened":
        end_countdown(tx, hearing_id=hearing_id)
    tx.record(f"room.{event}", hearing_id, SYSTEM_ACTOR, now, {"seat": seat_id})


def inside(rx: Read, *, seat_id: str) -> bool:
    """Whether this seat is in the courtroom now (and may know what goes on there)."""
    seat = hearings.seat(rx.conn, seat_id)
    return seat is not None and seat.admission is Admission.ADMITTED


def _area(seat: Seat, caucus_id: str | None) -> str:
    if seat.admission is not Admission.ADMITTED:
        return "lobby"
    return area_name(caucus_id) if caucus_id else "main"
