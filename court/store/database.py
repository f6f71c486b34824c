"""One writer, many readers, the journal in the same transaction; SQLite or PostgreSQL. No rule lives here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from court.domain.lifecycle import Actor

P = ParamSpec("P")
T = TypeVar("T")


class Read:
    """A read-only look at the data. Give it to every `rx` and (inside a write) every Tx is a Read too."""

    conn: sa.Connection


class Tx(Read):
    """The one write transaction."""

    def record(self, type: str, subject: str, actor: Actor, now: datetime, body: Mapping[str, object]) -> int:
        """Appends a journal row in this transaction and gives its seq. No names or numbers in `body`."""


class JournalEvent:
    """seq, type, subject of a committed journal row."""

    seq: int
    type: str
    subject: str


class Database:
    """`db = Database.open(url)`; `await db.write(fn, *args, **kw)`; `await db.read(fn, ...)`; `await db.close()`."""

    @classmethod
    def open(cls, url: str, *, readers: int = 3) -> "Database":
        """Migrates to the newest schema, starts the writer thread. url: `sqlite:///path` or
        `postgresql+psycopg://...`. Blocking: call it before the loop runs or in a thread."""

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """fn(tx, ...) inside BEGIN IMMEDIATE ... COMMIT; any exception rolls back, except CourtError(keep=True)."""

    async def read(self, fn: Callable[Concatenate[Read, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """fn(rx, ...) on a read-only connection in a thread."""

    def subscribe(self) -> Any:
        """`with db.subscribe() as feed: async for event in feed:` committed journal events from now on."""

    async def close(self) -> None:
        """Finishes what is queued and closes."""
