"""翻译 in the room by POST: bench or clerk link an interpreter to a person, the bench lets everybody hear it."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from court.services import interpreting
from court.web.access import Routes
from court.web.keys import DB, NOW
from court.web.order import DOOR, Id, keeper, obeyed
from court.web.room import body_of

routes = Routes()


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seat` interprets for `of`; null: for nobody."""

    seat: Id
    of: Id | None
    to_all: bool = False


@routes.post("/room/{hearing_id}/interpret", access=DOOR)
async def interpret(request: web.Request) -> web.Response:
    """Who hears the interpreter is a fact of the room at once."""
    place, sent = await keeper(request), await body_of(request, Link)
    facts: dict[str, Any] = {
        "actor": place.actor,
        "now": request[NOW],
        "hearing_id": place.hearing.id,
        "seat_id": sent.seat,
    }
    if sent.of is None:
        await request.app[DB].write(interpreting.release, **facts)
    else:
        await request.app[DB].write(interpreting.link, **facts, of=sent.of, to_all=sent.to_all)
    return await obeyed(request, place)
