"""What a recording amounts to, per track. PURE."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .messages import Source
from .segments import Gap, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSummary:
    """`segments` files with `seconds` of media; `gaps` intervals; `missing` their seconds;
    `recovered` files were saved after a crash."""

    seat_id: str
    source: Source
    segments: int
    seconds: float
    gaps: int
    missing: float
    recovered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSummary:
    """`root`: Merkle root over all records, hex. `checkpoint`: signed note over it.

    `problem`: code of what was still wrong with the disk at the end; empty when everything was saved.
    """

    directory: Path
    root: str
    size: int
    checkpoint: str
    seconds: float
    tracks: tuple[TrackSummary, ...]
    problem: str = ""


def summarise(events: Iterable[Segment | Gap]) -> tuple[TrackSummary, ...]:
    """One line per track, in the order of seat and source."""
    events = list(events)
    found = []
    for track in sorted({e.track for e in events}):
        segments = [e for e in events if e.track == track and isinstance(e, Segment)]
        gaps = [e for e in events if e.track == track and isinstance(e, Gap)]
        found.append(
            TrackSummary(
                seat_id=track.seat_id,
                source=track.source,
                segments=len(segments),
                seconds=sum(s.end_ms - s.start_ms for s in segments) / 1000,
                gaps=len(gaps),
                missing=sum(g.end_ms - g.start_ms for g in gaps) / 1000,
                recovered=sum(s.recovered for s in segments),
            )
        )
    return tuple(found)
