"""CPU work on papers in processes of its own, so that drawing and signing never stop the pages. No rule here."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from court.domain.errors import CourtError
from documents.fonts import FontSet

T = TypeVar("T")
# A seal with its time-stamps takes well under two seconds; a minute means a stuck worker.
JOB_SECONDS = 60.0
# The queue is bounded so that a burst of previews is refused in words and not answered minutes later.
MOST_WAITING = 64
# Files of strangers are checked one at a time, a few more may wait: each is held in memory meanwhile.
MOST_CHECKS = 6
# Pages of exhibits: strangers' files too, drawn while a session waits for them.
SHEET_SECONDS = 25.0
SHEET_MEMORY = 2 * 1024 * 1024 * 1024
NICE = 5  # papers wait for packets, never the other way round
# Loaded once in the process that workers are forked from: a new worker is there at once and shares their memory.
_LOADED_ONCE = [
    "court.web.workers",
    "documents.signing",
    "documents.verify",
    "documents.preview",
    "documents.outlines",
    "documents.kinds",
]


def _prepare(fonts_dir: Path | None, most_memory: int | None) -> None:
    os.nice(NICE)
    threading.Thread(target=_end_with_server, daemon=True).start()
    if most_memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    if fonts_dir is not None:
        # A node without fonts must still start, and say so where a paper is made.
        with contextlib.suppress(Exception):
            FontSet.load(fonts_dir)
    settle()


def settle() -> None:
    """What is loaded now stays: collections, which would stop a signature for tens of ms, need not look at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _end_with_server() -> None:
    """A killed server cannot stop its workers: without this they would wait for work for ever, fonts in memory."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def _ready() -> bool:
    return True


class Papers:
    """A small pool of processes with the fonts loaded once. Functions, arguments and results must pickle.

    `fonts_dir` is None for work that draws nothing of ours. A job may last `seconds` once it began or waited;
    `most_memory` bounds the address space of each process in bytes.
    """

    def __init__(
        self,
        fonts_dir: Path | None,
        workers: int,
        *,
        most_waiting: int = MOST_WAITING,
        seconds: float = JOB_SECONDS,
        most_memory: int | None = None,
    ) -> None:
        self._fonts_dir, self._workers, self._most_waiting = fonts_dir, workers, most_waiting
        self._seconds, self._most_memory = seconds, most_memory
        self._waiting = 0
        self._first: tuple[ProcessPoolExecutor, asyncio.Task[Future[bool]]] | None = None
        self._pool = self._fresh()

    def _fresh(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_LOADED_ONCE)
        return ProcessPoolExecutor(
            self._workers,
            mp_context=context,
            initializer=_prepare,
            initargs=(self._fonts_dir, self._most_memory),
        )

    async def warm(self) -> None:
        """Start every worker, so that the first villager does not wait for fonts."""
        await asyncio.gather(*(self.run(_ready) for _ in range(self._workers)))

    async def run(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """The result of `work(*args, **kwargs)`. Errors: its own, or CourtError `web.unavailable`.

        A worker that dies or hangs is replaced and the work is refused, never run twice.
        """
        if self._waiting >= self._most_waiting:
            raise CourtError("web.unavailable")
        self._waiting += 1
        pool = self._pool
        try:
            async with asyncio.timeout(self._seconds):
                await self._standing(pool)
                return await asyncio.get_running_loop().run_in_executor(pool, partial(work, *args, **kwargs))
        except (BrokenProcessPool, TimeoutError) as error:
            self._replace(pool)
            raise CourtError("web.unavailable") from error
        finally:
            self._waiting -= 1

    async def _standing(self, pool: ProcessPoolExecutor) -> None:
        """Wait until a pool's first process is there.

        The first submission starts the process that workers are forked from and blocks until it has loaded what they
        share, more than a second: in a thread, and once.
        """
        if self._first is None or self._first[0] is not pool:
            self._first = pool, asyncio.create_task(asyncio.to_thread(pool.submit, _ready))
        await asyncio.shield(self._first[1])

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            self._pool = self._fresh()
            for process in list((broken._processes or {}).values()):
                process.kill()
            broken.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """Let running work end, then stop the processes."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)


class Checks:
    """Strangers' files in turn, each in a process that ends with it (`documents.apart`); judges nothing."""

    def __init__(self, *, most: int = MOST_CHECKS) -> None:
        self._turn = asyncio.Lock()
        self._most, self._here = most, 0

    async def run(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """The result of `work(*args, **kwargs)`, which blocks on such a process. Errors: its own, or CourtError
        `web.unavailable` where too many wait."""
        if self._here >= self._most:
            raise CourtError("web.unavailable")
        self._here += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work, *args, **kwargs)
        finally:
            self._here -= 1
