"""One track of a recording: packets in, segments and gaps out that together fill the whole time. No threads."""

import errno
from collections.abc import Callable
from pathlib import Path

from . import vp8, webm
from .assembly import Assembler, Encoded
from .messages import Kind
from .rtp import RtpPacket
from .segment_file import SegmentFile
from .segments import Gap, GapReason, Segment, Track

SEGMENT_MS = 4000
ASK_KEY_FRAME_MS = 3600
HOLD_MS = {Kind.AUDIO: 250, Kind.VIDEO: 1500}  # the last frame stands this long; a longer hole is a Gap
FRAME_MS = {Kind.AUDIO: 20, Kind.VIDEO: 66}  # of a last frame whose end nobody knows
CLOCK = {Kind.AUDIO: 48, Kind.VIDEO: 90}  # RTP ticks per ms
AHEAD_MS, BEHIND_MS = 300, 5000  # RTP time against arrival; beyond it the source's clock jumped


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
    ) -> None:
        self.track, self._directory, self._part = track, directory, part
        self._title, self._emit = title, emit
        self._kind = track.kind
        self._assembler = Assembler(video=self._kind is Kind.VIDEO)
        self.cursor = cursor_ms
        self._number = 0
        self._file: SegmentFile | None = None
        self._start = 0
        self._size: tuple[int, int] | None = None
        self._first_rtp = self._last_rtp = 0
        self._anchor: tuple[int, int] | None = None
        self._lost_before = 0
        self._arrival_ms = -1e9
        self._reason = self._seen = GapReason.NOT_JOINED
        self.durable_ms = 0
        self.wants_key_frame = False

    # -- from the outside

    def packet(self, packet: RtpPacket, arrival_ms: float, now_ms: int) -> None:
        self._arrival_ms = arrival_ms
        if not self._assembler.push(packet, arrival_ms / 1000):
            self._anchor = None
        self.drain(now_ms)

    def absence(self, reason: GapReason) -> None:
        """Why nothing may be coming from now on; `loss` means it should be coming."""
        self._reason = reason
        if reason is not GapReason.LOSS:
            self._seen = reason

    def drain(self, now_ms: int) -> None:
        """Take over what is ready; close a segment whose source went silent."""
        for frame in self._assembler.frames(now_ms / 1000):
            self._frame(frame)
        silent = now_ms - self._arrival_ms
        if self._file is not None and silent > HOLD_MS[self._kind] + 1000:
            self._close(self._last_ms() + FRAME_MS[self._kind])
        due = self._file is None or now_ms - self._start >= ASK_KEY_FRAME_MS
        self.wants_key_frame = (
            self._kind is Kind.VIDEO and silent < 1000 and (due or self._assembler.needs_key_frame)
        )

    def flush(self) -> bool:
        """Bring what was written to the disk. True when `durable_ms` moved."""
        if self._file is None or not self._file.flush():
            return False
        self.durable_ms = max(self.durable_ms, self._start + self._file.flushed_ms)
        return True

    def interrupt(self, at_ms: int, reason: GapReason) -> None:
        """Close at this moment (pause or stop); what is missing before it has its own reason."""
        if self._file is not None:
            held = at_ms - self._last_ms() <= HOLD_MS[self._kind]
            self._close(at_ms if held else self._last_ms() + FRAME_MS[self._kind])
        self._gap(at_ms, None)
        self._assembler.restart()
        self._anchor = None
        self._seen = reason

    def resume(self, at_ms: int, reason: GapReason) -> None:
        self._gap(at_ms, reason)
        self._seen = reason if self._reason is GapReason.LOSS else self._reason

    def broken(self) -> None:
        """The disk refused this track: give the file up; its time becomes a gap of that reason."""
        file, self._file = self._file, None
        self._assembler.restart()
        self._anchor = None
        self._seen = GapReason.DISK
        if file is None:
            return
        file.forget_unwritten()
        try:
            if not file.frames:
                raise OSError(errno.ENODATA, "nothing was written")
            self._finish(file, self._start + file.last_ms + FRAME_MS[self._kind])
        except OSError:
            file.abandon()

    # -- inside

    def _last_ms(self) -> int:
        return self._start + self._file.last_ms if self._file is not None else self.cursor

    def _frame(self, frame: Encoded) -> None:
        at = self._position(frame)
        if self._file is not None:
            if at - self._last_ms() > HOLD_MS[self._kind]:
                self._close(self._last_ms() + FRAME_MS[self._kind])
            elif frame.key and self._is_due(frame, at):
                self._close(at)
        file = self._file
        if file is None:
            if not frame.key:
                return
            at = max(at, self.cursor)
            self._anchor = (frame.timestamp, at)
            self._gap(at, None)
            file = self._file = self._open(frame, at)
        self._last_rtp = frame.timestamp & 0xFFFFFFFF
        file.add(webm.Frame(max(at - self._start, file.last_ms), frame.key, frame.data))
        self._seen = self._reason

    def _position(self, frame: Encoded) -> int:
        """By the source's own clock while that runs with ours, else by arrival."""
        arrival = round(frame.arrival * 1000)
        if self._anchor is None:
            self._anchor = (frame.timestamp, arrival)
        at = self._anchor[1] + round((frame.timestamp - self._anchor[0]) / CLOCK[self._kind])
        if not -AHEAD_MS <= arrival - at <= BEHIND_MS:
            at = arrival
            self._anchor = (frame.timestamp, at)
        return at

    def _is_due(self, frame: Encoded, at: int) -> bool:
        if at - self._start >= SEGMENT_MS:
            return True
        return self._kind is Kind.VIDEO and vp8.key_size(frame.data) not in (None, self._size)

    def _open(self, frame: Encoded, at: int) -> SegmentFile:
        if self._kind is Kind.VIDEO:
            self._size = vp8.key_size(frame.data)
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
        self._start = at
        self._first_rtp = frame.timestamp & 0xFFFFFFFF
        return SegmentFile(self._directory / name, webm.head(track, title))

    def _close(self, end: int) -> None:
        if self._file is not None:
            self._finish(self._file, end)
            self._file = None

    def _finish(self, file: SegmentFile, end: int) -> None:
        sha256, size, blocks = file.close(end - self._start)
        self.cursor = end
        self.durable_ms = end
        lost = self._assembler.lost - self._lost_before
        self._lost_before = self._assembler.lost
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
            )
        )

    def _gap(self, until: int, reason: GapReason | None) -> None:
        if until <= self.cursor:
            return
        self._emit(
            Gap(
                seat=self.track.seat_id,
                source=self.track.source,
                start_ms=self.cursor,
                end_ms=until,
                reason=reason or self._seen,
            )
        )
        self.cursor = until
