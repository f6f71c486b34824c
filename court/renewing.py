"""Looks after the archive time-stamps of all registered papers: once on command, and by itself. Decides no law."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from court.config import Config
from court.services import renewal
from court.store.blobs import Blobs
from court.store.database import Database
from documents import acts, keys
from documents.data import AuthorityPlace
from documents.errors import PaperError

log = structlog.get_logger("court.renewing")

FIRST_SECONDS, EVERY_SECONDS = 900.0, 6 * 3600.0
# Of each pass: what is left comes with the next one.
MOST_LOOKED_UP, MOST_RENEWED = 200, 50
Run = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass did; `failed` names papers by id with the code of what went wrong."""

    looked_up: int
    renewed: int
    failed: tuple[tuple[str, str], ...]


async def renew_due(
    db: Database, blobs: Blobs, place: AuthorityPlace, run: Run, *, now: datetime, before: timedelta
) -> Pass:
    """Look up what is not known yet, then renew what ends within `before`. `run` calls CPU work out of the way."""
    failed: list[tuple[str, str]] = []
    fresh = await db.read(renewal.unknown, most=MOST_LOOKED_UP)
    for paper in fresh:
        try:
            last = await run(acts.last_stamp, await blobs.read(paper.sha256))
        except (PaperError, OSError) as error:
            failed.append((paper.id, getattr(error, "code", "renew.file")))
            last = None
        await db.write(
            renewal.note,
            now=now,
            paper_id=paper.id,
            sha256=paper.sha256,
            until=last.until if last else None,
            stamped_by=last.stamped_by if last else "",
        )
    done = 0
    for paper in await db.read(renewal.due, now=now, before=before, most=MOST_RENEWED):
        try:
            made = await run(acts.renew, await blobs.read(paper.sha256), authority=place, now=now)
        except (PaperError, OSError) as error:
            failed.append((paper.id, getattr(error, "code", "renew.file")))
            continue
        blob = await blobs.put_bytes(made.pdf, "application/pdf")
        facts = {"paper": paper, "blob": blob, "until": made.until, "stamped_by": made.stamped_by}
        await db.write(renewal.renewed, now=now, **facts)
        done += 1
    return Pass(looked_up=len(fresh), renewed=done, failed=tuple(failed))


async def keep(
    config: Config,
    db: Database,
    blobs: Blobs,
    place: AuthorityPlace,
    run: Run,
    clock: Callable[[], datetime],
) -> None:
    """Until cancelled: a quarter of an hour after the start and four times a day; the revocation lists stay fresh."""
    await asyncio.sleep(FIRST_SECONDS)
    while True:
        try:
            now = clock()
            await run(keys.publish_lists, place, now=now)
            before = timedelta(days=config.renew_before_days)
            found = await renew_due(db, blobs, place, run, now=now, before=before)
            log.info("renewing.pass", renewed=found.renewed, failed=len(found.failed))
        except Exception:  # a disk or service in trouble for a moment must not end all renewing
            log.exception("renewing.failed")
        await asyncio.sleep(EVERY_SECONDS)
