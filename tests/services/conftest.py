"""A court with its people on SQLite, and the same on PostgreSQL where a test asks for both."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from court.store.database import Database
from tests.services.world import World, founded
from tests.store.engines import fresh_sqlite, shared_cluster


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    db = await asyncio.to_thread(Database.open, await asyncio.to_thread(fresh_sqlite, tmp_path))
    yield await founded(db)
    await db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    if request.param == "sqlite":
        url = await asyncio.to_thread(fresh_sqlite, tmp_path)
    else:
        url = await asyncio.to_thread(lambda: shared_cluster().fresh())
    db = await asyncio.to_thread(Database.open, url)
    yield await founded(db)
    await db.close()
