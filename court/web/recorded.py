"""The recordings of sessions: begun, their rows kept in step with the manifest, closed and time-stamped, after a crash too.

When a session is recorded is not decided here.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from pathlib import Path

import structlog

from court.config import Config
from court.services import recording
from court.store.database import Database
from court.web import recording_rows
from court.web.keys import Clock
from court.web.later import Later
from court.web.workers import Papers
from documents import acts
from documents.data import AuthorityPlace
from signalling.plane import MediaPlane
from signalling.segments import Gap, Segment, StopReason

log = structlog.get_logger("court.recorded")

TIMESTAMP_FILE = "checkpoint.tsr"


class Recorded:
    """`later` writes what is reported of segments and gaps."""

    def __init__(
        self,
        config: Config,
        db: Database,
        papers: Papers,
        authority: AuthorityPlace,
        clock: Clock,
        later: Later,
    ) -> None:
        self._config, self._db, self._papers = config, db, papers
        self._authority, self._clock, self._later = authority, clock, later
        self._rows: dict[str, recording_rows.Counter] = {}

    def directory(self, hearing_id: str) -> Path:
        """Where the recording of a hearing lies."""
        return self._config.recordings_dir / hearing_id

    async def begin(self, rooms: MediaPlane, hearing_id: str) -> None:
        """Nothing if it runs, perhaps paused, perhaps in a worker that outlived this process. Errors: OSError, ValueError."""
        if rooms.recording_offset(hearing_id) is not None:
            return
        directory = self.directory(hearing_id)
        await rooms.start_recording(hearing_id, directory, hearing_id)
        await self._db.write(
            recording.started, now=self._clock(), hearing_id=hearing_id, directory=directory.name
        )

    async def end(self, rooms: MediaPlane, hearing_id: str, reason: StopReason) -> None:
        """Closed, its checkpoint signed and time-stamped. What could not be closed is closed at the next start."""
        try:
            with contextlib.suppress(LookupError):
                summary = await rooms.stop_recording(hearing_id, reason)
                await self._finish(hearing_id, summary.directory, summary.root, summary.checkpoint)
        except OSError:  # the manifest has what was written
            log.exception("recording.not_closed", hearing=hearing_id)

    async def end_cut(self, hearing_id: str) -> None:
        """One that a crash cut short and that will not go on. Errors: OSError, ValueError."""
        directory = self.directory(hearing_id)
        note = await asyncio.to_thread(
            recording_rows.close_cut, directory, self._clock(), recording_rows.key(self._config)
        )
        await self.adopt(hearing_id)
        self._rows.pop(hearing_id, None)
        await self._finish(hearing_id, directory, recording_rows.read_note(note)[1], note)
        log.info("recording.recovered", hearing=hearing_id)

    async def checkpoint(self, rooms: MediaPlane, hearing_id: str) -> tuple[int, str, str] | None:
        """(leaves, root hex, signed note) of what is recorded so far, for a paper made in mid-session."""
        await self._later.settled()
        if rooms.is_open(hearing_id):
            with contextlib.suppress(LookupError):
                return recording_rows.read_note(await rooms.checkpoint(hearing_id))
        row = await self._db.read(recording.get, hearing_id=hearing_id)
        return recording_rows.read_note(row.checkpoint) if row and row.checkpoint else None

    async def adopt(self, hearing_id: str) -> None:
        """Rows that a crash kept from the database are made from the manifest, which is the original."""
        self._later.do(self._read_manifest, hearing_id)
        await self._later.settled()

    # -- reported by the room; called in the loop, never waits

    def segment(self, hearing_id: str, segment: Segment) -> None:
        """It is complete on disk and hashed."""
        self._later.do(self._count, hearing_id, segment)

    def gap(self, hearing_id: str, gap: Gap) -> None:
        """A stretch is missing, for a reason."""
        self._later.put(recording.gap_closed, now=self._clock(), gap=recording_rows.gap(hearing_id, gap))

    def forget(self, hearing_id: str) -> None:
        """Count anew from the manifest: the room was lost, or is over."""
        self._later.do(self._forget, hearing_id)

    # -- inside

    async def _read_manifest(self, hearing_id: str) -> recording_rows.Counter:
        counter = recording_rows.Counter(hearing_id)
        segments, gaps = await asyncio.to_thread(counter.read, self.directory(hearing_id))
        for one in segments:
            await self._db.write(recording.segment_closed, now=self._clock(), segment=one)
        for missing in gaps:
            await self._db.write(recording.gap_closed, now=self._clock(), gap=missing)
        self._rows[hearing_id] = counter
        return counter

    async def _count(self, hearing_id: str, segment: Segment) -> None:
        """Numbers follow the manifest: what was written while nobody listened comes first."""
        counter = self._rows.get(hearing_id) or await self._read_manifest(hearing_id)
        row = counter.segment(segment)
        if row is not None:
            await self._db.write(recording.segment_closed, now=self._clock(), segment=row)

    async def _forget(self, hearing_id: str) -> None:
        self._rows.pop(hearing_id, None)

    async def _finish(self, hearing_id: str, directory: Path, root: str, checkpoint: str) -> None:
        """The time-stamp proves that the whole recording existed now; without it the checkpoint still proves it whole."""
        await self._later.settled()
        digest = hashlib.sha256(checkpoint.encode()).digest()
        try:
            token = await self._papers.run(
                acts.timestamp, digest, authority=self._authority, now=self._clock()
            )
            await asyncio.to_thread((directory / TIMESTAMP_FILE).write_bytes, token)
        except Exception:
            log.exception("recording.not_timestamped", hearing=hearing_id)
        await self._db.write(
            recording.finished, now=self._clock(), hearing_id=hearing_id, root=root, checkpoint=checkpoint
        )
