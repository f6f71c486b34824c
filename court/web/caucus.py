"""背对背调解 by POST: each step is written down first, then everybody stands in the room where the database says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.services import caucus
from court.web import pages
from court.web.access import SEAT, TERMINAL, Routes, staff
from court.web.caucus_state import CaucusFacts, caucus_facts
from court.web.keys import BRIDGE, DB, NOW
from court.web.order import Id, Key, Nothing
from court.web.room import IN_ROOM, body_of, inside, offset
from court.web.seated import Seated

routes = Routes()
HOSTS = staff(Role.JUDGE, Role.MEDIATOR)
GUESTS = SEAT | TERMINAL
# How a field of a page is called where it is carried out.
_NAMES = {"caucus": "caucus_id", "seat": "seat_id"}


class Open(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`once` is made by the page; sent twice it is one room."""

    once: Key


class OfRoom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    caucus: Id


class Invite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`stays` and `cleared` are for the vehicle: who stays before its camera, and that the others have left."""

    caucus: Id
    seat: Id
    stays: Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)] = ()
    cleared: bool = False


class Guest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    caucus: Id
    seat: Id


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    caucus: Id
    accept: bool


class Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    caucus: Id
    locked: bool


async def _facts(request: web.Request) -> CaucusFacts:
    place = await inside(request)
    return await request.app[DB].read(
        caucus_facts,
        hearing=place.hearing,
        seats=tuple(row.seat for row in place.page.rows),
        viewer=place.seat,
        actor=place.actor,
    )


async def _done(request: web.Request, place: Seated) -> web.Response:
    await request.app[BRIDGE].confer(place.hearing.id)
    return pages.json(await _facts(request))


async def _act(
    request: web.Request, shape: type[msgspec.Struct], service: Callable[..., Any], **more: Any
) -> web.Response:
    """One step with the words of `shape`; a private room that it names is this session's."""
    place, sent = await inside(request), await body_of(request, shape)
    facts = {_NAMES.get(name, name): value for name, value in msgspec.structs.asdict(sent).items()}
    if "caucus_id" in facts:
        await _of(request, place, facts["caucus_id"])
    await request.app[DB].write(service, actor=place.actor, now=request[NOW], **facts, **more)
    return await _done(request, place)


async def _of(request: web.Request, place: Seated, caucus_id: str) -> None:
    """Refuses `caucus.not_found` where the private room is another session's."""
    known = await request.app[DB].read(caucus.rooms, hearing_id=place.hearing.id)
    if all(one.id != caucus_id for one in known):
        raise CourtError("caucus.not_found")


@routes.get("/room/{hearing_id}/caucus", access=IN_ROOM)
async def show(request: web.Request) -> web.Response:
    """What this seat may know of private talks."""
    return pages.json(await _facts(request))


@routes.post("/room/{hearing_id}/caucus/open", access=HOSTS)
async def open_room(request: web.Request) -> web.Response:
    """One more private room; the main room stays as it is."""
    place = await inside(request)
    more = {"hearing_id": place.hearing.id, "offset_ms": offset(request, place)}
    return await _act(request, Open, caucus.open_room, **more)


@routes.post("/room/{hearing_id}/caucus/invite", access=HOSTS)
async def invite(request: web.Request) -> web.Response:
    """Asks one seat in."""
    return await _act(request, Invite, caucus.invite)


@routes.post("/room/{hearing_id}/caucus/withdraw", access=HOSTS)
async def withdraw(request: web.Request) -> web.Response:
    """Takes an invitation back, or sends a guest back to the main room."""
    return await _act(request, Guest, caucus.withdraw)


@routes.post("/room/{hearing_id}/caucus/answer", access=GUESTS)
async def answer(request: web.Request) -> web.Response:
    """The invited person says yes or no."""
    return await _act(request, Answer, caucus.answer, hearing_id=request.match_info["hearing_id"])


@routes.post("/room/{hearing_id}/caucus/enter", access=HOSTS)
async def enter(request: web.Request) -> web.Response:
    """The mediator goes in."""
    return await _act(request, OfRoom, caucus.enter)


@routes.post("/room/{hearing_id}/caucus/leave", access=HOSTS | GUESTS)
async def leave(request: web.Request) -> web.Response:
    """Back to the main room, at any time."""
    return await _act(request, Nothing, caucus.leave, hearing_id=request.match_info["hearing_id"])


@routes.post("/room/{hearing_id}/caucus/lock", access=HOSTS)
async def lock(request: web.Request) -> web.Response:
    """锁门 and 开锁."""
    return await _act(request, Lock, caucus.lock)


@routes.post("/room/{hearing_id}/caucus/close", access=HOSTS)
async def close(request: web.Request) -> web.Response:
    """Everybody goes back to the main room; what the relay counted is kept for the statement."""
    return await _act(request, OfRoom, caucus.close, offset_ms=offset(request, await inside(request)))
