"""A thin link at the court's socket: so many bits a second, a queue before it, a share lost. Only for tests."""

import asyncio
import random
from collections import deque
from typing import Any

from signalling.connection import Connection

QUEUE_S = 0.4  # of packets wait before the link drops them


class Thin:
    """Puts itself between a connection and the socket, `way` "out" (to the page) or "in" (from it)."""

    def __init__(self, connection: Connection, *, way: str, bits_per_s: float, loss: float = 0.0) -> None:
        self.bits_per_s, self.loss = bits_per_s, loss
        self.lost = 0
        self._random = random.Random(7)
        self._loop = asyncio.get_running_loop()
        self._free_at = 0.0
        self._waiting: deque[bytes] = deque()
        transport: Any = connection.transport
        self._original = transport._send if way == "out" else transport._media
        setattr(transport, "_send" if way == "out" else "_media", self._take)

    def _take(self, data: bytes) -> bool:
        now = self._loop.time()
        self._free_at = max(self._free_at, now)
        if self._free_at - now > QUEUE_S or self._random.random() < self.loss:
            self.lost += 1
            return True
        self._free_at += len(data) * 8 / self.bits_per_s
        self._waiting.append(data)
        self._loop.call_at(self._free_at, self._pass)
        return True

    def _pass(self) -> None:
        self._original(self._waiting.popleft())
