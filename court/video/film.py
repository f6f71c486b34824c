"""What a copy shows at every moment, as plain data: tracks without a hole, pieces to be made one by one. No encoder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

FPS = 25
RATE = 48_000
MISSING = "没有记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of one track. Milliseconds from the opening; `path` None where nothing was recorded, for `words`."""

    start_ms: int
    end_ms: int
    path: Path | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmTrack:
    """One person's sound or picture from 0 to the end, clip after clip without a hole."""

    caption: str
    video: bool
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """`heading` (case number) and the local time are burned in, `watermark` names for whom the copy was made."""

    tracks: tuple[FilmTrack, ...]
    length_ms: int
    began_at: datetime
    heading: str
    watermark: str

    @property
    def pictures(self) -> tuple[FilmTrack, ...]:
        return tuple(track for track in self.tracks if track.video)

    @property
    def sounds(self) -> tuple[FilmTrack, ...]:
        return tuple(track for track in self.tracks if not track.video)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the film that is made in one go and kept."""

    number: int
    start_ms: int
    end_ms: int

    @property
    def frames(self) -> int:
        return frame(self.end_ms) - frame(self.start_ms)

    @property
    def samples(self) -> int:
        return (self.end_ms - self.start_ms) * RATE // 1000


def frame(ms: int) -> int:
    """The number of the picture that stands at this moment."""
    return round(ms * FPS / 1000)


def covered(clips: Iterable[Clip], length_ms: int) -> tuple[Clip, ...]:
    """The recorded clips in order, overlaps cut, everything between them filled with a clip that says why.

    Of the clips without a file those that were given are used for their words.
    """
    given = sorted(clips, key=lambda clip: (clip.start_ms, clip.end_ms))
    gaps = [clip for clip in given if clip.path is None]
    found: list[Clip] = []
    at = 0
    for clip in (one for one in given if one.path is not None):
        start, end = max(clip.start_ms, at), min(clip.end_ms, length_ms)
        if end <= start or start != clip.start_ms:
            continue
        found += _silence(at, start, gaps)
        found.append(Clip(start_ms=start, end_ms=end, path=clip.path))
        at = end
    return (*found, *_silence(at, length_ms, gaps))


def _silence(start: int, end: int, gaps: Sequence[Clip]) -> list[Clip]:
    """[start, end) cut where the reason changes."""
    inside = (ms for gap in gaps for ms in (gap.start_ms, gap.end_ms) if start < ms < end)
    cuts = [start, *sorted(set(inside)), end]
    return [Clip(start_ms=a, end_ms=b, words=_words(a, gaps)) for a, b in pairwise(cuts) if b > a]


def _words(at: int, gaps: Sequence[Clip]) -> str:
    return next((gap.words for gap in gaps if gap.start_ms <= at < gap.end_ms), MISSING)


def pieces(length_ms: int, piece_ms: int) -> tuple[Piece, ...]:
    """The film cut into equal pieces, the last one shorter. `piece_ms` is a whole number of pictures."""
    starts = range(0, max(length_ms, 1), piece_ms)
    return tuple(
        Piece(number=number, start_ms=start, end_ms=min(start + piece_ms, length_ms))
        for number, start in enumerate(starts)
    )


def grid(pictures: int, width: int, height: int) -> tuple[int, int, int, int]:
    """(columns, rows, width and height of a cell), cells even as H.264 needs it."""
    columns = max(1, math.ceil(math.sqrt(pictures)))
    rows = max(1, math.ceil(pictures / columns))
    return columns, rows, width // columns // 2 * 2, height // rows // 2 * 2
