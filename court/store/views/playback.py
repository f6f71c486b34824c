"""What the playback page needs: tracks with segments and gaps on one time line, and the lines."""

from dataclasses import dataclass

from court.domain.hearing import Hearing, Suspension
from court.domain.lifecycle import Actor
from court.domain.recording import GapRow, RecordingRow, SegmentRow
from court.domain.transcript import Line
from court.store.database import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackTrack:
    """One person and kind. Offsets in ms from the opening."""

    track: str
    participant: str
    media: str
    segments: tuple[SegmentRow, ...]
    gaps: tuple[GapRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """`length_ms` is the end of the last segment or gap."""

    hearing: Hearing
    recording: RecordingRow
    tracks: tuple[PlaybackTrack, ...]
    gaps: tuple[GapRow, ...]
    suspensions: tuple[Suspension, ...]
    lines: tuple[Line, ...]
    length_ms: int


def playback(rx: Read, *, actor: Actor, hearing_id: str) -> Playback:
    """Staff of the matter only (法释〔2017〕5号 10, 15). Refuses `recording.not_found`."""
