"""Rows of a recording as the recorder reports them; written once, never changed."""

from datetime import datetime

from court.domain.recording import GapRow, RecordingRow, SegmentRow
from court.store.database import Read, Tx


def started(tx: Tx, *, now: datetime, hearing_id: str, directory: str) -> RecordingRow:
    """Opening of a hearing began (or, after a restart, continued) its recording. Idempotent."""


def segment_closed(tx: Tx, *, now: datetime, segment: SegmentRow) -> bool:
    """False when this segment (hearing, track, index) is known already with the same hash;
    refuses `recording.segment_differs` when the hash is another."""


def gap_closed(tx: Tx, *, now: datetime, gap: GapRow) -> bool:
    """A missing stretch with its reason; the same gap twice is one row."""


def finished(tx: Tx, *, now: datetime, hearing_id: str, root: str, checkpoint: str) -> RecordingRow:
    """The Merkle root over all segments and its signed checkpoint."""


def get(rx: Read, *, hearing_id: str) -> RecordingRow | None:
    """None when nothing was recorded."""


def segments(rx: Read, *, hearing_id: str) -> tuple[SegmentRow, ...]:
    """By track and index."""


def gaps(rx: Read, *, hearing_id: str) -> tuple[GapRow, ...]:
    """By start."""


def unfinished(rx: Read) -> tuple[RecordingRow, ...]:
    """Recordings without an end: to be recovered at start."""
