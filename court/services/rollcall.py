"""Before the opening: seats added and taken away, who is there, identities checked for this session."""

from datetime import datetime

from court.domain import identity
from court.domain import rollcall as rules
from court.domain import text as texts
from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import (
    IDENTITY_VALID,
    Hearing,
    HearingState,
    IdentityCheck,
    IdentityMethod,
    Seat,
    SeatInput,
)
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, STAFF, Actor, ActorKind, Role
from court.domain.matter import IdKind
from court.domain.numbers import COURT_ZONE
from court.services import bookings, matter, people
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings

_BEFORE = frozenset({HearingState.SCHEDULED, HearingState.ROLL_CALL})
_ENDED = frozenset({HearingState.CLOSED, HearingState.CANCELLED})


def add_seat(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat: SeatInput) -> Seat:
    """A further person before the session is closed; not one who was removed from it."""
    booked = _staffed(tx, actor, hearing_id, "add_seat")
    bookings.check_one(tx, subject_id=booked.subject_id, seat=seat)
    present = hearings.seats(tx.conn, hearing_id)
    if len(present) >= bookings.MAX_SEATS:
        raise CourtError("hearing.too_many_seats", most=bookings.MAX_SEATS)
    person = seat.party_id or seat.account_id
    if person is not None and person in {s.party_id or s.account_id for s in present}:
        raise CourtError("hearing.seat_unknown")
    removed = {s.name for s in present if s.admission is Admission.REMOVED}
    if texts.line_clean(seat.name) in removed:
        raise CourtError("seat.barred")
    added = bookings.add(tx, hearing_id=hearing_id, seat=seat)
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
    return added


def remove_seat(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> None:
    """Only before opening."""
    seat = _seat(tx, seat_id)
    booked = _staffed(tx, actor, seat.hearing_id, "remove_seat")
    if booked.state not in _BEFORE or seat.admission is Admission.REMOVED:
        raise CourtError("seat.occupied")
    for table in (t.seat_link, t.seat_event, t.notice, t.self_test, t.interpretation):
        tx.conn.execute(table.delete().where(table.c.seat_id == seat_id))
    tx.conn.execute(t.interpretation.delete().where(t.interpretation.c.of_seat_id == seat_id))
    tx.conn.execute(t.seat.delete().where(t.seat.c.id == seat_id))
    tx.record("hearing.seat_removed", seat.hearing_id, actor, now, {"seat": seat_id, "role": seat.role})


def mark_present(tx: Tx, *, actor: Actor, now: datetime, seat_id: str, present: bool) -> Seat:
    """到庭核对: a person says who is there; the link never does."""
    seat = _seat(tx, seat_id)
    _staffed(tx, actor, seat.hearing_id, "mark_present")
    tx.conn.execute(t.seat.update().where(t.seat.c.id == seat_id).values(present=present))
    tx.record("hearing.present", seat.hearing_id, actor, now, {"seat": seat_id, "present": present})
    return _seat(tx, seat_id)


def confirm_identity(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    party_id: str,
    method: IdentityMethod,
    id_number: str = "",
) -> IdentityCheck:
    """Checked for THIS hearing. With `id_card` the number read must equal the stored one (`identity.mismatch`);
    a temporary identity that shows a card now keeps the number. Valid 12 hours."""
    booked = _staffed(tx, actor, hearing_id, "confirm_identity")
    return write_check(
        tx, actor=actor, now=now, booked=booked, party_id=party_id, method=method, id_number=id_number
    )


def write_check(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    booked: Hearing,
    party_id: str,
    method: IdentityMethod,
    id_number: str = "",
) -> IdentityCheck:
    """The check itself; whether this actor may make one now is asked before. Refuses what `confirm_identity` refuses of
    the person and the number."""
    hearing_id, row = booked.id, people.row_of(tx, party_id)
    if row.subject_id != booked.subject_id:
        raise CourtError("party.not_found")
    if method is IdentityMethod.ID_CARD:
        number = identity.require_number(id_number, now.astimezone(COURT_ZONE).date())
        if row.id_number and row.id_number != number:
            raise CourtError("identity.mismatch")
        shown = {
            "id_kind": IdKind.RESIDENT,
            "id_number": number,
            "birth_date": identity.birth_date(number),
            "gender": identity.gender(number),
        }
        tx.conn.execute(t.party.update().where(t.party.c.id == party_id).values(shown))
    made = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "party_id": party_id,
        "method": method,
        "at": now,
        "expires_at": now + IDENTITY_VALID,
        "by": actor.name,
    }
    tx.conn.execute(t.identity_check.insert().values(made))
    tx.record("hearing.identity_checked", hearing_id, actor, now, {"party": party_id, "method": method})
    return hearings.identity_checks(tx.conn, hearing_id)[party_id]


def obstacles(rx: Read, *, now: datetime, hearing_id: str) -> tuple[tuple[str, str], ...]:
    """(code, Chinese sentence) for everything that keeps `open` from working; empty when ready."""
    booked = sight.get(rx, hearing_id=hearing_id)
    return tuple((one.code, one.refusal().text) for one in standing(rx, now, booked))


def standing(rx: Read, now: datetime, booked: Hearing) -> tuple[rules.Obstacle, ...]:
    """The same as rules, for `open`."""
    return rules.obstacles(
        booked.kind,
        hearings.seats(rx.conn, booked.id),
        hearings.identity_checks(rx.conn, booked.id),
        casework.consents(rx.conn, booked.subject_id),
        now,
    )


def _seat(rx: Read, seat_id: str) -> Seat:
    found = hearings.seat(rx.conn, seat_id)
    if found is None:
        raise CourtError("seat.not_found")
    return found


def _staffed(rx: Read, actor: Actor, hearing_id: str, action: str) -> Hearing:
    """A session that is not over, and staff who may see it (the officer in the vehicle included)."""
    booked = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action=action)
    if booked.state in _ENDED:
        raise CourtError("hearing.wrong_state", state=booked.state_name, action=action)
    return booked
