"""Who may do what with the exhibits of a session: the seat an actor holds, whom it speaks for, the next step."""

from collections.abc import Collection

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.exhibit import EXHIBIT, Exhibit, ExhibitAction, ExhibitSide, may_be_examined
from court.domain.hearing import Hearing, Place, Seat, SeatRole
from court.domain.lifecycle import BENCH, Actor, ActorKind, Role
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, exhibits, hearings

RECORDERS = BENCH | {Role.CLERK}


def get(rx: Read, *, hearing_id: str, exhibit_id: str) -> Exhibit:
    """An exhibit of the dispute or petition of this session; refuses `exhibit.not_found` for any other."""
    found = exhibits.exhibit(rx.conn, exhibit_id)
    if found is None or found.subject_id != sight.get(rx, hearing_id=hearing_id).subject_id:
        raise CourtError("exhibit.not_found")
    return found


def holder(rx: Read, *, actor: Actor, hearing_id: str, within: bool = False) -> tuple[Hearing, Seat | None]:
    """The session and the seat this actor holds in it; the officer of the vehicle needs none.

    `within`: he must have been let in. Refuses `hearing.not_found`, `room.not_seated`, `exhibit.outside`, and
    `exhibit.not_for_witness`: who is to testify sees no evidence (在线诉讼规则 26).
    """
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    seats = hearings.seats(rx.conn, hearing_id)
    seat = next((one for one in seats if _holds(one, actor)), None)
    if seat is None and actor.role is not Role.OFFICER:
        raise CourtError("room.not_seated")
    if seat is not None and seat.role is SeatRole.WITNESS:
        raise CourtError("exhibit.not_for_witness")
    if seat is not None and not (inside(seat) if within else may_see(seat)):
        raise CourtError("exhibit.outside")
    return hearing, seat


def may_see(seat: Seat) -> bool:
    """Whether this seat has to do with evidence at all: no witness, nobody who was sent away."""
    return seat.role is not SeatRole.WITNESS and seat.admission in {Admission.ADMITTED, Admission.WAITING}


def inside(seat: Seat) -> bool:
    """Whether this screen sees what is shown; who waits before the door only hands in and sees his own."""
    return may_see(seat) and seat.admission is Admission.ADMITTED


def _holds(seat: Seat, actor: Actor) -> bool:
    match actor.kind:
        case ActorKind.STAFF:
            return seat.account_id == actor.id
        case ActorKind.TERMINAL:
            return seat.role is SeatRole.VEHICLE
        case _:
            return seat.id == actor.id


def spoken_for(rx: Read, actor: Actor, hearing_id: str) -> Collection[str]:
    """Ids of the parties this actor may submit and speak for."""
    seats = hearings.seats(rx.conn, hearing_id)
    if actor.kind is ActorKind.STAFF and actor.role in RECORDERS:
        hearing = sight.get(rx, hearing_id=hearing_id)
        return {party.id for party in casework.parties(rx.conn, hearing.subject_id)}
    if actor.kind is ActorKind.SEAT:
        return {seat.party_id for seat in seats if seat.id == actor.id and seat.party_id}
    return {seat.party_id for seat in seats if seat.place is Place.VEHICLE and seat.party_id}


def side_of(rx: Read, actor: Actor, hearing: Hearing, party_id: str | None) -> ExhibitSide:
    """The side of the presenting party, when this actor may speak for it."""
    allowed = actor.role in RECORDERS if party_id is None else party_id in spoken_for(rx, actor, hearing.id)
    if not allowed:
        raise CourtError("exhibit.not_yours")
    return side_of_party(rx, hearing, party_id)


def side_of_party(rx: Read, hearing: Hearing, party_id: str | None) -> ExhibitSide:
    """The side a party stands on; None is the court itself."""
    if party_id is None:
        return ExhibitSide.COURT
    party = next((p for p in casework.parties(rx.conn, hearing.subject_id) if p.id == party_id), None)
    if party is None:
        raise CourtError("exhibit.not_yours")
    return ExhibitSide(party.side.value)


def opponents(rx: Read, hearing: Hearing, exhibit: Exhibit) -> tuple[str, ...]:
    """Ids of the parties who are asked for their opinion: those of every other side."""
    parties = casework.parties(rx.conn, hearing.subject_id)
    return tuple(p.id for p in parties if p.side.value != exhibit.side.value)


def live(hearing: Hearing) -> None:
    """Refuses `exhibit.not_live`."""
    if not may_be_examined(hearing):
        raise CourtError("exhibit.not_live")


def step(rx: Read, actor: Actor, hearing: Hearing, exhibit_id: str, action: ExhibitAction) -> Exhibit:
    """The exhibit, when this actor may take this step with it now. Refuses `exhibit.wrong_state`, `.not_allowed`."""
    found = get(rx, hearing_id=hearing.id, exhibit_id=exhibit_id)
    EXHIBIT.after(found.state, action, actor.role)
    return found


def moved(tx: Tx, exhibit: Exhibit, action: ExhibitAction, actor: Actor) -> Exhibit:
    """The exhibit after the step."""
    state = EXHIBIT.after(exhibit.state, action, actor.role)
    tx.conn.execute(t.exhibit.update().where(t.exhibit.c.id == exhibit.id).values(state=state))
    found = exhibits.exhibit(tx.conn, exhibit.id)
    assert found is not None
    return found
