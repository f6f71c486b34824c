"""Sound and picture that are made, not taken: what a headless peer sends in place of devices."""

import asyncio
import fractions
import math
import struct
import time

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

RATE = 48_000
FRAME = 960  # samples, 20 ms


class ToneTrack(MediaStreamTrack):
    """A swelling tone, as a voice would come and go."""

    kind = "audio"

    def __init__(self, hertz: float = 440.0) -> None:
        super().__init__()
        self.tune(hertz)
        self._pts, self._started = 0, 0.0

    def tune(self, hertz: float) -> None:
        """Another tone from the next frame on."""
        loud = [0.5 + 0.5 * math.sin(2 * math.pi * i / RATE) for i in range(RATE)]
        samples = [round(9000 * loud[i] * math.sin(2 * math.pi * hertz * i / RATE)) for i in range(RATE)]
        self._second = struct.pack(f"<{RATE}h", *samples)

    async def recv(self) -> av.AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        if not self._pts:
            self._started = time.monotonic()
        await asyncio.sleep(max(0.0, self._started + self._pts / RATE - time.monotonic()))
        at = 2 * (self._pts % RATE)
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
        frame.planes[0].update(self._second[at : at + 2 * FRAME])
        frame.pts, frame.sample_rate, frame.time_base = self._pts, RATE, fractions.Fraction(1, RATE)
        self._pts += FRAME
        return frame


class MovingPictureTrack(MediaStreamTrack):
    """A bright bar wandering over a shaded field."""

    kind = "video"

    def __init__(self, width: int = 320, height: int = 240, fps: int = 15) -> None:
        super().__init__()
        self._width, self._height, self._fps = width, height, fps
        self._count, self._started = 0, 0.0

    async def recv(self) -> av.VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        if not self._count:
            self._started = time.monotonic()
        await asyncio.sleep(max(0.0, self._started + self._count / self._fps - time.monotonic()))
        frame = av.VideoFrame(self._width, self._height, "yuv420p")
        bar = 4 * self._count % self._width
        row = bytes(235 if abs(x - bar) < 12 else 40 + x * 100 // self._width for x in range(self._width))
        luma, *chroma = frame.planes
        luma.update(row.ljust(luma.line_size, b"\0") * self._height)
        for plane in chroma:
            plane.update(bytes([128]) * plane.buffer_size)
        frame.pts, frame.time_base = self._count * 90_000 // self._fps, fractions.Fraction(1, 90_000)
        self._count += 1
        return frame
