"""The steps inside a private room (背对背) that more than one act takes, and who may reach which. No act of its own."""

import json
from datetime import datetime

import sqlalchemy as sa

from court.domain.caucus import (
    CAUCUS,
    ENDED,
    INVITATION,
    Caucus,
    CaucusAction,
    CaucusState,
    Invitation,
    InvitationAction,
    InvitationState,
    require_host,
)
from court.domain.errors import CourtError
from court.domain.hearing import Seat, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, ActorKind
from court.services import transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import caucus as load
from court.store.load import hearings, order

NO_STAY = {"stays": "[]", "cleared_by": ""}


def host_of(rx: Read, actor: Actor, hearing_id: str) -> Seat:
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    require_host(actor, hearing, order.sitting(rx.conn, hearing_id).stage)
    seat = seat_of(rx, actor, hearing_id)
    if seat is None:
        raise CourtError("room.not_seated")
    return seat


def own(rx: Read, actor: Actor, caucus_id: str, *, ended: bool = False) -> Caucus:
    """To everybody but its host a private room does not exist."""
    room = load.caucus(rx.conn, caucus_id)
    if room is None or not sight.sees_hearing(rx, actor=actor, hearing_id=room.hearing_id):
        raise CourtError("caucus.not_found")
    seat = seat_of(rx, actor, room.hearing_id)
    if seat is None or seat.id != room.host_seat_id:
        raise CourtError("caucus.not_found")
    if room.state is CaucusState.CLOSED and not ended:
        raise CourtError("caucus.wrong_state", state=room.state_name, action="caucus")
    return room


def guest(rx: Read, actor: Actor, hearing_id: str, caucus_id: str) -> tuple[Seat, Caucus, Invitation]:
    sight.seen(rx, actor=actor, hearing_id=hearing_id)
    room, seat = load.caucus(rx.conn, caucus_id), seat_of(rx, actor, hearing_id)
    mine = room.of(seat.id) if room is not None and seat is not None else None
    if room is None or seat is None or mine is None or room.hearing_id != hearing_id:
        raise CourtError("caucus.not_found")
    return seat, room, mine


def seat_of(rx: Read, actor: Actor, hearing_id: str) -> Seat | None:
    for seat in hearings.seats(rx.conn, hearing_id):
        held = {
            ActorKind.STAFF: seat.account_id == actor.id,
            ActorKind.TERMINAL: seat.role is SeatRole.VEHICLE,
            ActorKind.SEAT: seat.id == actor.id,
        }
        if held.get(actor.kind, False):
            return seat
    return None


def unlocked(room: Caucus) -> None:
    if room.state is CaucusState.LOCKED:
        raise CourtError("caucus.locked")


def step(
    tx: Tx, actor: Actor, now: datetime, room: Caucus, one: Invitation, action: InvitationAction
) -> None:
    state = INVITATION.after(one.state, action, actor.role)
    tx.conn.execute(t.caucus_invitation.update().where(is_row(one)).values(state=state))
    tx.record(f"caucus.{state}", room.hearing_id, actor, now, {"caucus": room.id, "seat": one.seat_id})


def stand(tx: Tx, actor: Actor, now: datetime, room: Caucus, seat_id: str, asked: Invitation | None) -> None:
    """A seat is in one area at a time: coming here, it has left every other private room."""
    for other in load.caucuses(tx.conn, room.hearing_id):
        if seat_id in other.inside():
            depart(tx, actor, now, other, seat_id)
    stay = {"stays": json.dumps(asked.stays), "cleared_by": asked.cleared_by} if asked else NO_STAY
    row = {"id": new_id(), "caucus_id": room.id, "seat_id": seat_id, "from_at": now, **stay}
    tx.conn.execute(t.caucus_visit.insert().values(row))
    tx.record("caucus.entered", room.hearing_id, actor, now, {"caucus": room.id, "seat": seat_id})


def go_out(tx: Tx, actor: Actor, now: datetime, room: Caucus, one: Invitation) -> None:
    step(tx, actor, now, room, one, InvitationAction.LEAVE)
    depart(tx, actor, now, room, one.seat_id)


def depart(tx: Tx, actor: Actor, now: datetime, room: Caucus, seat_id: str) -> None:
    v = t.caucus_visit
    here = (v.c.caucus_id == room.id, v.c.seat_id == seat_id, v.c.to_at.is_(None))
    if tx.conn.execute(v.update().where(*here).values(to_at=now)).rowcount:
        tx.record("caucus.returned", room.hearing_id, actor, now, {"caucus": room.id, "seat": seat_id})


def end(tx: Tx, actor: Actor, now: datetime, room: Caucus, offset_ms: int | None) -> None:
    state = CAUCUS.after(room.state, CaucusAction.CLOSE, actor.role)
    for one in room.invitations:
        if one.state is InvitationState.ACCEPTED:
            go_out(tx, actor, now, room, one)
        elif one.state is InvitationState.INVITED:
            step(tx, SYSTEM_ACTOR, now, room, one, InvitationAction.WITHDRAW)
    for seat_id in room.inside():
        depart(tx, actor, now, room, seat_id)
    values = {"state": state, "closed_at": now}
    tx.conn.execute(t.caucus.update().where(t.caucus.c.id == room.id).values(values))
    tx.record("caucus.closed", room.hearing_id, actor, now, {"caucus": room.id, "number": room.number})
    if not any(one.state is not CaucusState.CLOSED for one in load.caucuses(tx.conn, room.hearing_id)):
        transcript.mark(tx, actor=actor, now=now, hearing_id=room.hearing_id, text=ENDED, offset_ms=offset_ms)


def is_row(one: Invitation) -> sa.ColumnElement[bool]:
    return t.caucus_invitation.c.id == one.id


def read(rx: Read, caucus_id: str) -> Caucus:
    found = load.caucus(rx.conn, caucus_id)
    assert found is not None
    return found


def invitation(rx: Read, caucus_id: str, seat_id: str) -> Invitation:
    found = read(rx, caucus_id).of(seat_id)
    assert found is not None
    return found
