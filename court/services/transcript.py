"""The transcript of a hearing: lines, revisions, corrections, final text."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.transcript import (
    TRANSCRIPT,
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
from court.store.rows import once as first_result

MOST_LINES = 5000
_COURT = "（记录）"  # who speaks where the court notes a moment
_WRITABLE = frozenset({HearingState.IN_SESSION, HearingState.SUSPENDED, HearingState.CLOSED})


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
    line = line_of(tx, line_id)
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
    return revised(tx, actor, now, line, said_by, wanted, reason)


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
    line = line_of(tx, str(row["id"]))
    _keep_wording(tx, now, line, "")
    tx.record("transcript.line", hearing_id, actor, now, {"line": line.id, "seq": seq, "rev": 1})
    return line


def revised(tx: Tx, actor: Actor, now: datetime, line: Line, speaker: str, text: str, reason: str) -> Line:
    """The line in another wording, its older ones kept; who may is asked before."""
    changed = {"rev": line.rev + 1, "text": text, "speaker": speaker, "by": actor.name}
    tx.conn.execute(t.line.update().where(t.line.c.id == line.id).values(changed))
    fresh = line_of(tx, line.id)
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
    check_final(state)
    TRANSCRIPT.after(state, action, actor.role)
    if hearing.state not in _WRITABLE:
        raise CourtError("transcript.not_open")
    return hearing


def check_final(state: TranscriptState) -> None:
    """Refuses `transcript.final`."""
    if state is TranscriptState.FINAL:
        raise CourtError("transcript.final")


def line_of(rx: Read, line_id: str) -> Line:
    """Refuses `transcript.not_found`."""
    found = hearings.line(rx.conn, line_id)
    if found is None:
        raise CourtError("transcript.not_found")
    return found
