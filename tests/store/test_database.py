"""Writing and reading on both databases: all or nothing, one writer, read-only readers, events after the commit."""

import asyncio
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from court.domain.case_number import parse
from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.numbers import Series
from court.store import engines, journal
from court.store import tables as t
from court.store.database import SKIPPED, Database, Read, Tx
from court.store.rows import count_up, insert_new, next_case_number, next_number, once

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def note(tx: Tx, subject: str, refuse: CourtError | None = None) -> int:
    count_up(tx, subject)
    seq = tx.record("test.noted", subject, SYSTEM_ACTOR, NOW, {"n": 1})
    if refuse is not None:
        raise refuse
    return seq


def noted(rx: Read) -> list[str]:
    return [entry.subject for entry in journal.entries(rx.conn)]


async def test_case_numbers_are_counted_by_year_court_and_kind_by_clerks_of_two_servers(db: Database) -> None:
    other = await asyncio.to_thread(Database.open, db._writer.url.render_as_string(hide_password=False))
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    async def clerk(n: int) -> str:
        kind, at = ("民初", "诉前调确")[n % 2], (NOW, new_year)[n // 2 % 2]
        vehicle = "01" if n % 5 == 0 else ""
        number = await (db, other)[n % 3 % 2].write(next_case_number, kind, at, "渝0235", vehicle)
        return str(number)

    try:
        numbers = await asyncio.gather(*(clerk(n) for n in range(60)))
    finally:
        await other.close()
    assert len(set(numbers)) == 60
    groups: dict[str, list[int]] = {}
    for one in map(parse, numbers):
        groups.setdefault(one.series, []).append(one.count)
    assert len(groups) == 8 and all(sorted(c) == list(range(1, len(c) + 1)) for c in groups.values())


async def test_a_refusal_rolls_everything_back(db: Database) -> None:
    with pytest.raises(CourtError):
        await db.write(note, "a", CourtError("text.empty"))
    assert await db.read(noted) == []
    assert await db.write(count_up, "a") == 1


async def test_a_refusal_that_keeps_is_committed_and_still_refuses(db: Database) -> None:
    with pytest.raises(CourtError):
        await db.write(note, "a", CourtError("login.refused", keep=True))
    assert await db.read(noted) == ["a"]


async def test_numbers_have_no_holes_and_no_doubles_under_parallel_clerks(db: Database) -> None:
    def take(tx: Tx, fails: bool) -> str:
        number = next_number(tx, Series.MATTER, NOW)
        if fails:
            raise CourtError("text.empty")
        return number

    async def clerk(n: int) -> str | None:
        try:
            return await db.write(take, n % 5 == 0)
        except CourtError:
            return None

    numbers = [one for one in await asyncio.gather(*(clerk(n) for n in range(60))) if one]
    assert sorted(numbers) == [f"纠〔2026〕{n:06d}号" for n in range(1, 49)]


async def test_the_year_of_a_number_is_the_courts(db: Database) -> None:
    eve = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert await db.write(next_number, Series.PETITION, eve) == "访〔2027〕000001号"
    assert await db.write(next_number, Series.PETITION, NOW) == "访〔2026〕000001号"
    assert await db.write(next_number, Series.AGREEMENT, NOW) == "〔2026〕人调字第000001号"
    court = [await db.write(next_number, Series.COURT_MEDIATION, NOW, "渝0235") for _ in range(2)]
    assert court == ["（2026）渝0235诉前调书1号", "（2026）渝0235诉前调书2号"]
    assert await db.write(next_number, Series.COURT_MEDIATION, NOW, "渝0118") == "（2026）渝0118诉前调书1号"


async def test_a_retry_gives_the_first_result(db: Database) -> None:
    def make(tx: Tx, key: str | None) -> journal.JournalEvent:
        def call() -> journal.JournalEvent:
            seq = tx.record("test.made", "x", SYSTEM_ACTOR, NOW, {})
            return journal.JournalEvent(seq=seq, type="test.made", subject="x")

        return once(tx, key=key, scope="s", now=NOW, result=journal.JournalEvent, call=call)

    first = await db.write(make, "k")
    assert await db.write(make, "k") == first
    assert (await db.write(make, "other")).seq == 2
    assert (await db.write(make, None)).seq == 3


async def test_readers_cannot_write(db: Database) -> None:
    await db.write(note, "a")
    with pytest.raises(sa.exc.SQLAlchemyError):
        await db.read(lambda rx: rx.conn.execute(t.journal.delete()).rowcount)
    assert await db.read(noted) == ["a"]


async def test_foreign_keys_hold(db: Database) -> None:
    row = {"line_id": "none", "rev": 1, "speaker": "", "text": "", "at": NOW, "by": "", "reason": ""}
    with pytest.raises(sa.exc.IntegrityError):
        await db.write(lambda tx: tx.conn.execute(t.line_revision.insert().values(row)).rowcount)


async def test_events_come_after_the_commit_in_order_and_only_when_it_happened(db: Database) -> None:
    with db.subscribe() as feed:
        with pytest.raises(CourtError):
            await db.write(note, "refused", CourtError("text.empty"))
        for subject in ("a", "b"):
            await db.write(note, subject)
        async with asyncio.timeout(5):
            heard = [await anext(feed), await anext(feed)]
        assert [(event.seq, event.subject) for event in heard] == [(1, "a"), (2, "b")]
        assert await db.read(noted) == ["a", "b"]


async def test_a_slow_page_is_told_that_it_missed_something(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("court.store.database.FEED_MOST", 20)

    def many(tx: Tx) -> None:
        for _ in range(21):
            tx.record("test.noted", "x", SYSTEM_ACTOR, NOW, {})

    with db.subscribe() as feed:
        await db.write(many)
        async with asyncio.timeout(5):
            first = await anext(feed)
        assert (first.seq, first.type) == (21, SKIPPED)


async def test_closing_ends_a_waiting_feed(tmp_path: Path) -> None:
    db = await asyncio.to_thread(Database.open, f"sqlite:///{tmp_path / 'c.sqlite'}")
    feed = db.subscribe()
    waiting = asyncio.create_task(anext(feed, None))
    await asyncio.sleep(0)
    await db.close()
    async with asyncio.timeout(5):
        assert await waiting is None


async def test_moments_are_kept_in_utc_and_never_without_a_zone(db: Database) -> None:
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    row = {"sha256": "a" * 64, "size": 1, "media_type": "x", "at": noon, "by": "y"}
    assert await db.write(lambda tx: insert_new(tx.conn, t.blob, row))
    assert not await db.write(lambda tx: insert_new(tx.conn, t.blob, row))
    stored = await db.read(lambda rx: rx.conn.execute(sa.select(t.blob.c.at)).scalar_one())
    assert stored == NOW
    assert stored.tzinfo is UTC
    naive = row | {"sha256": "b" * 64, "at": datetime(2026, 1, 1)}
    with pytest.raises(sa.exc.StatementError):
        await db.write(lambda tx: insert_new(tx.conn, t.blob, naive))


async def test_a_failing_statement_never_shows_its_values(db: Database) -> None:
    row = {"scope": "s", "key": "k", "result": "王秀英 11010519491231002X", "at": NOW}
    await db.write(lambda tx: insert_new(tx.conn, t.idempotency, row))
    with pytest.raises(sa.exc.IntegrityError) as failed:
        await db.write(lambda tx: tx.conn.execute(t.idempotency.insert().values(row)).rowcount)
    assert "11010519491231002X" not in str(failed.value)


async def test_the_sqlite_file_is_private_and_durable(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    db = await asyncio.to_thread(Database.open, f"sqlite:///{path}")
    await db.write(note, "a")
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in tmp_path.iterdir())
    pragmas = {
        name: await db.write(lambda tx, n=name: tx.conn.exec_driver_sql(f"PRAGMA {n}").scalar())  # type: ignore[misc]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    await db.close()


async def test_a_second_process_waits_its_turn(tmp_path: Path) -> None:
    """SQLite before 3.51.3 must never see two writers at once, not even from two processes."""
    path = tmp_path / "court.sqlite"
    db = await asyncio.to_thread(Database.open, f"sqlite:///{path}")
    other = engines.sole_writer(path)
    with other():
        waiting = asyncio.create_task(db.write(lambda tx: None))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
    await waiting
    await db.close()
