"""Rows of a recording out of its manifest: the manifest on disk is the original, the rows are its index."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from court.config import Config
from court.domain.recording import GapRow, SegmentRow
from court.installation import recording_key
from signalling.ledger import read_checkpoint
from signalling.manifest import read_manifest
from signalling.recovery import recover
from signalling.segments import Gap, Segment

# Named in every checkpoint (C2SP signed note), so that a note tells where it comes from.
ORIGIN = "mobile-court"


def key(config: Config) -> Ed25519PrivateKey:
    """The key that signs checkpoints."""
    return recording_key(config)


def gap(hearing_id: str, missing: Gap) -> GapRow:
    """One missing stretch of one track."""
    return GapRow(
        hearing_id=hearing_id,
        track=str(missing.track),
        participant=missing.seat,
        reason=missing.reason,
        start_ms=missing.start_ms,
        end_ms=missing.end_ms,
    )


class Counter:
    """Numbers the segments of each track in the order the manifest has them, from 0; each file once."""

    def __init__(self, hearing_id: str) -> None:
        self._hearing_id = hearing_id
        self._next: defaultdict[str, int] = defaultdict(int)
        self._files: set[str] = set()

    def segment(self, written: Segment) -> SegmentRow | None:
        """The row of the next segment of its track; None when it was counted before."""
        if written.file in self._files:
            return None
        self._files.add(written.file)
        track = str(written.track)
        index = self._next[track]
        self._next[track] += 1
        return SegmentRow(
            hearing_id=self._hearing_id,
            track=track,
            participant=written.seat,
            media=written.source,
            index=index,
            path=written.file,
            sha256=written.sha256,
            size=written.size,
            start_ms=written.start_ms,
            end_ms=written.end_ms,
        )

    def read(self, directory: Path) -> tuple[list[SegmentRow], list[GapRow]]:
        """All rows of the manifest; counting goes on from there. Errors: OSError."""
        segments: list[SegmentRow] = []
        gaps = []
        for entry in read_manifest(directory).entries:
            if isinstance(entry.record, Segment):
                segments += [row] if (row := self.segment(entry.record)) else []
            elif isinstance(entry.record, Gap):
                gaps.append(gap(self._hearing_id, entry.record))
        return segments, gaps


def read_note(note: str) -> tuple[int, str, str]:
    """(leaves, root in hex, the note itself) of our own signed checkpoint. Errors: ValueError."""
    checkpoint = read_checkpoint(note, None)
    return checkpoint.size, checkpoint.root.hex(), note


def close_cut(directory: Path, now: datetime, signing_key: Ed25519PrivateKey) -> str:
    """Close a recording that will not go on; gives its last checkpoint. Errors: OSError, ValueError."""
    recover(directory, now, key=signing_key, origin=ORIGIN)
    notes = [entry.checkpoint for entry in read_manifest(directory).entries if entry.checkpoint]
    if not notes:
        raise ValueError("manifest has no checkpoint")
    return notes[-1]
