"""A peer that only subscribes: hands packets to a writer thread that keeps them on disk. Never transcodes."""

import contextlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .disk_guard import DiskState
from .manifest import NAME, Manifest, lock_folder
from .recovery import never_began, recover_into
from .rtp import RtpPacket, SenderReport
from .segments import LAWFUL_PAUSES, GapReason, Header, Part, StopReason, Track
from .steady import boot, steady_ms
from .summary import RecordingSummary, summarise
from .troubles import Trouble
from .writing import Events, Writing

log = logging.getLogger(__name__)

# Packets are taken over and brought to the disk in one go: each turn of this thread takes the interpreter and the
# caches from the loop that forwards. With the sync itself at most half a second is not yet on disk.
FLUSH_S = 0.4
CHECK_S = 5.0
BEHIND_S = 3.0  # without a round of the writer: the disk hangs, and the bench must know
MAX_QUEUED = 20_000  # packets; about 20 s of six people
LAST_TRIES, LAST_TRY_S = 3, 1.0  # to write the end on a disk that refuses

Job = tuple[Track, RtpPacket, float] | Callable[[], None]


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
        events: Events,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._directory, self._hearing_id, self._room_id = directory, hearing_id, room_id
        self._key, self._origin, self._events = key, origin, events
        self._wall, self._zero = wall, steady_ms()
        self._jobs: deque[Job] = deque()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._dropped = False
        self._pause_shown = False
        self._done = False
        self._beat = self._zero
        self._behind = False

    # -- for the room

    def start(self) -> "Recording":
        """Create or continue the recording on disk, then write in the background.

        :raises OSError: the directory cannot be written, or somebody else writes there.
        :raises ValueError: its manifest is damaged.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        wall = self._wall()
        started = datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
        lock = lock_folder(self._directory)
        try:
            self._open(started, wall, lock)
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                os.close(lock)
            raise
        self._beat = steady_ms()
        self._thread.start()
        return self

    def packet(self, track: Track, packet: RtpPacket, arrival: float) -> None:
        """Take one packet; never blocks. More than MAX_QUEUED waiting are dropped and become a gap."""
        now = steady_ms()
        if now - self._beat > BEHIND_S * 1000 and not self._behind:
            self._behind = True
            self._events.trouble(Trouble.BEHIND)
        if len(self._jobs) > MAX_QUEUED:
            self._dropped = True
            return
        self._jobs.append((track, packet, now - self._zero))

    def report(self, track: Track, report: SenderReport) -> None:
        """A sender report of this publication."""
        self._jobs.append(lambda: self._writing.report(track, report))

    def expect(self, track: Track, reason: str) -> None:
        """This track exists from now on, even if no packet ever comes."""
        why, at = GapReason(reason), self._now()
        self._jobs.append(lambda: self._writing.expect(track, why, at))

    def absence(self, track: Track, reason: str) -> None:
        """Why nothing of this track may be coming from now on; `loss` means that it should."""
        why, at = GapReason(reason), self._now()
        self._jobs.append(lambda: self._writing.absent(track, why, at))

    def pause(self, reason: str) -> None:
        """:raises ValueError: not one of the three lawful reasons."""
        why, at = GapReason(reason), self._now()
        if why not in LAWFUL_PAUSES:
            raise ValueError(reason)
        self._pause_shown = True
        self._order(lambda: self._writing.pause(why, at))

    def resume(self) -> None:
        at = self._now()
        self._pause_shown = False
        self._order(lambda: self._writing.resume(at))

    def stop(self, reason: StopReason) -> RecordingSummary:
        """Close everything. Blocks until it is on disk.

        :raises OSError: the last records could not be written; the next start closes the recording.
        """
        at = self._now()
        self._order(lambda: self._stop(at, reason))
        self._thread.join()
        problem = self._writing.troubles.worst if self._writing.troubles.failed else ""
        try:
            checkpoint = self._manifest.checkpoint()
            self._write_end()
        except OSError:
            self._events.trouble(Trouble.NOT_CLOSED)
            raise
        finally:
            self._manifest.close()
        return RecordingSummary(
            directory=self._directory,
            root=self._manifest.root,
            size=self._manifest.size,
            checkpoint=checkpoint,
            seconds=at / 1000,
            tracks=summarise(self._writing.written),
            problem=problem,
        )

    def checkpoint(self) -> str:
        """Sign what is closed so far, at any time."""
        return self._manifest.checkpoint()

    def elapsed(self) -> float:
        """Seconds since the recording began, over all parts."""
        return self._now() / 1000

    def durable(self, track: Track) -> float | None:
        writer = self._writing.writers.get(track)
        return writer.durable_ms / 1000 if writer is not None else None

    @property
    def disk(self) -> DiskState | None:
        """As last looked at; None in the first moments."""
        return self._writing.disk

    @property
    def state(self) -> str:
        """on, paused or failed."""
        if self._behind or self._writing.troubles.failed:
            return "failed"
        return "paused" if self._pause_shown else "on"

    # -- inside

    def _open(self, started: str, wall: float, lock: int) -> None:
        part, now_ms, tracks = 1, 0, tuple[Track, ...]()
        earlier = []
        manifest = self._directory / NAME
        if manifest.exists() and never_began(self._directory):
            manifest.rename(manifest.with_name(f"{NAME}.torn-0"))
        if manifest.exists():
            found = recover_into(self._directory, self._key, self._origin, wall, lock=lock)
            part, now_ms, tracks = found.parts + 1, found.now_ms, found.tracks
            earlier, self._manifest = list(found.events), found.manifest
            self._zero = steady_ms() - now_ms
            self._manifest.append(Part(number=part, at_ms=now_ms, started=started))
        else:
            self._manifest = Manifest(self._directory, self._key, self._origin, lock=lock)
            self._zero = steady_ms()
            self._manifest.append(
                Header(
                    hearing=self._hearing_id,
                    room=self._room_id,
                    started=started,
                    boot=boot(),
                    boot_ms=int(self._zero),
                )
            )
        self._writing = Writing(
            self._directory,
            self._manifest,
            title={"hearing": self._hearing_id, "room": self._room_id},
            part=part,
            cursor_ms=now_ms,
            now=self._now,
            wall=self._wall,
            events=self._events,
        )
        self._writing.adopt(tracks)
        self._writing.written[:0] = earlier

    def _now(self) -> int:
        return int(steady_ms() - self._zero)

    def _order(self, job: Callable[[], None]) -> None:
        self._jobs.append(job)
        self._wake.set()

    def _stop(self, at: int, reason: StopReason) -> None:
        self._done = True
        self._writing.stop(at, reason)

    def _write_end(self) -> None:
        for attempt in range(LAST_TRIES):
            try:
                self._manifest.flush()
                return
            except OSError:
                if attempt == LAST_TRIES - 1:
                    raise
                time.sleep(LAST_TRY_S)

    def _run(self) -> None:
        next_flush = next_check = 0.0
        while not self._done:
            self._wake.wait(max(0.0, next_flush - time.monotonic()))
            self._wake.clear()
            reached = self._now()
            self._take_over()
            if not self._jobs:
                self._writing.reached = max(self._writing.reached, reached)
            now = time.monotonic()
            if now >= next_flush and not self._done:
                next_flush = now + FLUSH_S
                self._attempt(self._writing.flush)
            if now >= next_check and not self._done:
                next_check = now + CHECK_S
                self._attempt(self._writing.check)
            self._alive()

    def _take_over(self) -> None:
        """What waits now; what comes meanwhile waits for the next round, so that flushing is not put off."""
        for _ in range(len(self._jobs)):
            job = self._jobs.popleft()
            try:
                if isinstance(job, tuple):
                    self._writing.take(*job)
                else:
                    job()
            except Exception:  # a fault in one packet must not end the recording
                log.exception("recording.bug")
        if self._dropped:
            self._dropped = False
            self._attempt(self._writing.overloaded)

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            log.exception("recording.bug")

    def _alive(self) -> None:
        self._beat = steady_ms()
        if self._behind:
            self._behind = False
            self._events.trouble(self._writing.troubles.worst)
