"""The outside screen of the vehicle (车身大屏): a page without a person behind it, watching what the public may watch."""

from __future__ import annotations

from datetime import datetime

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import SeatRole
from court.domain.publicity import PLACARDS, SCREEN, Placard, Showing
from court.services import publicity
from court.services.publicity import Shown
from court.web import pages
from court.web.access import TERMINAL, Routes, actor
from court.web.keys import BRIDGE, CONFIG, DB, NOW
from court.web.link import serve
from court.web.middleware import same_origin
from signalling.seat import Seat

routes = Routes()
# Largest first: whom the public came to see.
_RANK = (
    SeatRole.JUDGE,
    SeatRole.MEDIATOR,
    SeatRole.VEHICLE,
    SeatRole.PARTY,
    SeatRole.AGENT,
    SeatRole.WITNESS,
    SeatRole.INTERPRETER,
)


class ScreenSeat(msgspec.Struct, frozen=True, kw_only=True):
    """`rank`: the smaller, the larger its picture."""

    seat: str
    caption: str
    rank: int


class ScreenLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    speaker: str
    text: str


class ScreenFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`live` false: `title` and `text` are all there is."""

    live: bool
    title: str
    text: str
    now: datetime
    seats: list[ScreenSeat]
    lines: list[ScreenLine]


class ScreenAuthoriser:
    """A seat that sends nothing, counts for nobody and is kept out of what is not public."""

    async def admit(self, request: web.Request) -> Seat:
        """Errors: CourtError hearing.not_found, hearing.wrong_state, web.origin."""
        if not same_origin(request):
            raise CourtError("web.origin")
        db, bridge = request.app[DB], request.app[BRIDGE]
        hearing_id = request.match_info["hearing_id"]
        hearing = await db.read(publicity.hearing_of, actor=actor(request), hearing_id=hearing_id)
        bridge.admit(hearing)
        now_is = await db.read(publicity.state, hearing_id=hearing_id)
        return Seat(
            room_id=hearing.id,
            seat_id=SCREEN,
            name="",
            caption="",
            role=SCREEN,
            may_publish=False,
            is_party=False,
            onlooker=True,
            area=bridge.outside.area(hearing.id, now_is),
        )


@routes.get("/room/{hearing_id}/screen", access=TERMINAL)
async def page(request: web.Request) -> web.Response:
    """The page; what it shows it asks for."""
    hearing_id = request.match_info["hearing_id"]
    hearing = await request.app[DB].read(publicity.hearing_of, actor=actor(request), hearing_id=hearing_id)
    relayed = bool(request.app[CONFIG].turn_urls)
    return pages.render(request, "room/screen.html", hearing_id=hearing.id, relayed=relayed)


@routes.get("/room/{hearing_id}/screen/state", access=TERMINAL)
async def state(request: web.Request) -> web.Response:
    """What may be shown now; names are masked before they leave the server."""
    hearing_id = request.match_info["hearing_id"]
    shown = await request.app[DB].read(publicity.shown, actor=actor(request), hearing_id=hearing_id)
    return pages.json(screen_facts(shown, request[NOW]))


@routes.get("/room/{hearing_id}/screen/ws", access=TERMINAL)
async def socket(request: web.Request) -> web.StreamResponse:
    """Media signalling of the screen."""
    return await serve(request, ScreenAuthoriser())


def screen_facts(shown: Shown, now: datetime) -> ScreenFacts:
    """What an onlooker's page is told."""
    live = shown.showing is Showing.LIVE
    placard = PLACARDS.get(shown.showing, Placard(title=shown.title, text=""))
    text = placard.text
    if shown.starts_at is not None:
        text = f"预定{pages.local(shown.starts_at):%H:%M}开始。{text}"
    return ScreenFacts(
        live=live,
        title=placard.title,
        text=text,
        now=now,
        seats=[ScreenSeat(seat=s, caption=c, rank=_rank(r)) for s, c, r in shown.captions],
        lines=[ScreenLine(id=i, speaker=s, text=t) for i, s, t in shown.lines],
    )


def _rank(role: str) -> int:
    return _RANK.index(SeatRole(role)) if role in _RANK else len(_RANK)
