"""The film of a recording: its rows and files as plain data for the maker, every file checked before it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from court.domain.export import Export
from court.domain.recording import GapRow, SegmentRow
from court.store.views import Playback
from court.video.film import Clip, Film, FilmTrack, covered
from court.web import pages
from court.web.playback_words import GAP_WORDS, is_sound, picture_caption

LOST, CHANGED = "文件缺失", "文件与登记的校验值不符"


def film(
    found: Playback, captions: dict[str, str], places: Sequence[Path], export: Export, now: datetime
) -> Film:
    """Reads and hashes every segment: call it in a thread. `places` are the folders of the copies, the first first."""
    tracks = []
    for track in found.tracks:
        clips = [_clip(segment, places) for segment in track.segments]
        clips += [_gap(gap, found.length_ms) for gap in (*track.gaps, *found.gaps)]
        who = captions.get(track.participant, track.participant)
        tracks.append(
            FilmTrack(
                caption=picture_caption(who, track.media),
                video=not is_sound(track.media),
                clips=covered(clips, found.length_ms),
            )
        )
    number = found.hearing.title.partition(" ")[0]
    return Film(
        tracks=tuple(tracks),
        length_ms=found.length_ms,
        began_at=found.recording.started_at,
        heading=f"{number}  {found.hearing.kind_name}",
        watermark=f"{export.by} {pages.stamp(now)} 复制",
    )


def _clip(segment: SegmentRow, places: Sequence[Path]) -> Clip:
    """The first copy that still is what was recorded; words where neither is."""
    words = LOST
    for place in places:
        path = place / segment.path
        try:
            if "/" not in segment.path and _sha256(path) == segment.sha256:
                return Clip(start_ms=segment.start_ms, end_ms=segment.end_ms, path=path)
            words = CHANGED
        except OSError:
            continue
    return Clip(start_ms=segment.start_ms, end_ms=segment.end_ms, words=words)


def _gap(gap: GapRow, length_ms: int) -> Clip:
    end = length_ms if gap.end_ms is None else gap.end_ms
    return Clip(start_ms=gap.start_ms, end_ms=end, words=GAP_WORDS.get(gap.reason, gap.reason))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
