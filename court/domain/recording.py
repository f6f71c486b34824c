"""Rows about a recording (录音录像): segments, gaps, summary as plain values; never the media itself."""

from collections.abc import Iterable
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


# What is a fault and not an order of the court or a choice of the person (法释〔2017〕5号 第四条).
FAULTS = frozenset({"loss", "link", "device", "disk", "crash", "bandwidth"})
SHORTEST_NOTED_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A stretch in which something of one person is missing through a fault. `media` are kinds of track."""

    participant: str
    media: tuple[str, ...]
    reason: str
    start_ms: int
    end_ms: int


def faults(gaps: Iterable[GapRow], length_ms: int) -> tuple[tuple[Fault, ...], int]:
    """Faults of at least a second, in order, one person's sound and picture of one moment as one; and how many
    shorter ones there are. A gap of every track has no participant."""
    found: dict[tuple[str, str, int], Fault] = {}
    short = 0
    for gap in gaps:
        end = length_ms if gap.end_ms is None else gap.end_ms
        if gap.reason not in FAULTS:
            continue
        if end - gap.start_ms < SHORTEST_NOTED_MS:
            short += 1
            continue
        key = (gap.participant, gap.reason, gap.start_ms // SHORTEST_NOTED_MS)
        media = gap.track.rpartition("-")[2]
        before = found.get(key)
        found[key] = Fault(
            participant=gap.participant,
            media=tuple(sorted({*(before.media if before else ()), media})),
            reason=gap.reason,
            start_ms=min(gap.start_ms, before.start_ms if before else gap.start_ms),
            end_ms=max(end, before.end_ms if before else end),
        )
    ordered = sorted(found.values(), key=lambda one: (one.start_ms, one.participant))
    return tuple(ordered), short
