"""The vehicle's people over HTTP: reports of the crew, who speaks there, identities of who is no party, 保证书."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web

from court.domain.attendance import PLACE_MOST, CrewAct
from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod
from court.domain.pledge import PledgeAct
from court.services import attendance, pledging
from court.services.attendance import NAME_MOST
from court.web import forms, pages
from court.web.access import TERMINAL, Routes, staff
from court.web.hearing import DESK, act, seat_of
from court.web.keys import BRIDGE, DB, NOW
from court.web.order import DOOR, Id, keeper, obeyed
from court.web.room import body_of, offset, place_of
from court.web.seated import Seated

routes = Routes()

Words = Annotated[str, msgspec.Meta(max_length=400)]


class Reported(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`place`: where the witness waits; `told_by`: who of the crew says so."""

    seat: Id
    act: CrewAct
    place: Words = ""
    told_by: Words = ""


class Speaking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Null: nobody in particular."""

    seat: Id | None


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`number` with a card only."""

    seat: Id
    method: IdentityMethod
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Pledged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`exception` and `words` as `court.domain.pledge.Pledge` has them."""

    seat: Id
    act: PledgeAct
    exception: Annotated[str, msgspec.Meta(max_length=40)] = ""
    words: Words = ""


def _at_the_vehicle(place: Seated) -> None:
    if not place.keeps_order and place.layout != "vehicle":
        raise CourtError("room.not_seated")


async def _told(request: web.Request, place: Seated) -> web.Response:
    """Every page reads the session again: what it may show can be another."""
    await request.app[BRIDGE].changed(place.hearing.id)
    return pages.json({"told": True})


@routes.post("/room/{hearing_id}/attendance", access=staff() | TERMINAL)
async def report(request: web.Request) -> web.Response:
    """What the crew did with a witness of the vehicle."""
    place, sent = await place_of(request), await body_of(request, Reported)
    _at_the_vehicle(place)
    await request.app[DB].write(
        attendance.report,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat,
        act=sent.act,
        place=sent.place,
        told_by=sent.told_by,
        offset_ms=offset(request, place),
    )
    return await _told(request, place)


@routes.post("/room/{hearing_id}/speaking", access=staff() | TERMINAL)
async def speaking(request: web.Request) -> web.Response:
    """Whose words the vehicle's microphone carries from now on."""
    place, sent = await place_of(request), await body_of(request, Speaking)
    _at_the_vehicle(place)
    await request.app[DB].write(
        attendance.name_speaker,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat or "",
    )
    return await _told(request, place)


@routes.post("/room/{hearing_id}/identity", access=DOOR)
async def shown(request: web.Request) -> web.Response:
    """A witness, agent or interpreter showed who he is."""
    place, sent = await keeper(request), await body_of(request, Shown)
    await request.app[DB].write(
        attendance.check_guest,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat,
        method=sent.method,
        id_number=sent.number,
    )
    return await _told(request, place)


@routes.post("/room/{hearing_id}/pledge", access=DOOR)
async def pledged(request: web.Request) -> web.Response:
    """What a witness did about his 保证书."""
    place, sent = await keeper(request), await body_of(request, Pledged)
    await request.app[DB].write(
        pledging.note,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        seat_id=sent.seat,
        act=sent.act,
        exception=sent.exception,
        words=sent.words,
        offset_ms=offset(request, place),
    )
    await request.app[BRIDGE].changed(place.hearing.id)  # the transcript has a line more
    return await obeyed(request, place)


@routes.post("/desk/hearings/{id}/attendance", access=DESK)
async def report_at_the_desk(request: web.Request) -> web.Response:
    """The same by an officer on his own device, or by the clerk before the session."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    return await act(
        request,
        form,
        attendance.report,
        f"seat-{seat_id}",
        hearing_id=request.match_info["id"],
        seat_id=seat_id,
        act=form.choice("act", CrewAct),
        place=form.text(f"where-{seat_id}", most=PLACE_MOST),
        told_by=form.text(f"told-{seat_id}", most=NAME_MOST),
    )


@routes.post("/desk/hearings/{id}/guest", access=DESK)
async def shown_at_the_desk(request: web.Request) -> web.Response:
    """核验身份 of who is no party, for this session."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    field = f"guest-number-{seat_id}"
    return await act(
        request,
        form,
        attendance.check_guest,
        field,
        hearing_id=request.match_info["id"],
        seat_id=seat_id,
        method=form.choice("method", IdentityMethod),
        id_number=form.text(field, most=18),
    )
