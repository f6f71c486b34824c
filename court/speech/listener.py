"""Follows the recording of one session and lets a recogniser hear each microphone by itself. Writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import av
import structlog
from av.audio.resampler import AudioResampler

from court.speech.pieces import BYTES_PER_MS, SAMPLE_RATE, Piece, Recogniser, Stream
from signalling.tail import Sound, Tail

log = structlog.get_logger("court.speech")

LOOK_S = 0.3
JOIN_MS = 60  # a hole shorter than this is a lost packet, not a pause
# Engines end a sentence after 0.8 s of silence; the rest of a pause needs not be heard.
PAUSE_MS = 1200


class Voice:
    """One microphone: Opus in, sound at 16 kHz out, pauses kept just long enough to end a sentence."""

    def __init__(self) -> None:
        self._decoder = av.CodecContext.create("opus", "r")
        self._resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        self._until: int | None = None  # ms since the recording began

    def hear(self, sounds: list[Sound]) -> list[tuple[int, bytes]]:
        """(ms of the first sample, samples) of consecutive packets; a damaged packet is a hole."""
        runs: list[tuple[int, bytes]] = []
        for sound in sounds:
            if self._until is not None and sound.at_ms - self._until > JOIN_MS:
                runs.append((self._until, self._silence(sound.at_ms - self._until)))
                self._until = None
            pcm = self._decode(sound.data)
            at = sound.at_ms if self._until is None else self._until
            if not pcm:
                continue
            if runs and self._until is not None:
                start, before = runs.pop()
                runs.append((start, before + pcm))
            else:
                runs.append((at, pcm))
            self._until = at + len(pcm) // BYTES_PER_MS
        return runs

    def rest(self, now_ms: int) -> list[tuple[int, bytes]]:
        """The silence after the last word, once it has lasted long enough."""
        if self._until is None or now_ms - self._until < PAUSE_MS:
            return []
        start, self._until = self._until, None
        return [(start, self._silence(PAUSE_MS))]

    def _silence(self, ms: int) -> bytes:
        return bytes(min(ms, PAUSE_MS) * BYTES_PER_MS)

    def _decode(self, data: bytes) -> bytes:
        try:
            frames = self._decoder.decode(av.Packet(data))
        except av.error.FFmpegError:
            return b""
        parts = [out for frame in frames for out in self._resampler.resample(frame)]
        return b"".join(bytes(part.planes[0])[: part.samples * 2] for part in parts)


class Listener:
    """One session. `run` goes on until it is cancelled; the session goes on whatever happens here."""

    def __init__(
        self,
        directory: Path,
        engine: Recogniser,
        heard: Callable[[Piece], None],
        *,
        since: Mapping[str, int] | None = None,
        hotwords: tuple[str, ...] = (),
    ) -> None:
        self._tail = Tail(directory, since)
        self._engine, self._heard, self._hotwords = engine, heard, hotwords
        self._voices: dict[str, Voice] = {}
        self._streams: dict[str, Stream] = {}
        self._quiet: dict[str, float] = {}

    async def run(self) -> None:
        try:
            while True:
                for seat_id, runs in (await asyncio.to_thread(self._hear)).items():
                    await self._feed(seat_id, runs)
                await asyncio.sleep(LOOK_S)
        finally:
            await asyncio.gather(*(stream.close() for stream in self._streams.values()))

    def _hear(self) -> dict[str, list[tuple[int, bytes]]]:
        """By seat; blocks on the disk and the decoder."""
        by_seat: dict[str, list[Sound]] = {}
        for sound in self._tail.read():
            by_seat.setdefault(sound.seat_id, []).append(sound)
        runs = {seat: self._voice(seat).hear(sounds) for seat, sounds in by_seat.items()}
        reached = max((sounds[-1].at_ms for sounds in by_seat.values()), default=None)
        for seat_id, voice in self._voices.items():
            looks = self._quiet[seat_id] = 0 if seat_id in runs else self._quiet.get(seat_id, 0) + LOOK_S
            if looks * 1000 >= PAUSE_MS:
                runs[seat_id] = voice.rest(reached if reached is not None else 2**53)
        return runs

    def _voice(self, seat_id: str) -> Voice:
        return self._voices.setdefault(seat_id, Voice())

    async def _feed(self, seat_id: str, runs: list[tuple[int, bytes]]) -> None:
        if not runs:
            return
        if seat_id not in self._streams:
            self._streams[seat_id] = self._engine.open(seat_id, self._heard, self._hotwords)
        for at_ms, pcm in runs:
            await self._streams[seat_id].feed(pcm, at_ms)
