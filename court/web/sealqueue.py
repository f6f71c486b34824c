"""The sealing task: takes the seals of a batch one after the other, and tells what came of each."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from aiohttp import web

from court.domain.custody import SealUse, UseState
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.services import batches, signing, unsealed
from court.services.unsealed import Unsealed
from court.store.blobs import Blob, remember
from court.store.database import Tx
from court.web import sealing
from court.web.keys import BLOBS, BRIDGE, CLOCK, DB
from documents.errors import PaperError

log = structlog.get_logger("court.seal")
NUDGE: web.AppKey[asyncio.Event] = web.AppKey("SEAL_NUDGE", asyncio.Event)
IDLE_SECONDS = 30.0


async def seal_batches(app: web.Application) -> None:
    """Run until cancelled; a new batch nudges it. What was begun when the program ended goes first."""
    resumed = False
    while True:
        app[NUDGE].clear()
        try:
            if not resumed:
                await app[DB].write(batches.resume, now=app[CLOCK]())
                resumed = True
            while (task := await app[DB].write(batches.next_seal, now=app[CLOCK]())) is not None:
                await _one(app, *task)
        except Exception:  # a database that is busy for a moment must not end all sealing
            log.exception("seal.queue")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app[NUDGE].wait(), IDLE_SECONDS)


async def _one(app: web.Application, item_id: str, who: Actor, use: SealUse) -> None:
    try:
        paper_id = await _sealed(app, who, use)
    except (CourtError, PaperError) as error:
        await app[DB].write(batches.seal_failed, now=app[CLOCK](), item_id=item_id, detail=error.text)
    except Exception:
        log.exception("seal.failed", item=item_id)
        told = "盖章没有完成，请重试。"
        await app[DB].write(batches.seal_failed, now=app[CLOCK](), item_id=item_id, detail=told)
    else:
        await app[DB].write(batches.seal_done, now=app[CLOCK](), item_id=item_id, paper_id=paper_id)


async def _sealed(app: web.Application, who: Actor, use: SealUse) -> str:
    """The paper's id in the register. A use that was made before the program ended is entered, not made again."""
    wanted = await app[DB].read(unsealed.of_use, use=use)
    if wanted is not None:
        return await _finished(app, who, use, wanted)
    blob, sheets = await _file(app, who, use)
    purpose = sealing.of_use(use)
    entered = await app[DB].write(
        sealing.enter_drawn, actor=who, now=app[CLOCK](), purpose=purpose, blob=blob, pages=sheets
    )
    return entered.id


async def _finished(app: web.Application, who: Actor, use: SealUse, wanted: Unsealed) -> str:
    """A paper that people signed: its turn is taken, the seal goes on, and it is registered where it belongs."""
    task = await app[DB].write(unsealed.begin, actor=who, now=app[CLOCK](), wanted=wanted)
    try:
        blob, sheets = await _file(app, who, use)

        def write(tx: Tx) -> str:
            now = app[CLOCK]()
            remember(tx, actor=who, now=now, blob=blob)
            facts = {"wanted": wanted, "task": task, "base_sha256": use.base_sha256}
            return unsealed.finish(
                tx,
                actor=who,
                now=now,
                sha256=blob.sha256,
                pages=sheets,
                **facts,  # type: ignore[arg-type]
            )

        paper_id = await app[DB].write(write)
    except BaseException:
        if task is not None:
            await app[DB].write(signing.release_lease, actor=who, now=app[CLOCK](), task=task)
        raise
    if wanted.agreement_id is not None:
        app[BRIDGE].notify(wanted.hearing_id, "agreement", {"id": wanted.agreement_id})
    return paper_id


async def _file(app: web.Application, who: Actor, use: SealUse) -> tuple[Blob, int]:
    """(the sealed file, its pages)."""
    if use.state is UseState.USED:
        kept = await app[BLOBS].read(use.sealed_sha256)
        return await app[BLOBS].put_bytes(kept, "application/pdf"), use.pages
    drawn = await app[BLOBS].read(use.base_sha256)
    return await sealing.seal_for(app, who, app[CLOCK](), drawn, use=sealing.of_use(use))
