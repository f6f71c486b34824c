"""背对背调解: the mediator's private rooms, who is asked in, who stands where. What is said there is nowhere kept."""

import json
from datetime import datetime

from court.domain.caucus import (
    ANSWER_WITHIN,
    BEGUN,
    CAUCUS,
    INVITATION,
    MOST_ROOMS,
    Caucus,
    CaucusAction,
    CaucusState,
    Invitation,
    InvitationAction,
    InvitationState,
    require_invitable,
    who_stays,
)
from court.domain.errors import CourtError
from court.domain.hearing import Seat
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.services import caucus_steps as steps
from court.services import transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import caucus as load
from court.store.load import hearings


def open_room(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, once: str, offset_ms: int | None = None
) -> Caucus:
    """One more private room. The same `once` (made by the page) gives the first one again.

    The first one of several also leaves a mark of time in the transcript. Refuses `caucus.not_mediator`,
    `caucus.not_mediation`, `caucus.too_many`, `hearing.wrong_state`.
    """
    host = steps.host_of(tx, actor, hearing_id)
    known = load.caucuses(tx.conn, hearing_id)
    before = next((one for one in known if one.id == once), None)
    if before is not None:
        return before
    if len(known) >= MOST_ROOMS:
        raise CourtError("caucus.too_many", most=MOST_ROOMS)
    row = {
        "id": once if load.caucus(tx.conn, once) is None else new_id(),
        "hearing_id": hearing_id,
        "number": len(known) + 1,
        "host_seat_id": host.id,
        "state": CAUCUS.start,
        "opened_at": now,
        "complete": True,
    }
    tx.conn.execute(t.caucus.insert().values(row))
    tx.record("caucus.opened", hearing_id, actor, now, {"caucus": row["id"], "number": row["number"]})
    if not any(one.state is not CaucusState.CLOSED for one in known):
        transcript.mark(tx, actor=actor, now=now, hearing_id=hearing_id, text=BEGUN, offset_ms=offset_ms)
    return steps.read(tx, str(row["id"]))


def invite(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    caucus_id: str,
    seat_id: str,
    stays: tuple[str, ...] = (),
    cleared: bool = False,
) -> Invitation:
    """Asks one seat in, to be answered within half a minute; asked already, the invitation stands as it is.

    For the vehicle `stays` are the seats of who stays before its camera, and `cleared` vouches that the others have
    left it. Refuses `caucus.locked`, `caucus.elsewhere`, what `require_invitable` and `who_stays` refuse.
    """
    room = steps.own(tx, actor, caucus_id)
    steps.unlocked(room)
    seat = hearings.seat(tx.conn, seat_id)
    if seat is None or seat.hearing_id != room.hearing_id:
        raise CourtError("seat.not_found")
    require_invitable(seat)
    before = room.of(seat_id)
    if before is not None and before.state in {InvitationState.INVITED, InvitationState.ACCEPTED}:
        return before
    everywhere = load.caucuses(tx.conn, room.hearing_id)
    asked = (one.of(seat_id) for one in everywhere if one.id != caucus_id)
    if any(one is not None and one.state in _ENGAGED for one in asked):
        raise CourtError("caucus.elsewhere", name=seat.caption)
    staying = who_stays(seat, hearings.seats(tx.conn, room.hearing_id), stays, cleared)
    row = {
        "state": INVITATION.after(
            before.state if before else InvitationState.IDLE, InvitationAction.INVITE, actor.role
        ),
        "invited_at": now,
        "until": now + ANSWER_WITHIN,
        "stays": json.dumps(staying),
        "cleared_by": actor.name if staying else "",
    }
    if before is not None:
        tx.conn.execute(t.caucus_invitation.update().where(steps.is_row(before)).values(row))
    else:
        new = {"id": new_id(), "caucus_id": caucus_id, "seat_id": seat_id}
        tx.conn.execute(t.caucus_invitation.insert().values(new | row))
    facts = {"caucus": caucus_id, "seat": seat_id, "stays": staying}
    tx.record("caucus.invited", room.hearing_id, actor, now, facts)
    return steps.invitation(tx, caucus_id, seat_id)


def answer(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, caucus_id: str, accept: bool
) -> Invitation:
    """The invited person says yes or no at the own screen; answered the same way already, nothing happens.

    Refuses `caucus.not_found` to everybody else, `caucus.too_late`, `caucus.locked`.
    """
    seat, room, mine = steps.guest(tx, actor, hearing_id, caucus_id)
    wanted = InvitationState.ACCEPTED if accept else InvitationState.DECLINED
    if mine.state is wanted:
        return mine
    if mine.state is InvitationState.NO_ANSWER or (
        mine.state is InvitationState.INVITED and now >= mine.until
    ):
        raise CourtError("caucus.too_late")
    action = InvitationAction.ACCEPT if accept else InvitationAction.DECLINE
    if accept:
        steps.unlocked(room)
        require_invitable(seat)
    steps.step(tx, actor, now, room, mine, action)
    if accept:
        steps.stand(tx, actor, now, room, seat.id, mine)
    return steps.invitation(tx, caucus_id, seat.id)


def withdraw(tx: Tx, *, actor: Actor, now: datetime, caucus_id: str, seat_id: str) -> Caucus:
    """Takes back an invitation, or sends a guest back to the main room."""
    room = steps.own(tx, actor, caucus_id)
    one = room.of(seat_id)
    if one is None:
        raise CourtError("caucus.not_found")
    if one.state is InvitationState.INVITED:
        steps.step(tx, actor, now, room, one, InvitationAction.WITHDRAW)
    elif one.state is InvitationState.ACCEPTED:
        steps.go_out(tx, actor, now, room, one)
    return steps.read(tx, caucus_id)


def enter(tx: Tx, *, actor: Actor, now: datetime, caucus_id: str) -> Caucus:
    """The mediator goes in, out of wherever he was; a locked door is no hindrance to him."""
    room = steps.own(tx, actor, caucus_id)
    if room.host_seat_id not in room.inside():
        steps.stand(tx, actor, now, room, room.host_seat_id, None)
    return steps.read(tx, caucus_id)


def leave(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> None:
    """Whoever stands in a private room goes back to the main room, at any time and without asking."""
    sight.seen(tx, actor=actor, hearing_id=hearing_id)
    seat = steps.seat_of(tx, actor, hearing_id)
    if seat is not None:
        put_out(tx, actor=actor, now=now, seat=seat)


def lock(tx: Tx, *, actor: Actor, now: datetime, caucus_id: str, locked: bool) -> Caucus:
    """锁门: nobody else is asked in, nobody else comes in; leaving stays free."""
    room = steps.own(tx, actor, caucus_id)
    if (room.state is CaucusState.LOCKED) != locked:
        action = CaucusAction.LOCK if locked else CaucusAction.UNLOCK
        state = CAUCUS.after(room.state, action, actor.role)
        tx.conn.execute(t.caucus.update().where(t.caucus.c.id == caucus_id).values(state=state))
        tx.record(f"caucus.{state}", room.hearing_id, actor, now, {"caucus": caucus_id})
    return steps.read(tx, caucus_id)


def close(tx: Tx, *, actor: Actor, now: datetime, caucus_id: str, offset_ms: int | None = None) -> Caucus:
    """Everybody goes back to the main room; closed already, nothing happens."""
    room = steps.own(tx, actor, caucus_id, ended=True)
    if room.state is not CaucusState.CLOSED:
        steps.end(tx, actor, now, room, offset_ms)
    return steps.read(tx, caucus_id)


def end_all(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> None:
    """The session is interrupted or over: no private room outlives it."""
    for room in load.caucuses(tx.conn, hearing_id):
        if room.state is not CaucusState.CLOSED:
            steps.end(tx, actor, now, room, None)


def put_out(tx: Tx, *, actor: Actor, now: datetime, seat: Seat) -> None:
    """Out of every private room, and every open invitation is off: he leaves, or is sent before the door."""
    for room in load.caucuses(tx.conn, seat.hearing_id):
        one = room.of(seat.id)
        if one is not None and one.state is InvitationState.ACCEPTED:
            steps.go_out(tx, actor, now, room, one)
        elif one is not None and one.state is InvitationState.INVITED:
            steps.step(tx, SYSTEM_ACTOR, now, room, one, InvitationAction.WITHDRAW)
        elif seat.id in room.inside():
            steps.depart(tx, actor, now, room, seat.id)


def expire(tx: Tx, *, now: datetime, hearing_id: str) -> int:
    """Invitations nobody answered in time; says how many."""
    over = [
        (room, one)
        for room in load.caucuses(tx.conn, hearing_id)
        for one in room.invitations
        if one.state is InvitationState.INVITED and one.until <= now
    ]
    for room, one in over:
        steps.step(tx, SYSTEM_ACTOR, now, room, one, InvitationAction.EXPIRE)
    return len(over)


def rooms(rx: Read, *, hearing_id: str) -> tuple[Caucus, ...]:
    """Every private room of a session, closed ones too, in the order they were opened. For the program and the papers:
    who may see which is the caller's to say."""
    return load.caucuses(rx.conn, hearing_id)


def waits_until(rx: Read, *, hearing_id: str) -> datetime | None:
    """When the next open invitation runs out; None when nobody has to answer."""
    asked = (one for room in load.caucuses(rx.conn, hearing_id) for one in room.invitations)
    return min((one.until for one in asked if one.state is InvitationState.INVITED), default=None)


def uncounted(rx: Read, *, hearing_id: str) -> tuple[Caucus, ...]:
    """Closed rooms whose figures were not read yet."""
    known = load.caucuses(rx.conn, hearing_id)
    return tuple(one for one in known if one.state is CaucusState.CLOSED and one.figures is None)


def counted(
    tx: Tx,
    *,
    now: datetime,
    caucus_id: str,
    packets: int | None,
    crossed: int | None,
    recorded_ms: int | None,
) -> Caucus:
    """What the relay counted, once, after the end. None: no process is left that knows; a room nobody ever entered
    has nothing to count."""
    room = steps.read(tx, caucus_id)
    if room.figures is not None:
        return room
    unused, unknown = not room.visits, packets is None
    figures = {"packets": packets, "crossed": crossed, "recorded_ms": recorded_ms}
    if unused:
        figures = dict.fromkeys(figures, 0)
    changes = figures | {"counted_at": now} | ({"complete": False} if unknown and not unused else {})
    tx.conn.execute(t.caucus.update().where(t.caucus.c.id == caucus_id).values(changes))
    room = steps.read(tx, caucus_id)
    told = {"caucus": caucus_id, **figures, "complete": room.figures is not None and room.figures.complete}
    tx.record("caucus.counted", room.hearing_id, SYSTEM_ACTOR, now, told)
    if room.figures is not None and room.figures.alarming:
        tx.record("caucus.alarm", room.hearing_id, SYSTEM_ACTOR, now, told)
    return room


def lost(tx: Tx, *, now: datetime, hearing_id: str) -> int:
    """The process that counted the packets is gone: figures of rooms not read yet stay incomplete for good."""
    open_ones = [one for one in load.caucuses(tx.conn, hearing_id) if one.figures is None and one.visits]
    for one in open_ones:
        tx.conn.execute(t.caucus.update().where(t.caucus.c.id == one.id).values(complete=False))
        tx.record("caucus.figures_lost", hearing_id, SYSTEM_ACTOR, now, {"caucus": one.id})
    return len(open_ones)


_ENGAGED = frozenset({InvitationState.INVITED, InvitationState.ACCEPTED})
