"""The bench's orders in the courtroom by POST: each is written down first, then the room does what is true now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from aiohttp import web

from court.domain.absence import NoticeManner
from court.domain.admission import Admission, AdmissionAction
from court.domain.errors import CourtError
from court.domain.hearing import HearingState, Seat
from court.domain.lifecycle import Role
from court.domain.order import (
    ADMONITION_NAMES,
    CAUSE_NAMES,
    AdmonitionCause,
    AdmonitionKind,
    Layout,
    has_own_line,
)
from court.domain.rollcall import BENCH_SEATS
from court.services import admonitions, order, stages
from court.web import pages
from court.web.access import Routes, staff
from court.web.keys import BRIDGE, DB, NOW, ROOMS
from court.web.order_state import order_facts
from court.web.room import BENCH_ONLY, body_of, place_of
from court.web.room_state import Seated

routes = Routes()
DOOR = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK)

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
Key = Annotated[str, msgspec.Meta(min_length=8, max_length=36, pattern="^[A-Za-z0-9-]+$")]
Words = Annotated[str, msgspec.Meta(max_length=4000)]
SOURCES = frozenset({"camera", "document", "room"})


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
    """`spotlight`: seat and source, null for nobody."""

    layout: Layout
    spotlight: tuple[Id, Id] | None = None


class Begin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, msgspec.Meta(max_length=24)]


class Countdown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Null calls it off."""

    seconds: int | None


class Admonish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`once` is made by the page; sent twice it is one act."""

    seat: Id
    cause: AdmonitionCause
    once: Key
    note: Words = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`at`: when the summons reached the party."""

    seat: Id
    manner: NoticeManner
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    note: Words = ""


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seat: Id
    note: Words = ""


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
        place, sent = await _keeper(request), await body_of(request, OfSeat)
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
    place, sent = await _keeper(request), await body_of(request, Arrange)
    if sent.spotlight is not None and sent.spotlight[1] not in SOURCES:
        raise CourtError("web.bad_request")
    await request.app[DB].write(
        order.arrange,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        layout=sent.layout,
        spotlight=sent.spotlight,
    )
    return await obeyed(request, place)


@routes.post("/room/{hearing_id}/stage", access=BENCH_ONLY)
async def stage(request: web.Request) -> web.Response:
    """The next stage: shown to all, its layout taken, its moment marked in the recording."""
    place, sent = await _keeper(request), await body_of(request, Begin)
    await request.app[DB].write(
        stages.begin,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        code=sent.code,
        offset_ms=_offset(request, place),
    )
    return await obeyed(request, place)


@routes.post("/room/{hearing_id}/countdown", access=BENCH_ONLY)
async def countdown(request: web.Request) -> web.Response:
    """Everybody sees how long it is to the opening."""
    return await _order(request, Countdown, order.countdown)


def _admonition(kind: AdmonitionKind) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        place, sent = await _keeper(request), await body_of(request, Admonish)
        made = await request.app[DB].write(
            admonitions.admonish,
            actor=place.actor,
            now=request[NOW],
            hearing_id=place.hearing.id,
            seat_id=sent.seat,
            kind=kind,
            cause=sent.cause,
            note=sent.note,
            offset_ms=_offset(request, place),
            once=sent.once,
        )
        told = {"kind": kind.value, "name": ADMONITION_NAMES[kind], "cause": CAUSE_NAMES[made.cause]}
        body = {**told, "note": made.note, "caption": _caption(place, sent.seat)}
        request.app[ROOMS].notify(place.hearing.id, "admonition", body, _screens(place, sent.seat))
        return await obeyed(request, place)

    handle.__name__, handle.__doc__ = kind.value, f"{ADMONITION_NAMES[kind]} to one person, logged (规则 25)."
    return handle


for _kind in AdmonitionKind:
    routes.post(f"/room/{{hearing_id}}/{_kind.value}", access=BENCH_ONLY)(_admonition(_kind))


@routes.post("/room/{hearing_id}/notice", access=DOOR)
async def notice(request: web.Request) -> web.Response:
    """How it is proven that the summons reached a party (解释 261)."""
    place, sent = await _keeper(request), await body_of(request, Notice)
    await request.app[DB].write(
        admonitions.prove_notice,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat,
        manner=sent.manner,
        at=sent.at,
        note=sent.note,
    )
    return await obeyed(request, place)


@routes.post("/room/{hearing_id}/absence", access=staff(Role.JUDGE))
async def absence(request: web.Request) -> web.Response:
    """The judge takes up the consequence that the law offers."""
    place, sent = await _keeper(request), await body_of(request, Decide)
    await request.app[DB].write(
        admonitions.decide,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat,
        note=sent.note,
    )
    return await obeyed(request, place)


async def _keeper(request: web.Request) -> Seated:
    """Bench or clerk of this very hearing; a judge of another one orders nothing here."""
    place = await place_of(request)
    if not place.keeps_order:
        raise CourtError("room.not_seated")
    return place


async def _order(
    request: web.Request, shape: type[msgspec.Struct], service: Callable[..., Any]
) -> web.Response:
    """An order whose words are the facts of its service, `seat` being the seat's id."""
    place, sent = await _keeper(request), await body_of(request, shape)
    facts = msgspec.structs.asdict(sent)
    if "seat" in facts:
        facts["seat_id"] = facts.pop("seat")
    await request.app[DB].write(
        service, actor=place.actor, now=request[NOW], hearing_id=place.hearing.id, **facts
    )
    return await obeyed(request, place)


def _offset(request: web.Request, place: Seated) -> int | None:
    """Milliseconds into the recording now; None while nothing is being recorded."""
    elapsed = request.app[ROOMS].recording_offset(place.hearing.id)
    if elapsed is None or place.hearing.state is HearingState.SUSPENDED:
        return None
    return round(elapsed * 1000)


def _caption(place: Seated, seat_id: str) -> str:
    return next((row.seat.caption for row in place.page.rows if row.seat.id == seat_id), "")


def _screens(place: Seated, seat_id: str) -> list[str]:
    """Where the person reads it: the own page, or the vehicle's screen; and who keeps order."""
    seats = [row.seat for row in place.page.rows]
    found = [s.id for s in seats if s.role in BENCH_SEATS or s.role.value == "clerk"]
    person = next((s for s in seats if s.id == seat_id), None)
    if person is not None and not has_own_line(person):
        found += [s.id for s in seats if s.role.value == "vehicle"]
    return [*found, seat_id]
