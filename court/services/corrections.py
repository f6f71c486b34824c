"""Corrections of the transcript: asked for by a party, decided by the bench. The lines are services.transcript's."""

from datetime import datetime

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, Seat, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind
from court.domain.transcript import CORRECTION, TRANSCRIPT, Correction, CorrectionAction, TranscriptAction
from court.services.transcript import check_final, line_of, revised
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings


def request_correction(
    tx: Tx, *, actor: Actor, now: datetime, seat_id: str, line_id: str, wanted: str
) -> Correction:
    """A party (from a seat or the vehicle terminal) wants a line changed; `seat_id` is the person's seat."""
    line = line_of(tx, line_id)
    hearing = sight.seen(tx, actor=actor, hearing_id=line.hearing_id)
    seat = _person_seat(tx, actor, hearing, seat_id)
    state = hearings.transcript(tx.conn, hearing.id).state
    check_final(state)
    TRANSCRIPT.after(state, TranscriptAction.REQUEST_CORRECTION, actor.role)
    row = {
        "id": new_id(),
        "hearing_id": hearing.id,
        "line_id": line_id,
        "line_rev": line.rev,
        "seat_id": seat.id,
        "by": seat.name,
        "wanted": texts.required(wanted, "line"),
        "state": CORRECTION.start,
        "at": now,
        "decided_by": "",
        "reason": "",
    }
    tx.conn.execute(t.correction.insert().values(row))
    facts = {"line": line_id, "correction": row["id"], "seat": seat.id}
    tx.record("transcript.correction_requested", hearing.id, actor, now, facts)
    return _correction(tx, str(row["id"]))


def decide(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    correction_id: str,
    accept: bool,
    reason: str,
    text: str | None = None,
) -> Correction:
    """The bench decides; accepting writes `text` (or what was wanted) as a new revision of the line.

    Refuses `correction.changed` when the line was revised after the request and no `text` is given.
    """
    correction = _correction(tx, correction_id)
    hearing = sight.seen(tx, actor=actor, hearing_id=correction.hearing_id)
    check_final(hearings.transcript(tx.conn, hearing.id).state)
    action = CorrectionAction.ACCEPT if accept else CorrectionAction.REFUSE
    state = CORRECTION.after(correction.state, action, actor.role)
    why = texts.within(reason, "reason") if accept else texts.required(reason, "reason")
    if accept:
        line = line_of(tx, correction.line_id)
        if line.rev != correction.line_rev and text is None:
            raise CourtError("correction.changed")
        wanted = texts.required(text if text is not None else correction.wanted, "line")
        revised(tx, actor, now, line, line.speaker, wanted, why or "更正请求")
    decided = {"state": state, "decided_by": actor.name, "decided_at": now, "reason": why}
    tx.conn.execute(t.correction.update().where(t.correction.c.id == correction_id).values(decided))
    facts = {"correction": correction_id, "line": correction.line_id, "state": state}
    tx.record("transcript.correction_decided", hearing.id, actor, now, facts)
    return _correction(tx, correction_id)


def _person_seat(rx: Read, actor: Actor, hearing: Hearing, seat_id: str) -> Seat:
    """A seat speaks for itself; at the vehicle's terminal any person sitting in the vehicle may."""
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing.id or seat.role is SeatRole.VEHICLE:
        raise CourtError("seat.not_found")
    if actor.kind is ActorKind.SEAT and actor.id != seat_id:
        raise CourtError("seat.not_found")
    return seat


def _correction(rx: Read, correction_id: str) -> Correction:
    found = hearings.correction(rx.conn, correction_id)
    if found is None:
        raise CourtError("correction.not_found")
    return found
