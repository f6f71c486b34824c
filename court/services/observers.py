"""旁听 by list: who is put on it, who comes by a link of his own, who is sent away for good. Watching is the relay's."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Presence
from court.domain.ids import new_id, new_token
from court.domain.lifecycle import PUBLIC_ACTOR, ROLE_NAMES, SYSTEM_ACTOR, Actor, ActorKind, Role
from court.domain.numbers import COURT_ZONE
from court.domain.observer import (
    KEEPERS,
    MOST_WRONG,
    OBSERVER,
    Observer,
    ObserverAction,
    ObserverState,
    Proof,
    digits,
    require_free,
    require_open,
)
from court.services.seat import OPENS_BEFORE, PRESENCE
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings
from court.store.load import observers as load
from court.store.rows import token_hash

_ENDED = frozenset({HearingState.CLOSED, HearingState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverMade:
    """`token` goes into the path of the link, `code` is the one-time code (empty for other proofs); shown once."""

    observer: Observer
    token: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverOpened:
    """`device` goes into the cookie court_observer."""

    observer: Observer
    hearing: Hearing
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverSession:
    """Who holds a court_observer cookie now."""

    observer: Observer
    hearing: Hearing
    actor: Actor


def add(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    name: str,
    proof: Proof,
    typed: str = "",
    affiliation: str = "",
) -> ObserverMade:
    """Onto the list of a public session. `typed` are the last four of number or telephone; a code is made here.

    Refuses `observer.not_public`, `observer.digits`, `text.empty`, what `require_free` refuses, and `observer.barred` for
    the four characters of somebody who was removed.
    """
    _kept(tx, actor, hearing_id)
    shown = text.line_clean(name)[:60]
    if not shown:
        raise CourtError("text.empty")
    known = load.observers(tx.conn, hearing_id)
    require_free(shown, hearings.seats(tx.conn, hearing_id), known)
    code = f"{secrets.randbelow(1_000_000):06d}" if proof is Proof.CODE else ""
    proof_hash = _proof_hash(hearing_id, proof, code or digits(proof, typed))
    o = t.observer
    removed = (o.c.hearing_id == hearing_id, o.c.state == ObserverState.REMOVED, o.c.proof_hash == proof_hash)
    if tx.conn.execute(sa.select(o.c.id).where(*removed)).first() is not None:
        raise CourtError("observer.barred")
    token = new_token()
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "name": shown,
        "affiliation": text.line_clean(affiliation)[:80],
        "proof": proof,
        "proof_hash": proof_hash,
        "state": OBSERVER.start,
        "presence": Presence.AWAY,
        "token_hash": token_hash(token),
        "wrong": 0,
        "listed_at": now,
        "by": actor.name,
    }
    tx.conn.execute(o.insert().values(row))
    tx.record("observer.listed", hearing_id, actor, now, {"observer": row["id"], "proof": proof})
    return ObserverMade(observer=get(tx, observer_id=str(row["id"])), token=token, code=code)


def relink(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, observer_id: str) -> ObserverMade:
    """Another device, a lost link, a link that was locked: the old one ends. Refuses `observer.barred`."""
    found = _listed(tx, actor, hearing_id, observer_id)
    if found.state is ObserverState.REMOVED:
        raise CourtError("observer.barred")
    token, changes = new_token(), {"device_hash": None, "wrong": 0}
    code = ""
    if found.proof is Proof.CODE:
        code = f"{secrets.randbelow(1_000_000):06d}"
        changes["proof_hash"] = _proof_hash(hearing_id, found.proof, code)  # type: ignore[assignment]
    _write(tx, observer_id, token_hash=token_hash(token), **changes)
    tx.record("observer.relinked", hearing_id, actor, now, {"observer": observer_id})
    return ObserverMade(observer=get(tx, observer_id=observer_id), token=token, code=code)


def step(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, observer_id: str, action: ObserverAction
) -> Observer:
    """移出, or its taking back by the bench. The link and the device stay bound, so that they are known again."""
    found = _listed(tx, actor, hearing_id, observer_id)
    if action is ObserverAction.REMOVE and found.state is ObserverState.REMOVED:
        return found
    state = OBSERVER.after(found.state, action, actor.role)
    _write(tx, observer_id, state=state)
    tx.record(f"observer.{action}", hearing_id, actor, now, {"observer": observer_id})
    return get(tx, observer_id=observer_id)


def by_link(rx: Read, *, now: datetime, token: str) -> tuple[Observer, Hearing]:
    """Whom the link is for, and to what. Refuses `observer.link_unknown` (404), `observer.removed`, `observer.ended`,
    `observer.too_early`, `observer.locked`, `observer.not_public`."""
    row = _row(rx, t.observer.c.token_hash == token_hash(token))
    if row is None:
        raise CourtError("observer.link_unknown")
    found, hearing = load.observer_of(row), sight.get(rx, hearing_id=row.hearing_id)
    if found.state is ObserverState.REMOVED:
        raise CourtError("observer.removed")
    if hearing.state in _ENDED:
        raise CourtError("observer.ended")
    require_open(hearing)
    opens = hearing.starts_at - OPENS_BEFORE
    if now < opens:
        raise CourtError(
            "observer.too_early", from_time=opens.astimezone(COURT_ZONE).strftime("%m月%d日 %H:%M")
        )
    if found.wrong >= MOST_WRONG:
        raise CourtError("observer.locked")
    return found, hearing


def enter(
    tx: Tx, *, now: datetime, token: str, typed: str, device: str | None, seat_device: str | None
) -> ObserverOpened:
    """The right answer binds the link to this device. `device` and `seat_device` are the cookies the browser sent.

    Refuses what `by_link` refuses, `observer.proof_wrong` (params left), `observer.other_device`, `observer.barred` (a
    device that was removed from this session); the last three are recorded.
    """
    found, hearing = by_link(tx, now=now, token=token)
    row = _row(tx, t.observer.c.id == found.id)
    facts = {"observer": found.id}
    if _barred(tx, hearing.id, device, seat_device):
        tx.record("observer.barred", hearing.id, PUBLIC_ACTOR, now, facts)
        raise CourtError("observer.barred", keep=True)
    answer = _proof_hash(hearing.id, found.proof, "".join(typed.split()).upper()[:12])
    if not hmac.compare_digest(answer, row.proof_hash):
        _write(tx, found.id, wrong=found.wrong + 1)
        tx.record("observer.proof_wrong", hearing.id, PUBLIC_ACTOR, now, facts)
        left = MOST_WRONG - found.wrong - 1
        raise CourtError("observer.proof_wrong" if left else "observer.locked", keep=True, left=left)
    if row.device_hash is None:
        device = new_token()
        _write(tx, found.id, device_hash=token_hash(device), wrong=0)
        tx.record("observer.bound", hearing.id, PUBLIC_ACTOR, now, facts)
    elif device is None or token_hash(device) != row.device_hash:
        tx.record("observer.other_device", hearing.id, PUBLIC_ACTOR, now, facts)
        raise CourtError("observer.other_device", keep=True)
    return ObserverOpened(observer=get(tx, observer_id=found.id), hearing=hearing, device=device)


def session(rx: Read, *, device: str) -> ObserverSession | None:
    """The observer of a cookie; None when unknown, removed, or the session is over."""
    row = _row(rx, t.observer.c.device_hash == token_hash(device))
    if row is None or row.state != ObserverState.LISTED:
        return None
    found, hearing = load.observer_of(row), sight.get(rx, hearing_id=row.hearing_id)
    if hearing.state in _ENDED or not hearing.open_to_public:
        return None
    actor = Actor(kind=ActorKind.PUBLIC, id=found.id, role=Role.PUBLIC, name=found.name)
    return ObserverSession(observer=found, hearing=hearing, actor=actor)


def linked(tx: Tx, *, now: datetime, observer_id: str, state: str) -> None:
    """From the relay's Observer: joined | lost | back | left, for the count and the journal."""
    found = load.observer(tx.conn, observer_id)
    if found is not None:
        _write(tx, observer_id, presence=PRESENCE[state], presence_at=now)
        tx.record(f"observer.{state}", found.hearing_id, SYSTEM_ACTOR, now, {"observer": observer_id})


def attempted(tx: Tx, *, now: datetime, observer_id: str) -> None:
    """From the relay's Observer: the page asked to send, to speak or to be heard. It was refused there."""
    found = load.observer(tx.conn, observer_id)
    if found is not None:
        tx.record("observer.attempt", found.hearing_id, SYSTEM_ACTOR, now, {"observer": observer_id})


def of_hearing(rx: Read, *, hearing_id: str) -> tuple[Observer, ...]:
    """The list, in its order; who may see it is the caller's to say."""
    return load.observers(rx.conn, hearing_id)


def get(rx: Read, *, observer_id: str) -> Observer:
    """Refuses `observer.not_found`."""
    found = load.observer(rx.conn, observer_id)
    if found is None:
        raise CourtError("observer.not_found")
    return found


def _kept(rx: Read, actor: Actor, hearing_id: str) -> Hearing:
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in KEEPERS:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="observer")
    require_open(hearing)
    return hearing


def _listed(rx: Read, actor: Actor, hearing_id: str, observer_id: str) -> Observer:
    _kept(rx, actor, hearing_id)
    found = get(rx, observer_id=observer_id)
    if found.hearing_id != hearing_id:
        raise CourtError("observer.not_found")
    return found


def _barred(rx: Read, hearing_id: str, device: str | None, seat_device: str | None) -> bool:
    """Whether this device watched or sat here and was removed: it does not come back under another name."""
    o, known = t.observer, []
    if device:
        of = (o.c.hearing_id == hearing_id, o.c.state == ObserverState.REMOVED)
        known.append(sa.select(o.c.id).where(*of, o.c.device_hash == token_hash(device)))
    if seat_device:
        sat = sa.select(t.seat.c.id).join(t.seat_link, t.seat_link.c.seat_id == t.seat.c.id)
        of = (t.seat.c.hearing_id == hearing_id, t.seat.c.admission == Admission.REMOVED)
        known.append(sat.where(*of, t.seat_link.c.device_hash == token_hash(seat_device)))
    return any(rx.conn.execute(query).first() is not None for query in known)


def _proof_hash(hearing_id: str, proof: Proof, answer: str) -> str:
    """Alike for the same answer in the same session, so that who was removed is known again."""
    return token_hash(f"{hearing_id}:{proof}:{answer}")


def _write(tx: Tx, observer_id: str, **changes: Any) -> None:
    tx.conn.execute(t.observer.update().where(t.observer.c.id == observer_id).values(changes))


def _row(rx: Read, condition: sa.ColumnElement[bool]) -> Any:
    return rx.conn.execute(sa.select(t.observer).where(condition)).first()
