"""A received picture's jitter buffer as patient as a browser's, for aiortc's receiver. Decodes nothing."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .assembly import Assembler
from .rtp import RtpPacket

ASK_EVERY_S = 0.5


@dataclass(slots=True)
class Whole:
    """A frame as the receiver hands it to its decoder; `timestamp` in clock units, which the receiver unwraps."""

    data: bytes
    timestamp: int


class PatientBuffer:
    """In place of aiortc's, which holds everything back at a lost packet until it has hundreds more.

    A hole is waited for, then a key frame asked for, and the picture goes on there. `on_frame` is called for each whole
    frame that can be decoded.
    """

    def __init__(self, on_frame: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._assembler = Assembler(video=True)
        self._on_frame, self._clock = on_frame, clock
        self._ready: deque[Whole] = deque()
        self._asked: float | None = None  # a stream that begins does so with a key frame

    def add(self, packet: Any) -> tuple[bool, Whole | None]:
        """(whether to ask for a key frame, the next frame); one frame a call, as the receiver takes no more."""
        now = self._clock()
        number, payload = packet.sequence_number, bytes(packet.payload)
        one = RtpPacket(
            packet.payload_type, bool(packet.marker), number, packet.timestamp, packet.ssrc, payload
        )
        self._assembler.push(one, now)
        for frame in self._assembler.frames(now):
            self._on_frame()
            self._ready.append(Whole(frame.data, frame.timestamp & 0xFFFFFFFF))
        if self._asked is None:
            self._asked = now
        ask = self._assembler.needs_key_frame and now - self._asked >= ASK_EVERY_S
        if ask:
            self._asked = now
        return ask, self._ready.popleft() if self._ready else None
