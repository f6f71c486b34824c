"""Words between bench and clerk during a session: what only those two see in the room."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from court.services import asides
from court.web import pages
from court.web.access import Routes
from court.web.keys import DB, NOW, ROOMS
from court.web.order import DOOR, Key
from court.web.room import body_of, place_of
from court.web.seated import Seated

routes = Routes()


class Say(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`once` is made by the page; sent twice it is one message."""

    text: Annotated[str, msgspec.Meta(max_length=4000)]
    once: Key


class AsideFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    caption: str
    mine: bool
    text: str
    at: object


@routes.get("/room/{hearing_id}/asides", access=DOOR)
async def read(request: web.Request) -> web.Response:
    """What was said among bench and clerk, oldest first."""
    return await _shown(request, await place_of(request))


async def _shown(request: web.Request, place: Seated) -> web.Response:
    found = await request.app[DB].read(asides.asides, actor=place.actor, hearing_id=place.hearing.id)
    captions = {row.seat.id: row.seat.caption for row in place.page.rows}
    return pages.json(
        [
            AsideFacts(
                id=one.id,
                caption=captions.get(one.seat_id, ""),
                mine=one.seat_id == place.seat.id,
                text=one.text,
                at=one.at,
            )
            for one in found
        ]
    )


@routes.post("/room/{hearing_id}/asides", access=DOOR)
async def say(request: web.Request) -> web.Response:
    """One message to the others of bench and clerk; parties are never told of it."""
    place, sent = await place_of(request), await body_of(request, Say)
    said = await request.app[DB].write(
        asides.say,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        text=sent.text,
        once=sent.once,
    )
    among = [row.seat.id for row in place.page.rows if row.seat.role in asides.AMONG]
    request.app[ROOMS].notify(place.hearing.id, "aside", {"id": said.id}, among)
    return await _shown(request, place)
