"""A peer that only subscribes: hands packets to a writer thread that keeps them on disk. Never transcodes."""

import errno
import logging
import queue
import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .manifest import NAME, Manifest
from .messages import Kind, Source
from .recovery import Recovered, recover_into
from .rtp import RtpPacket
from .segments import LAWFUL_PAUSES, Gap, GapReason, Header, Part, Segment, Stop, Track
from .summary import RecordingSummary, summarise
from .track_writer import TrackWriter

log = logging.getLogger(__name__)

FLUSH_S = 0.4  # with the sync itself: at most half a second is not yet on disk
MAX_QUEUED = 20_000  # packets; about 20 s of six people
RETRY_S = 5.0  # after the disk refused
DISK_CHECK_S = 5.0
LOW_BYTES = 20 * 2**30
VIDEO_STOPS_BYTES = 256 * 2**20  # under pressure video stops before sound; sound never


class Events(Protocol):
    """Called in the writer thread."""

    def closed(self, event: Segment | Gap) -> None: ...
    def durable(self, track: Track, until: float) -> None: ...
    def trouble(self, code: str) -> None: ...
    def want_key_frame(self, track: Track) -> None: ...


class Recording:
    """Open until `stop`. `start` and `stop` block; everything else returns at once and may be called in the loop."""

    def __init__(
        self,
        directory: Path,
        *,
        hearing_id: str,
        room_id: str,
        key: Ed25519PrivateKey,
        origin: str,
        wall: float,
        events: Events,
    ) -> None:
        self._directory, self._hearing_id, self._room_id = directory, hearing_id, room_id
        self._key, self._origin, self._events = key, origin, events
        self._wall, self._zero = wall, time.monotonic()
        self._queue: queue.SimpleQueue[Callable[[], bool | None]] = queue.SimpleQueue()
        self._writers: dict[Track, TrackWriter] = {}
        self._absences: dict[Track, GapReason] = {}
        self._events_written: list[Segment | Gap] = []
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._paused: GapReason | None = None
        self._part = 1
        self._title: dict[str, str | int] = {"hearing": hearing_id, "room": room_id}
        self._problem = ""
        self._retry_at: dict[Track, int] = {}
        self._video_allowed = True
        self._stopped_at = 0
        self._pause_shown = False
        # What arrived up to here (ms) is taken over. Silence is judged by this and not by the clock: behind a slow
        # disk packets wait in the queue, and closing a segment for each of them would make it slower still.
        self._reached = 0

    # -- for the room

    def start(self) -> "Recording":
        """Create or continue the recording on disk, then write in the background.

        :raises OSError: the directory cannot be written.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        if (self._directory / NAME).exists():
            self._continue(recover_into(self._directory, self._key, self._origin, self._wall))
        else:
            self._manifest = Manifest(self._directory, self._key, self._origin)
            started = datetime.fromtimestamp(self._wall, UTC).isoformat(timespec="milliseconds")
            self._manifest.append(Header(hearing=self._hearing_id, room=self._room_id, started=started))
        self._thread.start()
        return self

    def packet(self, seat_id: str, source: Source, packet: RtpPacket, arrival: float) -> None:
        """Take one packet; never blocks. More than MAX_QUEUED waiting are dropped and become a gap."""
        if self._queue.qsize() > MAX_QUEUED:
            self._tell("recording.overload")
            return
        arrival_ms = (time.monotonic() - self._zero) * 1000
        track = Track(seat_id, source)
        self._queue.put(lambda: self._take(track, packet, arrival_ms))

    def expect(self, track: Track, reason: str) -> None:
        """This track exists from now on, even if no packet ever comes."""
        self._queue.put(lambda: self._expected(track, GapReason(reason)))

    def absence(self, track: Track, reason: str) -> None:
        """Why nothing of this track may be coming."""
        self._queue.put(lambda: self._absent(track, GapReason(reason)))

    def pause(self, reason: str) -> None:
        """:raises ValueError: not one of the three lawful reasons."""
        why, at = GapReason(reason), self._now()
        if why not in LAWFUL_PAUSES:
            raise ValueError(reason)
        self._pause_shown = True
        self._queue.put(lambda: self._pause(why, at))

    def resume(self) -> None:
        at = self._now()
        self._pause_shown = False
        self._queue.put(lambda: self._resume(at))

    def stop(self) -> RecordingSummary:
        """Close everything. Blocks until it is on disk.

        :raises OSError: the last records could not be written.
        """
        at = self._now()
        self._queue.put(lambda: self._stop(at))
        self._thread.join()
        checkpoint = self._manifest.checkpoint()
        self._manifest.flush()
        self._manifest.close()
        return RecordingSummary(
            directory=self._directory,
            root=self._manifest.root,
            size=self._manifest.size,
            checkpoint=checkpoint,
            seconds=self._stopped_at / 1000,
            tracks=summarise(self._events_written),
        )

    def checkpoint(self) -> str:
        """Sign what is closed so far, at any time."""
        return self._manifest.checkpoint()

    def elapsed(self) -> float:
        """Seconds since the recording began, over all parts."""
        return self._now() / 1000

    def durable(self, track: Track) -> float | None:
        writer = self._writers.get(track)
        return writer.durable_ms / 1000 if writer is not None else None

    @property
    def state(self) -> str:
        """on, paused or failed."""
        if self._problem in ("recording.disk_full", "recording.disk_error"):
            return "failed"
        return "paused" if self._pause_shown else "on"

    # -- writer thread

    def _now(self) -> int:
        return int((time.monotonic() - self._zero) * 1000)

    def _run(self) -> None:
        next_flush = next_check = 0.0
        done = False
        while not done:
            try:
                done = self._queue.get(timeout=0.1)() is True
            except queue.Empty:
                self._reached = self._now()
            except OSError as exc:
                self._refused(exc)
            except Exception:
                log.exception("recording.bug")
            now = time.monotonic()
            if now >= next_flush:
                next_flush = now + FLUSH_S
                self._flush()
            if now >= next_check:
                next_check = now + DISK_CHECK_S
                self._check_disk()

    def _take(self, track: Track, packet: RtpPacket, arrival_ms: float) -> None:
        self._reached = max(self._reached, int(arrival_ms))
        if self._paused is not None or (track.kind is Kind.VIDEO and not self._video_allowed):
            return
        if self._now() < self._retry_at.get(track, 0):
            return
        writer = self._writer(track)
        self._guarded(track, lambda: writer.packet(packet, arrival_ms, self._reached))

    def _expected(self, track: Track, reason: GapReason) -> None:
        self._writer(track)
        self._absent(track, reason)

    def _absent(self, track: Track, reason: GapReason) -> None:
        self._absences[track] = reason
        if track in self._writers:
            self._writers[track].absence(reason)

    def _writer(self, track: Track) -> TrackWriter:
        writer = self._writers.get(track)
        if writer is None:
            writer = self._writers[track] = TrackWriter(
                track, self._directory, part=self._part, cursor_ms=0, title=self._title, emit=self._closed
            )
            writer.absence(self._absences.get(track, GapReason.NOT_JOINED))
        return writer

    def _pause(self, reason: GapReason, at: int) -> None:
        if self._paused is None:
            self._paused = reason
            for track, writer in self._writers.items():
                self._guarded(track, lambda w=writer: w.interrupt(at, reason))  # type: ignore[misc]
            self._manifest.checkpoint()

    def _resume(self, at: int) -> None:
        if self._paused is not None:
            reason, self._paused = self._paused, None
            for writer in self._writers.values():
                writer.resume(at, reason)

    def _stop(self, at: int) -> bool:
        self._resume(at)
        for track, writer in self._writers.items():
            for _ in range(2):  # when the disk refuses the file, the time up to here is still accounted for
                self._guarded(track, lambda w=writer: w.interrupt(at, GapReason.LOSS))  # type: ignore[misc]
        self._stopped_at = at
        self._append(Stop(at_ms=at))
        return True

    def _flush(self) -> None:
        for track, writer in self._writers.items():
            if self._paused is None:
                self._guarded(track, lambda w=writer: w.drain(self._reached))  # type: ignore[misc]
            if self._guarded(track, writer.flush):
                self._events.durable(track, writer.durable_ms / 1000)
            if writer.wants_key_frame and self._paused is None:
                self._events.want_key_frame(track)
        try:
            self._manifest.flush()
        except OSError as exc:
            self._refused(exc)

    def _guarded(self, track: Track, work: Callable[[], bool | None]) -> bool:
        """One track's trouble with the disk stays its own."""
        try:
            return bool(work())
        except OSError as exc:
            self._refused(exc)
            self._retry_at[track] = self._now() + int(RETRY_S * 1000)
            try:
                self._writers[track].broken()
            except OSError:
                log.warning("recording.abandoned", extra={"track": str(track)})
            return False

    def _refused(self, exc: OSError) -> None:
        full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
        self._tell("recording.disk_full" if full else "recording.disk_error")

    def _tell(self, code: str) -> None:
        if code != self._problem:
            self._problem = code
            log.warning("recording.problem", extra={"code": code})
            self._events.trouble(code)

    def _check_disk(self) -> None:
        try:
            free = shutil.disk_usage(self._directory).free
        except OSError as exc:
            self._refused(exc)
            return
        self._video_allowed = free > VIDEO_STOPS_BYTES
        if free < LOW_BYTES:
            if not self._problem:
                self._tell("recording.disk_low")
        elif self._now() > max(self._retry_at.values(), default=0):
            self._tell("")

    def _closed(self, event: Segment | Gap) -> None:
        self._append(event)
        self._events_written.append(event)
        self._events.closed(event)

    def _append(self, record: Segment | Gap | Stop) -> None:
        try:
            self._manifest.append(record)
        except OSError as exc:
            self._refused(exc)

    def _continue(self, found: Recovered) -> None:
        """Take up a recording that was cut short: a new part in the same directory and chain."""
        self._manifest = found.manifest
        self._part = found.parts + 1
        self._zero = time.monotonic() - found.now_ms / 1000
        started = datetime.fromtimestamp(self._wall, UTC).isoformat(timespec="milliseconds")
        self._manifest.append(Part(number=self._part, at_ms=found.now_ms, started=started))
        self._events_written += found.events
        for track in found.tracks:
            self._writers[track] = TrackWriter(
                track,
                self._directory,
                part=self._part,
                cursor_ms=found.now_ms,
                title=self._title,
                emit=self._closed,
            )
