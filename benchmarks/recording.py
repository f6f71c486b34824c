"""What recording one minute of a 720p track costs: `python -m benchmarks.recording`. The writer and the disk, no network."""

import json
import secrets
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling.manifest import Manifest
from signalling.messages import Source
from signalling.recorder import FLUSH_S
from signalling.rtp import RtpPacket
from signalling.segments import Gap, Segment, StopReason, Track
from signalling.writing import Writing

MINUTES = 1
FPS, PACKETS_PER_FRAME, PAYLOAD_BYTES = 30, 4, 1040  # 1 Mbit/s
KEY_EVERY = 120  # frames


class _Quiet:
    """Nobody is told."""

    def closed(self, event: Segment | Gap) -> None:
        """Nobody."""

    def durable(self, until: dict[Track, float]) -> None:
        """Nobody."""

    def trouble(self, code: str) -> None:
        """Nobody."""

    def want_key_frame(self, track: Track) -> None:
        """Nobody."""


def _video() -> list[tuple[float, RtpPacket]]:
    """(ms, packet) of one track."""
    found: list[tuple[float, RtpPacket]] = []
    seq = 0
    key = b"\x10" + b"\x10\x02\x00\x9d\x01\x2a\x00\x05\xd0\x02"
    for frame in range(60 * MINUTES * FPS):
        at = frame * 1000 / FPS
        for n in range(PACKETS_PER_FRAME):
            seq += 1
            first = key if frame % KEY_EVERY == 0 else b"\x10\x11"
            head = first if n == 0 else b"\x00\x00"
            body = head + secrets.token_bytes(PAYLOAD_BYTES - len(head))
            last = n == PACKETS_PER_FRAME - 1
            found.append((at, RtpPacket(96, last, seq & 0xFFFF, round(at * 90), 7, body)))
    return found


def _sound() -> list[tuple[float, RtpPacket]]:
    return [
        (i * 20.0, RtpPacket(111, False, i & 0xFFFF, i * 960, 8, b"\xfc" + secrets.token_bytes(79)))
        for i in range(60 * MINUTES * 50)
    ]


def _cost(source: Source, packets: list[tuple[float, RtpPacket]], directory: Path) -> tuple[float, int]:
    """(CPU seconds of this process, bytes written) on a simulated clock, flushed as often as in a hearing."""
    now = 0.0
    writing = Writing(
        directory,
        Manifest(directory, Ed25519PrivateKey.generate(), "bench"),
        title={"hearing": "h", "room": "r"},
        part=1,
        cursor_ms=0,
        now=lambda: int(now),
        wall=lambda: now / 1000,
        events=_Quiet(),
    )
    track = Track("party", source)
    started, next_flush = time.process_time(), 0.0
    for now, packet in packets:
        writing.take(track, packet, now)
        if now >= next_flush:
            next_flush = now + FLUSH_S * 1000
            writing.flush()
    writing.stop(int(now), StopReason.CLOSED)
    return time.process_time() - started, sum(e.size for e in writing.written if isinstance(e, Segment))


def figures() -> dict[str, float]:
    """CPU seconds per minute of one track, and the writer's microseconds per packet of video."""
    found: dict[str, float] = {}
    for name, source, packets in (("video", Source.CAMERA, _video()), ("sound", Source.MIC, _sound())):
        with tempfile.TemporaryDirectory() as directory:
            spent, written = _cost(source, packets, Path(directory))
        if written < sum(len(p.payload) for _, p in packets) * 0.95:
            raise RuntimeError("not everything was written")
        found[f"record_{name}_cpu_s_per_minute"] = round(spent / MINUTES, 3)
        found[f"record_{name}_us_per_packet"] = round(spent / len(packets) * 1e6, 1)
    return found


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
