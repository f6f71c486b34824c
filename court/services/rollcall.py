"""Before the opening: who is there, identities checked for this session, what still stands in the way."""

from datetime import datetime

from court.domain import identity
from court.domain import rollcall as rules
from court.domain.errors import CourtError
from court.domain.hearing import (
    IDENTITY_VALID,
    Hearing,
    HearingState,
    IdentityCheck,
    IdentityMethod,
    Seat,
)
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, STAFF, Actor, ActorKind
from court.domain.matter import IdKind
from court.domain.numbers import day_of
from court.services import people, suitability
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings

_BEFORE = frozenset({HearingState.SCHEDULED, HearingState.ROLL_CALL})
_ENDED = frozenset({HearingState.CLOSED, HearingState.CANCELLED})


def mark_present(tx: Tx, *, actor: Actor, now: datetime, seat_id: str, present: bool) -> Seat:
    """到庭核对: a person says who is there; the link never does."""
    seat = seat_of(tx, seat_id)
    staffed(tx, actor, seat.hearing_id, "mark_present")
    tx.conn.execute(t.seat.update().where(t.seat.c.id == seat_id).values(present=present))
    tx.record("hearing.present", seat.hearing_id, actor, now, {"seat": seat_id, "present": present})
    return seat_of(tx, seat_id)


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
    booked = staffed(tx, actor, hearing_id, "confirm_identity")
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
        number = identity.require_number(id_number, day_of(now))
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
        bench=suitability.of_hearing(rx, hearing_id=booked.id).bench,
        kinds={one.id: one.id_kind for one in casework.parties(rx.conn, booked.subject_id)},
    )


def seat_of(rx: Read, seat_id: str) -> Seat:
    """Refuses `seat.not_found`."""
    found = hearings.seat(rx.conn, seat_id)
    if found is None:
        raise CourtError("seat.not_found")
    return found


def staffed(rx: Read, actor: Actor, hearing_id: str, action: str) -> Hearing:
    """A session that is not over, and staff who may see it (the officer in the vehicle included)."""
    booked = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action=action)
    if booked.state in _ENDED:
        raise CourtError("hearing.wrong_state", state=booked.state_name, action=action)
    return booked
