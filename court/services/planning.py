"""Sessions in the plan of the vehicle: booked without a conflict or for a stated reason, moved, put back to wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind, Seat, SeatInput
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.tour import (
    PLANNERS,
    WAITING,
    Halt,
    WaitAction,
    Waiting,
    Wish,
    clock,
    conflicts,
    day_words,
    free_times,
)
from court.services import hearing, petition, telling
from court.services.suitability import ORDINARY, Sitting
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings
from court.store.load import tour as load
from court.store.sight import sees_subject

MOST_WAITING = 200
_STILL = t.waiting.c.state == WAITING.start


def book(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    rev: int,
    kind: HearingKind,
    starts_at: datetime,
    minutes: int,
    place: str,
    seats: tuple[SeatInput, ...],
    open_to_public: bool,
    sitting: Sitting = ORDINARY,
    halt_id: str = "",
    despite: str = "",
) -> Hearing:
    """A session of a dispute or petition, at a halt of the vehicle (`place` is then its stop) or elsewhere.

    `despite`: the reason to book although something stands in the way. Refuses `hearing.conflict` and whatever
    hearing.schedule refuses. Who waited waits no more.
    """
    halt = check(
        tx,
        now=now,
        starts_at=starts_at,
        minutes=minutes,
        halt_id=halt_id,
        people=_people(seats),
        despite=despite,
    )
    common: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "starts_at": starts_at,
        "minutes": minutes,
        "place": halt.stop_name if halt is not None else place,
        "seats": seats,
    }
    if subject_kind == "petition":
        made = petition.schedule_reception(tx, petition_id=subject_id, rev=rev, **common)
    else:
        made = hearing.schedule(
            tx,
            subject_kind=subject_kind,
            subject_id=subject_id,
            kind=kind,
            open_to_public=open_to_public,
            sitting=sitting,
            **common,
        )
    _attach(tx, actor, now, made.id, halt, despite)
    for one in load.waiting(tx.conn, t.waiting.c.subject_id == subject_id, _STILL):
        _settle(tx, actor, now, one, WaitAction.PLACE, made.id)
    _tell(tx, actor, now, made, f"{made.kind_name}安排在{_when(made)}，{made.place}。请带身份证。")
    return made


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
    halt_id: str = "",
    despite: str = "",
) -> Hearing:
    """Like hearing.reschedule, with the same look at conflicts as `book`."""
    people = _people(hearing.seats(tx, hearing_id=hearing_id))
    halt = check(
        tx,
        now=now,
        starts_at=starts_at,
        minutes=minutes,
        halt_id=halt_id,
        people=people,
        despite=despite,
        but=hearing_id,
    )
    moved = hearing.reschedule(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        rev=rev,
        starts_at=starts_at,
        minutes=minutes,
        place=halt.stop_name if halt is not None else place,
    )
    _attach(tx, actor, now, hearing_id, halt, despite)
    _tell(tx, actor, now, moved, _moved_words(moved))
    return moved


def cancel(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: str) -> Hearing:
    """Like hearing.cancel; its people are told."""
    cancelled = hearing.cancel(tx, actor=actor, now=now, hearing_id=hearing_id, reason=reason)
    _tell(tx, actor, now, cancelled, _cancelled_words(cancelled), "cancel")
    return cancelled


def check(
    rx: Read,
    *,
    now: datetime,
    starts_at: datetime,
    minutes: int,
    halt_id: str,
    people: Mapping[str, str],
    despite: str = "",
    but: str = "",
) -> Halt | None:
    """The halt; refuses `halt.not_found`, `halt.cancelled`, and `hearing.conflict` without a reason."""
    halt = load.halt(rx.conn, halt_id)
    if halt_id and halt is None:
        raise CourtError("halt.not_found")
    if halt is not None and not halt.standing:
        raise CourtError("halt.cancelled")
    wish = Wish(starts_at=starts_at, minutes=minutes, halt=halt, people=people)
    found = conflicts(wish, load.booked(rx.conn, wish.starts_at, wish.ends_at, but=but))
    if found and not text.line_clean(despite):
        raise CourtError("hearing.conflict", why="".join(found))
    return halt


def troubles(rx: Read, *, booked: Hearing) -> tuple[str, ...]:
    """What stands in the way of a booked session as the plan is now; a cancelled halt first."""
    halt = load.halt(rx.conn, halt_of(rx, hearing_id=booked.id))
    if halt is not None and not halt.standing:
        return (f"车辆不去{halt.stop_name}了：{halt.reason}。请改期。",)
    wish = Wish(
        starts_at=booked.starts_at,
        minutes=booked.minutes,
        halt=halt,
        people=_people(hearing.seats(rx, hearing_id=booked.id)),
    )
    return conflicts(wish, load.booked(rx.conn, wish.starts_at, wish.ends_at, but=booked.id))


def free(
    rx: Read, *, now: datetime, halt: Halt, minutes: int, people: Mapping[str, str]
) -> tuple[datetime, ...]:
    """Times at this halt that suit the vehicle and these people."""
    booked = load.booked(rx.conn, halt.arrives_at, halt.leaves_at)
    return free_times(halt, minutes, people, booked, now)


def halt_of(rx: Read, *, hearing_id: str) -> str:
    """The halt a session belongs to; empty for none."""
    query = sa.select(t.hearing.c.halt_id).where(t.hearing.c.id == hearing_id)
    return rx.conn.execute(query).scalar() or ""


def of_halt(rx: Read, *, actor: Actor, halt_id: str) -> tuple[Hearing, ...]:
    """Its sessions that the actor may see, in order."""
    query = sa.select(t.hearing).where(t.hearing.c.halt_id == halt_id).order_by(t.hearing.c.starts_at)
    return tuple(
        one
        for one in hearings.hearings(rx.conn, query)
        if sees_subject(rx, actor, one.subject_kind, one.subject_id)
    )


def shift(tx: Tx, *, actor: Actor, now: datetime, session: Hearing, by: timedelta) -> None:
    """With its halt; its people are told."""
    moved = hearing.reschedule(
        tx,
        actor=actor,
        now=now,
        hearing_id=session.id,
        rev=session.rev,
        starts_at=session.starts_at + by,
        minutes=session.minutes,
        place=session.place,
    )
    _tell(tx, actor, now, moved, _moved_words(moved))


def put_back(tx: Tx, *, actor: Actor, now: datetime, session: Hearing, reason: str) -> Waiting:
    """Its halt is cancelled: the session too, and its dispute or petition waits for another time."""
    if session.subject_kind == "petition":
        known = petition.get(tx, petition_id=session.subject_id)
        petition.cancel_reception(
            tx, actor=actor, now=now, petition_id=known.id, rev=known.rev, reason=reason
        )
    else:
        hearing.cancel(tx, actor=actor, now=now, hearing_id=session.id, reason=reason)
    _tell(tx, actor, now, session, _cancelled_words(session), "cancel")
    return wait(
        tx,
        actor=actor,
        now=now,
        subject_kind=session.subject_kind,
        subject_id=session.subject_id,
        kind=session.kind,
        minutes=session.minutes,
        village="",
        note=f"原定{session.place}的场次取消：{reason}"[:400],
    )


def wait(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    kind: HearingKind,
    minutes: int,
    village: str,
    note: str,
) -> Waiting:
    """On the list until a time is found; who is on it already stays where he stands."""
    if actor.kind is not ActorKind.STAFF or actor.role not in PLANNERS:
        raise CourtError("waiting.not_allowed", role=ROLE_NAMES[actor.role], action="wait")
    if not sees_subject(tx, actor, subject_kind, subject_id):
        raise CourtError(f"{subject_kind}.not_found")
    before = load.waiting(tx.conn, t.waiting.c.subject_id == subject_id, _STILL)
    if before:
        return before[0]
    row = {
        "id": new_id(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "kind": kind,
        "minutes": max(5, min(600, minutes)),
        "village": text.line_clean(village)[:80],
        "note": text.line_clean(note)[:400],
        "state": WAITING.start,
        "hearing_id": None,
        "asked_at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.waiting.insert().values(row))
    tx.record("waiting.asked", subject_id, actor, now, {"kind": kind})
    return load.waiting(tx.conn, t.waiting.c.id == row["id"])[0]


def withdraw(tx: Tx, *, actor: Actor, now: datetime, waiting_id: str) -> Waiting:
    """No time is needed any more. Refuses `waiting.not_found`."""
    found = load.waiting(tx.conn, t.waiting.c.id == waiting_id)
    if not found or not sees_subject(tx, actor, found[0].subject_kind, found[0].subject_id):
        raise CourtError("waiting.not_found")
    return _settle(tx, actor, now, found[0], WaitAction.WITHDRAW, None)


def waiting_list(rx: Read, *, actor: Actor) -> tuple[Waiting, ...]:
    """Who waits, first come first; of disputes and petitions that the actor may see."""
    found = load.waiting(rx.conn, _STILL)
    seen = [one for one in found if sees_subject(rx, actor, one.subject_kind, one.subject_id)]
    return tuple(seen[:MOST_WAITING])


def _settle(
    tx: Tx, actor: Actor, now: datetime, one: Waiting, action: WaitAction, hearing_id: str | None
) -> Waiting:
    state = WAITING.after(one.state, action, actor.role)
    w = t.waiting
    tx.conn.execute(w.update().where(w.c.id == one.id).values(state=state, hearing_id=hearing_id))
    tx.record(f"waiting.{action}", one.subject_id, actor, now, {})
    return load.waiting(tx.conn, w.c.id == one.id)[0]


def _attach(tx: Tx, actor: Actor, now: datetime, hearing_id: str, halt: Halt | None, despite: str) -> None:
    h = t.hearing
    tx.conn.execute(
        h.update().where(h.c.id == hearing_id).values(halt_id=halt.id if halt is not None else None)
    )
    why = text.line_clean(despite)[:400]
    if why:
        tx.record("hearing.despite", hearing_id, actor, now, {"reason": why})


def _tell(tx: Tx, actor: Actor, now: datetime, session: Hearing, words: str, act: str = "set") -> None:
    """A text message to each party; once for each act on each revision of the session."""
    telling.tell(
        tx,
        actor=actor,
        now=now,
        matter_id=session.subject_id,
        words=words,
        key=f"{session.id}:{act}:{session.rev}",
        purpose="hearing",
    )


def _when(session: Hearing) -> str:
    return f"{day_words(session.starts_at)}{clock(session.starts_at)}"


def _moved_words(session: Hearing) -> str:
    return f"{session.kind_name}改到{_when(session)}，{session.place}。"


def _cancelled_words(session: Hearing) -> str:
    return f"原定{_when(session)}的{session.kind_name}取消，新的时间另行通知。"


def _people(seats: Iterable[SeatInput | Seat]) -> dict[str, str]:
    return {one.account_id or one.party_id or "": one.name for one in seats if one.account_id or one.party_id}
