"""One track of a recording: packets in, segments and gaps out that together fill the whole time. No threads."""

import errno
import math
from collections import deque
from collections.abc import Callable
from pathlib import Path

from . import vp8, webm
from .absences import Absences
from .assembly import Assembler, Belongs, Encoded
from .media_clock import MediaClock, SenderClock
from .messages import Kind
from .rtp import RtpPacket, SenderReport
from .segment_file import SegmentFile
from .segments import Gap, GapReason, Segment, Track

SEGMENT_MS = 4000
LONGEST_MS = 30_000  # without a key frame: then the next segment depends on this one
RESIZED_MS = 1000  # a picture that changes its size faster stays in one file
ASK_KEY_FRAME_MS = 3600
HOLD_MS = {Kind.AUDIO: 250, Kind.VIDEO: 1500}  # the last frame stands this long; a longer hole is a Gap
FRAME_MS = {Kind.AUDIO: 20, Kind.VIDEO: 66}  # of a last frame whose end nobody knows
LEAST_MS = {Kind.AUDIO: 10, Kind.VIDEO: 1}  # between two frames while a track that is late catches up
CLOCK = {Kind.AUDIO: 48, Kind.VIDEO: 90}  # RTP ticks per ms
JUMP_MS = 300  # a smaller error of a running segment is corrected where the next begins
MAX_READY = 1024


class TrackWriter:
    """All times are whole ms since the recording began. `cursor` ends what is accounted for.

    `emit` gets each closed Segment and Gap, in order and without holes between them.
    """

    def __init__(
        self,
        track: Track,
        directory: Path,
        *,
        part: int,
        cursor_ms: int,
        title: dict[str, str | int],
        emit: Callable[[Segment | Gap], None],
        absences: Absences | None = None,
        sender: SenderClock | None = None,
    ) -> None:
        self.track, self._directory, self._part = track, directory, part
        self._title, self._emit = title, emit
        self._kind = track.kind
        self._assembler = Assembler(video=self._kind is Kind.VIDEO)
        self._clock = MediaClock(CLOCK[self._kind], sender or SenderClock())
        self.absences = absences or Absences()
        self.cursor = cursor_ms
        self._number = 0
        self._file: SegmentFile | None = None
        self._start = 0
        self._size: tuple[int, int] | None = None
        self._first_rtp = self._last_rtp = 0
        self._sender_ms: int | None = None
        self._drift_ppm: int | None = None
        self._dependent = False
        self._shift: float | None = None  # of this file: time line minus RTP time
        self._ready: deque[Encoded] = deque()  # held until the offset of a new stream is known
        self._lost_before = 0
        self._arrival_ms = -1e9
        self._written = 0
        self.durable_ms = 0

    # -- from the outside

    def packet(self, packet: RtpPacket, arrival_ms: float, now_ms: int) -> None:
        belongs = self._assembler.belongs(packet, arrival_ms / 1000)
        if belongs is Belongs.NONE:
            return
        if belongs is Belongs.NEXT:
            self._finish_stream()
        self._arrival_ms = arrival_ms
        self._assembler.push(packet, arrival_ms / 1000)
        if packet.marker or self._kind is Kind.AUDIO:  # otherwise no frame is whole yet
            self.drain(now_ms)

    def report(self, report: SenderReport) -> None:
        """Of any stream of this track; only that of the running one counts."""
        if report.ssrc == self._assembler.ssrc:
            self._clock.reported(report.ntp, report.timestamp)

    def drain(self, now_ms: int) -> None:
        """Take over what is ready; close a segment whose source went silent."""
        for frame in self._assembler.frames(now_ms / 1000):
            self._clock.heard(frame.timestamp, frame.arrival * 1000)
            self._ready.append(frame)
        if self._ready and (self._clock.settled(now_ms) or len(self._ready) > MAX_READY):
            self._place()
        silent = now_ms - self._arrival_ms
        if self._file is not None and silent > HOLD_MS[self._kind] + 1000:
            self._close(self._last_ms() + FRAME_MS[self._kind])

    def wants_key_frame(self, now_ms: int) -> bool:
        """A segment should end soon, or the picture cannot be decoded until one comes."""
        if self._kind is not Kind.VIDEO or now_ms - self._arrival_ms >= 1000:
            return False
        due = self._file is None or now_ms - self._start >= ASK_KEY_FRAME_MS
        return due or self._assembler.needs_key_frame

    def flush(self) -> bool:
        """Bring what was written to the disk. True when `durable_ms` moved."""
        if self._file is None or not self._file.flush():
            return False
        self.durable_ms = max(self.durable_ms, self._start + self._file.flushed_ms)
        return True

    def interrupt(self, at_ms: int) -> None:
        """Close at this moment (pause or stop); what is missing before it has its own reason."""
        self._finish_stream()
        if self._file is not None:
            held = at_ms - self._last_ms() <= HOLD_MS[self._kind]
            self._close(at_ms if held else self._last_ms() + FRAME_MS[self._kind])
        self._gap(at_ms, None)

    def resume(self, at_ms: int, reason: GapReason) -> None:
        """The time since `interrupt` is a gap of this reason."""
        self._gap(at_ms, reason)

    def broken(self, at_ms: int) -> None:
        """The disk refused this track: give the file up; its time becomes a gap of that reason."""
        file, self._file = self._file, None
        self._begin_stream()
        if file is None:
            self.absences.disk(self.cursor, fails=True)
            return
        file.forget_unwritten()
        self.absences.disk(self._start + file.last_ms, fails=True)
        try:
            if not file.frames:
                raise OSError(errno.ENODATA, "nothing was written")
            self._finish(file, min(at_ms, self._start + file.last_ms + FRAME_MS[self._kind]))
        except OSError:
            file.abandon()
        finally:
            self._dependent = False

    @property
    def written(self) -> int:
        """Bytes on disk of this run of the program."""
        return self._written + (self._file.size if self._file is not None else 0)

    # -- inside

    def _finish_stream(self) -> None:
        """What is still held back comes now; the next packet begins a new stream."""
        for frame in self._assembler.frames(math.inf):
            self._clock.heard(frame.timestamp, frame.arrival * 1000)
            self._ready.append(frame)
        self._place()
        self._begin_stream()

    def _begin_stream(self) -> None:
        self._ready.clear()
        self._assembler.restart()
        self._clock.restart()
        self._shift = None

    def _place(self) -> None:
        """A frame that the disk refused stays the next one."""
        while self._ready:
            self._frame(self._ready[0])
            self._ready.popleft()

    def _last_ms(self) -> int:
        return self._start + self._file.last_ms if self._file is not None else self.cursor

    def _frame(self, frame: Encoded) -> None:
        source = frame.timestamp / CLOCK[self._kind]
        aim = self._clock.aim(frame.timestamp)
        at = aim if self._shift is None else source + self._shift
        if abs(aim - at) > JUMP_MS:
            at, self._shift = aim, None
        if self._file is not None:
            place = self._after_last(at)
            if place - self._last_ms() > HOLD_MS[self._kind]:
                self._close(self._last_ms() + FRAME_MS[self._kind])
            elif self._is_due(frame, place):
                place = self._after_last(aim)
                self._close(place)
                self._dependent = not frame.key
        if self._file is None:
            if not frame.key and not self._dependent:
                return
            place = max(int(min(aim, self._arrival_ms)), self.cursor)
            self._gap(place, None)
            self._file = self._open(frame, place)
            self._shift = None
        if self._shift is None:
            self._shift = place - source
        self._last_rtp = frame.timestamp & 0xFFFFFFFF
        self._file.add(webm.Frame(max(place - self._start, self._file.last_ms), frame.key, frame.data))

    def _after_last(self, at: float) -> int:
        """Not before the last frame, and not in the future."""
        last = self._last_ms()
        return max(last, min(max(round(at), last + LEAST_MS[self._kind]), int(self._arrival_ms)))

    def _is_due(self, frame: Encoded, at: int) -> bool:
        age = at - self._start
        if (age >= SEGMENT_MS and frame.key) or age >= LONGEST_MS:
            return True
        resized = self._kind is Kind.VIDEO and vp8.key_size(frame.data) not in (None, self._size)
        return resized and age >= RESIZED_MS

    def _open(self, frame: Encoded, at: int) -> SegmentFile:
        if self._kind is Kind.VIDEO:
            self._size = vp8.key_size(frame.data) or self._size
            track = webm.vp8_track(*(self._size or (640, 480)))
        else:
            track = webm.opus_track()
        self._number += 1
        name = f"{self.track}-{self._part:02}-{self._number:05}.webm"
        title = self._title | {
            "seat": self.track.seat_id,
            "source": self.track.source.value,
            "start_ms": at,
            "part": self._part,
        }
        file = SegmentFile(self._directory / name, webm.head(track, title))
        self._start = at
        self._first_rtp = frame.timestamp & 0xFFFFFFFF
        self._sender_ms = self._clock.sender_ms(frame.timestamp)
        self._drift_ppm = self._clock.drift_ppm
        self.absences.disk(at, fails=False)
        return file

    def _close(self, end: int) -> None:
        if self._file is not None:
            self._finish(self._file, end)
            self._file = None
            self._dependent = False

    def _finish(self, file: SegmentFile, end: int) -> None:
        sha256, size, blocks = file.close(end - self._start)
        self._written += size
        self.cursor = end
        self.durable_ms = end
        lost = self._assembler.lost - self._lost_before
        self._lost_before = self._assembler.lost
        width, height = self._size or (0, 0)
        self._emit(
            Segment(
                seat=self.track.seat_id,
                source=self.track.source,
                file=file.path.name,
                sha256=sha256,
                size=size,
                start_ms=self._start,
                end_ms=end,
                frames=file.frames,
                lost=lost,
                first_rtp=self._first_rtp,
                last_rtp=self._last_rtp,
                blocks=blocks,
                sender_ms=self._sender_ms,
                drift_ppm=self._drift_ppm,
                dependent=self._dependent,
                width=width,
                height=height,
            )
        )

    def _gap(self, until: int, reason: GapReason | None) -> None:
        if until <= self.cursor:
            return
        stretches = [(self.cursor, until, reason)] if reason else self.absences.split(self.cursor, until)
        for start, end, why in stretches:
            self._emit(
                Gap(
                    seat=self.track.seat_id,
                    source=self.track.source,
                    start_ms=start,
                    end_ms=end,
                    reason=why,
                )
            )
        self.cursor = until
        self.absences.forget(until)
