"""From packets back to frames, for the recorder: reordered, holes skipped, never stalled, never decoded."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from . import vp8
from .messages import Kind
from .rtp import RtpPacket, seq_diff, ts_diff

# For a late or repeated packet. On a bad link the repeat of a picture's packet is asked for several times, and what is
# not waited for costs the picture up to the next key frame.
WAIT_S = {Kind.AUDIO: 0.3, Kind.VIDEO: 1.0}
MAX_WAITING = 512
MAX_FRAME_BYTES = 2 * 1024 * 1024
MAX_OTHERS = 128
QUIET_S = 1.0  # a stream silent for so long has ended


@dataclass(frozen=True, slots=True)
class Encoded:
    """One Opus packet or VP8 frame. `timestamp` unwrapped, in clock units; `arrival` monotonic seconds."""

    timestamp: int
    key: bool
    data: bytes
    arrival: float


class Belongs(Enum):
    """Whose a packet is: of the stream that runs, of its successor, or of none that counts."""

    CURRENT = "current"
    NEXT = "next"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Hole:
    """Packets that will not come any more."""

    count: int


class ReorderBuffer:
    """Hands packets on in order; a hole is waited for `wait_s`, then skipped."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._waiting: dict[int, tuple[RtpPacket, float]] = {}
        self._next: int | None = None

    def push(self, packet: RtpPacket, arrival: float) -> None:
        if self._next is None:
            self._next = packet.seq
        behind = seq_diff(packet.seq, self._next)
        if behind < -1000 or behind > 10_000:  # the source began anew
            self._waiting.clear()
            self._next = packet.seq
        elif behind < 0:
            return
        self._waiting.setdefault(packet.seq, (packet, arrival))

    def pull(self, now: float) -> Iterator[tuple[RtpPacket, float] | Hole]:
        while self._waiting and self._next is not None:
            item = self._waiting.pop(self._next, None)
            if item is not None:
                self._next = (self._next + 1) & 0xFFFF
                yield item
                continue
            oldest = next(iter(self._waiting.values()))[1]  # they were put in as they came
            if now - oldest < self._wait_s and len(self._waiting) < MAX_WAITING:
                return
            start = self._next
            nearest = min(self._waiting, key=lambda seq: seq_diff(seq, start))
            yield Hole(seq_diff(nearest, start))
            self._next = nearest


class Assembler:
    """Frames of one track. After a hole video waits for the next key frame; `lost` counts missing packets."""

    def __init__(self, *, video: bool) -> None:
        self._video = video
        self._kind = Kind.VIDEO if video else Kind.AUDIO
        self._buffer = ReorderBuffer(WAIT_S[self._kind])
        self._parts: list[bytes] = []
        self._size = 0
        self._frame_ts: int | None = None
        self._broken = video
        self._last_ts: int | None = None
        self._unwrapped = 0
        self._ssrc: int | None = None
        self._over: deque[int] = deque(maxlen=4)  # streams that were followed by another
        self._heard = 0.0
        # Of a layer that may be the next: its key frame's first packet is not always the first to arrive.
        self._others: deque[tuple[RtpPacket, float]] = deque(maxlen=MAX_OTHERS)
        self.lost = 0

    @property
    def ssrc(self) -> int | None:
        return self._ssrc

    @property
    def needs_key_frame(self) -> bool:
        if not self._video:
            return False
        return self._broken or bool(self._others and self._others[-1][1] > self._heard - QUIET_S)

    def belongs(self, packet: RtpPacket, arrival: float) -> Belongs:
        """Video changes over at a key frame only, so that nothing is lost between two layers of one camera.

        A late packet of a stream that is over does not bring it back.
        """
        if packet.ssrc == self._ssrc or self._ssrc is None:
            return Belongs.CURRENT
        if self._video:
            if vp8.is_key_start(packet.payload):
                return Belongs.NEXT
            self._others.append((packet, arrival))
            return Belongs.NONE
        quiet = arrival - self._heard > QUIET_S
        return Belongs.NONE if packet.ssrc in self._over and not quiet else Belongs.NEXT

    def push(self, packet: RtpPacket, arrival: float) -> None:
        began = self._ssrc is None
        self._ssrc, self._heard = packet.ssrc, arrival
        self._buffer.push(packet, arrival)
        if began and self._others:
            for other, came in self._others:
                if other.ssrc == packet.ssrc and seq_diff(other.seq, packet.seq) > 0:
                    self._buffer.push(other, came)
            self._others.clear()

    def restart(self) -> None:
        """Whatever comes next begins anew."""
        if self._ssrc is not None:
            self._over.append(self._ssrc)
        self._buffer = ReorderBuffer(WAIT_S[self._kind])
        self._parts, self._size, self._frame_ts = [], 0, None
        self._broken = self._video
        self._last_ts = None
        self._ssrc = None

    def frames(self, now: float) -> Iterator[Encoded]:
        for item in self._buffer.pull(now):
            if isinstance(item, Hole):
                self.lost += item.count
                self._parts, self._size, self._frame_ts = [], 0, None
                self._broken = self._video
                continue
            packet, arrival = item
            frame = self._video_frame(packet) if self._video else packet.payload
            if frame:
                key = not self._video or not frame[0] & 1
                if key or not self._broken:
                    self._broken = False
                    yield Encoded(self._unwrap(packet.timestamp), key, frame, arrival)

    def _video_frame(self, packet: RtpPacket) -> bytes | None:
        payload = packet.payload
        at = vp8.body_at(payload)
        if not at:
            return None
        if payload[0] & 0x17 == 0x10:  # the first partition's start
            self._parts, self._size, self._frame_ts = [], 0, packet.timestamp
        elif self._frame_ts != packet.timestamp:
            return None
        self._parts.append(payload[at:])
        self._size += len(payload)
        if self._size > MAX_FRAME_BYTES:
            self._parts, self._size, self._frame_ts = [], 0, None
            self._broken = True
            return None
        if not packet.marker:
            return None
        self._frame_ts = None
        return b"".join(self._parts)

    def _unwrap(self, timestamp: int) -> int:
        if self._last_ts is None:
            self._unwrapped = timestamp
        else:
            self._unwrapped += ts_diff(timestamp, self._last_ts)
        self._last_ts = timestamp
        return self._unwrapped
