"""Seats added, moved to another place and withdrawn, before a session and while it stands; each journaled and noted."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import seating as rules
from court.domain import text as texts
from court.domain.attendance import Whereabouts
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, Place, Seat, SeatInput, SeatRole
from court.domain.lifecycle import Actor, Role
from court.domain.matter import Party
from court.domain.order import ENDED, LIVE, PERSONS, first_admission
from court.domain.seating import MOVES, PLACE_NAMES, SeatAct
from court.services import attendance, bookings, matter, observers, rollcall, transcript
from court.services.order import write_seat
from court.services.seat import revoke
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings

# What a seat takes with it: nothing of the session is told there.
_OWN = (
    t.seat_link,
    t.seat_event,
    t.notice,
    t.self_test,
    t.interpretation,
    t.crew_report,
    t.guest_check,
    t.pledge,
    t.voice,
)
# What is no trace of somebody's having come.
_PREPARED = {t.seat_link.name, t.self_test.name, t.interpretation.name, t.notice.name}


def add_seat(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat: SeatInput,
    offset_ms: int | None = None,
) -> Seat:
    """A further person before the session is closed; noted in the transcript once it is on. The vehicle's own seat comes
    with the first who sits there. Refuses what `bookings.check_one` and `seating.require_newcomer` refuse."""
    booked = rollcall.staffed(tx, actor, hearing_id, "add_seat")
    if booked.state in LIVE and seat.role not in PERSONS | {SeatRole.CLERK}:
        raise CourtError("order.not_a_person")
    bookings.check_one(tx, subject_id=booked.subject_id, seat=seat)
    present = hearings.seats(tx.conn, hearing_id)
    if len(present) >= bookings.MAX_SEATS:
        raise CourtError("hearing.too_many_seats", most=bookings.MAX_SEATS)
    person = seat.party_id or seat.account_id
    if person is not None and person in {s.party_id or s.account_id for s in present}:
        raise CourtError("hearing.seat_unknown")
    name = texts.required(texts.line_clean(seat.name), "name")
    rules.require_newcomer(name, seat.role, present, observers.of_hearing(tx, hearing_id=hearing_id))
    added = bookings.add(tx, hearing_id=hearing_id, seat=seat)
    _furnish(tx, hearing_id)
    if booked.subject_kind == "matter" and seat.account_id is not None:
        matter.seated(
            tx,
            actor=actor,
            now=now,
            matter_id=booked.subject_id,
            role=Role(seat.role),
            account_id=seat.account_id,
        )
    tx.record("hearing.seat_added", hearing_id, actor, now, {"seat": added.id, "role": added.role})
    _note(tx, actor, now, booked, f"增加席位：{added.caption}（{PLACE_NAMES[added.place]}）。", offset_ms)
    return added


def move(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    seat_id: str,
    place: Place,
    offset_ms: int | None = None,
) -> Seat:
    """He sits elsewhere than was booked: in the vehicle without a device, or before one of his own. Links of the seat end,
    and he waits before the door where the new place has one. Refuses what `seating.require_movable` refuses."""
    seat = rollcall.seat_of(tx, seat_id)
    booked = rollcall.staffed(tx, actor, seat.hearing_id, "move_seat")
    where = attendance.where(tx, hearing_id=booked.id).get(seat_id, Whereabouts.UNTOLD)
    rules.require_movable(seat, booked, where)
    if seat.place is place:
        return seat
    revoke(tx, actor=actor, now=now, seat_id=seat_id)
    write_seat(tx, seat_id, place=place, admission=first_admission(seat.role, place))
    _furnish(tx, booked.id)
    tx.record("hearing.seat_moved", booked.id, actor, now, {"seat": seat_id, "place": place})
    _note(tx, actor, now, booked, f"{seat.caption}改为{PLACE_NAMES[place]}参加。", offset_ms)
    return rollcall.seat_of(tx, seat_id)


def remove_seat(tx: Tx, *, actor: Actor, now: datetime, seat_id: str, offset_ms: int | None = None) -> None:
    """Refuses what `seating.require_untouched` refuses, and `seat.occupied` for who signs a paper."""
    seat = rollcall.seat_of(tx, seat_id)
    booked = rollcall.staffed(tx, actor, seat.hearing_id, "remove_seat")
    _require_untouched(tx, seat, booked)
    for table in _OWN:
        tx.conn.execute(table.delete().where(table.c.seat_id == seat_id))
    tx.conn.execute(t.interpretation.delete().where(t.interpretation.c.of_seat_id == seat_id))
    tx.conn.execute(t.seat.delete().where(t.seat.c.id == seat_id))
    tx.record("hearing.seat_removed", seat.hearing_id, actor, now, {"seat": seat_id, "role": seat.role})
    _note(tx, actor, now, booked, f"撤下席位：{seat.caption}（没有到场）。", offset_ms)


def possible(rx: Read, *, hearing: Hearing, seat: Seat) -> tuple[SeatAct, ...]:
    """What bench and clerk may do with this seat now (buttons of a page)."""
    found = []
    if seat.role in PERSONS and seat.place is Place.REMOTE and hearing.state not in ENDED:
        found.append(SeatAct.LINK)
    where = attendance.where(rx, hearing_id=hearing.id).get(seat.id, Whereabouts.UNTOLD)
    for act in (*MOVES, SeatAct.WITHDRAW):
        try:
            if act is SeatAct.WITHDRAW:
                _require_untouched(rx, seat, hearing)
            else:
                rules.require_movable(seat, hearing, where)
        except CourtError:
            continue
        if act is SeatAct.WITHDRAW or MOVES[act] is not seat.place:
            found.append(act)
    return tuple(found)


def without_seat(rx: Read, *, hearing_id: str) -> tuple[Party, ...]:
    """Parties of the case who were not booked for this session."""
    booked = sight.get(rx, hearing_id=hearing_id)
    seated = {seat.party_id for seat in hearings.seats(rx.conn, hearing_id)}
    return tuple(one for one in casework.parties(rx.conn, booked.subject_id) if one.id not in seated)


def _furnish(tx: Tx, hearing_id: str) -> None:
    """The vehicle's own seat, where somebody sits in it."""
    present = hearings.seats(tx.conn, hearing_id)
    if any(seat.place is Place.VEHICLE for seat in present) and not any(
        seat.role is SeatRole.VEHICLE for seat in present
    ):
        bookings.add(tx, hearing_id=hearing_id, seat=bookings.VEHICLE)


def _note(tx: Tx, actor: Actor, now: datetime, booked: Hearing, words: str, offset_ms: int | None) -> None:
    if booked.state in LIVE:
        transcript.mark(tx, actor=actor, now=now, hearing_id=booked.id, text=words, offset_ms=offset_ms)


def _require_untouched(rx: Read, seat: Seat, hearing: Hearing) -> None:
    rules.require_untouched(seat, hearing, traces=lambda: _traces(rx, seat.id))
    signs = sa.select(t.record_signer.c.id).where(t.record_signer.c.seat_id == seat.id).limit(1)
    if rx.conn.execute(signs).first() is not None:
        raise CourtError("seat.occupied")


def _traces(rx: Read, seat_id: str) -> bool:
    """Whether anything in the session was done at this seat."""
    for table in t.metadata.sorted_tables:
        if table.name in _PREPARED:
            continue
        for column in table.columns:
            if column.references(t.seat.c.id):
                query = sa.select(column).where(column == seat_id).limit(1)
                if rx.conn.execute(query).first() is not None:
                    return True
    return False
