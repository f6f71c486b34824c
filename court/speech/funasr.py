"""A FunASR server (realtime, `2pass`) as recogniser: one WebSocket a microphone. The engine itself is elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec
import structlog

from court.speech.pieces import BYTES_PER_MS, Piece, SpeechError, Timeline, Word

log = structlog.get_logger("court.speech")

WAITING_MS = 30_000  # sound kept for an engine that does not keep up; older sound is left unheard
MAX_REPLY_BYTES = 256 * 1024
MAX_TEXT = 2000
CHUNK_SIZE = [5, 10, 5]  # units of 60 ms: answers every 600 ms with 300 ms of look-ahead
CHUNK_MS = 600
CONNECT_S = 10.0
LAST_WORD_S = 2.0
BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)


class Reply(msgspec.Struct, frozen=True):
    """Source: FunASR websocket protocol. `timestamp`: JSON text of [[start, end], …] in ms, a pair for each character."""

    mode: str = ""
    text: str = ""
    is_final: bool = False
    timestamp: str | list[list[int]] | None = None


class FunAsr:
    """The engine at `url` (ws:// or wss://)."""

    name = "funasr"

    def __init__(self, url: str) -> None:
        if not url.startswith(("ws://", "wss://")):
            raise SpeechError('`speech_url` must begin with ws:// or wss:// when `speech = "funasr"`')
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    def open(
        self, seat_id: str, heard: Callable[[Piece], None], hotwords: tuple[str, ...] = ()
    ) -> FunAsrStream:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return FunAsrStream(self._session, self._url, seat_id, heard, hotwords)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class FunAsrStream:
    """One microphone. Comes back by itself when the engine goes away; what was said meanwhile stays unheard."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        seat_id: str,
        heard: Callable[[Piece], None],
        hotwords: tuple[str, ...],
    ) -> None:
        self._session, self._url, self._seat_id, self._heard = session, url, seat_id, heard
        self._hotwords = dict.fromkeys(hotwords, 20)
        self._waiting: deque[tuple[bytes, int]] = deque()
        self._waiting_ms = 0
        self._came = asyncio.Event()
        self._closing = False
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
        self._closing = True
        self._came.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._task, LAST_WORD_S + 1)

    async def _work(self) -> None:
        failures = 0
        while not self._closing:
            sentence = Sentence(self._seat_id, self._heard)
            try:
                await self._converse(sentence)
                failures = 0
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("speech.unreachable", engine="funasr", error=type(error).__name__)
            if sentence.answered:
                failures = 0
            if not self._closing:
                wait = BACKOFF_S[min(failures, len(BACKOFF_S) - 1)]
                failures += 1
                await asyncio.sleep(wait)

    async def _converse(self, sentence: Sentence) -> None:
        async with asyncio.timeout(CONNECT_S):
            socket = await self._session.ws_connect(
                self._url, protocols=("binary",), max_msg_size=MAX_REPLY_BYTES, heartbeat=20
            )
        async with socket:
            await socket.send_json(self._greeting())
            answers = asyncio.create_task(self._listen(socket, sentence))
            try:
                await self._speak(socket, sentence, answers)
            finally:
                answers.cancel()
                await asyncio.gather(answers, return_exceptions=True)

    def _greeting(self) -> dict[str, Any]:
        greeting = {
            "mode": "2pass",
            "wav_name": "court",  # neither the case nor the person is named to the engine
            "wav_format": "pcm",
            "audio_fs": 16000,
            "is_speaking": True,
            "chunk_size": CHUNK_SIZE,
            "itn": True,
        }
        if self._hotwords:
            greeting["hotwords"] = json.dumps(self._hotwords, ensure_ascii=False)
        return greeting

    async def _speak(
        self, socket: aiohttp.ClientWebSocketResponse, sentence: Sentence, answers: asyncio.Task[None]
    ) -> None:
        while not answers.done():
            while self._waiting:
                pcm, at_ms = self._waiting.popleft()
                self._waiting_ms -= len(pcm) // BYTES_PER_MS
                sentence.timeline.add(pcm, at_ms)
                await socket.send_bytes(pcm)
            if self._closing:
                await socket.send_json({"is_speaking": False})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(answers), LAST_WORD_S)
                return
            self._came.clear()
            came = asyncio.create_task(self._came.wait())
            await asyncio.wait({came, answers}, return_when=asyncio.FIRST_COMPLETED)
            came.cancel()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, sentence: Sentence) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                reply = msgspec.json.decode(message.data, type=Reply)
            except msgspec.DecodeError:
                log.warning("speech.malformed", engine="funasr")
                continue
            sentence.take(reply)


class Sentence:
    """Puts the engine's two passes together: quick words that grow, then the corrected sentence that replaces them."""

    def __init__(self, seat_id: str, heard: Callable[[Piece], None]) -> None:
        self._seat_id, self._heard = seat_id, heard
        self.timeline = Timeline()
        self._quick = ""
        self._from: int | None = None
        self.answered = False

    def take(self, reply: Reply) -> None:
        """One answer of the engine."""
        self.answered = True
        text = reply.text.strip()
        if not text:
            return
        now = self.timeline.fed_ms
        if self._from is None:
            self._from = max(0, now - CHUNK_MS)
        if reply.mode == "2pass-online":
            self._quick = (self._quick + text)[-MAX_TEXT:]
            self._tell(self._quick, final=False, words=())
            return
        words = self._words(text[:MAX_TEXT], reply.timestamp)
        self._tell(text[:MAX_TEXT], final=True, words=words)
        self._quick, self._from = "", None

    def _tell(self, text: str, *, final: bool, words: tuple[Word, ...]) -> None:
        start = words[0].start_ms if words else self.timeline.at(self._from or 0)
        end = words[-1].end_ms if words else self.timeline.at(self.timeline.fed_ms)
        self._heard(
            Piece(seat_id=self._seat_id, text=text, start_ms=start, end_ms=end, final=final, words=words)
        )

    def _words(self, text: str, timestamp: str | list[list[int]] | None) -> tuple[Word, ...]:
        """Characters with their times; punctuation has none. Nothing when times and text do not fit together."""
        pairs = _pairs(timestamp)
        spoken = [c for c in text if c.isalnum()]
        if not pairs or len(pairs) != len(spoken):
            return ()
        at = self.timeline.at
        return tuple(
            Word(text=c, start_ms=at(start), end_ms=at(end))
            for c, (start, end) in zip(spoken, pairs, strict=True)
        )


def _pairs(timestamp: str | list[list[int]] | None) -> list[tuple[int, int]]:
    if isinstance(timestamp, str):
        try:
            timestamp = msgspec.json.decode(timestamp, type=list[list[int]]) if timestamp else None
        except msgspec.DecodeError:
            return []
    return [(pair[0], pair[1]) for pair in timestamp or [] if len(pair) == 2]
