"""Tones as speech: sound for the tests and the tiny models that understand it."""

import math
from array import array
from collections.abc import Iterator
from pathlib import Path

import av

CTC = Path(__file__).parent / "ctc"
TRANSDUCER = Path(__file__).parent / "transducer"
LOW, HIGH = 200, 5000  # Hz


def tone(hertz: int, seconds: float, rate: int = 16_000) -> bytes:
    """Mono, 16 bit; 0 Hz is silence."""
    level = 9000 if hertz else 0
    count = int(seconds * rate)
    return array("h", (int(level * math.sin(2 * math.pi * hertz * n / rate)) for n in range(count))).tobytes()


def opus(parts: list[tuple[int, float]]) -> Iterator[tuple[int, bytes]]:
    """(ms, packet) of tones after each other, as a browser sends them: 48 kHz, 20 ms a packet."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.format, encoder.layout = 48_000, "s16", "stereo"
    encoder.open()
    mono = array("h", b"".join(tone(hertz, seconds, 48_000) for hertz, seconds in parts))
    at = 0
    for start in range(0, len(mono) - 959, 960):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
        frame.sample_rate, frame.pts = 48_000, start
        frame.planes[0].update(array("h", (s for v in mono[start : start + 960] for s in (v, v))).tobytes())
        for packet in encoder.encode(frame):
            yield at, bytes(packet)
            at += 20
