"""Small shapes of SQL that every track uses: counters, insert-once, idempotent calls."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from court.domain.case_number import CaseNumber, require_kind
from court.domain.errors import CourtError
from court.domain.numbers import Series, written, year_of
from court.store.database import Tx
from court.store.tables import counter, idempotency

T = TypeVar("T")
# A retry comes within minutes; a form left open comes within the day.
KEYS_KEPT = timedelta(days=7)


def token_hash(token: str) -> str:
    """SHA-256 in hex: what is stored of a cookie, a link or a code."""
    return hashlib.sha256(token.encode()).hexdigest()


def insert_new(conn: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Inserts unless the row is there already (any unique key); says whether it was new."""
    if conn.dialect.name == "postgresql":
        statement: Any = postgresql.insert(table).values(values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(table).values(values).on_conflict_do_nothing()
    return conn.execute(statement.returning(sa.literal_column("1"))).first() is not None


def count_up(tx: Tx, name: str) -> int:
    """The next value of a counter, from 1. A rolled-back transaction gives its value back."""
    if insert_new(tx.conn, counter, {"name": name, "value": 1}):
        return 1
    statement = sa.update(counter).where(counter.c.name == name).values(value=counter.c.value + 1)
    return int(tx.conn.execute(statement.returning(counter.c.value)).scalar_one())


def next_number(tx: Tx, series: Series, now: datetime, court_code: str = "") -> str:
    """The next official number of this year; a court's case numbers are counted for each court."""
    year = year_of(now)
    name = f"{series.name.lower()}:{court_code}:{year}" if court_code else f"{series.name.lower()}:{year}"
    return written(series, year, count_up(tx, name), court_code)


def next_case_number(tx: Tx, kind: str, now: datetime, court_code: str, vehicle: str = "") -> CaseNumber:
    """The next 案号 of this year, court and kind; with a `vehicle`'s code a provisional one. Refuses `case_number.kind`."""
    first = CaseNumber(year=year_of(now), court=court_code, kind=require_kind(kind), count=1, vehicle=vehicle)
    return replace(first, count=count_up(tx, first.series))


def once(tx: Tx, *, key: str | None, scope: str, now: datetime, result: type[T], call: Callable[[], T]) -> T:
    """`call()` the first time; the first result again for the same key and scope. No key: always calls.

    `result` is the dataclass the call gives. Never for results that carry a token or a password.
    """
    if key is None:
        return call()
    if len(key) > 80 or len(scope) > 120:
        raise CourtError("store.retry_differs")
    query = sa.select(idempotency.c.result).where(idempotency.c.key == key, idempotency.c.scope == scope)
    stored = tx.conn.execute(query).scalar()
    if stored is not None:
        return msgspec.json.decode(stored, type=result)
    fresh = call()
    row = {"key": key, "scope": scope, "result": msgspec.json.encode(fresh).decode(), "at": now}
    tx.conn.execute(idempotency.insert().values(row))
    return fresh


def forget_keys(tx: Tx, *, now: datetime) -> int:
    """Sweep: idempotency keys past their term. Says how many."""
    return tx.conn.execute(idempotency.delete().where(idempotency.c.at < now - KEYS_KEPT)).rowcount
