"""Who is in the courtroom and who may speak: admission, floor, mute, layout, countdown. The relay only obeys it."""

from datetime import datetime
from typing import Any

from court.domain.admission import ADMISSION, Admission, AdmissionAction
from court.domain.attendance import Whereabouts, require_reported
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Presence, Seat, SeatRole
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.order import (
    COUNTDOWN_SECONDS,
    ENDED,
    FLOOR_SECONDS,
    Layout,
    Sitting,
    ends_at,
    has_own_line,
    moved,
    mutable,
    require_bench,
    told_to_all,
)
from court.domain.stages import Stage
from court.services import attendance, identifying, pledges
from court.services import caucus as private
from court.services.seat import revoke
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, order

_VERBS = {
    AdmissionAction.ADMIT: "seat.admitted",
    AdmissionAction.DISMISS: "seat.dismissed",
    AdmissionAction.EXCUSE: "seat.excused",
    AdmissionAction.REMOVE: "seat.removed",
    AdmissionAction.REINSTATE: "seat.reinstated",
}


def let(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str, action: AdmissionAction
) -> Seat:
    """One step of a person through the door; where the person already stands there, nothing happens.

    移出 also ends the person's links. Refuses what `court.domain.order.moved` refuses, `seat.not_found`,
    `attendance.untold` for a witness of the vehicle of whom the crew has not said where he waits, and `pledge.*` for one
    who has not signed his 保证书.
    """
    hearing, seat = _seat(tx, actor, hearing_id, seat_id)
    if seat.admission is _target(action):
        return seat
    admission = moved(seat, action, hearing.state, actor.role)
    if action is AdmissionAction.ADMIT:
        stands = attendance.where(tx, hearing_id=hearing_id).get(seat_id, Whereabouts.UNTOLD)
        require_reported(seat, stands)
        pledges.before_calling(tx, hearing=hearing, seat=seat)
    write_seat(tx, seat_id, admission=admission)
    if admission is not Admission.ADMITTED:
        private.put_out(tx, actor=actor, now=now, seat=seat)
        identifying.end(tx, actor=actor, now=now, hearing_id=hearing_id, seat_id=seat_id)
        attendance.silence(tx, actor=actor, now=now, hearing_id=hearing_id, seat_id=seat_id)
    if admission is Admission.REMOVED:
        revoke(tx, actor=actor, now=now, seat_id=seat_id)
    tx.record(_VERBS[action], hearing_id, actor, now, {"seat": seat_id, "role": seat.role})
    return _read(tx, seat_id)


def admit_all(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> tuple[Seat, ...]:
    """全部准入: everybody who is at the door, except witnesses, who are called one by one."""
    seats = hearings.seats(tx.conn, hearing_id)
    waiting = [
        s
        for s in seats
        if s.admission is Admission.WAITING
        and s.presence is Presence.JOINED
        and s.role is not SeatRole.WITNESS
    ]
    return tuple(
        let(
            tx,
            actor=actor,
            now=now,
            hearing_id=hearing_id,
            seat_id=seat.id,
            action=AdmissionAction.ADMIT,
        )
        for seat in waiting
    )


def floor(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    allowed: bool,
    seconds: int | None = None,
) -> Seat:
    """Gives the word (for a time when `seconds` is told) or takes it; giving it also ends a mute."""
    _, seat = _seat(tx, actor, hearing_id, seat_id)
    require_bench(actor, "floor")
    until = ends_at(now, seconds, FLOOR_SECONDS) if allowed and seconds is not None else None
    changes: dict[str, Any] = {"floor": allowed, "floor_until": until}
    if allowed:
        changes |= {"muted": False, "locked": False}
    if (seat.floor, seat.floor_until, seat.muted) != (allowed, until, changes.get("muted", seat.muted)):
        write_seat(tx, seat_id, **changes)
        tx.record(
            "hearing.floor",
            hearing_id,
            actor,
            now,
            {"seat": seat_id, "allowed": allowed, "seconds": seconds},
        )
    return _read(tx, seat_id)


def mute(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str | None,
    muted: bool,
    locked: bool = False,
) -> tuple[Seat, ...]:
    """Silences one seat, or with None every party; `locked`: the person cannot undo it. Gives the seats meant.

    Refuses `order.not_a_person` for the bench and the clerk.
    """
    require_bench(actor, "mute")
    _open(tx, actor, hearing_id, "mute")
    if seat_id is None:
        seats = tuple(seat for seat in hearings.seats(tx.conn, hearing_id) if told_to_all(seat))
    else:
        seats = (_seat(tx, actor, hearing_id, seat_id)[1],)
        if not mutable(seats[0]):
            raise CourtError("order.not_a_person")
    wanted = (muted, muted and locked)
    changed = [seat for seat in seats if (seat.muted, seat.locked) != wanted]
    for seat in changed:
        write_seat(tx, seat.id, muted=wanted[0], locked=wanted[1])
    if changed:
        body = {"seat": seat_id or "all", "muted": muted, "locked": wanted[1]}
        tx.record("hearing.muted", hearing_id, actor, now, body)
    return tuple(_read(tx, seat.id) for seat in seats)


def arrange(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    layout: Layout,
) -> Sitting:
    """How every page shows the pictures; who is in the 主画面 stays there."""
    require_bench(actor, "arrange")
    _open(tx, actor, hearing_id, "arrange")
    return _sit(tx, actor, now, hearing_id, "hearing.arranged", layout=layout)


def spotlight(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, lit: tuple[str, str] | None
) -> Sitting:
    """主画面: one picture, (seat id, source), large on every page whatever the layout; None for nobody's.

    Refuses `seat.not_found`, `order.not_in_court` for somebody who is before the door, and a seat that has no picture of
    its own (`order.in_vehicle`).
    """
    require_bench(actor, "arrange")
    _open(tx, actor, hearing_id, "arrange")
    if lit is not None:
        _, seat = _seat(tx, actor, hearing_id, lit[0])
        if not has_own_line(seat):
            raise CourtError("order.in_vehicle")
        if seat.admission is not Admission.ADMITTED:
            raise CourtError("order.not_in_court")
    seat_id, source = lit or ("", "")
    where = {"spotlight_seat": seat_id, "spotlight_source": source}
    return _sit(tx, actor, now, hearing_id, "hearing.spotlit", **where)


def set_stage(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, wanted: Stage) -> Sitting:
    """A stage began (its mark is written by `stages.begin`): it is shown, in the layout it suggests."""
    return _sit(tx, actor, now, hearing_id, "hearing.stage", stage=wanted.code, layout=wanted.layout)


def countdown(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seconds: int | None) -> Sitting:
    """Everybody sees the seconds to the opening; None takes it back. The opening itself stays the bench's act."""
    require_bench(actor, "countdown")
    hearing = sight.seen(tx, actor=actor, hearing_id=hearing_id)
    if hearing.state not in {HearingState.SCHEDULED, HearingState.ROLL_CALL, HearingState.SUSPENDED}:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="countdown")
    until = ends_at(now, seconds, COUNTDOWN_SECONDS) if seconds is not None else None
    return _sit(tx, actor, now, hearing_id, "hearing.countdown", opens_at=until)


def end_countdown(tx: Tx, *, hearing_id: str) -> None:
    """What was counted down to has begun."""
    tx.conn.execute(t.sitting.update().where(t.sitting.c.hearing_id == hearing_id).values(opens_at=None))


def sitting(rx: Read, *, hearing_id: str) -> Sitting:
    """What is arranged now."""
    return order.sitting(rx.conn, hearing_id)


def _target(action: AdmissionAction) -> Admission:
    return next(step.to for (_, a), step in ADMISSION.table.items() if a is action)


def _seat(rx: Read, actor: Actor, hearing_id: str, seat_id: str) -> tuple[Hearing, Seat]:
    hearing = _open(rx, actor, hearing_id, "order")
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    return hearing, seat


def _open(rx: Read, actor: Actor, hearing_id: str, action: str) -> Hearing:
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action=action)
    if hearing.state in ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action=action)
    return hearing


def _read(rx: Read, seat_id: str) -> Seat:
    seat = hearings.seat(rx.conn, seat_id)
    assert seat is not None
    return seat


def write_seat(tx: Tx, seat_id: str, **changes: Any) -> None:
    """Columns of a seat as they are from now on; the caller records why."""
    tx.conn.execute(t.seat.update().where(t.seat.c.id == seat_id).values(changes))


def _sit(tx: Tx, actor: Actor, now: datetime, hearing_id: str, event: str, **changes: Any) -> Sitting:
    """Writes what changed of the sitting; nothing is recorded where nothing did."""
    before = order.sitting(tx.conn, hearing_id)
    s = t.sitting
    if not tx.conn.execute(s.update().where(s.c.hearing_id == hearing_id).values(changes)).rowcount:
        empty = {"stage": "", "layout": Layout.AUTO, "spotlight_seat": "", "spotlight_source": ""}
        tx.conn.execute(s.insert().values({"hearing_id": hearing_id, **empty, **changes}))
    after = order.sitting(tx.conn, hearing_id)
    if after != before:
        tx.record(event, hearing_id, actor, now, {name: str(value or "") for name, value in changes.items()})
    return after
