"""背对背调解 by POST: each step is written down first, then everybody stands in the room where the database says."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.services import caucus
from court.web import pages
from court.web.access import SEAT, TERMINAL, Routes, staff
from court.web.caucus_state import CaucusFacts, caucus_facts
from court.web.keys import BRIDGE, DB, NOW, ROOMS
from court.web.order import Id, Key, Nothing
from court.web.room import IN_ROOM, body_of, inside
from court.web.room_state import Seated

routes = Routes()
HOSTS = staff(Role.JUDGE, Role.MEDIATOR)
GUESTS = SEAT | TERMINAL


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


def _offset(request: web.Request, place: Seated) -> int | None:
    """Place in the recording, milliseconds."""
    found = request.app[ROOMS].recording_offset(place.hearing.id)
    return None if found is None else round(found * 1000)


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
    place, sent = await inside(request), await body_of(request, Open)
    await request.app[DB].write(
        caucus.open_room,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        once=sent.once,
        offset_ms=_offset(request, place),
    )
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/invite", access=HOSTS)
async def invite(request: web.Request) -> web.Response:
    """Asks one seat in."""
    place, sent = await inside(request), await body_of(request, Invite)
    await _of(request, place, sent.caucus)
    await request.app[DB].write(
        caucus.invite,
        actor=place.actor,
        now=request[NOW],
        caucus_id=sent.caucus,
        seat_id=sent.seat,
        stays=sent.stays,
        cleared=sent.cleared,
    )
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/withdraw", access=HOSTS)
async def withdraw(request: web.Request) -> web.Response:
    """Takes an invitation back, or sends a guest back to the main room."""
    place, sent = await inside(request), await body_of(request, Guest)
    await _of(request, place, sent.caucus)
    facts = {"caucus_id": sent.caucus, "seat_id": sent.seat}
    await request.app[DB].write(caucus.withdraw, actor=place.actor, now=request[NOW], **facts)
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/answer", access=GUESTS)
async def answer(request: web.Request) -> web.Response:
    """The invited person says yes or no."""
    place, sent = await inside(request), await body_of(request, Answer)
    await request.app[DB].write(
        caucus.answer,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        caucus_id=sent.caucus,
        accept=sent.accept,
    )
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/enter", access=HOSTS)
async def enter(request: web.Request) -> web.Response:
    """The mediator goes in."""
    place, sent = await inside(request), await body_of(request, OfRoom)
    await _of(request, place, sent.caucus)
    await request.app[DB].write(caucus.enter, actor=place.actor, now=request[NOW], caucus_id=sent.caucus)
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/leave", access=HOSTS | GUESTS)
async def leave(request: web.Request) -> web.Response:
    """Back to the main room, at any time."""
    place = await inside(request)
    await body_of(request, Nothing)
    await request.app[DB].write(
        caucus.leave, actor=place.actor, now=request[NOW], hearing_id=place.hearing.id
    )
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/lock", access=HOSTS)
async def lock(request: web.Request) -> web.Response:
    """锁门 and 开锁."""
    place, sent = await inside(request), await body_of(request, Lock)
    await _of(request, place, sent.caucus)
    await request.app[DB].write(
        caucus.lock,
        actor=place.actor,
        now=request[NOW],
        caucus_id=sent.caucus,
        locked=sent.locked,
    )
    return await _done(request, place)


@routes.post("/room/{hearing_id}/caucus/close", access=HOSTS)
async def close(request: web.Request) -> web.Response:
    """Everybody goes back to the main room; what the relay counted is kept for the statement."""
    place, sent = await inside(request), await body_of(request, OfRoom)
    await _of(request, place, sent.caucus)
    await request.app[DB].write(
        caucus.close,
        actor=place.actor,
        now=request[NOW],
        caucus_id=sent.caucus,
        offset_ms=_offset(request, place),
    )
    return await _done(request, place)
