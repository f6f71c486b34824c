"""A still of the document camera, asked for by bench or clerk, taken by the page of the vehicle, kept as an exhibit."""

from datetime import datetime, timedelta

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.exhibit import (
    CAPTURE,
    Capture,
    CaptureAction,
    CaptureState,
    Exhibit,
    Origin,
    may_be_submitted,
)
from court.domain.hearing import Place, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Role
from court.services import exhibit as service
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import exhibits, hearings

# A page that is there answers within seconds; what was asked longer ago is not photographed by surprise.
ASKED_FOR = timedelta(minutes=2)


def ask(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    title: str,
    purpose: str = "",
    party_id: str | None = None,
) -> Capture:
    """Asks the vehicle for a still; an earlier request that still waits is cancelled by it.

    `party_id`: who presents it, a party in the vehicle; None is the court itself. Refuses `exhibit.not_allowed`,
    `exhibit.closed`, `capture.no_vehicle`, `exhibit.not_yours`, `text.*`.
    """
    hearing, _ = service.holder(tx, actor=actor, hearing_id=hearing_id)
    if actor.role not in BENCH | {Role.CLERK}:
        raise CourtError("exhibit.not_allowed", role=ROLE_NAMES[actor.role], action="capture")
    if not may_be_submitted(hearing):
        raise CourtError("exhibit.closed")
    seats = hearings.seats(tx.conn, hearing_id)
    if not any(seat.role is SeatRole.VEHICLE for seat in seats):
        raise CourtError("capture.no_vehicle")
    inside = {seat.party_id for seat in seats if seat.place is Place.VEHICLE}
    if party_id is not None and party_id not in inside:
        raise CourtError("exhibit.not_yours")
    for one in exhibits.captures(tx.conn, hearing_id):
        if one.state is CaptureState.ASKED:
            _move(tx, actor, now, one, CaptureAction.CANCEL)
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "party_id": party_id,
        "title": texts.required(texts.line_clean(title), "label"),
        "purpose": texts.within(purpose, "note"),
        "state": CAPTURE.start,
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.exhibit_capture.insert().values(row))
    tx.record("exhibit.capture_asked", hearing_id, actor, now, {"capture": row["id"]})
    return _get(tx, hearing_id, str(row["id"]))


def take(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    capture_id: str,
    sha256: str,
    offset_ms: int | None = None,
) -> Exhibit:
    """The still the vehicle's page took; the same request answered twice is one exhibit.

    Refuses `exhibit.not_yours` to every other seat, `capture.not_found`, `capture.wrong_state` (cancelled), `capture.late`.
    """
    _, seat = service.holder(tx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.TERMINAL or seat is None:
        raise CourtError("exhibit.not_yours")
    asked = _get(tx, hearing_id, capture_id)
    if asked.exhibit_id is not None:
        return service.get(tx, hearing_id=hearing_id, exhibit_id=asked.exhibit_id)
    CAPTURE.after(asked.state, CaptureAction.TAKE, actor.role)
    if now - asked.at > ASKED_FOR:
        raise CourtError("capture.late")
    made = service.file(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        title=asked.title,
        purpose=asked.purpose,
        origin=Origin.CAMERA,
        sha256=sha256,
        pages=1,
        party_id=asked.party_id,
        offset_ms=offset_ms,
    )
    _move(tx, actor, now, asked, CaptureAction.TAKE, exhibit_id=made.id)
    return made


def cancel(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, capture_id: str) -> Capture:
    """No still after all: bench, clerk, or the vehicle whose camera failed. Cancelled twice it is cancelled once."""
    service.holder(tx, actor=actor, hearing_id=hearing_id)
    asked = _get(tx, hearing_id, capture_id)
    if actor.kind is ActorKind.SEAT:
        raise CourtError("exhibit.not_yours")
    if asked.state is CaptureState.CANCELLED:
        return asked
    _move(tx, actor, now, asked, CaptureAction.CANCEL)
    return _get(tx, hearing_id, capture_id)


def waiting(rx: Read, *, hearing_id: str, now: datetime) -> Capture | None:
    """The request the vehicle has still to answer."""
    open_ones = [one for one in exhibits.captures(rx.conn, hearing_id) if one.state is CaptureState.ASKED]
    return open_ones[-1] if open_ones and now - open_ones[-1].at <= ASKED_FOR else None


def _move(
    tx: Tx, actor: Actor, now: datetime, asked: Capture, action: CaptureAction, exhibit_id: str | None = None
) -> None:
    state = CAPTURE.after(asked.state, action, actor.role)
    changed = {"state": state, "exhibit_id": exhibit_id}
    tx.conn.execute(t.exhibit_capture.update().where(t.exhibit_capture.c.id == asked.id).values(changed))
    facts = {"capture": asked.id, "exhibit": exhibit_id}
    tx.record(f"exhibit.capture_{state}", asked.hearing_id, actor, now, facts)


def _get(rx: Read, hearing_id: str, capture_id: str) -> Capture:
    found = next((one for one in exhibits.captures(rx.conn, hearing_id) if one.id == capture_id), None)
    if found is None:
        raise CourtError("capture.not_found")
    return found
