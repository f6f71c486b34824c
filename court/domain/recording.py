"""Rows about a recording (录音录像): segments, gaps, summary as plain values; never the media itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A closed segment. Offsets in ms from the opening of the hearing; `path` is relative to the directory."""

    hearing_id: str
    track: str
    participant: str
    media: str
    index: int
    path: str
    sha256: str
    size: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """What is missing and why. `track` empty means every track (a lawful pause, a killed server)."""

    hearing_id: str
    track: str
    participant: str
    reason: str
    start_ms: int
    end_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRow:
    """One recording of one hearing: `directory` relative to the data folder, `root` the Merkle root in hex."""

    hearing_id: str
    directory: str
    started_at: datetime
    ended_at: datetime | None
    root: str
    checkpoint: str
