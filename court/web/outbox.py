"""The sending task: takes due messages from the outbox to their carriers and tells what came of them. Says nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog
from aiohttp import web

from court.domain.outbox import Channel, Message
from court.sending import Carrier, NotSent
from court.services import outbox, service_receipts
from court.web.keys import CLOCK, DB

log = structlog.get_logger("court.outbox")

IDLE_SECONDS = 60.0
NUDGE: web.AppKey[asyncio.Event] = web.AppKey("OUTBOX_NUDGE", asyncio.Event)
CARRIERS: web.AppKey[Mapping[Channel, Carrier]] = web.AppKey("CARRIERS", Mapping)


async def send_messages(app: web.Application) -> None:
    """Run until cancelled; a new message nudges it, a later try has its time, else it looks every minute."""
    await app[DB].write(outbox.recover, now=app[CLOCK]())
    while True:
        app[NUDGE].clear()
        try:
            while (message := await app[DB].write(outbox.take, now=app[CLOCK]())) is not None:
                await _one(app, message)
            due = await app[DB].read(outbox.next_due)
        except Exception:  # a database that is busy for a moment must not end all sending
            log.exception("outbox.queue")
            due = None
        wait = IDLE_SECONDS
        if due is not None:
            wait = min(wait, max(0.05, (due - app[CLOCK]()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app[NUDGE].wait(), wait)


async def _one(app: web.Application, message: Message) -> None:
    facts = {"message_id": message.id}
    try:
        carrier = app[CARRIERS].get(message.channel)
        if carrier is None:
            raise NotSent(f"{message.channel}.unset", permanent=True)
        gateway_id = await carrier.send(message)
    except NotSent as error:
        log.warning("outbox.not_sent", message=message.id, code=error.code, attempt=message.attempts)
        await app[DB].write(
            service_receipts.not_sent, now=app[CLOCK](), detail=error.code, permanent=error.permanent, **facts
        )
    except Exception:
        log.exception("outbox.failed", message=message.id)
        await app[DB].write(
            service_receipts.not_sent, now=app[CLOCK](), detail="internal", permanent=False, **facts
        )
    else:
        await app[DB].write(service_receipts.taken_over, now=app[CLOCK](), gateway_id=gateway_id, **facts)
