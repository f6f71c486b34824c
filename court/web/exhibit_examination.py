"""The examination of exhibits over HTTP: opinions, the original, its end, suggested lines, moments for the playback."""

from __future__ import annotations

import msgspec
from aiohttp import web

from court.domain.exhibit import OriginalResult, Stance
from court.domain.exhibit_moment import MOMENT_NAMES
from court.services import exhibit_examination, exhibit_moments
from court.store.database import Read
from court.store.load import exhibits
from court.store.sight import seen
from court.web import pages
from court.web.access import Routes, actor, staff
from court.web.exhibit import Id, Words, changed, officer, tell, the_exhibit
from court.web.exhibit_state import acting
from court.web.keys import DB, NOW, ROOMS
from court.web.room import IN_ROOM, body_of, must_write, offset, place_of
from court.web.room_state import line_facts

routes = Routes()


class OpinionSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is made by the page once: sent again it is the same opinion."""

    id: Id
    party: Id
    authentic: Stance
    lawful: Stance
    relevant: Stance
    text: Words = ""


class OriginalSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Id
    result: OriginalResult
    note: Words = ""


class Examine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`anyway`: although somebody said nothing."""

    anyway: bool = False


class LineSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    speaker: Words
    text: Words


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/opinions", access=IN_ROOM)
async def give_opinion(request: web.Request) -> web.Response:
    """质证意见 of one party."""
    (place, found), sent = await the_exhibit(request), await body_of(request, OpinionSent)
    await request.app[DB].write(
        exhibit_examination.give_opinion,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        party_id=sent.party,
        authentic=sent.authentic,
        lawful=sent.lawful,
        relevant=sent.relevant,
        text=sent.text,
        offset_ms=offset(request, place),
        once=sent.id,
    )
    return await changed(request, place)


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/original", access=IN_ROOM)
async def check_original(request: web.Request) -> web.Response:
    """原件核对 by bench or clerk; at the vehicle's screen by the officer who is signed in there."""
    (place, found), sent = await the_exhibit(request), await body_of(request, OriginalSent)
    await request.app[DB].write(
        exhibit_examination.check_original,
        actor=acting(place, officer(request)),
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        result=sent.result,
        note=sent.note,
        offset_ms=offset(request, place),
        once=sent.id,
    )
    return await changed(request, place)


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/examine", access=IN_ROOM)
async def examine(request: web.Request) -> web.Response:
    """质证完毕."""
    (place, found), sent = await the_exhibit(request), await body_of(request, Examine)
    await request.app[DB].write(
        exhibit_examination.examine,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        anyway=sent.anyway,
        offset_ms=offset(request, place),
    )
    return await changed(request, place)


@routes.post("/room/{hearing_id}/exhibits/lines/{moment_id}", access=IN_ROOM)
async def write_line(request: web.Request) -> web.Response:
    """A suggested line into the transcript, as the writer worded it."""
    place, sent = await place_of(request), await body_of(request, LineSent)
    must_write(place)
    line = await request.app[DB].write(
        exhibit_moments.write_line,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        moment_id=request.match_info["moment_id"],
        speaker=sent.speaker,
        text=sent.text,
    )
    told = msgspec.to_builtins({"line": line_facts(line)})
    request.app[ROOMS].notify(place.hearing.id, "transcript", told)
    tell(request, place)
    return pages.json(told)


@routes.post("/room/{hearing_id}/exhibits/lines/{moment_id}/drop", access=IN_ROOM)
async def drop_line(request: web.Request) -> web.Response:
    """Not into the transcript."""
    place = await place_of(request)
    must_write(place)
    await request.app[DB].write(
        exhibit_moments.drop_line,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        moment_id=request.match_info["moment_id"],
    )
    return await changed(request, place)


@routes.get("/hearings/{hearing_id}/exhibits.json", access=staff())
async def moments(request: web.Request) -> web.Response:
    """When what happened to which exhibit, in milliseconds of the recording: the playback jumps there."""
    hearing_id = request.match_info["hearing_id"]

    def read(rx: Read) -> list[dict[str, object]]:
        hearing = seen(rx, actor=actor(request), hearing_id=hearing_id)
        named = {one.id: one for one in exhibits.exhibits(rx.conn, hearing.subject_id)}
        return [
            {
                "id": one.id,
                "exhibit": one.exhibit_id,
                "label": named[one.exhibit_id].label(hearing.kind),
                "title": named[one.exhibit_id].title,
                "kind": one.kind.value,
                "name": MOMENT_NAMES[one.kind],
                "page": one.page,
                "at": one.at,
                "offset_ms": one.offset_ms,
            }
            for one in exhibit_moments.moments(rx, hearing_id=hearing_id)
        ]

    return pages.json({"moments": await request.app[DB].read(read)})
