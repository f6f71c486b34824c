"""sherpa-onnx in this process as recogniser, with a model folder given by the court. Threads, not the event loop, decode."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from court.speech.pieces import BYTES_PER_MS, SAMPLE_RATE, Piece, SpeechError, Timeline, Word

log = structlog.get_logger("court.speech")

WAITING_MS = 30_000  # sound kept while the processor is busy; older sound is left unheard
LAST_WORD_MS = 800
LAST_TOKEN_MS = 200
MAX_TEXT = 2000


class Sherpa:
    """A streaming model: transducer, paraformer or CTC, told apart by the files in `folder`."""

    name = "sherpa"

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._recognizer = _load(folder, threads)
        # One model, one thread at a time: hearings share the processor with pages and papers.
        self._turn = asyncio.Lock()

    def open(
        self, seat_id: str, heard: Callable[[Piece], None], hotwords: tuple[str, ...] = ()
    ) -> SherpaStream:
        return SherpaStream(self._recognizer, self._turn, seat_id, heard)

    async def close(self) -> None:
        """Nothing to let go."""


def _load(folder: Path, threads: int) -> Any:
    """Errors: SpeechError naming what is missing."""
    try:
        from sherpa_onnx import OnlineRecognizer
    except ImportError as error:
        raise SpeechError(
            '`speech = "sherpa"` needs the extra: pip install "mobile-court[speech]"'
        ) from error
    tokens = folder / "tokens.txt"
    if not tokens.is_file():
        raise SpeechError(f"`speech_model_dir`: no tokens.txt in {folder}")
    common: dict[str, Any] = {
        "tokens": str(tokens),
        "num_threads": threads,
        "enable_endpoint_detection": True,
        "rule2_min_trailing_silence": 0.8,
    }
    encoder, decoder, joiner = (_model(folder, part) for part in ("encoder", "decoder", "joiner"))
    try:
        if encoder and decoder and joiner:
            return OnlineRecognizer.from_transducer(encoder=encoder, decoder=decoder, joiner=joiner, **common)
        if encoder and decoder:
            return OnlineRecognizer.from_paraformer(encoder=encoder, decoder=decoder, **common)
        if model := _model(folder, "model"):
            return OnlineRecognizer.from_zipformer2_ctc(model=model, **common)
    except (RuntimeError, ValueError) as error:
        raise SpeechError(f"`speech_model_dir`: the model in {folder} cannot be used: {error}") from error
    raise SpeechError(
        f"`speech_model_dir`: {folder} has neither encoder/decoder(/joiner) nor model files (*.onnx)"
    )


def _model(folder: Path, part: str) -> str:
    """The file of one part; the smaller, quantised one if there are two."""
    found = sorted(folder.glob(f"{part}*.onnx"), key=lambda path: (".int8." not in path.name, path.name))
    return str(found[0]) if found else ""


class SherpaStream:
    """One microphone."""

    def __init__(
        self, recognizer: Any, turn: asyncio.Lock, seat_id: str, heard: Callable[[Piece], None]
    ) -> None:
        self._recognizer, self._turn, self._seat_id, self._heard = recognizer, turn, seat_id, heard
        self._stream = recognizer.create_stream()
        self._timeline = Timeline()
        self._waiting: deque[tuple[bytes, int]] = deque()
        self._waiting_ms = 0
        self._last = ""
        self._came = asyncio.Event()
        self._task = asyncio.create_task(self._work())

    async def feed(self, pcm: bytes, at_ms: int) -> None:
        """See Stream."""
        self._waiting.append((pcm, at_ms))
        self._waiting_ms += len(pcm) // BYTES_PER_MS
        while self._waiting_ms > WAITING_MS:
            dropped, _ = self._waiting.popleft()
            self._waiting_ms -= len(dropped) // BYTES_PER_MS
        self._came.set()

    async def close(self) -> None:
        """See Stream."""
        await self.feed(bytes(LAST_WORD_MS * BYTES_PER_MS), self._timeline.at(self._timeline.fed_ms))
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._decode()
        self._tell(final=True)

    async def _work(self) -> None:
        while True:
            await self._came.wait()
            self._came.clear()
            try:
                await self._decode()
            except Exception:
                log.exception("speech.failed", engine="sherpa")
                return

    async def _decode(self) -> None:
        while self._waiting:
            pcm, at_ms = self._waiting.popleft()
            self._waiting_ms -= len(pcm) // BYTES_PER_MS
            self._timeline.add(pcm, at_ms)
            async with self._turn:
                ended = await asyncio.to_thread(self._accept, pcm)
            self._tell(final=ended)
            if ended:
                self._recognizer.reset(self._stream)
                self._last = ""

    def _accept(self, pcm: bytes) -> bool:
        samples = array("h", pcm)
        self._stream.accept_waveform(SAMPLE_RATE, [sample / 32768 for sample in samples])
        while self._recognizer.is_ready(self._stream):
            self._recognizer.decode_stream(self._stream)
        return bool(self._recognizer.is_endpoint(self._stream))

    def _tell(self, *, final: bool) -> None:
        result = self._recognizer.get_result_all(self._stream)
        text = result.text.strip()[:MAX_TEXT]
        if not text or (text == self._last and not final):
            return
        self._last = text
        words = self._words(result)
        now = self._timeline.at(self._timeline.fed_ms)
        start, end = (words[0].start_ms, words[-1].end_ms) if words else (now, now)
        self._heard(
            Piece(seat_id=self._seat_id, text=text, start_ms=start, end_ms=end, final=final, words=words)
        )

    def _words(self, result: Any) -> tuple[Word, ...]:
        """Tokens with their times; the confidence is the model's own probability of each."""
        begin = float(result.start_time or 0.0)
        starts = [round((begin + t) * 1000) for t in result.timestamps]
        ends = [*starts[1:], starts[-1] + LAST_TOKEN_MS] if starts else []
        sure = [min(1.0, math.exp(p)) for p in result.ys_probs]
        if len(starts) != len(result.tokens):
            return ()
        return tuple(
            Word(
                text=token.replace("▁", " "),
                start_ms=self._timeline.at(start),
                end_ms=self._timeline.at(end),
                confidence=round(sure[n], 3) if len(sure) == len(starts) else None,
            )
            for n, (token, start, end) in enumerate(zip(result.tokens, starts, ends, strict=True))
        )
