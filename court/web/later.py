"""What the rooms report is written down in the order reported, one after the other. Knows nothing of what it writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from court.store.database import Database

log = structlog.get_logger("court.later")


class Later:
    """Filled by calls that may not wait; used inside one event loop."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: asyncio.Queue[partial[Any] | None] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._writer = asyncio.create_task(self._write_down())

    async def stop(self) -> None:
        """Write down everything that was put before."""
        if self._writer is not None:
            self._waiting.put_nowait(None)
            await self._writer
            self._writer = None

    async def settled(self) -> None:
        """Everything put up to now is in the database."""
        await self._waiting.join()

    def put(self, service: Callable[..., Any], **facts: Any) -> None:
        """A service that writes, with its facts."""
        self.do(self._db.write, service, **facts)

    def do(self, work: Callable[..., Any], *arguments: Any, **facts: Any) -> None:
        """Any coroutine function, in its turn."""
        self._waiting.put_nowait(partial(work, *arguments, **facts))

    async def _write_down(self) -> None:
        """A refused row is logged; of a recording, the manifest on disk still has it."""
        while (work := await self._waiting.get()) is not None:
            try:
                await work()
            except Exception:
                log.exception("not_written", what=work.func.__name__)
            finally:
                self._waiting.task_done()
        self._waiting.task_done()
