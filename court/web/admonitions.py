"""提示, 警告, proof of service and absence in the courtroom by POST: logged acts of the bench. Floor and door are order's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web

from court.domain.absence import NoticeManner
from court.domain.lifecycle import Role
from court.domain.order import ADMONITION_NAMES, CAUSE_NAMES, AdmonitionCause, AdmonitionKind, has_own_line
from court.domain.rollcall import BENCH_SEATS
from court.services import admonitions
from court.web.access import Routes, staff
from court.web.keys import DB, NOW, ROOMS
from court.web.order import DOOR, Id, Key, keeper, obeyed
from court.web.room import BENCH_ONLY, body_of, offset
from court.web.seated import Seated

routes = Routes()


Words = Annotated[str, msgspec.Meta(max_length=4000)]


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


def _admonition(kind: AdmonitionKind) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        place, sent = await keeper(request), await body_of(request, Admonish)
        made = await request.app[DB].write(
            admonitions.admonish,
            actor=place.actor,
            now=request[NOW],
            hearing_id=place.hearing.id,
            seat_id=sent.seat,
            kind=kind,
            cause=sent.cause,
            note=sent.note,
            offset_ms=offset(request, place),
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
    place, sent = await keeper(request), await body_of(request, Notice)
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
    place, sent = await keeper(request), await body_of(request, Decide)
    await request.app[DB].write(
        admonitions.decide,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat,
        note=sent.note,
    )
    return await obeyed(request, place)


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
