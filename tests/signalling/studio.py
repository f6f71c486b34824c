"""Real Opus and VP8 sent over a simulated line on simulated clocks into the real writer. Hours pass in seconds."""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling.manifest import Manifest
from signalling.messages import Kind, Source
from signalling.rtp import RtpPacket, SenderReport
from signalling.segments import Gap, GapReason, Header, Segment, StopReason, Track
from signalling.writing import Writing

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
WALL = 1_800_000_000.0  # of the court, at the start
TICKS = {Kind.AUDIO: 48, Kind.VIDEO: 90}
PERIOD_MS = {Kind.AUDIO: 20.0, Kind.VIDEO: 1000 / 15}
MTU = 1100
RAMP = bytes(range(256))


@cache
def voice(seconds: int = 2) -> tuple[bytes, ...]:
    """Opus packets of 20 ms."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = 48_000, "stereo", "s16", 32_000
    rng = random.Random(1)
    found: list[bytes] = []
    for i in range(seconds * 50):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
        frame.planes[0].update(bytes(rng.randbytes(3840)))
        frame.pts, frame.sample_rate, frame.time_base = i * 960, 48_000, Fraction(1, 48_000)
        found += [bytes(p) for p in codec.encode(frame)]
    return tuple(found)


@cache
def picture(width: int = 160, height: int = 120, frames: int = 30) -> tuple[bytes, ...]:
    """VP8 frames; the first is a key frame, so that the series can be repeated."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = width, height, "yuv420p", 60_000
    codec.time_base = Fraction(1, 15)
    codec.options = {"deadline": "realtime", "cpu-used": "8", "g": "9999", "lag-in-frames": "0"}
    found: list[bytes] = []
    for i in range(frames):
        frame = av.VideoFrame(width, height, "yuv420p")
        for n, plane in enumerate(frame.planes):
            still = (RAMP * (plane.buffer_size // 256 + 1))[: plane.buffer_size]
            plane.update(bytes([(i * 8 + n * 40) % 256]) * 256 + still[256:])
        frame.pts, frame.time_base = i, Fraction(1, 15)
        found += [bytes(p) for p in codec.encode(frame)]
    assert len(found) == frames and not found[0][0] & 1
    return tuple(found)


@dataclass
class Device:
    """One source of a seat. `ppm`: how much too fast its clock runs. `late_ms`: between capture and sending."""

    track: Track
    ppm: float = 0.0
    late_ms: float = 0.0
    ssrc: int = 0
    base: int = 4_294_000_000  # so that the RTP timestamps run over
    size: tuple[int, int] = (160, 120)
    keys: bool = True  # a key frame every two seconds; otherwise only the first
    sent: int = 0
    seq: int = 65_000

    @property
    def kind(self) -> Kind:
        return self.track.kind

    def ticks(self, at_ms: float) -> int:
        return self.base + round(at_ms * TICKS[self.kind] * (1 + self.ppm / 1e6))

    def captured(self, rtp: int, near_ms: float) -> float:
        """When the frame of an RTP timestamp was really captured."""
        guess = self.ticks(near_ms)
        ticks = guess + ((rtp - guess + 2**31) % 2**32 - 2**31)
        return (ticks - self.base) / TICKS[self.kind] / (1 + self.ppm / 1e6)

    def frames(self, start_ms: float, end_ms: float) -> Iterator[tuple[float, list[RtpPacket]]]:
        """(time of capture, its packets)."""
        media = voice() if self.kind is Kind.AUDIO else picture(*self.size)
        step = PERIOD_MS[self.kind] / (1 + self.ppm / 1e6)
        first = int(start_ms / step) + 1
        for i in itertools.count(first):
            at = i * step
            if at >= end_ms:
                return
            n = i - first
            place = n % len(media) if self.keys or n < len(media) else 1 + n % (len(media) - 1)
            yield at, self._packets(media[place], self.ticks(at) & 0xFFFFFFFF)
            self.sent += 1

    def _packets(self, data: bytes, timestamp: int) -> list[RtpPacket]:
        if self.kind is Kind.AUDIO:
            pieces = [data]
        else:
            cut = [data[i : i + MTU] for i in range(0, len(data), MTU)]
            pieces = [(b"\x00" if n else b"\x10") + piece for n, piece in enumerate(cut)]
        packets = []
        for n, piece in enumerate(pieces):
            self.seq = (self.seq + 1) & 0xFFFF
            last = n == len(pieces) - 1
            packets.append(RtpPacket(96, last, self.seq, timestamp, self.ssrc, piece))
        return packets


@dataclass
class Line:
    """Delay, jitter and loss of one sender's way to the court; lost video is sent again once."""

    seed: int = 1
    delay_ms: float = 30.0
    jitter_ms: float = 15.0
    loss: float = 0.0
    repeats: bool = True
    lost: int = 0
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def arrival(self, sent: float, kind: Kind | None) -> float | None:
        """None: it never comes. `kind` None: not media."""
        at = sent + self.delay_ms + min(self.rng.expovariate(1 / self.jitter_ms), 250)
        if self.rng.random() >= self.loss:
            return at
        if kind is Kind.VIDEO and self.repeats and self.rng.random() >= self.loss:
            return at + 2 * self.delay_ms + 40
        self.lost += kind is not None
        return None


class Studio:
    """A recording whose time is the test's. `heard` is every Segment and Gap as the room is told of them."""

    def __init__(self, directory: Path, *, wall: Callable[[], float] | None = None) -> None:
        self.directory = directory
        self.now = 0.0
        self.heard: list[Segment | Gap] = []
        self.troubles: list[str] = []
        self.until: dict[Track, float] = {}
        self.asked: set[Track] = set()
        manifest = self.manifest = Manifest(directory, KEY, "mobile-court")
        manifest.append(Header(hearing="h", room="r", started="2027-01-15T08:00:00.000+00:00"))
        self.writing = Writing(
            directory,
            manifest,
            title={"hearing": "h", "room": "r"},
            part=1,
            cursor_ms=0,
            now=lambda: int(self.now),
            wall=wall or (lambda: WALL + self.now / 1000),
            events=self,
        )

    # -- Events

    def closed(self, event: Segment | Gap) -> None:
        self.heard.append(event)

    def durable(self, until: dict[Track, float]) -> None:
        self.until |= until

    def trouble(self, code: str) -> None:
        self.troubles.append(code)

    def want_key_frame(self, track: Track) -> None:
        self.asked.add(track)

    # -- the test's hand

    def join(self, *devices: Device) -> None:
        for number, device in enumerate(devices, start=1):
            device.ssrc = device.ssrc or 1000 + number
            self.writing.expect(device.track, GapReason.LOSS, int(self.now))

    def run(
        self,
        until_ms: float,
        *sent: tuple[Device, Line],
        reports: Callable[[Device, float], int] | None = None,
        flush_ms: float = 400.0,
    ) -> None:
        """Everything these devices send until then. `reports(device, at)`: NTP time in its sender reports."""
        start = self.now
        ways = [self._arrivals(device, line, start, until_ms, reports) for device, line in sent]
        next_flush = next_check = start
        for at, _, device, what in heapq.merge(*ways, key=lambda x: x[:2]):
            while next_flush <= at:
                self.now = self.writing.reached = max(int(self.now), int(next_flush))
                self.writing.flush()
                next_flush += flush_ms
                if self.now >= next_check:
                    self.writing.check()
                    next_check = self.now + 5000
            self.now = at
            if isinstance(what, SenderReport):
                self.writing.report(device.track, what)
            else:
                self.writing.take(device.track, what, at)
        self.now = self.writing.reached = max(int(self.now), int(until_ms))
        self.writing.flush()
        self.writing.check()

    def stop(self) -> int:
        at = int(self.now)
        self.writing.stop(at, StopReason.CLOSED)
        self.manifest.checkpoint()
        self.manifest.flush()
        self.manifest.close()
        return at

    def _arrivals(
        self,
        device: Device,
        line: Line,
        start: float,
        end: float,
        reports: Callable[[Device, float], int] | None,
    ) -> Iterator[tuple[float, int, Device, RtpPacket | SenderReport]]:
        """In the order of arrival."""
        waiting: list[tuple[float, int, Device, RtpPacket | SenderReport]] = []
        next_report, count = start + 500.0, 0
        for at, packets in device.frames(start, end):
            sent = at + device.late_ms
            while waiting and waiting[0][0] <= sent:
                yield heapq.heappop(waiting)
            if reports is not None and at >= next_report:
                next_report += 1000
                arrival = line.arrival(sent, None)
                if arrival is not None:
                    report = SenderReport(device.ssrc, reports(device, at), device.ticks(at) & 0xFFFFFFFF)
                    heapq.heappush(waiting, (arrival, count := count + 1, device, report))
            for packet in packets:
                arrival = line.arrival(sent, device.kind)
                if arrival is not None and arrival < end:
                    heapq.heappush(waiting, (arrival, count := count + 1, device, packet))
        while waiting:
            yield heapq.heappop(waiting)


def ntp(at_ms: float, *, offset_ms: float = 0.0) -> int:
    """64-bit NTP time of a sender whose clock shows the court's time plus an offset."""
    return round((WALL + 2_208_988_800 + (at_ms + offset_ms) / 1000) * 2**32)


MIC, CAMERA = Source.MIC, Source.CAMERA
