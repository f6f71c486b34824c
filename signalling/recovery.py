"""After a crash: the last partial segments become readable, what is missing becomes a Gap, the chain goes on."""

import hashlib
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import webm
from .ledger import Ledger
from .manifest import NAME, Contents, Manifest, lock_folder, read_manifest, sync_directory
from .messages import Source
from .segment_file import fingerprint
from .segments import Clock, Gap, GapReason, Header, Part, Segment, Stop, StopReason, Track, stopped
from .steady import boot, steady_ms
from .track_writer import FRAME_MS

CLOCK_STEP_MS = 2000  # a wall clock off by more was set; less is how clocks run in hours

BROKEN = ".broken"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """`events`: everything known now, old and new; `now_ms`: where the recording stands; `parts` so far."""

    manifest: Manifest
    parts: int
    now_ms: int
    tracks: tuple[Track, ...]
    events: tuple[Segment | Gap, ...]
    salvaged: tuple[Segment, ...]


def recover(
    directory: Path, now: datetime, *, key: Ed25519PrivateKey, origin: str
) -> tuple[Segment | Gap, ...]:
    """Repair a recording that will not go on: close it with a crash gap and a checkpoint; what was added.

    Nothing is changed in a recording that was stopped properly.

    :raises OSError: no recording there, somebody still writes it, or the disk refuses.
    :raises ValueError: the manifest is damaged.
    """
    records = [e.record for e in read_manifest(directory).entries]
    if stopped(records) is not None:
        return ()
    lock = lock_folder(directory)
    try:
        found = recover_into(directory, key, origin, now.timestamp(), lock=lock)
    except (OSError, ValueError):
        os.close(lock)
        raise
    before = sum(isinstance(r, Segment | Gap) for r in records)
    found.manifest.append(Stop(at_ms=found.now_ms, reason=StopReason.CRASH))
    found.manifest.checkpoint()
    found.manifest.flush()
    found.manifest.close()
    return found.events[before:]


def never_began(directory: Path) -> bool:
    """The power went before the first line was whole: there is a manifest without a word and no media."""
    return not read_manifest(directory).entries and not any(directory.glob("*.webm"))


def recover_into(
    directory: Path, key: Ed25519PrivateKey, origin: str, wall: float, *, lock: int
) -> Recovered:
    """Bring the directory into order up to `wall` (seconds since 1970) and open it for more; `lock` of the folder.

    :raises ValueError: the manifest is damaged before its end, or begins with no header.
    """
    contents = read_manifest(directory)
    if contents.bad_line is not None and not (contents.torn and contents.entries):
        raise ValueError(f"manifest line {contents.bad_line} is damaged")
    _cut_torn_line(directory, contents.good_bytes)
    ledger, header, events, parts, end_ms, steps = _replay(contents)
    manifest = Manifest(directory, key, origin, ledger, lock=lock)
    ends = _ends(events)
    salvaged = []
    for path in _orphans(directory, events):
        segment = _salvage(path, ends)
        if segment is None:  # not one whole cluster in it; kept, but no longer taken for a segment
            if path.suffix != BROKEN:
                path.rename(path.with_suffix(BROKEN))
            continue
        start = ends.get(segment.track, 0)
        if segment.start_ms > start:
            gap = _crash_gap(segment.track, start, segment.start_ms)
            manifest.append(gap)
            events.append(gap)
        manifest.append(segment)
        events.append(segment)
        salvaged.append(segment)
        ends[segment.track] = segment.end_ms
    elapsed, step = _elapsed(header, wall, steps)
    now_ms = max(elapsed, end_ms, *ends.values(), 0)
    if step is not None:
        manifest.append(step)
    for track, end in ends.items():
        if end < now_ms:
            gap = _crash_gap(track, end, now_ms)
            manifest.append(gap)
            events.append(gap)
    return Recovered(
        manifest=manifest,
        parts=parts,
        now_ms=now_ms,
        tracks=tuple(ends),
        events=tuple(events),
        salvaged=tuple(salvaged),
    )


def _elapsed(header: Header, wall: float, known_ms: int) -> tuple[int, Clock | None]:
    """(ms since the zero, the step of the wall clock that nobody noted while the recording was down).

    By the steady clock while the machine was not restarted; otherwise only the wall clock says how long it was down.
    """
    by_wall = int((wall - datetime.fromisoformat(header.started).timestamp()) * 1000) - known_ms
    if not header.boot or header.boot != boot():
        return by_wall, None
    by_steady = int(steady_ms()) - header.boot_ms
    if abs(by_wall - by_steady) < CLOCK_STEP_MS:
        return by_steady, None
    says = datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
    return by_steady, Clock(at_ms=by_steady, wall=says, step_ms=by_wall - by_steady)


def _replay(contents: Contents) -> tuple[Ledger, Header, list[Segment | Gap], int, int, int]:
    """(ledger, header, segments and gaps, parts so far, end in ms, steps of the wall clock in ms) of a sound manifest."""
    ledger, header, events, parts, end_ms, steps = Ledger(), None, [], 1, 0, 0
    for entry in contents.entries:
        if entry.record is None:
            continue
        if ledger.append(entry.raw) != entry.chain:
            raise ValueError(f"manifest line {entry.number} breaks the chain")
        match entry.record:
            case Header():
                header = entry.record
            case Part():
                parts = entry.record.number
                end_ms = max(end_ms, entry.record.at_ms)
            case Stop():
                end_ms = max(end_ms, entry.record.at_ms)
            case Clock():
                steps += entry.record.step_ms
            case Segment() | Gap():
                events.append(entry.record)
    if header is None:
        raise ValueError("manifest has no header")
    return ledger, header, events, parts, end_ms, steps


def _crash_gap(track: Track, start_ms: int, end_ms: int) -> Gap:
    return Gap(
        seat=track.seat_id, source=track.source, start_ms=start_ms, end_ms=end_ms, reason=GapReason.CRASH
    )


def _ends(events: list[Segment | Gap]) -> dict[Track, int]:
    ends: dict[Track, int] = {}
    for event in events:
        ends[event.track] = max(ends.get(event.track, 0), event.end_ms)
    return ends


def _cut_torn_line(directory: Path, good: int) -> None:
    """The half-written last line is kept beside the manifest, then cut off."""
    path = directory / NAME
    data = path.read_bytes()
    if len(data) == good:
        return
    (directory / f"{NAME}.torn-{good}").write_bytes(data[good:])
    with path.open("r+b") as file:
        file.truncate(good)
        os.fsync(file.fileno())
    sync_directory(directory)


def _orphans(directory: Path, events: list[Segment | Gap]) -> list[Path]:
    known = {name for e in events if isinstance(e, Segment) for name in (e.file, e.raw)}
    # What the disk did not even let be closed may be readable now, if no gap was written in its place.
    files = [*directory.glob("*.webm"), *directory.glob(f"*{BROKEN}")]
    found = [p for p in files if p.name not in known and not p.stem.endswith("-recovered")]
    return sorted(found)


def _salvage(path: Path, ends: dict[Track, int]) -> Segment | None:
    """A readable copy of a partial file; the raw file stays as the crash left it."""
    raw = path.read_bytes()
    kept = webm.salvage(raw)
    if kept is None:
        log.warning("recording.unreadable", extra={"file": path.name, "size": len(raw)})
        return None
    try:
        track = Track(str(kept.title["seat"]), Source(str(kept.title["source"])))
        start_ms = int(kept.title["start_ms"])
    except (KeyError, ValueError):
        return None
    if start_ms < ends.get(track, 0):
        return None
    duration = kept.last_ms + FRAME_MS[track.kind]
    copy = bytearray(raw[: kept.size])
    for offset, data in webm.closing(kept.head, kept.size, duration):
        copy[offset : offset + len(data)] = data
    target = path.with_name(f"{path.stem}-recovered.webm")
    with target.open("wb") as file:
        file.write(copy)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)
    sha256, size, blocks = fingerprint(target)
    return Segment(
        seat=track.seat_id,
        source=track.source,
        file=target.name,
        sha256=sha256,
        size=size,
        start_ms=start_ms,
        end_ms=start_ms + duration,
        frames=kept.frames,
        lost=0,
        first_rtp=0,
        last_rtp=0,
        blocks=blocks,
        recovered=True,
        raw=path.name,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
    )
