"""Seat links for remote parties and what the relay says about a seat's link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Place, Presence, Seat, SeatRole
from court.domain.ids import new_id, new_token
from court.domain.lifecycle import BENCH, PUBLIC_ACTOR, ROLE_NAMES, SYSTEM_ACTOR, Actor, ActorKind, Role
from court.domain.numbers import COURT_ZONE
from court.domain.order import PERSONS
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings
from court.store.rows import token_hash

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(hours=6)
_ENDED = frozenset({HearingState.CLOSED, HearingState.CANCELLED})
PRESENCE = {"joined": Presence.JOINED, "back": Presence.JOINED, "lost": Presence.LOST, "left": Presence.LEFT}
_ROLE = {SeatRole.AGENT: Role.AGENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLink:
    """A link that exists (without its token). `bound` once a device has used it."""

    id: str
    seat_id: str
    not_before: datetime
    not_after: datetime
    bound: bool
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLinkMade:
    """`token` goes into the path of the link, shown once; only its hash is stored."""

    token: str
    link: SeatLink


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOpened:
    """`device` goes into the cookie court_seat."""

    device: str
    seat: Seat
    hearing: Hearing
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSession:
    """Who holds a court_seat cookie now."""

    seat: Seat
    hearing: Hearing
    actor: Actor
    until: datetime


def create_link(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    seat_id: str,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> SeatLinkMade:
    """A new link for one remote seat; an older one of the seat is revoked. The window defaults to
    30 minutes before the start until 6 hours after it. Refuses `seat.not_remote`, `seat.removed`."""
    seat, hearing = _booked(tx, actor, seat_id)
    if seat.admission is Admission.REMOVED:
        raise CourtError("seat.removed")
    if seat.place is not Place.REMOTE or seat.role not in PERSONS:
        raise CourtError("seat.not_remote")
    revoke(tx, actor=actor, now=now, seat_id=seat_id)
    token = new_token()
    row = {
        "id": new_id(),
        "seat_id": seat_id,
        "token_hash": token_hash(token),
        "not_before": not_before or hearing.starts_at - OPENS_BEFORE,
        "not_after": not_after or hearing.starts_at + CLOSES_AFTER,
    }
    tx.conn.execute(t.seat_link.insert().values(row))
    tx.record("seat.link_created", hearing.id, actor, now, {"seat": seat_id, "link": row["id"]})
    return SeatLinkMade(token=token, link=_link(_row(tx, t.seat_link.c.id == row["id"])))


def redeem(tx: Tx, *, now: datetime, token: str, device: str | None) -> SeatOpened:
    """First use binds the link to a new device cookie; the same device may come again.

    Refuses `seat.link_unknown` (404), `seat.too_early`, `seat.expired`, `seat.revoked`, `seat.other_device`
    and `seat.barred` (both recorded). `device` is the court_seat cookie the browser sent, if any.
    """
    row = _row(tx, t.seat_link.c.token_hash == token_hash(token))
    if row is None:
        raise CourtError("seat.link_unknown")
    if row.revoked_at is not None:
        raise CourtError("seat.revoked")
    if now < row.not_before:
        opens = row.not_before.astimezone(COURT_ZONE).strftime("%m月%d日 %H:%M")
        raise CourtError("seat.too_early", from_time=opens)
    if now >= row.not_after:
        raise CourtError("seat.expired")
    seat, hearing = _seat_of(tx, row.seat_id)
    if hearing.state in _ENDED:
        raise CourtError("seat.expired")
    if seat.admission is Admission.REMOVED or (device and _barred(tx, hearing.id, device)):
        tx.record("seat.barred", hearing.id, PUBLIC_ACTOR, now, {"seat": seat.id, "link": row.id})
        raise CourtError("seat.barred", keep=True)
    if row.device_hash is None:
        device = new_token()
        bound = {"device_hash": token_hash(device), "bound_at": now}
        tx.conn.execute(t.seat_link.update().where(t.seat_link.c.id == row.id).values(bound))
        tx.record("seat.link_bound", hearing.id, PUBLIC_ACTOR, now, {"seat": seat.id, "link": row.id})
    elif device is None or token_hash(device) != row.device_hash:
        tx.record("seat.other_device", hearing.id, PUBLIC_ACTOR, now, {"seat": seat.id, "link": row.id})
        raise CourtError("seat.other_device", keep=True)
    return SeatOpened(device=device, seat=seat, hearing=hearing, until=row.not_after)


def session(rx: Read, *, now: datetime, device: str) -> SeatSession | None:
    """The seat of a cookie, None when unknown, out of its window, revoked, or the hearing has ended."""
    row = _row(rx, t.seat_link.c.device_hash == token_hash(device))
    if row is None or row.revoked_at is not None or not row.not_before <= now < row.not_after:
        return None
    seat, hearing = _seat_of(rx, row.seat_id)
    if hearing.state in _ENDED:
        return None
    actor = Actor(kind=ActorKind.SEAT, id=seat.id, role=_ROLE.get(seat.role, Role.PARTY), name=seat.name)
    return SeatSession(seat=seat, hearing=hearing, actor=actor, until=row.not_after)


def revoke(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> int:
    """Ends every link of a seat; says how many."""
    _, hearing = _booked(tx, actor, seat_id)
    link = t.seat_link
    alive = (link.c.seat_id == seat_id, link.c.revoked_at.is_(None))
    ended = tx.conn.execute(link.update().where(*alive).values(revoked_at=now)).rowcount
    if ended:
        tx.record("seat.link_revoked", hearing.id, actor, now, {"seat": seat_id, "count": ended})
    return ended


def release(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> SeatLinkMade:
    """The person changed the device: the old link ends, a new one with the same window begins. A link that was
    ended already (the session was moved) gives no window."""
    query = sa.select(t.seat_link).where(t.seat_link.c.seat_id == seat_id, t.seat_link.c.revoked_at.is_(None))
    old = tx.conn.execute(query.order_by(t.seat_link.c.id.desc()).limit(1)).first()
    return create_link(
        tx,
        actor=actor,
        now=now,
        seat_id=seat_id,
        not_before=old.not_before if old else None,
        not_after=old.not_after if old else None,
    )


def links(rx: Read, *, hearing_id: str) -> tuple[SeatLink, ...]:
    """Newest first."""
    query = sa.select(t.seat_link).join(t.seat).where(t.seat.c.hearing_id == hearing_id)
    return tuple(_link(row) for row in rx.conn.execute(query.order_by(t.seat_link.c.id.desc())))


def linked(tx: Tx, *, now: datetime, seat_id: str, state: str, cause: str = "") -> Seat:
    """From the relay's Observer: state joined | lost | back | left. Kept as evidence (规则 25); the roll call
    is not touched. `left` after `lost` stays lost: a link that never came back is not somebody who left."""
    seat, hearing = _seat_of(tx, seat_id)
    presence = PRESENCE[state]
    if presence is Presence.LEFT and seat.presence is Presence.LOST:
        presence = Presence.LOST
    event = {"id": new_id(), "seat_id": seat_id, "event": state, "cause": cause[:200], "at": now}
    tx.conn.execute(t.seat_event.insert().values(event))
    changed = {"presence": presence, "presence_at": now}
    tx.conn.execute(t.seat.update().where(t.seat.c.id == seat_id).values(changed))
    tx.record(f"seat.{state}", hearing.id, SYSTEM_ACTOR, now, {"seat": seat_id})
    return _seat_of(tx, seat_id)[0]


def link_quality(tx: Tx, *, now: datetime, seat_id: str, step: str) -> None:
    """From the relay's Observer: what a seat's link carries of pictures is now high, low, still or sound. Kept in
    the journal of the hearing: who saw what, should it be disputed (规则 25). Sound always came."""
    _, hearing = _seat_of(tx, seat_id)
    tx.record("hearing.link_quality", hearing.id, SYSTEM_ACTOR, now, {"seat": seat_id, "step": step})


def _seat_of(rx: Read, seat_id: str) -> tuple[Seat, Hearing]:
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None:
        raise CourtError("seat.not_found")
    return seat, sight.get(rx, hearing_id=seat.hearing_id)


def _barred(rx: Read, hearing_id: str, device: str) -> bool:
    """Whether this device sat in a seat that was removed: it does not come back under another name."""
    query = (
        sa.select(t.seat.c.id)
        .join(t.seat_link, t.seat_link.c.seat_id == t.seat.c.id)
        .where(
            t.seat.c.hearing_id == hearing_id,
            t.seat.c.admission == Admission.REMOVED,
            t.seat_link.c.device_hash == token_hash(device),
        )
    )
    return rx.conn.execute(query).first() is not None


def _booked(rx: Read, actor: Actor, seat_id: str) -> tuple[Seat, Hearing]:
    seat, hearing = _seat_of(rx, seat_id)
    sight.seen(rx, actor=actor, hearing_id=hearing.id)
    if actor.kind is not ActorKind.STAFF or actor.role not in BENCH | {Role.CLERK}:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="seat_link")
    if hearing.state in _ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="seat_link")
    return seat, hearing


def _row(rx: Read, condition: sa.ColumnElement[bool]) -> Any:
    return rx.conn.execute(sa.select(t.seat_link).where(condition)).first()


def _link(row: Any) -> SeatLink:
    return SeatLink(
        id=row.id,
        seat_id=row.seat_id,
        not_before=row.not_before,
        not_after=row.not_after,
        bound=row.bound_at is not None,
        revoked=row.revoked_at is not None,
    )
