"""The printing task lives through a database that is ill for a moment."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web

from court.store.database import Database
from court.web.keys import CLOCK, DB
from court.web.printqueue import NUDGE, print_jobs


class Ill:
    """Refuses once, then has nothing to print."""

    def __init__(self) -> None:
        self.asked = 0

    async def write(self, fn: Any, **facts: Any) -> None:
        self.asked += 1
        if self.asked == 1:
            raise OSError("database is locked")


async def test_a_database_that_refuses_once_does_not_end_all_printing() -> None:
    app, ill = web.Application(), Ill()
    app[NUDGE], app[CLOCK] = asyncio.Event(), lambda: datetime.now(UTC)
    app[DB] = cast("Database", ill)
    task = asyncio.create_task(print_jobs(app))
    async with asyncio.timeout(5):
        while ill.asked < 2:
            app[NUDGE].set()
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
