"""What a recogniser is given and what it gives back, whoever makes it. No engine here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

SAMPLE_RATE = 16_000  # Hz; every engine gets mono, signed 16 bit, little endian
BYTES_PER_MS = SAMPLE_RATE * 2 // 1000


class SpeechError(Exception):
    """An engine that cannot be used; the text names the setting and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`confidence` 0..1, None where the engine does not tell. Times in ms since the recording began."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one microphone is heard to say. Until `final` the next piece of the seat replaces it."""

    seat_id: str
    text: str
    start_ms: int
    end_ms: int
    final: bool
    words: tuple[Word, ...] = ()


class Stream(Protocol):
    """One microphone at the engine."""

    async def feed(self, pcm: bytes, at_ms: int) -> None:
        """`at_ms` of its first sample, since the recording began. Returns at once; a slow engine loses sound."""

    async def close(self) -> None:
        """The end: what is still to come is waited for, but not for long."""


class Recogniser(Protocol):
    """An engine."""

    name: str

    def open(
        self, seat_id: str, heard: Callable[[Piece], None], hotwords: tuple[str, ...] = ()
    ) -> Stream: ...

    async def close(self) -> None: ...


class Timeline:
    """Maps the engine's time (ms of sound it was fed) to the recording's, over everything left out between."""

    def __init__(self) -> None:
        self._anchors: list[tuple[int, int]] = []
        self.fed_ms = 0

    def add(self, pcm: bytes, at_ms: int) -> None:
        if not self._anchors or at_ms != self._at(self.fed_ms):
            self._anchors.append((self.fed_ms, at_ms))
            del self._anchors[:-1000]
        self.fed_ms += len(pcm) // BYTES_PER_MS

    def at(self, fed_ms: int) -> int:
        """ms since the recording began."""
        return self._at(min(max(fed_ms, 0), self.fed_ms))

    def _at(self, fed_ms: int) -> int:
        before = [anchor for anchor in self._anchors if anchor[0] <= fed_ms] or self._anchors[:1]
        return before[-1][1] + fed_ms - before[-1][0] if before else fed_ms
