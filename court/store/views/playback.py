"""What the playback page needs: tracks with segments and gaps on one time line, moments to jump to, the lines."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.exhibit_moment import MOMENT_NAMES, MomentKind
from court.domain.hearing import REASON_NAMES, Hearing, Suspension
from court.domain.lifecycle import Actor, ActorKind
from court.domain.order import ADMONITION_NAMES
from court.domain.recording import GapRow, RecordingRow, SegmentRow
from court.domain.transcript import Line
from court.store import sight
from court.store import tables as t
from court.store.database import Read
from court.store.load import exhibits, hearings, order, papers

_EXHIBIT_MOMENTS = frozenset({MomentKind.SHOWN, MomentKind.OPINION, MomentKind.EXAMINED, MomentKind.ORIGINAL})


class MarkerKind(StrEnum):
    STAGE = "stage"
    EXHIBIT = "exhibit"
    READING = "reading"
    ORDER = "order"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A moment worth jumping to. `at_ms` from the opening of the recording."""

    at_ms: int
    kind: MarkerKind
    words: str


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
    markers: tuple[Marker, ...]
    lines: tuple[Line, ...]
    length_ms: int


def playback(rx: Read, *, actor: Actor, hearing_id: str, after_ms: int = 0) -> Playback:
    """Staff of the matter only (法释〔2017〕5号 10, 15); segments that end after `after_ms`.

    Whether this person may look now is `services.viewing`'s to say. Refuses `recording.not_found`.
    """
    recording = hearings.recording(rx.conn, hearing_id)
    staff = actor.kind in {ActorKind.STAFF, ActorKind.SYSTEM}
    if recording is None or not staff or not sight.sees_hearing(rx, actor=actor, hearing_id=hearing_id):
        raise CourtError("recording.not_found")
    hearing = sight.get(rx, hearing_id=hearing_id)
    segments = hearings.segments(rx.conn, hearing_id, after_ms=after_ms)
    gaps = hearings.gaps(rx.conn, hearing_id)
    suspensions = hearings.suspensions(rx.conn, hearing_id)
    ends = [segment.end_ms for segment in segments] + [gap.end_ms or gap.start_ms for gap in gaps]
    return Playback(
        hearing=hearing,
        recording=recording,
        tracks=tuple(_track(name, segments, gaps) for name in dict.fromkeys(s.track for s in segments)),
        gaps=tuple(gap for gap in gaps if not gap.track),
        suspensions=suspensions,
        markers=_markers(rx, hearing, recording, suspensions),
        lines=hearings.lines(rx.conn, hearing_id),
        length_ms=max(ends, default=0),
    )


def segment(rx: Read, *, hearing_id: str, track: str, index: int) -> SegmentRow:
    """One row. Refuses `recording.segment_not_found`."""
    s = t.recording_segment
    same = (s.c.hearing_id == hearing_id, s.c.track == track, s.c.index == index)
    row = rx.conn.execute(sa.select(s).where(*same)).first()
    if row is None:
        raise CourtError("recording.segment_not_found")
    return SegmentRow(**row._mapping)


def _markers(
    rx: Read, hearing: Hearing, recording: RecordingRow, suspensions: tuple[Suspension, ...]
) -> tuple[Marker, ...]:
    """Stages, exhibits, answers to a reading, admonitions and interruptions that were recorded, in order."""
    labels = {one.id: one for one in exhibits.exhibits(rx.conn, hearing.subject_id)}
    found = [
        Marker(at_ms=mark.offset_ms, kind=MarkerKind.STAGE, words=mark.name)
        for mark in order.marks(rx.conn, hearing.id)
        if mark.offset_ms is not None
    ]
    for moment in exhibits.moments(rx.conn, hearing.id):
        shown = labels.get(moment.exhibit_id)
        if moment.kind in _EXHIBIT_MOMENTS and moment.offset_ms is not None and shown is not None:
            words = f"{MOMENT_NAMES[moment.kind]}：{shown.label(hearing.kind)} {shown.title}"
            found.append(Marker(at_ms=moment.offset_ms, kind=MarkerKind.EXHIBIT, words=words))
    for said in papers.answers_in(rx.conn, hearing.id):
        if said.offset_ms is not None:
            words = f"{said.label} {said.person}：{said.answer_name}"
            found.append(Marker(at_ms=said.offset_ms, kind=MarkerKind.READING, words=words))
    for told in order.admonitions(rx.conn, hearing.id):
        if told.offset_ms is not None:
            words = ADMONITION_NAMES[told.kind]
            found.append(Marker(at_ms=told.offset_ms, kind=MarkerKind.ORDER, words=words))
    for pause in suspensions:
        at = max(0, round((pause.from_at - recording.started_at).total_seconds() * 1000))
        found.append(Marker(at_ms=at, kind=MarkerKind.PAUSE, words=REASON_NAMES[pause.reason]))
    return tuple(sorted(found, key=lambda marker: marker.at_ms))


def _track(name: str, segments: tuple[SegmentRow, ...], gaps: tuple[GapRow, ...]) -> PlaybackTrack:
    mine = tuple(segment for segment in segments if segment.track == name)
    return PlaybackTrack(
        track=name,
        participant=mine[0].participant,
        media=mine[0].media,
        segments=mine,
        gaps=tuple(gap for gap in gaps if gap.track == name),
    )
