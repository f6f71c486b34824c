"""The chain notices every change of what was written: altered, removed, inserted, reordered."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from court.domain.lifecycle import SYSTEM_ACTOR
from court.store import journal
from court.store.database import Database, Tx
from court.store.tables import journal as rows

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def ten(tx: Tx) -> None:
    for n in range(10):
        tx.record("test.noted", f"s{n}", SYSTEM_ACTOR, NOW, {"n": n})


def change(**values: object) -> Callable[[Tx], None]:
    return lambda tx: tx.conn.execute(rows.update().where(rows.c.seq == 4).values(**values)) and None


def drop(seq: int) -> Callable[[Tx], None]:
    return lambda tx: tx.conn.execute(rows.delete().where(rows.c.seq == seq)) and None


def swap(tx: Tx) -> None:
    for old, new in ((4, 99), (5, 4), (99, 5)):
        tx.conn.execute(rows.update().where(rows.c.seq == old).values(seq=new))


def forge(tx: Tx) -> None:
    """A changed row whose own hash is made right again: the next row no longer holds on to it."""
    tx.conn.execute(rows.update().where(rows.c.seq == 4).values(body='{"n":77}'))
    entry = next(e for e in journal.entries(tx.conn) if e.seq == 4)
    tx.conn.execute(rows.update().where(rows.c.seq == 4).values(hash=journal.entry_hash(entry)))


async def test_an_untouched_chain_is_whole(db: Database) -> None:
    await db.write(ten)
    report = await db.read(lambda rx: journal.verify(rx.conn))
    assert (report.rows, report.broken_at) == (10, None)
    last = await db.read(lambda rx: rx.conn.execute(sa.select(sa.func.max(rows.c.hash))).scalar())
    assert last is not None


@pytest.mark.parametrize(
    ("tamper", "broken_at"),
    [
        (change(body='{"n":5}'), 4),
        (change(subject="other"), 4),
        (change(actor_id="other"), 4),
        (change(at=datetime(2026, 1, 1, tzinfo=UTC)), 4),
        (drop(4), 5),
        (drop(1), 2),
        (swap, 4),
        (forge, 5),
    ],
    ids=["body", "subject", "actor", "time", "removed", "first removed", "swapped", "forged"],
)
async def test_tampering_is_found_and_located(
    db: Database, tamper: Callable[[Tx], None], broken_at: int
) -> None:
    await db.write(ten)
    await db.write(tamper)
    report = await db.read(lambda rx: journal.verify(rx.conn))
    assert report.broken_at == broken_at


async def test_a_body_too_long_is_a_bug_of_the_caller(db: Database) -> None:
    with pytest.raises(ValueError, match="too long"):
        await db.write(lambda tx: tx.record("test.x", "s", SYSTEM_ACTOR, NOW, {"text": "字" * 5000}))
