"""What the playback page needs: tracks with segments and gaps on one time line, and the lines."""

from dataclasses import dataclass

from court.domain.errors import CourtError
from court.domain.hearing import Hearing, Suspension
from court.domain.lifecycle import Actor, ActorKind
from court.domain.recording import GapRow, RecordingRow, SegmentRow
from court.domain.transcript import Line
from court.store import sight
from court.store.database import Read
from court.store.load import hearings


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
    """`gaps` are those of every track together; `length_ms` is the end of the last segment or gap."""

    hearing: Hearing
    recording: RecordingRow
    tracks: tuple[PlaybackTrack, ...]
    gaps: tuple[GapRow, ...]
    suspensions: tuple[Suspension, ...]
    lines: tuple[Line, ...]
    length_ms: int


def playback(rx: Read, *, actor: Actor, hearing_id: str) -> Playback:
    """Staff of the matter only (法释〔2017〕5号 10, 15). Refuses `recording.not_found`."""
    recording = hearings.recording(rx.conn, hearing_id)
    staff = actor.kind in {ActorKind.STAFF, ActorKind.SYSTEM}
    if recording is None or not staff or not sight.sees_hearing(rx, actor=actor, hearing_id=hearing_id):
        raise CourtError("recording.not_found")
    segments = hearings.segments(rx.conn, hearing_id)
    gaps = hearings.gaps(rx.conn, hearing_id)
    ends = [segment.end_ms for segment in segments] + [gap.end_ms or gap.start_ms for gap in gaps]
    return Playback(
        hearing=sight.get(rx, hearing_id=hearing_id),
        recording=recording,
        tracks=tuple(_track(name, segments, gaps) for name in dict.fromkeys(s.track for s in segments)),
        gaps=tuple(gap for gap in gaps if not gap.track),
        suspensions=hearings.suspensions(rx.conn, hearing_id),
        lines=hearings.lines(rx.conn, hearing_id),
        length_ms=max(ends, default=0),
    )


def _track(name: str, segments: tuple[SegmentRow, ...], gaps: tuple[GapRow, ...]) -> PlaybackTrack:
    mine = tuple(segment for segment in segments if segment.track == name)
    return PlaybackTrack(
        track=name,
        participant=mine[0].participant,
        media=mine[0].media,
        segments=mine,
        gaps=tuple(gap for gap in gaps if gap.track == name),
    )
