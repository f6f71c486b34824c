"""A form or call sent again gets the answer of the first time: a double click, a lost answer, a reload. No act lives here.

The key comes with the form (`once`) or in the header Idempotency-Key and counts for this browser, its acting session,
this address and this content alone. Only where to go next is kept (never a page, a secret or a cookie), for as long as
`store.rows.KEYS_KEPT`; `writes.write_once` besides puts key and act into one transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.services import once
from court.store.database import Read, Tx
from court.web import pages
from court.web.access import guard_of
from court.web.keys import CSRF, DB, NOW, VISITOR

LEAST, MOST = 8, 64
HEADER = "Idempotency-Key"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def answer_retries() -> Middleware:
    """Innermost: the caller is admitted and the body read."""
    running: dict[str, asyncio.Lock] = {}

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = guard_of(request.match_info.handler)
        sent = await _sent(request) if request.method == "POST" and guard and not guard.signed else ""
        if not guard or not sent:
            return await handler(request)
        actor = guard.admit(request[VISITOR])
        said = f"{request[CSRF]}\n{request.path_qs}\n{sent}\n{await _content(request)}"
        key = hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()
        async with _alone(running, f"{actor.id}:{key}"):
            before = await request.app[DB].read(_before, actor=actor, key=key)
            if before is not None:
                return pages.see_other(before)
            answer = await handler(request)
            if answer.status == 303 and not answer.cookies:
                place = answer.headers.get("Location", "")
                await request.app[DB].write(_keep, actor=actor, now=request[NOW], key=key, place=place)
        return answer

    return middleware


async def _sent(request: web.Request) -> str:
    """The key of this call; "" when it has none. Errors: CourtError `web.bad_request` for one that is none."""
    found = request.headers.get(HEADER, "")
    if not found and request.content_type in FORMS:
        typed = (await request.post()).get("once", "")
        found = typed if isinstance(typed, str) else ""
    if found and not LEAST <= len(found) <= MOST:
        raise CourtError("web.bad_request")
    return found


async def _content(request: web.Request) -> str:
    """What was sent beside the keys: another content under the same key is another act, for its handler to judge."""
    if request.content_type not in FORMS:
        return hashlib.sha256(await request.read()).hexdigest()
    fields = (await request.post()).items()
    told = [
        (name, v if isinstance(v, str) else getattr(v, "filename", ""))
        for name, v in fields
        if name != "csrf"
    ]
    return repr(sorted(told))


@asynccontextmanager
async def _alone(running: dict[str, asyncio.Lock], key: str) -> AsyncIterator[None]:
    """The second of two at once waits for the answer of the first."""
    lock = running.setdefault(key, asyncio.Lock())
    try:
        async with lock:
            yield
    finally:
        if not lock.locked():
            running.pop(key, None)


def _before(rx: Read, *, actor: Actor, key: str) -> str | None:
    return once.seen(rx, actor=actor, key=key)


def _keep(tx: Tx, *, actor: Actor, now: datetime, key: str, place: str) -> None:
    once.keep(tx, actor=actor, now=now, key=key, result=place)
