"""An open database on SQLite and on PostgreSQL for every test that asks for `db`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from court.store.database import Database
from tests.store.engines import fresh_sqlite, shared_cluster


@pytest.fixture(params=["sqlite", "postgresql"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = await asyncio.to_thread(fresh_sqlite, tmp_path)
    else:
        url = await asyncio.to_thread(lambda: shared_cluster().fresh())
    opened = await asyncio.to_thread(Database.open, url)
    yield opened
    await opened.close()
