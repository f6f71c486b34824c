"""The session room: its page, its state and the bench's orders. Media itself is in signalling."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from aiohttp import web

from court.domain import pledge
from court.domain.absence import MANNER_NAMES
from court.domain.errors import CourtError
from court.domain.hearing import (
    LAWFUL_REASONS,
    METHOD_NAMES,
    REASON_NAMES,
    Hearing,
    HearingKind,
    HearingState,
    SeatRole,
    SuspendReason,
)
from court.domain.lifecycle import Role
from court.domain.order import CAUSE_NAMES, LAYOUT_NAMES
from court.services import hearing as hearings
from court.store.database import Read, Tx
from court.web import pages
from court.web.access import SEAT, TERMINAL, Routes, actor, staff, visitor
from court.web.archiving import MIRRORS
from court.web.keys import BRIDGE, CONFIG, DB, NOW, ROOMS
from court.web.room_facts import RoomState
from court.web.room_state import agreement_of, room_state
from court.web.seated import BENCH_SEATS, Seated, seated
from documents.citations import CITATIONS

T = TypeVar("T")
routes = Routes()

BENCH_ONLY = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL)
IN_ROOM = staff() | SEAT | TERMINAL
CLOSE_WORDS = {
    HearingKind.MEDIATION: "结束调解",
    HearingKind.TRIAL: "闭庭",
    HearingKind.RECEPTION: "结束接访",
}
WAITING_WORDS = {
    HearingState.SCHEDULED: "还没有开始。您可以先进入等候，开始时会有提示。",
    HearingState.ROLL_CALL: "正在核对到场人员，马上开始。请先进入等候。",
    HearingState.IN_SESSION: "正在进行，请进入。",
    HearingState.SUSPENDED: "现在是暂停时间。请先进入等候，恢复时会有提示。",
    HearingState.CLOSED: "已经结束。",
    HearingState.CANCELLED: "已经取消。如有疑问请联系法庭。",
}


async def place_of(request: web.Request) -> Seated:
    """The seat of this browser in the hearing of the path. Errors: hearing.not_found, room.not_seated."""
    return await request.app[DB].read(
        seated, who=visitor(request), now=request[NOW], hearing_id=request.match_info["hearing_id"]
    )


async def inside(request: web.Request) -> Seated:
    """`place_of` for what only the courtroom may know. Errors: seat.waiting besides."""
    place = await place_of(request)
    if not place.inside:
        raise CourtError("seat.waiting")
    return place


def must_write(place: Seated) -> None:
    """Errors: transcript.not_allowed to every seat but the one that writes the transcript."""
    if not place.may_write:
        raise CourtError("transcript.not_allowed", role=place.seat.caption, action="append")


def offset(request: web.Request, place: Seated) -> int | None:
    """Milliseconds from the start of the recording to now; None while nothing is being recorded."""
    elapsed = request.app[ROOMS].recording_offset(place.hearing.id)
    if elapsed is None or place.hearing.state is HearingState.SUSPENDED:
        return None
    return round(elapsed * 1000)


async def body_of(request: web.Request, shape: type[T]) -> T:
    """The JSON body as `shape`. Errors: CourtError web.bad_request, web.unsupported."""
    if request.content_type != "application/json":
        raise CourtError("web.unsupported")
    try:
        return msgspec.json.decode(await request.read(), type=shape)
    except msgspec.DecodeError as error:
        raise CourtError("web.bad_request") from error


async def state_of(request: web.Request, place: Seated | None = None) -> RoomState:
    """The state as this seat may see it, read in one transaction."""

    def read(rx: Read) -> RoomState:
        now = request[NOW]
        at = place or seated(rx, who=visitor(request), now=now, hearing_id=request.match_info["hearing_id"])
        return room_state(rx, place=at, now=now)

    return await request.app[DB].read(read)


@routes.get("/room/{hearing_id}", access=IN_ROOM)
async def room(request: web.Request) -> web.Response:
    """The page; its layout follows the seat."""
    place = await place_of(request)
    hearing = place.hearing
    return pages.render(
        request,
        "room/room.html",
        title=[part for part in (place.page.number, place.page.cause, hearing.kind_name) if part],
        hearing=hearing,
        me=place.seat,
        layout=place.layout,
        moderates=place.moderates,
        relayed=bool(request.app[CONFIG].turn_urls),
        may_write=place.may_write,
        speaks_for=place.speaks_for,
        may_request=bool(place.speaks_for),
        staff_page=f"/desk/hearings/{hearing.id}" if place.actor.kind == "staff" else "",
        file_page=f"/desk/{'petitions' if hearing.subject_kind == 'petition' else 'matters'}/{hearing.subject_id}",
        close_word=CLOSE_WORDS[hearing.kind],
        waiting_words=WAITING_WORDS[hearing.state],
        causes=list(CAUSE_NAMES.items()),
        manners=list(MANNER_NAMES.items()),
        methods=list(METHOD_NAMES.items()),
        pledge_text=pledge.rules().text,
        pledge_exceptions=list(pledge.rules().exceptions.items()),
        layouts=list(LAYOUT_NAMES.items()),
        absence_law=[CITATIONS[key] for key in ("absence_rule", "absence_claimant", "absence_respondent")],
        suspend_reasons=[(r.value, REASON_NAMES[r]) for r in SuspendReason if r in LAWFUL_REASONS],
    )


@routes.get("/room/{hearing_id}/state", access=IN_ROOM)
async def state(request: web.Request) -> web.Response:
    """Everything the page shows, after entering or a lost link."""
    return pages.json(await state_of(request))


@routes.get("/room/{hearing_id}/recording", access=staff())
async def recording(request: web.Request) -> web.Response:
    """Proof of life of the recording, per track, for bench and clerk: safe on disk until when, how loud.

    Asked once a second by two pages: nothing but the seats is read.
    """
    hearing_id = request.match_info["hearing_id"]
    seats = await request.app[DB].read(hearings.seats, hearing_id=hearing_id)
    if not any(seat.account_id == actor(request).id for seat in seats):
        raise CourtError("room.not_seated")
    rooms, now = request.app[ROOMS], request[NOW]
    if not rooms.is_open(hearing_id):
        return pages.json({"now": now, "state": "off", "problem": "", "tracks": [], "copy": None})
    try:
        status = await rooms.status(hearing_id)
    except OSError:  # its process died a moment ago; another takes the room up
        cut = {"now": now, "state": "failed", "problem": "recording.cut", "tracks": [], "copy": None}
        return pages.json(cut)
    began = now - timedelta(seconds=status.recorded_s)
    return pages.json(
        {
            "now": now,
            "state": status.recording,
            "problem": status.problem,
            "tracks": [
                {
                    "seat": track.seat_id,
                    "source": track.source,
                    "until": None if track.durable_s is None else began + timedelta(seconds=track.durable_s),
                    "level": round(max(0.0, 1 - track.level / 60), 2) if track.silent_s < 1 else 0.0,
                }
                for track in status.tracks
            ],
            "copy": request.app[MIRRORS].facts(request.app[CONFIG], hearing_id, status.tracks),
        }
    )


class Suspend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the three lawful reasons of 法释〔2017〕5号 3; the service refuses every other word."""

    reason: SuspendReason


@routes.post("/room/{hearing_id}/open", access=BENCH_ONLY)
async def open_session(request: web.Request) -> web.Response:
    """Opens the session and starts its recording; refused with the person whose check or consent lacks."""
    place = await place_of(request)

    def act(tx: Tx, now: datetime) -> Hearing:
        if place.hearing.state is HearingState.SCHEDULED:
            hearings.call_roll(tx, actor=place.actor, now=now, hearing_id=place.hearing.id)
        return hearings.open_session(tx, actor=place.actor, now=now, hearing_id=place.hearing.id)

    await request.app[DB].write(act, request[NOW])
    await request.app[BRIDGE].follow(place.hearing.id)
    return await _ordered(request)


@routes.post("/room/{hearing_id}/suspend", access=BENCH_ONLY)
async def suspend(request: web.Request) -> web.Response:
    """Interrupts the session and its recording for a lawful reason."""
    place, order = await place_of(request), await body_of(request, Suspend)
    await request.app[DB].write(
        hearings.suspend,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        reason=order.reason,
    )
    await request.app[BRIDGE].follow(place.hearing.id)
    return await _ordered(request)


@routes.post("/room/{hearing_id}/resume", access=BENCH_ONLY)
async def resume(request: web.Request) -> web.Response:
    """Goes on, recording included."""
    place = await place_of(request)
    await request.app[DB].write(
        hearings.resume, actor=place.actor, now=request[NOW], hearing_id=place.hearing.id
    )
    await request.app[BRIDGE].follow(place.hearing.id)
    return await _ordered(request)


@routes.post("/room/{hearing_id}/close", access=BENCH_ONLY)
async def close(request: web.Request) -> web.Response:
    """Ends the session and seals its recording."""
    place = await place_of(request)
    await request.app[DB].write(
        hearings.close, actor=place.actor, now=request[NOW], hearing_id=place.hearing.id
    )
    await request.app[BRIDGE].follow(place.hearing.id)
    return await _ordered(request)


async def _ordered(request: web.Request) -> web.Response:
    """Tells every page that the session changed, and answers the new state to the one who ordered it."""
    now_is = await state_of(request)
    everyone = [row.seat.id for row in (await place_of(request)).page.rows]
    request.app[ROOMS].notify(now_is.hearing.id, "hearing", msgspec.to_builtins(now_is.hearing), everyone)
    return pages.json(now_is)


@routes.post("/room/{hearing_id}/call", access=IN_ROOM)
async def call(request: web.Request) -> web.Response:
    """A person in the room asks for help; bench and clerk are told by whom."""
    place = await place_of(request)
    told = {"seat": place.seat.id, "caption": place.seat.caption}
    bench_and_clerk = [
        row.seat.id for row in place.page.rows if row.seat.role in BENCH_SEATS | {SeatRole.CLERK}
    ]
    request.app[ROOMS].notify(place.hearing.id, "call", told, bench_and_clerk)
    return pages.json({"told": True})


@routes.get("/room/{hearing_id}/agreement", access=IN_ROOM)
async def agreement(request: web.Request) -> web.Response:
    """Progress of the agreement, for pages that were told that it changed; null while there is none."""
    place = await inside(request)
    return pages.json(await request.app[DB].read(agreement_of, place))
