"""Timed sweeps: each is one call of a service with the time passed in; repeated ones change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from court.services import clocks, confirmation, draft, duties, filing_effect, serving, sessions
from court.store.database import Database
from court.web.keys import Clock

log = structlog.get_logger("court.jobs")

EVERY_SECONDS = 600.0
SWEEPS: tuple[Callable[..., Any], ...] = (
    sessions.sweep,
    draft.expire,
    serving.sweep,
    clocks.sweep,
    filing_effect.sweep,
    duties.sweep,
    confirmation.sweep,
)


async def sweep(db: Database, clock: Clock) -> None:
    """Every sweep once; one that fails is logged and does not stop the others."""
    for work in SWEEPS:
        try:
            await db.write(work, now=clock())
        except Exception:
            log.exception("jobs.failed", job=f"{work.__module__}.{work.__name__}")


async def run(db: Database, clock: Clock) -> None:
    """Until cancelled, every ten minutes, the first time at once."""
    while True:
        await sweep(db, clock)
        await asyncio.sleep(EVERY_SECONDS)
