"""Seats added, moved and withdrawn over HTTP, on the desk and in the room while the session stands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import Place, Seat, SeatInput, SeatRole
from court.domain.lifecycle import Actor
from court.domain.matter import SIDE_NAMES
from court.domain.seating import MOVES, SeatAct
from court.services import seat as links
from court.services import seating
from court.store.database import Read, Tx
from court.web import forms, pages
from court.web.access import Routes
from court.web.hearing import BOOKERS, act, link_of, seat_of
from court.web.keys import BRIDGE, DB, NOW, ROOMS
from court.web.order import DOOR, Id, keeper
from court.web.room import body_of, offset

routes = Routes()
Addable = Literal["witness", "interpreter", "agent", "party"]
Sitting = Literal["vehicle", "remote"]
Words = Annotated[str, msgspec.Meta(max_length=200)]


class Added(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`party` for a party of the case, `name` for anybody else."""

    role: Addable
    place: Sitting
    name: Words = ""
    party: Annotated[str, msgspec.Meta(max_length=36)] = ""


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seat: Id
    act: SeatAct


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A party who has no seat yet."""

    id: str
    caption: str


class Seating(msgspec.Struct, frozen=True, kw_only=True):
    """`link` is the whole address for a device of his own, told this once; empty where there is none."""

    seat: str
    link: str = ""


@routes.get("/room/{hearing_id}/seating", access=DOOR)
async def choices(request: web.Request) -> web.Response:
    """Parties of the case who were not booked."""
    place = await keeper(request)
    found = await request.app[DB].read(seating.without_seat, hearing_id=place.hearing.id)
    return pages.json([Choice(id=p.id, caption=f"{SIDE_NAMES[p.side]} {p.name}") for p in found])


@routes.post("/room/{hearing_id}/seating", access=DOOR)
async def add(request: web.Request) -> web.Response:
    """One more person, without leaving the room."""
    place, sent = await keeper(request), await body_of(request, Added)
    who = place.actor
    now, at = request[NOW], offset(request, place)

    def write(tx: Tx) -> tuple[str, str]:
        given = _input(
            tx, hearing_id=place.hearing.id, role=sent.role, place=sent.place, said=(sent.name, sent.party)
        )
        made = seating.add_seat(tx, actor=who, now=now, hearing_id=place.hearing.id, seat=given, offset_ms=at)
        if made.place is not Place.REMOTE:
            return made.id, ""
        return made.id, links.create_link(tx, actor=who, now=now, seat_id=made.id).token

    seat_id, token = await request.app[DB].write(write)
    await request.app[BRIDGE].changed(place.hearing.id)
    return pages.json(Seating(seat=seat_id, link=link_of(request, token) if token else ""))


@routes.post("/room/{hearing_id}/seating/change", access=DOOR)
async def change(request: web.Request) -> web.Response:
    """A link for a seat, another place, or the seat taken back."""
    place, sent = await keeper(request), await body_of(request, Change)
    known = {row.seat.id for row in place.page.rows}
    if sent.seat not in known:
        raise CourtError("seat.not_found")
    who, now, at = place.actor, request[NOW], offset(request, place)

    def write(tx: Tx) -> str:
        if sent.act is SeatAct.LINK:
            return links.release(tx, actor=who, now=now, seat_id=sent.seat).token
        _change(tx, actor=who, now=now, seat_id=sent.seat, change=sent.act, offset_ms=at)
        return ""

    token = await request.app[DB].write(write)
    if sent.act is not SeatAct.LINK:
        request.app[ROOMS].evict(place.hearing.id, sent.seat)
    await request.app[BRIDGE].changed(place.hearing.id)
    return pages.json(Seating(seat=sent.seat, link=link_of(request, token) if token else ""))


def _input(rx: Read, *, hearing_id: str, role: str, place: str, said: tuple[str, str]) -> SeatInput:
    """The seat to add; `said` is (name, id of a party of the case), of which one counts."""
    name, party_id = said
    if role != SeatRole.PARTY:
        return SeatInput(role=SeatRole(role), name=name, place=Place(place))
    party = next((p for p in seating.without_seat(rx, hearing_id=hearing_id) if p.id == party_id), None)
    if party is None:
        raise CourtError("hearing.seat_unknown")
    return SeatInput(role=SeatRole.PARTY, name=party.name, place=Place(place), party_id=party.id)


def _add(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, role: str, place: str, who: str) -> Seat:
    """From the desk's form: `who` is a name, or the id of a party."""
    said = ("", who) if role == SeatRole.PARTY else (who, "")
    given = _input(tx, hearing_id=hearing_id, role=role, place=place, said=said)
    return seating.add_seat(tx, actor=actor, now=now, hearing_id=hearing_id, seat=given)


def _change(
    tx: Tx, *, actor: Actor, now: datetime, seat_id: str, change: SeatAct, offset_ms: int | None = None
) -> None:
    if change is SeatAct.WITHDRAW:
        seating.remove_seat(tx, actor=actor, now=now, seat_id=seat_id, offset_ms=offset_ms)
    else:
        seating.move(tx, actor=actor, now=now, seat_id=seat_id, place=MOVES[change], offset_ms=offset_ms)


@routes.post("/desk/hearings/{id}/seats", access=BOOKERS)
async def add_at_the_desk(request: web.Request) -> web.Response:
    """One more person, by the form of the session's page."""
    form = await forms.sent(request)
    role, place = form.raw("seat-role"), form.raw("seat-place")
    if role not in get_args(Addable) or place not in get_args(Sitting):
        form.fault("seat-name", "form.choice")
    field = "seat-party" if role == SeatRole.PARTY else "seat-name"
    who = form.text(field, required=True, most=60)
    facts = {"hearing_id": request.match_info["id"], "role": role, "place": place, "who": who}
    return await act(request, form, _add, field, **facts)


@routes.post("/desk/hearings/{id}/seats/change", access=BOOKERS)
async def change_at_the_desk(request: web.Request) -> web.Response:
    """Another place, or the seat taken back."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    wanted = form.choice("act", SeatAct)
    if wanted is SeatAct.LINK:
        form.fault(f"seat-{seat_id}", "form.choice")
    answer = await act(request, form, _change, f"seat-{seat_id}", seat_id=seat_id, change=wanted)
    if wanted is SeatAct.WITHDRAW and answer.status == 303:
        request.app[ROOMS].evict(request.match_info["id"], seat_id)
    return answer
