"""One writer, many readers, the journal in the same transaction; SQLite or PostgreSQL. No rule lives here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.store import engines, journal, schema
from court.store.journal import JournalEvent

P = ParamSpec("P")
T = TypeVar("T")
# A page that cannot follow is told once that it missed something, and reads again.
FEED_MOST = 1000
SKIPPED = "journal.skipped"


class Read:
    """A read-only look at the data, consistent for its whole life. Every Tx is one too."""

    def __init__(self, conn: sa.Connection) -> None:
        self.conn = conn


class Tx(Read):
    """The one write transaction of the moment."""

    def __init__(self, conn: sa.Connection) -> None:
        super().__init__(conn)
        self.events: list[JournalEvent] = []

    def record(self, type: str, subject: str, actor: Actor, now: datetime, body: Mapping[str, object]) -> int:
        """Appends a journal row in this transaction and gives its seq. `body` holds ids and facts, no person's data."""
        event = journal.append(self.conn, type, subject, actor, now, body)
        self.events.append(event)
        return event.seq


class Feed:
    """Committed journal events since it was made. Bounded: when full it drops all and says `journal.skipped`."""

    def __init__(self, database: Database, loop: asyncio.AbstractEventLoop) -> None:
        self._database = database
        self._loop = loop
        self._queue: asyncio.Queue[JournalEvent | None] = asyncio.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> JournalEvent:
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event

    def close(self) -> None:
        """No more events; a waiting reader ends."""
        self._database.forget(self)
        self._queue.put_nowait(None)

    def publish(self, events: list[JournalEvent]) -> None:
        """Called by the writer thread after a commit."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, events)

    def end(self) -> None:
        """Called when the database closes."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)

    def _take(self, events: list[JournalEvent]) -> None:
        for event in events:
            if self._queue.qsize() >= FEED_MOST:
                while not self._queue.empty():
                    self._queue.get_nowait()
                self._queue.put_nowait(JournalEvent(seq=event.seq, type=SKIPPED, subject=""))
            else:
                self._queue.put_nowait(event)


class Database:
    """`db = Database.open(url)`; `await db.write(fn, *args, **kw)`; `await db.read(fn, ...)`; `await db.close()`."""

    def __init__(
        self,
        writer: sa.Engine,
        reader: sa.Engine,
        readers: int,
        alone: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._writer = writer
        self._alone = alone
        self._reader = reader
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(readers, thread_name_prefix="store-read")
        self._feeds: set[Feed] = set()
        self._feeds_lock = threading.Lock()

    @classmethod
    def open(cls, url: str, *, readers: int = 3) -> Database:
        """Migrates to the newest schema and opens both sides. Blocking: call it before the loop runs or in a thread.

        url: `sqlite:////path/court.sqlite` or `postgresql+psycopg://...`. A SQLite file gets mode 0600.
        """
        address = sa.make_url(url)
        if address.get_backend_name() == "sqlite":
            path = Path(address.database or "")
            engines.prepare_file(path)
            writer, alone = engines.sqlite_writer(path), engines.sole_writer(path)
            with alone():
                schema.migrate(writer, keep=path)
            return cls(writer, engines.sqlite_reader(path, readers), readers, alone)
        writer = engines.postgres_writer(url)
        schema.migrate(writer, keep=None)
        return cls(writer, engines.postgres_reader(url, readers), readers, nullcontext)

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """fn(tx, ...) between BEGIN IMMEDIATE and COMMIT, alone; it answers after the commit is on disk.

        Any exception rolls back, but a CourtError with keep=True commits first and is then raised.
        """

        def call(tx: Tx) -> T:
            return fn(tx, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._write_thread, self._write, call)

    async def read(self, fn: Callable[Concatenate[Read, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """fn(rx, ...) on a read-only connection in a thread."""

        def call() -> T:
            with self._reader.connect() as conn, conn.begin():
                return fn(Read(conn), *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._read_threads, call)

    def subscribe(self) -> Feed:
        """`with db.subscribe() as feed: async for event in feed:` gives committed journal events from now on."""
        feed = Feed(self, asyncio.get_running_loop())
        with self._feeds_lock:
            self._feeds.add(feed)
        return feed

    def forget(self, feed: Feed) -> None:
        """A feed that closed gets nothing more."""
        with self._feeds_lock:
            self._feeds.discard(feed)

    async def close(self) -> None:
        """Finishes what is queued, ends the feeds, closes the connections."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._close)

    def _close(self) -> None:
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        with self._feeds_lock:
            feeds = list(self._feeds)
        for feed in feeds:
            feed.end()
        self._reader.dispose()
        with self._alone():
            self._writer.dispose()

    def _write(self, call: Callable[[Tx], T]) -> T:
        refusal: CourtError | None = None
        with self._alone(), self._writer.connect() as conn, conn.begin():
            tx = Tx(conn)
            try:
                result = call(tx)
            except CourtError as error:
                if not error.keep:
                    raise
                refusal = error
        with self._feeds_lock:
            feeds = list(self._feeds) if tx.events else []
        for feed in feeds:
            feed.publish(tx.events)
        if refusal is not None:
            raise refusal
        return result
