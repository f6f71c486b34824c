"""How loud a tone is in what was received or recorded. Arithmetic on decoded sound; asserts nothing."""

import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import av

RATE = 8_000  # enough for tones below 4 kHz


class _Samples:
    def __init__(self) -> None:
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        self.values: list[int] = []

    def take(self, frames: Iterable[av.AudioFrame]) -> None:
        for frame in frames:
            for out in self._resampler.resample(frame):
                self.values += memoryview(out.planes[0]).cast("h")[: out.samples].tolist()


def heard(
    sound: Iterable[tuple[str, float, bytes]], since: float = 0.0, until: float = math.inf
) -> list[list[int]]:
    """Samples of each stream of Opus packets (stream, time, packet) between two times."""
    streams: dict[str, tuple[av.AudioCodecContext, _Samples]] = {}
    grouped: dict[str, list[tuple[float, bytes]]] = defaultdict(list)
    for stream, at, packet in sound:
        grouped[stream].append((at, packet))
    for stream, packets in grouped.items():
        codec = av.AudioCodecContext.create("opus", "r")
        codec.sample_rate, codec.layout = 48_000, "stereo"
        streams[stream] = codec, _Samples()
        for at, packet in packets:
            frames = codec.decode(av.Packet(packet))  # all, so that the decoder's state is right
            if since <= at < until:
                streams[stream][1].take(frames)
    return [samples.values for _, samples in streams.values() if samples.values]


def recorded(files: Iterable[Path]) -> list[list[int]]:
    """Samples of each WebM file."""
    found = []
    for file in files:
        samples = _Samples()
        with av.open(str(file)) as container:
            samples.take(container.decode(audio=0))
        found.append(samples.values)
    return found


def loudness(samples: list[int], hertz: float) -> float:
    """Amplitude of one tone, in dB of full scale (Goertzel behind a Blackman window: no leak of other tones)."""
    n = len(samples)
    if n < RATE // 4:
        return -math.inf
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    one = two = 0.0
    for i, sample in enumerate(samples):
        x = 2 * math.pi * i / n
        one, two = sample * (0.42 - 0.5 * math.cos(x) + 0.08 * math.cos(2 * x)) + turn * one - two, one
    power = max(one * one + two * two - turn * one * two, 1e-12)
    return 20 * math.log10(2 * math.sqrt(power) / (0.42 * n) / 32768)


def loudest(streams: Iterable[list[int]], hertz: float) -> float:
    return max((loudness(s, hertz) for s in streams), default=-math.inf)
