"""One write for one form: the idempotency key of the form and the act stand in the same transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from aiohttp import web

from court.services import once
from court.store.database import Tx
from court.web.access import actor
from court.web.forms import Sent
from court.web.keys import DB, NOW


async def write_once(
    request: web.Request, form: Sent, service: Callable[..., Any], /, part: object = "", **facts: Any
) -> str:
    """Call `service(tx, actor=, now=, **facts)` unless this very form was done before; gives the id of its result.

    `part` tells the acts of one form apart.
    A result without an id gives "". The key is bound to the acting session and the path, so it proves nothing elsewhere.
    """
    who, now = actor(request), request[NOW]
    place = f"{request.path}#{part}" if part else request.path
    key = f"{hashlib.sha256(place.encode()).hexdigest()[:32]}:{form.once()[:40]}"

    def act(tx: Tx) -> str:
        before = once.seen(tx, actor=who, key=key)
        if before is not None:
            return before
        made = str(getattr(service(tx, actor=who, now=now, **facts), "id", ""))
        once.keep(tx, actor=who, now=now, key=key, result=made)
        return made

    return await request.app[DB].write(act)
