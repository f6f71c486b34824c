"""The WebSocket of a room: who may take which seat is answered here, everything else is signalling's."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import Hearing
from court.services import order
from court.web.access import SEAT, TERMINAL, Routes, staff, visitor
from court.web.keys import BRIDGE, DB, NOW, ROOMS
from court.web.middleware import same_origin
from court.web.room_state import Seated, seated
from signalling.endpoint import websocket_handler
from signalling.seat import Seat

routes = Routes()


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
        return Seat(
            room_id=hearing.id,
            seat_id=held.seat.id,
            name=held.seat.name,
            caption=held.seat.caption,
            role=held.seat.role,
            may_moderate=held.moderates,
            area=order.area_of(held.seat),
        )


@routes.get("/room/{hearing_id}/ws", access=staff() | SEAT | TERMINAL)
async def socket(request: web.Request) -> web.StreamResponse:
    """Media signalling; the protocol is docs/protocol.md."""
    return await websocket_handler(request.app[ROOMS], SeatAuthoriser())(request)
