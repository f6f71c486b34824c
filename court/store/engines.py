"""How connections are made and begun on SQLite and on PostgreSQL; nothing about tables."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

# SQLite before 3.51.3 can corrupt a WAL file when two connections write or checkpoint at once, so there is
# one read-write connection in a process, every other one is opened mode=ro with query_only, and two processes
# (the server and a `court user` beside it) take turns by `sole_writer`.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA wal_autocheckpoint=1000",
)
# One writer at a time on PostgreSQL too, also across processes: the journal is one chain.
_WRITER_LOCK = 20260101


def prepare_file(path: Path) -> None:
    """The database file exists with mode 0600 before SQLite opens it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def sole_writer(path: Path) -> Callable[[], AbstractContextManager[None]]:
    """`with alone():` waits until no other process writes this SQLite file; a process that dies lets go by dying."""
    descriptor = os.open(path.with_name(f"{path.name}.writer"), os.O_CREAT | os.O_RDWR, 0o600)

    @contextmanager
    def alone() -> Iterator[None]:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    return alone


# hide_parameters everywhere: names and numbers must not ride in an exception text into a log.


def sqlite_writer(path: Path) -> sa.Engine:
    """The one read-write connection; every transaction starts with BEGIN IMMEDIATE."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    _on_connect(engine, _PRAGMAS)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def sqlite_reader(path: Path, size: int) -> sa.Engine:
    """Read-only connections, each transaction one consistent snapshot."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"}),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    _on_connect(engine, ("PRAGMA query_only=ON", "PRAGMA busy_timeout=5000", "PRAGMA trusted_schema=OFF"))
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    return engine


def postgres_writer(url: str) -> sa.Engine:
    """The one writing connection of this process; other processes wait at the lock."""
    engine = sa.create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True, hide_parameters=True)
    event.listen(
        engine, "begin", lambda conn: conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
    )
    return engine


def postgres_reader(url: str, size: int) -> sa.Engine:
    """Read-only connections with one snapshot a transaction."""
    engine = sa.create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
    )
    return engine.execution_options(postgresql_readonly=True)


def _on_connect(engine: sa.Engine, statements: tuple[str, ...]) -> None:
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    event.listen(engine, "connect", prepare)
