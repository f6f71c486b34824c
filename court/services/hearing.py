"""Sessions: scheduled, roll called, opened, suspended, resumed, closed."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.hearing import (
    HEARING,
    LAWFUL_REASONS,
    Hearing,
    HearingAction,
    HearingKind,
    HearingState,
    Seat,
    SeatInput,
    SuspendReason,
    Suspension,
)
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Role
from court.domain.matter import MATTER, MatterAction
from court.domain.rollcall import Obstacle
from court.services import bookings, caucus, filing, matter, order, rollcall, suitability
from court.services.rollcall import confirm_identity, mark_present, obstacles
from court.services.seating import add_seat, remove_seat
from court.services.suitability import ORDINARY, Sitting
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings
from court.store.sight import get, seen, sees_subject

__all__ = [
    "add_seat",
    "call_roll",
    "cancel",
    "close",
    "confirm_identity",
    "get",
    "live",
    "mark_present",
    "obstacles",
    "open_session",
    "remove_seat",
    "reschedule",
    "resume",
    "schedule",
    "seats",
    "seen",
    "suggested_seats",
    "suspend",
    "suspensions",
]

_KINDS = {
    "matter": frozenset({HearingKind.MEDIATION, HearingKind.TRIAL}),
    "petition": frozenset({HearingKind.RECEPTION}),
}
# A booking typed a few minutes late is still meant.
_LATE = timedelta(minutes=30)
_MINUTES = range(5, 601)


def schedule(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    kind: HearingKind,
    starts_at: datetime,
    minutes: int,
    place: str,
    seats: tuple[SeatInput, ...],
    open_to_public: bool = False,
    sitting: Sitting = ORDINARY,
) -> Hearing:
    """Books a session. `place` is the vehicle stop in words. A vehicle seat is added when a party sits in it.

    Refuses what `suitability.require` refuses, `hearing.in_the_past`, `hearing.no_bench`, `hearing.no_party`,
    `hearing.kind_mismatch`, `hearing.seat_unknown`, `hearing.minutes`, `text.empty`.
    """
    if actor.role not in BENCH | {Role.CLERK}:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="schedule")
    if kind not in _KINDS.get(subject_kind, frozenset()):
        raise CourtError("hearing.kind_mismatch")
    title = _title(tx, actor, subject_kind, subject_id)
    _check_time(now, starts_at, minutes)
    row = {
        "id": new_id(),
        "kind": kind,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "state": HEARING.start,
        "title": title,
        "starts_at": starts_at,
        "minutes": minutes,
        "place": text.required(place, "place"),
        "open_to_public": open_to_public,
        "rev": 1,
        "cancel_reason": "",
    }
    suitability.require(tx, subject_id=subject_id, kind=kind, seats=seats, sitting=sitting)
    tx.conn.execute(t.hearing.insert().values(row))
    suitability.keep(tx, actor=actor, now=now, hearing_id=str(row["id"]), sitting=sitting)
    for seat in bookings.checked(tx, subject_id=subject_id, kind=kind, seats=seats):
        bookings.add(tx, hearing_id=str(row["id"]), seat=seat)
        if subject_kind == "matter" and seat.account_id is not None:
            matter.seated(
                tx,
                actor=actor,
                now=now,
                matter_id=subject_id,
                role=Role(seat.role),
                account_id=seat.account_id,
            )
    tx.record("hearing.scheduled", str(row["id"]), actor, now, {"subject": subject_id, "kind": kind})
    return get(tx, hearing_id=str(row["id"]))


def suggested_seats(
    rx: Read, *, subject_kind: str, subject_id: str, kind: HearingKind
) -> tuple[SeatInput, ...]:
    """Every party (place vehicle), the assigned bench and clerk (place court): the form's starting point."""
    return bookings.suggested(rx, subject_kind=subject_kind, subject_id=subject_id, kind=kind)


def reschedule(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    rev: int,
    starts_at: datetime,
    minutes: int,
    place: str,
) -> Hearing:
    """A new time or place; seat links keep their seat and get revoked."""
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    if hearing.rev != rev:
        raise CourtError("hearing.stale")
    _check_time(now, starts_at, minutes)
    changes = {"starts_at": starts_at, "minutes": minutes, "place": text.required(place, "place")}
    moved = _step(tx, actor, now, hearing, HearingAction.RESCHEDULE, changes)
    _end_links(tx, now, hearing_id)
    return moved


def moved(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, starts_at: datetime) -> Hearing:
    """Another time, all else as it was booked."""
    booked = seen(tx, actor=actor, hearing_id=hearing_id)
    return reschedule(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        rev=booked.rev,
        starts_at=starts_at,
        minutes=booked.minutes,
        place=booked.place,
    )


def again(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, starts_at: datetime) -> Hearing:
    """A further session like one that is over, with the people who are in the case now."""
    held = seen(tx, actor=actor, hearing_id=hearing_id)
    kind, subject_id = held.subject_kind, held.subject_id
    return schedule(
        tx,
        actor=actor,
        now=now,
        subject_kind=kind,
        subject_id=subject_id,
        kind=held.kind,
        starts_at=starts_at,
        minutes=held.minutes,
        place=held.place,
        seats=suggested_seats(tx, subject_kind=kind, subject_id=subject_id, kind=held.kind),
        open_to_public=held.open_to_public,
    )


def call_roll(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """scheduled -> roll_call."""
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    return _step(tx, actor, now, hearing, HearingAction.CALL_ROLL)


def open_session(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """Refuses `hearing.identity_missing` / `hearing.consent_missing` (params name), `hearing.nobody_present`,
    `hearing.bench_absent`, `hearing.live_elsewhere`."""
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    HEARING.after(hearing.state, HearingAction.OPEN, actor.role)
    standing: tuple[Obstacle, ...] = rollcall.standing(tx, now, hearing)
    if standing:
        raise standing[0].refusal()
    other = sa.select(t.hearing.c.id).where(
        t.hearing.c.subject_id == hearing.subject_id,
        t.hearing.c.state.in_([HearingState.IN_SESSION, HearingState.SUSPENDED]),
    )
    if tx.conn.execute(other).first() is not None:
        raise CourtError("hearing.live_elsewhere")
    if hearing.subject_kind == "matter":
        matter.advance(tx, actor=actor, now=now, matter_id=hearing.subject_id, action=MatterAction.BEGIN)
        filing.heard(tx, now=now, matter_id=hearing.subject_id, kind=hearing.kind)
    order.end_countdown(tx, hearing_id=hearing_id)
    return _step(tx, actor, now, hearing, HearingAction.OPEN, {"opened_at": now})


def suspend(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: SuspendReason, note: str = ""
) -> Hearing:
    """People give one of the three lawful reasons; `link_lost` is for the system. Refuses
    `hearing.reason_unlawful`."""
    if (reason in LAWFUL_REASONS) == (actor.role is Role.SYSTEM):
        raise CourtError("hearing.reason_unlawful")
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    HEARING.after(hearing.state, HearingAction.SUSPEND, actor.role)
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "reason": reason,
        "note": text.within(note, "reason"),
        "from_at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.suspension.insert().values(row))
    return _step(tx, actor, now, hearing, HearingAction.SUSPEND, facts={"reason": reason})


def resume(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """suspended -> in_session."""
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    resumed = _step(tx, actor, now, hearing, HearingAction.RESUME)
    _end_suspension(tx, now, hearing_id)
    order.end_countdown(tx, hearing_id=hearing_id)
    return resumed


def close(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """The end; seat links are revoked."""
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    closed = _step(tx, actor, now, hearing, HearingAction.CLOSE, {"closed_at": now})
    _end_suspension(tx, now, hearing_id)
    _end_links(tx, now, hearing_id)
    return closed


def cancel(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: str) -> Hearing:
    """Before opening only; seat links are revoked."""
    hearing = seen(tx, actor=actor, hearing_id=hearing_id)
    changes = {"cancel_reason": text.required(reason, "reason")}
    cancelled = _step(tx, actor, now, hearing, HearingAction.CANCEL, changes)
    _end_links(tx, now, hearing_id)
    return cancelled


def seats(rx: Read, *, hearing_id: str) -> tuple[Seat, ...]:
    """Seats in order."""
    return hearings.seats(rx.conn, hearing_id)


def suspensions(rx: Read, *, hearing_id: str) -> tuple[Suspension, ...]:
    """Interruptions in order: the start-stop list of 法释〔2017〕5号 3."""
    return hearings.suspensions(rx.conn, hearing_id)


def live(rx: Read) -> tuple[Hearing, ...]:
    """Sessions in session or suspended (after a restart the rooms are opened again from this)."""
    states = [HearingState.IN_SESSION, HearingState.SUSPENDED]
    query = sa.select(t.hearing).where(t.hearing.c.state.in_(states)).order_by(t.hearing.c.opened_at)
    return hearings.hearings(rx.conn, query)


def _title(rx: Read, actor: Actor, subject_kind: str, subject_id: str) -> str:
    if not sees_subject(rx, actor, subject_kind, subject_id):
        raise CourtError(f"{subject_kind}.not_found")
    if subject_kind == "matter":
        found = matter.get(rx, matter_id=subject_id)
        MATTER.after(found.state, MatterAction.BEGIN, actor.role)
        return f"{found.number} {found.cause_name}"
    petition = casework.petition(rx.conn, subject_id)
    assert petition is not None
    return petition.number


def _check_time(now: datetime, starts_at: datetime, minutes: int) -> None:
    if starts_at < now - _LATE:
        raise CourtError("hearing.in_the_past")
    if minutes not in _MINUTES:
        raise CourtError("hearing.minutes")


def _step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    hearing: Hearing,
    action: HearingAction,
    changes: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> Hearing:
    if actor.kind not in {ActorKind.STAFF, ActorKind.SYSTEM}:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action=action.value)
    state = HEARING.after(hearing.state, action, actor.role)
    if state is not HearingState.IN_SESSION:
        caucus.end_all(tx, actor=actor, now=now, hearing_id=hearing.id)
    columns = {"state": state, "rev": hearing.rev + 1} | (changes or {})
    tx.conn.execute(t.hearing.update().where(t.hearing.c.id == hearing.id).values(columns))
    tx.record(f"hearing.{action}", hearing.id, actor, now, {"state": state, **(facts or {})})
    return get(tx, hearing_id=hearing.id)


def _end_suspension(tx: Tx, now: datetime, hearing_id: str) -> None:
    s = t.suspension
    tx.conn.execute(s.update().where(s.c.hearing_id == hearing_id, s.c.to_at.is_(None)).values(to_at=now))


def _end_links(tx: Tx, now: datetime, hearing_id: str) -> None:
    mine = sa.select(t.seat.c.id).where(t.seat.c.hearing_id == hearing_id)
    link = t.seat_link
    tx.conn.execute(
        link.update().where(link.c.seat_id.in_(mine), link.c.revoked_at.is_(None)).values(revoked_at=now)
    )
