"""The WebSocket of a room: who may take which seat is answered here, everything else is signalling's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import Hearing, SeatRole
from court.domain.observer import observer_of
from court.domain.publicity import SCREEN, alias
from court.services import standing
from court.web.access import SEAT, TERMINAL, Routes, Visitor, staff, visitor
from court.web.entrance import ENTRANCES, Held, address_of
from court.web.keys import BRIDGE, CLOCK, DB, NOW, ROOMS
from court.web.middleware import same_origin
from court.web.seated import Seated, seated
from court.web.sessions import visitor_at
from signalling.endpoint import Authoriser, websocket_handler
from signalling.seat import Seat

routes = Routes()
_SEAT: web.RequestKey[Seat] = web.RequestKey("SEAT")


@dataclass(slots=True)
class Sockets:
    """The requests whose sockets are open, by the task that serves them."""

    open: dict[asyncio.Task[Any], web.Request] = field(default_factory=dict)


_OPEN: web.AppKey[Sockets] = web.AppKey("SOCKETS")

# Orders to all (mute, countdown) are not meant for them.
_OF_THE_COURT = {
    SeatRole.JUDGE,
    SeatRole.MEDIATOR,
    SeatRole.CLERK,
    SeatRole.PETITION_OFFICIAL,
    SeatRole.INTERPRETER,
}


class _Noted:
    """Keeps with the request which seat it was given, so that it can be asked again."""

    def __init__(self, authoriser: Authoriser) -> None:
        self._authoriser = authoriser

    async def admit(self, request: web.Request) -> Seat:
        request[_SEAT] = taken = await self._authoriser.admit(request)
        return taken


class SeatAuthoriser:
    """The seat this browser holds in the hearing of the path, as the room shall show it."""

    async def admit(self, request: web.Request) -> Seat:
        """Errors: CourtError hearing.*, room.not_seated, web.origin."""
        if not same_origin(request):  # a foreign page must not open the socket with our cookies
            raise CourtError("web.origin")
        held: Seated = await request.app[DB].read(
            seated, who=visitor(request), now=request[NOW], hearing_id=request.match_info["hearing_id"]
        )
        hearing: Hearing = held.hearing
        request.app[BRIDGE].admit(hearing)
        areas = await request.app[DB].read(standing.areas, hearing_id=hearing.id)
        return Seat(
            room_id=hearing.id,
            seat_id=held.seat.id,
            name=held.seat.name,
            caption=held.seat.caption,
            role=held.seat.role,
            may_moderate=held.moderates,
            is_party=held.seat.role not in _OF_THE_COURT,
            area=areas[held.seat.id],
            alias=alias(held.seat, [row.seat for row in held.page.rows]),
        )


@routes.get("/room/{hearing_id}/ws", access=staff() | SEAT | TERMINAL)
async def socket(request: web.Request) -> web.StreamResponse:
    """Media signalling; the protocol is docs/protocol.md."""
    return await serve(request, SeatAuthoriser())


async def serve(request: web.Request, authoriser: Authoriser) -> web.StreamResponse:
    """One socket, from its admission to its end. Refuses `web.too_many_sockets`."""
    task = asyncio.current_task()
    assert task is not None
    with request.app[ENTRANCES].holding(Held.SOCKETS, address_of(request)):
        request.app[_OPEN].open[task] = request
        try:
            return await websocket_handler(request.app[ROOMS], _Noted(authoriser))(request)
        finally:
            del request.app[_OPEN].open[task]


def prepare(app: web.Application) -> None:
    """Give the application its set of open sockets, closed when it shuts down; their pages come back by themselves."""
    app[_OPEN] = Sockets()
    app.on_shutdown.append(_close_all)


async def _close_all(app: web.Application) -> None:
    for task in list(app[_OPEN].open):
        task.cancel()


async def recheck(app: web.Application) -> None:
    """A session, an account or a terminal has ended: whoever sat in a room by it leaves the room at once."""
    for request in list(app[_OPEN].open.values()):
        seat = request.get(_SEAT)
        if seat is None:
            continue
        now = app[CLOCK]()
        who = await visitor_at(request, now)
        if not await _sits(app, who, seat, now):
            app[ROOMS].evict(seat.room_id, seat.seat_id)


async def _sits(app: web.Application, who: Visitor, seat: Seat, now: datetime) -> bool:
    if seat.seat_id == SCREEN:
        return who.terminal is not None
    if observer_of(seat.seat_id) is not None:
        return who.observer is not None and who.observer.place == seat.seat_id
    try:
        held: Seated = await app[DB].read(seated, who=who, now=now, hearing_id=seat.room_id)
    except CourtError:
        return False
    return held.seat.id == seat.seat_id
