"""The bench's orders in the courtroom by POST: each is written down first, then the room does what is true now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web

from court.domain.admission import Admission, AdmissionAction
from court.domain.attendance import waits_by_crew
from court.domain.errors import CourtError
from court.domain.hearing import Seat
from court.domain.lifecycle import Role
from court.domain.order import (
    Layout,
)
from court.services import order, stages
from court.web import pages
from court.web.access import Routes, staff
from court.web.keys import BRIDGE, DB, NOW, ROOMS
from court.web.order_state import order_facts
from court.web.room import BENCH_ONLY, body_of, offset, place_of
from court.web.seated import Seated

routes = Routes()
DOOR = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK)

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
Key = Annotated[str, msgspec.Meta(min_length=8, max_length=36, pattern="^[A-Za-z0-9-]+$")]


class OfSeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seat: Id


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order that needs no words."""


class Floor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seconds`: the word is given for so long; null for as long as the bench likes."""

    seat: Id
    allowed: bool
    seconds: int | None = None


class Mute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seat` null: every party."""

    seat: Id | None
    muted: bool
    locked: bool = False


class Arrange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    layout: Layout


class Spotlight(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seat` null: nobody's picture."""

    seat: Id | None
    source: Literal["camera", "document", "room"] = "camera"


class Begin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, msgspec.Meta(max_length=24)]


class Countdown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Null calls it off."""

    seconds: int | None


async def obeyed(request: web.Request, place: Seated) -> web.Response:
    """The room does what is true now; bench and clerk read the order again; the one who ordered gets it at once."""
    await request.app[BRIDGE].obey(place.hearing.id)
    now_at = await place_of(request)
    facts = await request.app[DB].read(
        order_facts,
        hearing=now_at.hearing,
        seats=tuple(row.seat for row in now_at.page.rows),
        viewer=now_at.actor,
        staff=now_at.keeps_order,
    )
    return pages.json(facts)


@routes.get("/room/{hearing_id}/order", access=DOOR)
async def show(request: web.Request) -> web.Response:
    """The order as bench and clerk see it."""
    place = await place_of(request)
    if not place.keeps_order:
        raise CourtError("room.not_seated")
    facts = await request.app[DB].read(
        order_facts,
        hearing=place.hearing,
        seats=tuple(row.seat for row in place.page.rows),
        viewer=place.actor,
        staff=True,
    )
    return pages.json(facts)


def _step(action: AdmissionAction) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        place, sent = await keeper(request), await body_of(request, OfSeat)
        seat: Seat = await request.app[DB].write(
            order.let,
            actor=place.actor,
            now=request[NOW],
            hearing_id=place.hearing.id,
            seat_id=sent.seat,
            action=action,
        )
        if seat.admission is Admission.REMOVED:
            # First: a page that is put before the door reads everything again, and would be told to use its link.
            request.app[ROOMS].evict(place.hearing.id, seat.id)
        if waits_by_crew(seat):
            # The crew fetches him, on the vehicle's page.
            await request.app[BRIDGE].changed(place.hearing.id)
        return await obeyed(request, place)

    handle.__name__, handle.__doc__ = action.value, f"One step through the door: {action.value}."
    return handle


for _action in AdmissionAction:
    _access = DOOR if _action is AdmissionAction.ADMIT else BENCH_ONLY
    routes.post(f"/room/{{hearing_id}}/{_action.value}", access=_access)(_step(_action))


@routes.post("/room/{hearing_id}/admit-all", access=DOOR)
async def admit_all(request: web.Request) -> web.Response:
    """全部准入: whoever is at the door, but no witness."""
    return await _order(request, Nothing, order.admit_all)


@routes.post("/room/{hearing_id}/floor", access=BENCH_ONLY)
async def floor(request: web.Request) -> web.Response:
    """Gives or takes the word of a seat; its packets are let through or not at the server. Who is heard needs no hand."""
    answer, asked = await _order(request, Floor, order.floor), await body_of(request, Floor)
    if asked.allowed:
        request.app[ROOMS].lower_hand(request.match_info["hearing_id"], asked.seat)
    return answer


@routes.post("/room/{hearing_id}/mute", access=BENCH_ONLY)
async def mute(request: web.Request) -> web.Response:
    """静音, 静音并锁定, 静音全场, and back."""
    return await _order(request, Mute, order.mute)


@routes.post("/room/{hearing_id}/arrange", access=BENCH_ONLY)
async def arrange(request: web.Request) -> web.Response:
    """The layout of every page."""
    return await _order(request, Arrange, order.arrange)


@routes.post("/room/{hearing_id}/spotlight", access=BENCH_ONLY)
async def spotlight(request: web.Request) -> web.Response:
    """主画面: one seat's picture large on every page, or nobody's again."""
    place, sent = await keeper(request), await body_of(request, Spotlight)
    await request.app[DB].write(
        order.spotlight,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        lit=(sent.seat, sent.source) if sent.seat is not None else None,
    )
    return await obeyed(request, place)


@routes.post("/room/{hearing_id}/stage", access=BENCH_ONLY)
async def stage(request: web.Request) -> web.Response:
    """The next stage: shown to all, its layout and microphones taken, its moment marked in the recording."""
    place, sent = await keeper(request), await body_of(request, Begin)
    await request.app[DB].write(
        stages.begin,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        code=sent.code,
        offset_ms=offset(request, place),
    )
    return await obeyed(request, place)


@routes.post("/room/{hearing_id}/countdown", access=BENCH_ONLY)
async def countdown(request: web.Request) -> web.Response:
    """Everybody sees how long it is to the opening."""
    return await _order(request, Countdown, order.countdown)


async def keeper(request: web.Request) -> Seated:
    """Bench or clerk of this very hearing; a judge of another one orders nothing here."""
    place = await place_of(request)
    if not place.keeps_order:
        raise CourtError("room.not_seated")
    return place


async def _order(
    request: web.Request, shape: type[msgspec.Struct], service: Callable[..., Any]
) -> web.Response:
    """An order whose words are the facts of its service, `seat` being the seat's id."""
    place, sent = await keeper(request), await body_of(request, shape)
    facts = msgspec.structs.asdict(sent)
    if "seat" in facts:
        facts["seat_id"] = facts.pop("seat")
    await request.app[DB].write(
        service, actor=place.actor, now=request[NOW], hearing_id=place.hearing.id, **facts
    )
    return await obeyed(request, place)
