"""The transcript of a hearing: lines, revisions, corrections, final text."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Seat, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.transcript import (
    CORRECTION,
    TRANSCRIPT,
    Correction,
    CorrectionAction,
    CorrectionState,
    Line,
    LineRevision,
    Transcript,
    TranscriptAction,
    TranscriptState,
    digest,
)
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings
from court.store.rows import insert_new
from court.store.rows import once as first_result

MOST_LINES = 5000
_DRAFT_MOST = 4000
_COURT = "（记录）"  # who speaks where the court notes a moment
_WRITABLE = frozenset({HearingState.IN_SESSION, HearingState.SUSPENDED, HearingState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """The clerk's unfinished row, kept against a crash of the page. `line` is the client's id of it."""

    line: str
    speaker: str
    text: str
    at: datetime
    saved_at: datetime


def append(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    speaker: str,
    text: str,
    speaker_seat_id: str | None = None,
    offset_ms: int | None = None,
    at: datetime | None = None,
    once: str | None = None,
) -> Line:
    """The next line. The same `once` (client-made UUID) gives the first line again.

    Refuses `transcript.final`, `transcript.not_allowed`, `transcript.not_open` (hearing not yet opened or
    cancelled; after closing lines may still be added until final), `text.*`.
    """
    writable(tx, actor, hearing_id, TranscriptAction.APPEND)

    def write() -> Line:
        return _append(tx, actor, now, hearing_id, speaker, text, speaker_seat_id, offset_ms, at)

    line = first_result(tx, key=once, scope=f"line:{hearing_id}", now=now, result=Line, call=write)
    if once is not None:
        d = t.line_draft
        tx.conn.execute(d.delete().where(d.c.hearing_id == hearing_id, d.c.line == once))
    return line


def mark(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, text: str, offset_ms: int | None = None
) -> None:
    """A moment the court notes by itself (背对背调解 begins and ends), never what was said; nothing once final."""
    head = tx.conn.execute(sa.select(t.transcript.c.state).where(t.transcript.c.hearing_id == hearing_id))
    if TranscriptState(head.scalar() or TranscriptState.OPEN) is TranscriptState.OPEN:
        _append(tx, actor, now, hearing_id, _COURT, text, None, offset_ms, None)


def revise(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    line_id: str,
    rev: int,
    text: str,
    speaker: str | None = None,
    reason: str = "",
) -> Line:
    """Refuses `transcript.conflict` (409; params line, rev, speaker, mine, theirs, by) when `rev` is not current."""
    line = _line(tx, line_id)
    writable(tx, actor, line.hearing_id, TranscriptAction.REVISE)
    wanted = texts.required(text, "line")
    if line.rev != rev:
        raise CourtError(
            "transcript.conflict",
            line=line.id,
            rev=line.rev,
            speaker=line.speaker,
            mine=wanted,
            theirs=line.text,
            by=line.by,
        )
    said_by = _speaker(speaker) if speaker is not None else line.speaker
    if wanted == line.text and said_by == line.speaker:
        return line
    return _revised(tx, actor, now, line, said_by, wanted, reason)


def request_correction(
    tx: Tx, *, actor: Actor, now: datetime, seat_id: str, line_id: str, wanted: str
) -> Correction:
    """A party (from a seat or the vehicle terminal) wants a line changed; `seat_id` is the person's seat."""
    line = _line(tx, line_id)
    hearing = sight.seen(tx, actor=actor, hearing_id=line.hearing_id)
    seat = _person_seat(tx, actor, hearing, seat_id)
    state = hearings.transcript(tx.conn, hearing.id).state
    _check_final(state)
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
    _check_final(hearings.transcript(tx.conn, hearing.id).state)
    action = CorrectionAction.ACCEPT if accept else CorrectionAction.REFUSE
    state = CORRECTION.after(correction.state, action, actor.role)
    why = texts.within(reason, "reason") if accept else texts.required(reason, "reason")
    if accept:
        line = _line(tx, correction.line_id)
        if line.rev != correction.line_rev and text is None:
            raise CourtError("correction.changed")
        wanted = texts.required(text if text is not None else correction.wanted, "line")
        _revised(tx, actor, now, line, line.speaker, wanted, why or "更正请求")
    decided = {"state": state, "decided_by": actor.name, "decided_at": now, "reason": why}
    tx.conn.execute(t.correction.update().where(t.correction.c.id == correction_id).values(decided))
    facts = {"correction": correction_id, "line": correction.line_id, "state": state}
    tx.record("transcript.correction_decided", hearing.id, actor, now, facts)
    return _correction(tx, correction_id)


def finalise(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Transcript:
    """After closing (hearing closed or suspended). Refuses `transcript.corrections_open`, `transcript.empty`,
    `transcript.still_live`."""
    hearing = writable(tx, actor, hearing_id, TranscriptAction.FINALISE)
    if hearing.state is HearingState.IN_SESSION:
        raise CourtError("transcript.still_live")
    present = hearings.transcript(tx.conn, hearing_id)
    if not present.lines:
        raise CourtError("transcript.empty")
    undecided = sum(c.state is CorrectionState.REQUESTED for c in present.corrections)
    if undecided:
        raise CourtError("transcript.corrections_open", count=undecided)
    row = {
        "hearing_id": hearing_id,
        "state": TRANSCRIPT.after(present.state, TranscriptAction.FINALISE, actor.role),
        "sha256": digest(present.lines),
        "finalised_at": now,
        "finalised_by": actor.name,
    }
    tx.conn.execute(t.transcript.insert().values(row))
    # What a machine heard and nobody checked is no part of the record and is not kept.
    tx.conn.execute(t.heard.delete().where(t.heard.c.hearing_id == hearing_id))
    facts = {"sha256": row["sha256"], "lines": len(present.lines)}
    tx.record("transcript.finalised", hearing_id, actor, now, facts)
    return hearings.transcript(tx.conn, hearing_id)


def get(rx: Read, *, hearing_id: str) -> Transcript:
    """Lines and corrections; state open and no lines when nothing was written yet."""
    return hearings.transcript(rx.conn, hearing_id)


def history(rx: Read, *, line_id: str) -> tuple[LineRevision, ...]:
    """Every wording of a line, oldest first."""
    return hearings.revisions(rx.conn, line_id)


def digest_now(rx: Read, *, hearing_id: str) -> str:
    """SHA-256 of the canonical lines as they stand (what an agreement carries before the text is final)."""
    return digest(hearings.lines(rx.conn, hearing_id))


def save_draft(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    line: str,
    speaker: str,
    text: str,
    at: datetime,
) -> datetime:
    """Keeps the one unfinished row of this writer; an empty text takes it away. Gives the time of saving."""
    writable(tx, actor, hearing_id, TranscriptAction.APPEND)
    d = t.line_draft
    mine = (d.c.hearing_id == hearing_id, d.c.account_id == actor.id)
    if not text.strip():
        tx.conn.execute(d.delete().where(*mine))
        return now
    if len(text) > _DRAFT_MOST:
        raise CourtError("text.too_long", most=_DRAFT_MOST, length=len(text))
    row = {"line": line[:80], "speaker": speaker[:80], "text": texts.clean(text), "at": at, "saved_at": now}
    if not insert_new(tx.conn, d, row | {"hearing_id": hearing_id, "account_id": actor.id}):
        tx.conn.execute(d.update().where(*mine).values(row))
    return now


def draft(rx: Read, *, actor: Actor, hearing_id: str) -> LineDraft | None:
    """The unfinished row of this writer, None when there is none."""
    d = t.line_draft
    query = sa.select(d.c.line, d.c.speaker, d.c.text, d.c.at, d.c.saved_at)
    row = rx.conn.execute(query.where(d.c.hearing_id == hearing_id, d.c.account_id == actor.id)).first()
    return LineDraft(**row._mapping) if row else None


def _append(
    tx: Tx,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    speaker: str,
    text: str,
    seat_id: str | None,
    offset_ms: int | None,
    at: datetime | None,
) -> Line:
    if seat_id is not None:
        seat = hearings.seat(tx.conn, seat_id)
        if seat is None or seat.hearing_id != hearing_id:
            raise CourtError("seat.not_found")
    last = sa.select(sa.func.max(t.line.c.seq)).where(t.line.c.hearing_id == hearing_id)
    seq = (tx.conn.execute(last).scalar() or 0) + 1
    if seq > MOST_LINES:
        raise CourtError("transcript.too_many")
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "seq": seq,
        "rev": 1,
        "speaker": _speaker(speaker),
        "speaker_seat_id": seat_id,
        "text": texts.required(text, "line"),
        "at": at or now,
        "offset_ms": None if offset_ms is None else max(0, offset_ms),
        "by": actor.name,
    }
    tx.conn.execute(t.line.insert().values(row))
    line = _line(tx, str(row["id"]))
    _keep_wording(tx, now, line, "")
    tx.record("transcript.line", hearing_id, actor, now, {"line": line.id, "seq": seq, "rev": 1})
    return line


def _revised(tx: Tx, actor: Actor, now: datetime, line: Line, speaker: str, text: str, reason: str) -> Line:
    changed = {"rev": line.rev + 1, "text": text, "speaker": speaker, "by": actor.name}
    tx.conn.execute(t.line.update().where(t.line.c.id == line.id).values(changed))
    fresh = _line(tx, line.id)
    _keep_wording(tx, now, fresh, texts.within(reason, "reason"))
    facts = {"line": line.id, "seq": line.seq, "rev": fresh.rev}
    tx.record("transcript.revised", line.hearing_id, actor, now, facts)
    return fresh


def _keep_wording(tx: Tx, now: datetime, line: Line, reason: str) -> None:
    row = {
        "line_id": line.id,
        "rev": line.rev,
        "speaker": line.speaker,
        "text": line.text,
        "at": now,
        "by": line.by,
        "reason": reason,
    }
    tx.conn.execute(t.line_revision.insert().values(row))


def _speaker(speaker: str) -> str:
    name = texts.line_clean(speaker)
    if not name:
        raise CourtError("text.empty")
    return name[:80]


def writable(rx: Read, actor: Actor, hearing_id: str, action: TranscriptAction) -> Hearing:
    """The hearing, if this actor may do this to its transcript now.

    Refuses `hearing.not_found`, `transcript.not_allowed`, `transcript.final`, `transcript.not_open`.
    """
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("transcript.not_allowed", role=ROLE_NAMES[actor.role], action=action.value)
    head = rx.conn.execute(sa.select(t.transcript.c.state).where(t.transcript.c.hearing_id == hearing_id))
    state = TranscriptState(head.scalar() or TranscriptState.OPEN)
    _check_final(state)
    TRANSCRIPT.after(state, action, actor.role)
    if hearing.state not in _WRITABLE:
        raise CourtError("transcript.not_open")
    return hearing


def _check_final(state: TranscriptState) -> None:
    if state is TranscriptState.FINAL:
        raise CourtError("transcript.final")


def _person_seat(rx: Read, actor: Actor, hearing: Hearing, seat_id: str) -> Seat:
    """A seat speaks for itself; at the vehicle's terminal any person sitting in the vehicle may."""
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing.id or seat.role is SeatRole.VEHICLE:
        raise CourtError("seat.not_found")
    if actor.kind is ActorKind.SEAT and actor.id != seat_id:
        raise CourtError("seat.not_found")
    return seat


def _line(rx: Read, line_id: str) -> Line:
    found = hearings.line(rx.conn, line_id)
    if found is None:
        raise CourtError("transcript.not_found")
    return found


def _correction(rx: Read, correction_id: str) -> Correction:
    found = hearings.correction(rx.conn, correction_id)
    if found is None:
        raise CourtError("correction.not_found")
    return found
