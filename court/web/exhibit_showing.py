"""What stands on every screen, over HTTP: shown, turned, hidden, pointed at, drawn upon. Rules are in the services."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.exhibit_mark import FULL, MOST_POINTS, MarkKind
from court.domain.hearing import Seat
from court.services import exhibit_seats, exhibit_showing, identifying
from court.store.database import Read
from court.store.load import hearings
from court.web import pages
from court.web.access import Routes, Visitor, visitor
from court.web.exhibit import changed, the_exhibit
from court.web.exhibit_state import mark_facts, viewers
from court.web.keys import DB, NOW, ROOMS
from court.web.room import IN_ROOM, body_of, offset, place_of
from court.web.seated import Seated

routes = Routes()
# Moves of a pointer that are passed on per second and seat; more are dropped, the newest counts.
MOVES_PER_SECOND = 10.0
MOST_POINTERS = 1000
Coordinate = Annotated[int, msgspec.Meta(ge=0, le=FULL)]
PageNumber = Annotated[int, msgspec.Meta(ge=0, lt=10_000)]
Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class Show(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of an exhibit, or the document camera of a seat; neither hides what is shown."""

    exhibit: str = ""
    page: PageNumber = 0
    camera: str = ""


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the pointer is, in hundredths of a percent of the page; null both: it went away."""

    x: Coordinate | None = None
    y: Coordinate | None = None


class Stroke(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is made by the page once: sent again it is the same stroke."""

    id: Uuid
    page: PageNumber
    kind: MarkKind
    points: Annotated[list[tuple[Coordinate, Coordinate]], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]


class OnPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    page: PageNumber


@dataclass(slots=True)
class Bucket:
    """Moves a seat may still make now; refills with time. `at` is monotonic seconds."""

    left: float
    at: float

    def take(self, at: float) -> bool:
        """Whether one more may pass."""
        self.left = min(MOVES_PER_SECOND, self.left + (at - self.at) * MOVES_PER_SECOND)
        self.at = at
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Pointers:
    """The buckets of the seats that pointed last."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def pass_on(self, seat_id: str, at: float) -> bool:
        """Whether this move of this seat is passed on."""
        bucket = self._buckets.pop(seat_id, None) or Bucket(MOVES_PER_SECOND, at)
        self._buckets[seat_id] = bucket
        while len(self._buckets) > MOST_POINTERS:
            del self._buckets[next(iter(self._buckets))]
        return bucket.take(at)


POINTERS: web.AppKey[Pointers] = web.AppKey("POINTERS", Pointers)


@routes.post("/room/{hearing_id}/exhibits/show", access=IN_ROOM)
async def show(request: web.Request) -> web.Response:
    """What everybody sees from now on: bench only."""
    place, wanted = await place_of(request), await body_of(request, Show)
    db, who, now, hearing_id = request.app[DB], place.actor, request[NOW], place.hearing.id
    at = offset(request, place)
    if wanted.camera:
        await db.write(
            exhibit_showing.show_camera, actor=who, now=now, hearing_id=hearing_id, seat_id=wanted.camera
        )
    elif wanted.exhibit:
        await db.write(
            exhibit_showing.show,
            actor=who,
            now=now,
            hearing_id=hearing_id,
            exhibit_id=wanted.exhibit,
            page=wanted.page,
            offset_ms=at,
        )
    else:
        await db.write(exhibit_showing.hide, actor=who, now=now, hearing_id=hearing_id, offset_ms=at)
        await taken_from_witness(request, place)
    return await changed(request, place)


@routes.post("/room/{hearing_id}/exhibits/pointer", access=IN_ROOM)
async def point(request: web.Request) -> web.Response:
    """The pointer over what is on show, passed on to every other screen and kept nowhere."""
    move, hearing_id = await body_of(request, Move), request.match_info["hearing_id"]
    seat, others = await request.app[DB].read(_pointing, who=visitor(request), hearing_id=hearing_id)
    gone = move.x is None or move.y is None
    if gone or request.app[POINTERS].pass_on(seat.id, asyncio.get_running_loop().time()):
        told = {"seat": seat.id, "caption": seat.caption, "x": move.x, "y": move.y}
        request.app[ROOMS].notify(hearing_id, "pointer", told, others)
    return web.Response(status=204)


async def taken_from_witness(request: web.Request, place: Seated) -> None:
    """Nothing is shown to a witness from now on; his page reads it again."""
    db, hearing_id = request.app[DB], place.hearing.id
    seen = await db.read(identifying.current, hearing_id=hearing_id)
    if seen is not None:
        await db.write(identifying.hide, actor=place.actor, now=request[NOW], hearing_id=hearing_id)
        request.app[ROOMS].notify(hearing_id, "identify", {}, [seen.seat_id])


def _pointing(rx: Read, *, who: Visitor, hearing_id: str) -> tuple[Seat, list[str]]:
    """The seat that points and the seats that are told: read many times a second, so nothing more is read."""
    for actor in (who.staff, who.seat.actor if who.seat else None, who.terminal):
        if actor is None:
            continue
        try:
            _, seat = exhibit_seats.holder(rx, actor=actor, hearing_id=hearing_id, within=True)
        except CourtError as error:
            if error.code not in {"room.not_seated", "hearing.not_found"}:
                raise
            continue
        if seat is not None:
            shown = exhibit_showing.on_show(rx, hearing_id=hearing_id)
            if shown is None or shown.empty:
                raise CourtError("mark.not_on_show")
            others = hearings.seats(rx.conn, hearing_id)
            return seat, [s.id for s in others if s.id != seat.id and exhibit_seats.inside(s)]
    raise CourtError("room.not_seated")


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/marks", access=IN_ROOM)
async def mark(request: web.Request) -> web.Response:
    """One stroke on the page on show."""
    (place, found), stroke = await the_exhibit(request), await body_of(request, Stroke)
    made = await request.app[DB].write(
        exhibit_showing.mark,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        page=stroke.page,
        kind=stroke.kind,
        points=tuple(stroke.points),
        once=stroke.id,
    )
    told = {"exhibit": found.id, "page": stroke.page, "mark": msgspec.to_builtins(mark_facts(made))}
    request.app[ROOMS].notify(place.hearing.id, "mark", told, viewers(place.page))
    return pages.json(told)


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/marks/undo", access=IN_ROOM)
async def undo(request: web.Request) -> web.Response:
    """One's own newest stroke off the page."""
    (place, found), where = await the_exhibit(request), await body_of(request, OnPage)
    gone = await request.app[DB].write(
        exhibit_showing.undo_mark,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        page=where.page,
    )
    told = {"exhibit": found.id, "page": where.page, "removed": [gone.id] if gone else []}
    request.app[ROOMS].notify(place.hearing.id, "mark", told, viewers(place.page))
    return pages.json(told)


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/marks/clear", access=IN_ROOM)
async def clear(request: web.Request) -> web.Response:
    """Every stroke off the page: bench and clerk."""
    (place, found), where = await the_exhibit(request), await body_of(request, OnPage)
    await request.app[DB].write(
        exhibit_showing.clear_marks,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        page=where.page,
    )
    return await changed(request, place)
