"""A simulator of a FunASR realtime server (`2pass`): true to its protocol, understands only tones."""

from __future__ import annotations

import itertools
import json
from array import array
from typing import Any

from aiohttp import WSMsgType, web

CHUNK_MS = 600


def crossings(samples: array[int]) -> int:
    return sum(1 for a, b in itertools.pairwise(samples) if (a < 0) != (b < 0))


class Engine:
    """One connection: quick answers every 600 ms of sound, a corrected sentence after the silence."""

    def __init__(self, silence_ms: int) -> None:
        self.silence_ms = silence_ms
        self.buffer = array("h")
        self.at = self.quiet = 0
        self.said: list[tuple[str, int, int]] = []
        self.told = 0

    def hear(self, pcm: bytes) -> list[dict[str, Any]]:
        self.buffer.frombytes(pcm)
        answers = []
        while len(self.buffer) >= 640:  # 40 ms
            self._frame(self.buffer[:640])
            del self.buffer[:640]
            if self.at % CHUNK_MS == 0 and len(self.said) > self.told:
                text = "".join(c for c, _, _ in self.said[self.told :])
                self.told = len(self.said)
                answers.append({"mode": "2pass-online", "wav_name": "court", "text": text, "is_final": False})
            if self.quiet >= self.silence_ms and self.said:
                answers.append(self.sentence())
        return answers

    def _frame(self, samples: array[int]) -> None:
        self.at += 40
        if max(abs(s) for s in samples) < 500:
            self.quiet += 40
            return
        token = "低" if crossings(samples) < 100 else "高"
        if self.said and self.said[-1][0] == token and not self.quiet:
            self.said[-1] = (token, self.said[-1][1], self.at)
        else:
            self.said.append((token, self.at - 40, self.at))
        self.quiet = 0

    def sentence(self) -> dict[str, Any]:
        said, self.said, self.told = self.said, [], 0
        return {
            "mode": "2pass-offline",
            "wav_name": "court",
            "text": "".join(c for c, _, _ in said) + "。",
            "is_final": True,
            "timestamp": json.dumps([[start, end] for _, start, end in said]),
            "stamp_sents": [],
        }


class Server:
    """`greetings` are the first messages of all connections; `cut` ends the open ones without a word."""

    def __init__(self, silence_ms: int = 800) -> None:
        self.silence_ms = silence_ms
        self.greetings: list[dict[str, Any]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.nonsense: list[str] = []

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("binary",))
        await socket.prepare(request)
        self.sockets.append(socket)
        engine = Engine(self.silence_ms)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                said = json.loads(message.data)
                if "mode" in said:
                    self.greetings.append(said)
                if not said.get("is_speaking", True) and engine.said:
                    await socket.send_json(engine.sentence())
                if not said.get("is_speaking", True):
                    await socket.close()
            elif message.type is WSMsgType.BINARY:
                for odd in self.nonsense:
                    await socket.send_str(odd)
                for answer in engine.hear(message.data):
                    await socket.send_json(answer)
        return socket

    async def cut(self) -> None:
        for socket in self.sockets:
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.close()
        self.sockets.clear()
