"""辨认 over HTTP: the bench shows one page to one witness, who may fetch that one picture; what he said is written down."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from court.services import identifying
from court.web import exhibit_pictures
from court.web.access import Routes
from court.web.exhibit import Id, Words, changed, the_exhibit
from court.web.exhibit_showing import taken_from_witness
from court.web.keys import DB, NOW, ROOMS
from court.web.order import DOOR
from court.web.room import BENCH_ONLY, IN_ROOM, body_of, inside, offset, place_of

routes = Routes()


class Show(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`page` from 0."""

    witness: Id
    page: Annotated[int, msgspec.Meta(ge=0, lt=10_000)] = 0


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    words: Words


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/identify", access=BENCH_ONLY)
async def show(request: web.Request) -> web.Response:
    """One page to one called witness, and to everybody else as it is shown."""
    (place, found), sent = await the_exhibit(request), await body_of(request, Show)
    made = await request.app[DB].write(
        identifying.show,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        page=sent.page,
        seat_id=sent.witness,
        offset_ms=offset(request, place),
    )
    request.app[ROOMS].notify(place.hearing.id, "identify", {}, [made.seat_id])
    return await changed(request, place)


@routes.post("/room/{hearing_id}/identify/hide", access=BENCH_ONLY)
async def hide(request: web.Request) -> web.Response:
    """The witness sees nothing any more."""
    place = await place_of(request)
    await taken_from_witness(request, place)
    return await changed(request, place)


@routes.post("/room/{hearing_id}/identify/{identification_id}/words", access=DOOR)
async def write_down(request: web.Request) -> web.Response:
    """辨认意见."""
    place, sent = await place_of(request), await body_of(request, Said)
    await request.app[DB].write(
        identifying.write_down,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        identification_id=request.match_info["identification_id"],
        words=sent.words,
        offset_ms=offset(request, place),
    )
    return await changed(request, place)


@routes.get("/room/{hearing_id}/identify/{identification_id}/page", access=IN_ROOM)
async def page(request: web.Request) -> web.Response:
    """The one picture, `?w=` pixels wide, to the witness it is shown to, as long as it is shown."""
    place = await inside(request)
    sha256, media_type, number = await request.app[DB].read(
        identifying.page_for,
        hearing=place.hearing,
        seat=place.seat,
        identification_id=request.match_info["identification_id"],
    )
    return await exhibit_pictures.picture(request, sha256, media_type, number)
