"""Machine-heard sentences over HTTP, for those who write the transcript. Rules are in services.heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from aiohttp import web

from court.domain.heard import HeardWord
from court.domain.hearing import SeatRole
from court.domain.transcript import Line
from court.services import attendance, heard
from court.store.database import Read
from court.web import pages
from court.web.access import Routes
from court.web.captions import CAPTIONS
from court.web.keys import DB, NOW, ROOMS
from court.web.room import IN_ROOM, body_of, must_write, place_of
from court.web.room_state import line_facts
from court.web.seated import Seated

routes = Routes()


class Checked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As the writer lets it stand."""

    speaker: Annotated[str, msgspec.Meta(max_length=200)]
    text: Annotated[str, msgspec.Meta(max_length=10_000)]


class HeardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`speaker` is empty where several persons sit at one microphone: the writer says who it was."""

    id: str
    seat: str
    speaker: str
    text: str
    at: str
    start_ms: int
    words: tuple[HeardWord, ...]


@routes.get("/room/{hearing_id}/heard", access=IN_ROOM)
async def waiting(request: web.Request) -> web.Response:
    """What waits to be checked; `on` is false where no engine is configured."""
    place = await place_of(request)
    must_write(place)
    found = await request.app[DB].read(_offered, place=place)
    captions = request.app[CAPTIONS]
    return pages.json({"on": captions.wanted, "problem": captions.problem, "items": found})


@routes.post("/room/{hearing_id}/heard/{heard_id}/take", access=IN_ROOM)
async def take(request: web.Request) -> web.Response:
    """It becomes a line, as read and possibly rewritten; sent twice it is the same line."""
    place, checked = await place_of(request), await body_of(request, Checked)
    must_write(place)
    line: Line = await request.app[DB].write(
        heard.take,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        heard_id=request.match_info["heard_id"],
        speaker=checked.speaker,
        text=checked.text,
    )
    facts = msgspec.to_builtins({"line": line_facts(line)})
    request.app[ROOMS].notify(place.hearing.id, "transcript", facts)
    return pages.json(facts)


@routes.post("/room/{hearing_id}/heard/{heard_id}/dismiss", access=IN_ROOM)
async def dismiss(request: web.Request) -> web.Response:
    """Not to be written down."""
    place = await place_of(request)
    must_write(place)
    await request.app[DB].write(
        heard.dismiss,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        heard_id=request.match_info["heard_id"],
    )
    return pages.json({})


def _offered(rx: Read, *, place: Seated) -> list[HeardFacts]:
    """Each with whose words it is, where that is known: several share the vehicle's microphone."""
    captions = {row.seat.id: row.seat.caption for row in place.page.rows}
    captions |= {row.seat.id: "" for row in place.page.rows if row.seat.role is SeatRole.VEHICLE}
    whose = attendance.whose_words(rx, hearing_id=place.hearing.id)
    found = []
    for one in heard.offered(rx, hearing_id=place.hearing.id):
        until = one.at + timedelta(milliseconds=one.end_ms - one.start_ms)
        found.append(
            HeardFacts(
                id=one.id,
                seat=one.seat_id,
                speaker=captions.get(whose(one.seat_id, one.at, until), ""),
                text=one.text,
                at=one.at.isoformat(),
                start_ms=one.start_ms,
                words=one.words,
            )
        )
    return found
