"""kill -9 of a writing process at random moments: nothing acknowledged is lost, nothing half-written is found."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from court.store import journal
from court.store import tables as t
from court.store.database import Database, Read
from tests.services.world import founded
from tests.store.engines import sqlite_url

KILLS = 10


async def prepared(url: str) -> list[str]:
    db = await asyncio.to_thread(Database.open, url)
    world = await founded(db)
    live = await world.opened()
    await db.close()
    return [world.terminal_token, live.id, world.people["clerk"].id]


def run_and_kill(url: str, arguments: list[str], after: float) -> list[list[str]]:
    """What the process said was written before it was killed `after` seconds of writing."""
    command = [sys.executable, "-m", "tests.store.writer", url, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        # A line cut off by the kill was never acknowledged to anybody.
        return [line.split() for line in process.stdout.readlines() if line.endswith("\n")]


def check(rx: Read, said: list[list[str]], hearing_id: str) -> None:
    matters = {row.id: row for row in rx.conn.execute(sa.select(t.matter))}
    lines = {row.id: row for row in rx.conn.execute(sa.select(t.line))}
    for kind, identifier, mark in said:
        if kind == "matter":
            assert matters[identifier].number == mark
        else:
            assert lines[identifier].seq == int(mark)
    recorded = {(e.type, e.subject) for e in journal.entries(rx.conn)}
    registered = {subject for kind, subject in recorded if kind == "matter.registered"}
    assert registered == set(matters)
    numbers = sorted(row.number for row in matters.values())
    assert numbers == [f"纠〔2026〕{n:06d}号" for n in range(1, len(matters) + 1)]
    for matter_id in matters:
        parties = sa.select(sa.func.count()).where(t.party.c.subject_id == matter_id)
        consents = sa.select(sa.func.count()).where(t.consent.c.subject_id == matter_id)
        assert rx.conn.execute(parties).scalar() == 2
        assert rx.conn.execute(consents).scalar() >= 4
    assert sorted(row.seq for row in lines.values()) == list(range(1, len(lines) + 1))
    wordings = sa.select(sa.func.count()).select_from(t.line_revision)
    assert rx.conn.execute(wordings).scalar() == len(lines)
    told = [e for e in journal.entries(rx.conn, subject=hearing_id) if e.type == "transcript.line"]
    assert len(told) == len(lines)
    assert journal.verify(rx.conn).broken_at is None


async def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    arguments = await prepared(url)
    moments = random.Random(20261122)
    said: list[list[str]] = []
    for _ in range(KILLS):
        said += await asyncio.to_thread(run_and_kill, url, arguments, moments.uniform(0.05, 0.5))
        db = await asyncio.to_thread(Database.open, url)
        await db.read(check, said, arguments[1])
        intact = await db.read(lambda rx: rx.conn.exec_driver_sql("PRAGMA integrity_check").scalar())
        assert intact == "ok"
        await db.close()
    assert {kind for kind, *_ in said} == {"matter", "line"}
