"""Rows of a recording as the recorder reports them; written once, never changed."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.recording import GapRow, RecordingRow, SegmentRow
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings
from court.store.rows import insert_new


def started(tx: Tx, *, now: datetime, hearing_id: str, directory: str) -> RecordingRow:
    """Opening of a hearing began (or, after a restart, continued) its recording. Idempotent."""
    sight.get(tx, hearing_id=hearing_id)
    row = {"hearing_id": hearing_id, "directory": directory, "started_at": now, "root": "", "checkpoint": ""}
    new = insert_new(tx.conn, t.recording, row)
    if not new:
        again = t.recording.c.hearing_id == hearing_id
        tx.conn.execute(t.recording.update().where(again).values(ended_at=None, root="", checkpoint=""))
    kind = "recording.started" if new else "recording.continued"
    tx.record(kind, hearing_id, SYSTEM_ACTOR, now, {})
    return _required(tx, hearing_id)


def segment_closed(tx: Tx, *, now: datetime, segment: SegmentRow) -> bool:
    """False when this segment (hearing, track, index) is known already with the same hash;
    refuses `recording.segment_differs` when the hash is another."""
    if not insert_new(tx.conn, t.recording_segment, asdict(segment)):
        s = t.recording_segment
        same = (s.c.hearing_id == segment.hearing_id, s.c.track == segment.track, s.c.index == segment.index)
        if tx.conn.execute(sa.select(s.c.sha256).where(*same)).scalar_one() != segment.sha256:
            raise CourtError("recording.segment_differs")
        return False
    facts = {"track": segment.track, "index": segment.index, "sha256": segment.sha256}
    tx.record("recording.segment", segment.hearing_id, SYSTEM_ACTOR, now, facts)
    return True


def gap_closed(tx: Tx, *, now: datetime, gap: GapRow) -> bool:
    """A missing stretch with its reason; the same gap twice is one row. False when it is known already."""
    if not insert_new(tx.conn, t.recording_gap, asdict(gap) | {"id": new_id()}):
        return False
    facts = {"track": gap.track, "reason": gap.reason, "start_ms": gap.start_ms, "end_ms": gap.end_ms}
    tx.record("recording.gap", gap.hearing_id, SYSTEM_ACTOR, now, facts)
    return True


def finished(tx: Tx, *, now: datetime, hearing_id: str, root: str, checkpoint: str) -> RecordingRow:
    """The Merkle root over all segments and its signed checkpoint."""
    _required(tx, hearing_id)
    ended = {"ended_at": now, "root": root, "checkpoint": checkpoint}
    tx.conn.execute(t.recording.update().where(t.recording.c.hearing_id == hearing_id).values(ended))
    tx.record("recording.finished", hearing_id, SYSTEM_ACTOR, now, {"root": root})
    return _required(tx, hearing_id)


def viewed(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, part: str) -> None:
    """Somebody looked at or listened to it (法释〔2017〕5号 10); `part` names what."""
    sight.seen(tx, actor=actor, hearing_id=hearing_id)
    tx.record("recording.viewed", hearing_id, actor, now, {"part": part[:80]})


def get(rx: Read, *, hearing_id: str) -> RecordingRow | None:
    """None when nothing was recorded."""
    return hearings.recording(rx.conn, hearing_id)


def segments(rx: Read, *, hearing_id: str) -> tuple[SegmentRow, ...]:
    """By track and index."""
    return hearings.segments(rx.conn, hearing_id)


def gaps(rx: Read, *, hearing_id: str) -> tuple[GapRow, ...]:
    """By start."""
    return hearings.gaps(rx.conn, hearing_id)


def unfinished(rx: Read) -> tuple[RecordingRow, ...]:
    """Recordings without an end: to be recovered at start."""
    query = sa.select(t.recording).where(t.recording.c.ended_at.is_(None)).order_by(t.recording.c.started_at)
    return tuple(RecordingRow(**row._mapping) for row in rx.conn.execute(query))


def _required(rx: Read, hearing_id: str) -> RecordingRow:
    found = hearings.recording(rx.conn, hearing_id)
    if found is None:
        raise CourtError("recording.not_found")
    return found
