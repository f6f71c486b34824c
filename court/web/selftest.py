"""The self-test of a device before the waiting room: its page, and what it found. Tests nothing itself."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from court.domain.health import Line
from court.domain.selftest import CheckStep
from court.services import selftest
from court.web import pages
from court.web.access import SEAT, TERMINAL, Routes, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.room import body_of, place_of

routes = Routes()
_SEATED = staff() | SEAT | TERMINAL


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`connected`: the court's socket opened; `loss` is a share 0..1 of the requests that were not answered."""

    answers: dict[CheckStep, bool]
    declared: bool
    connected: bool
    rtt_ms: Annotated[float, msgspec.Meta(ge=0, le=600_000)] | None
    loss: Annotated[float, msgspec.Meta(ge=0, le=1)]


@routes.get("/room/{hearing_id}/check", access=_SEATED)
async def page(request: web.Request) -> web.Response:
    """One question after the other; nobody who sat here before on this device is sent to it again."""
    place = await place_of(request)
    return pages.render(
        request,
        "room/check.html",
        hearing=place.hearing,
        me=place.seat,
        vehicle=place.layout == "vehicle",
        relayed=bool(request.app[CONFIG].turn_urls),
    )


@routes.post("/room/{hearing_id}/check", access=_SEATED)
async def keep(request: web.Request) -> web.Response:
    """What the test found, kept for clerk and bench; answers it in words."""
    place, found = await place_of(request), await body_of(request, Found)
    line = Line(connected=found.connected, rtt_ms=found.rtt_ms, loss=found.loss)
    kept = await request.app[DB].write(
        selftest.keep,
        actor=place.actor,
        now=request[NOW],
        seat_id=place.seat.id,
        answers=found.answers,
        line=line,
        declared=found.declared,
    )
    return pages.json({"words": kept.words, "well": not kept.troubles})
