"""The writing side of a recording: tracks, disk and manifest. Used by one thread only; knows no room and no socket."""

import errno
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from .absences import Absences
from .disk_guard import DiskGuard, DiskState
from .manifest import Manifest
from .media_clock import SenderClock
from .messages import Kind
from .reserve import Reserve
from .rtp import RtpPacket, SenderReport
from .segments import Clock, Gap, GapReason, Segment, Stop, StopReason, Track
from .track_writer import TrackWriter
from .troubles import Trouble, Troubles

log = logging.getLogger(__name__)

RETRY_S = 5.0  # after the disk refused
OVERLOAD_S = 10.0  # an overload is told for so long
CLOCK_STEP_MS = 500  # a wall clock that moved more was set
FULL = (errno.ENOSPC, errno.EDQUOT)


class Events(Protocol):
    """Called in the writer thread."""

    def closed(self, event: Segment | Gap) -> None: ...
    def durable(self, until: dict[Track, float]) -> None: ...
    def trouble(self, code: str) -> None: ...
    def want_key_frame(self, track: Track) -> None: ...


class Writing:
    """Times in ms since the recording began; `now` and `wall` (seconds since 1970) are the clocks.

    `part` and `cursor_ms`: where this run of the program begins.
    """

    def __init__(
        self,
        directory: Path,
        manifest: Manifest,
        *,
        title: dict[str, str | int],
        part: int,
        cursor_ms: int,
        now: Callable[[], int],
        wall: Callable[[], float],
        events: Events,
    ) -> None:
        self._directory, self._manifest, self._title = directory, manifest, title
        self._part, self._begins = part, cursor_ms
        self._now, self._wall, self._events = now, wall, events
        self.writers: dict[Track, TrackWriter] = {}
        self._absences: dict[Track, Absences] = {}
        self._senders: dict[str, SenderClock] = {}
        self._paused: tuple[int, GapReason] | None = None
        self._retry_at: dict[Track, int] = {}
        self._video_allowed = True
        self._guard, self._reserve = DiskGuard(), Reserve(directory)
        self._overloaded_at: int | None = None
        self._wall_offset = wall() * 1000 - now()
        self.troubles = Troubles()
        self.disk: DiskState | None = None
        self.written: list[Segment | Gap] = []
        # What arrived up to here is taken over. Silence is judged by this and not by the clock: behind a slow disk
        # packets wait, and closing a segment for each of them would make it slower still.
        self.reached = cursor_ms

    def adopt(self, tracks: tuple[Track, ...]) -> None:
        """Tracks of the parts before this one: their time goes on where that ended."""
        self._reserve.give()  # of a run that was cut short
        for track in tracks:
            self._writer(track, self._begins)

    # -- what comes in

    def take(self, track: Track, packet: RtpPacket, arrival_ms: float) -> None:
        if arrival_ms > self.reached:
            self.reached = int(arrival_ms)
        if self._paused is not None or (track.kind is Kind.VIDEO and not self._video_allowed):
            return
        if self._retry_at and self._now() < self._retry_at.get(track, 0):
            return
        writer = self.writers.get(track) or self._writer(track)
        try:
            writer.packet(packet, arrival_ms, self.reached)
        except OSError as exc:
            self._again(track, exc, lambda: writer.drain(self.reached))

    def report(self, track: Track, report: SenderReport) -> None:
        if track in self.writers:
            self.writers[track].report(report)

    def expect(self, track: Track, reason: GapReason, at: int) -> None:
        self._writer(track)
        self.absent(track, reason, at)

    def absent(self, track: Track, reason: GapReason, at: int) -> None:
        self._absence(track).mark(at, reason)

    def pause(self, reason: GapReason, at: int) -> None:
        if self._paused is None:
            for track, writer in self.writers.items():
                self._interrupt(track, writer, at)
            self._paused = (at, reason)
            self._manifest.checkpoint()

    def resume(self, at: int) -> None:
        if self._paused is not None:
            reason, self._paused = self._paused[1], None
            for writer in self.writers.values():
                writer.resume(at, reason)

    def stop(self, at: int, reason: StopReason) -> None:
        self.resume(at)
        for track, writer in self.writers.items():
            self._interrupt(track, writer, at)
        self._append(Stop(at_ms=at, reason=reason))
        self._reserve.give()

    def overloaded(self) -> None:
        """Packets were dropped before they came here."""
        if self._overloaded_at is None:
            for track in self.writers:
                self._absence(track).disk(self.reached, fails=True)
        self._overloaded_at = self._now()
        self._tell(Trouble.OVERLOAD, True)

    # -- from time to time

    def flush(self) -> None:
        """Everything that came becomes durable."""
        until: dict[Track, float] = {}
        for track, writer in self.writers.items():
            if self._paused is None:
                self._guarded(track, lambda w=writer: w.drain(self.reached))  # type: ignore[misc]
            if self._guarded(track, writer.flush):
                until[track] = writer.durable_ms / 1000
            if self._paused is None and writer.wants_key_frame(self.reached):
                self._events.want_key_frame(track)
        if until:
            self._events.durable(until)
        try:
            self._manifest.flush()
        except OSError as exc:
            self._refused(exc)

    def check(self) -> None:
        """The disk and the wall clock."""
        self._check_clock()
        now = self._now()
        if self._overloaded_at is not None and now - self._overloaded_at > OVERLOAD_S * 1000:
            self._overloaded_at = None
            self._tell(Trouble.OVERLOAD, False)
            for track in self.writers:
                self._absence(track).disk(now, fails=False)
        try:
            free = shutil.disk_usage(self._directory).free
        except OSError as exc:
            self._refused(exc)
            return
        written = sum(w.written for w in self.writers.values())
        self.disk = state = self._guard.look(now / 1000, free, written)
        self._allow_video(state.video)
        self._tell(Trouble.DISK_LOW, state.low)
        if now > max(self._retry_at.values(), default=0):
            self._tell(Trouble.DISK_FULL, False)
            self._tell(Trouble.DISK_ERROR, False)

    # -- inside

    def _writer(self, track: Track, cursor_ms: int = 0) -> TrackWriter:
        writer = self.writers.get(track)
        if writer is None:
            writer = self.writers[track] = TrackWriter(
                track,
                self._directory,
                part=self._part,
                cursor_ms=cursor_ms,
                title=self._title,
                emit=self._closed,
                absences=self._absence(track),
                sender=self._senders.setdefault(track.seat_id, SenderClock()),
            )
            if self._paused is not None:
                writer.interrupt(self._paused[0])
        return writer

    def _absence(self, track: Track) -> Absences:
        return self._absences.setdefault(track, Absences())

    def _interrupt(self, track: Track, writer: TrackWriter, at: int) -> None:
        for _ in range(2):  # when the disk refuses the file, the time up to here is still accounted for
            self._guarded(track, lambda: writer.interrupt(at))

    def _guarded(self, track: Track, work: Callable[[], bool | None]) -> bool:
        """One track's trouble with the disk stays its own."""
        try:
            return bool(work())
        except OSError as exc:
            return self._again(track, exc, work)

    def _again(self, track: Track, exc: OSError, work: Callable[[], bool | None]) -> bool:
        """For want of room the reserve is given and the work done once more; otherwise this file is given up."""
        if exc.errno in FULL:
            self._squeeze()
            if self._reserve.give():
                try:
                    return bool(work())
                except OSError as still:
                    exc = still
        self._refused(exc)
        self._retry_at[track] = self._now() + int(RETRY_S * 1000)
        try:
            self.writers[track].broken(self._now())
        except OSError:
            log.warning("recording.abandoned", extra={"track": str(track)})
        return False

    def _squeeze(self) -> None:
        self._guard.squeeze()
        self._allow_video(False)

    def _allow_video(self, yes: bool) -> None:
        if yes and self._video_allowed:
            self._reserve.take()
        if yes != self._video_allowed:
            self._video_allowed = yes
            for track in self.writers:
                if track.kind is Kind.VIDEO:
                    self._absence(track).disk(self.reached, fails=not yes)
            self._tell(Trouble.VIDEO_STOPPED, not yes)

    def _check_clock(self) -> None:
        """Times follow the steady clock; that the wall clock was set is only noted."""
        now, wall = self._now(), self._wall()
        step = round(wall * 1000 - now - self._wall_offset)
        if abs(step) >= CLOCK_STEP_MS:
            says = datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
            self._append(Clock(at_ms=now, wall=says, step_ms=step))
        self._wall_offset += step

    def _refused(self, exc: OSError) -> None:
        if exc.errno in FULL and self._reserve.give():
            self._squeeze()  # what was refused is tried again at the next flush
            return
        self._tell(Trouble.DISK_FULL if exc.errno in FULL else Trouble.DISK_ERROR, True)

    def _tell(self, trouble: Trouble, on: bool) -> None:
        if self.troubles.set(trouble, on):
            code = self.troubles.worst
            log.warning("recording.problem %s", code or "over")
            self._events.trouble(code)

    def _closed(self, event: Segment | Gap) -> None:
        if isinstance(event, Segment):
            wall = round(self._wall_offset + event.start_ms)
            event = msgspec.structs.replace(event, wall_ms=wall)
        self._append(event)
        self.written.append(event)
        self._events.closed(event)

    def _append(self, record: Segment | Gap | Clock | Stop) -> None:
        try:
            self._manifest.append(record)
        except OSError as exc:
            self._refused(exc)
