"""巡回排期: the plan of the vehicles by week, halts, stops and roads. What may stand where the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.tour import PLANNERS, Halt
from court.services import accounts, planning, tour
from court.store.database import Read
from court.store.views import tour as views
from court.web import forms, pages
from court.web.access import PUBLIC, Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.writes import write_once

routes = Routes()
PLAN = staff(*PLANNERS)
WEEK = 7
CREW = (Role.OFFICER, Role.CLERK, Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL)


def options(halts: Iterable[Halt]) -> list[tuple[str, str]]:
    """Halts to choose from: day, hours, place, vehicle; first the way without one."""
    found = [("", "不在车辆停靠点，或另写地点")]
    for one in halts:
        here = pages.local(one.arrives_at)
        hours = f"{here:%H:%M}—{pages.local(one.leaves_at):%H:%M}"
        day = f"{here.month}月{here.day}日 周{pages.WEEKDAYS[here.weekday()]}"
        found.append((one.id, f"{day} {hours} {one.stop_name}（{one.vehicle}）"))
    return found


def _first(request: web.Request) -> date:
    """The day asked for, else the Monday of this week."""
    today = pages.local(request[NOW]).date()
    try:
        return date.fromisoformat(request.query.get("from", ""))
    except ValueError:
        return today - timedelta(days=today.weekday())


@routes.get("/desk/tour", access=PLAN)
async def week(request: web.Request) -> web.Response:
    """Seven days; printed as a sheet for the crew."""
    first = _first(request)
    days = await request.app[DB].read(views.plan, actor=actor(request), first=first, days=WEEK)
    waiting = await request.app[DB].read(planning.waiting_list, actor=actor(request))
    return pages.render(
        request,
        "tour/week.html",
        days=days,
        first=first,
        before=first - timedelta(days=WEEK),
        after=first + timedelta(days=WEEK),
        today=pages.local(request[NOW]).date(),
        weekdays=pages.WEEKDAYS,
        waiting=len(waiting),
    )


async def _new(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    tomorrow = pages.local(request[NOW]).date() + timedelta(days=1)
    usual = {
        "day": request.query.get("day", tomorrow.isoformat())[:10],
        "arrives": "09:00",
        "leaves": "12:00",
    }
    return pages.render(
        request,
        "tour/plan.html",
        status=status,
        errors=errors or {},
        values=usual | {"stop": request.query.get("stop", "")[:36]} | dict(values or {}),
        stops=await request.app[DB].read(views.stops),
        vehicles=await request.app[DB].read(views.vehicles) or (request.app[CONFIG].vehicle_name,),
    )


@routes.get("/desk/tour/halts/new", access=PLAN)
async def new_halt(request: web.Request) -> web.Response:
    """The form of a halt."""
    return await _new(request)


@routes.post("/desk/tour/halts", access=PLAN)
async def plan_halt(request: web.Request) -> web.Response:
    """The vehicle goes there."""
    form = await forms.sent(request)
    arrives, leaves = form.moment("day", "arrives"), form.moment("day", "leaves")
    stop_id, vehicle = form.text("stop", required=True, most=36), form.text("vehicle", required=True, most=60)
    try:
        form.check()
        made = await write_once(
            request,
            form,
            tour.plan,
            stop_id=stop_id,
            vehicle=vehicle,
            arrives_at=arrives or request[NOW],
            leaves_at=leaves or request[NOW],
        )
    except CourtError as error:
        if error.status in {400, 403}:
            raise
        errors = forms.errors(error, field="stop" if error.code.startswith("stop.") else "arrives")
        return await _new(request, status=error.status, errors=errors, values=form.values)
    return pages.see_other(f"/desk/tour/halts/{made}")


def _halt_facts(rx: Read, *, who: Any, halt_id: str, now: Any) -> dict[str, Any]:
    found = tour.halt(rx, halt_id=halt_id)
    day = pages.local(found.arrives_at).date()
    usual = 60
    return {
        "row": views.halt_row(rx, actor=who, halt=found),
        "crew": views.crew_ids(rx, vehicle=found.vehicle, day=day),
        "people": tuple(one for role in CREW for one in accounts.everyone(rx, role=role) if not one.disabled),
        "free": planning.free(rx, now=now, halt=found, minutes=usual, people={}),
        "waiting": planning.waiting_list(rx, actor=who),
        "minutes": usual,
    }


async def _halt(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    facts = await request.app[DB].read(
        _halt_facts, who=actor(request), halt_id=request.match_info["id"], now=request[NOW]
    )
    return pages.render(
        request, "tour/halt.html", status=status, errors=errors or {}, values=dict(values or {}), **facts
    )


@routes.get("/desk/tour/halts/{id}", access=PLAN)
async def show_halt(request: web.Request) -> web.Response:
    """One halt: sessions, free times, crew; moved or cancelled here."""
    return await _halt(request)


@routes.post("/desk/tour/halts/{id}/{verb:move|cancel|crew}", access=PLAN)
async def change_halt(request: web.Request) -> web.Response:
    """Another time, not at all, or other people."""
    form, halt_id, verb = await forms.sent(request), request.match_info["id"], request.match_info["verb"]
    known = await request.app[DB].read(tour.halt, halt_id=halt_id)
    try:
        if verb == "move":
            arrives, leaves = form.moment("day", "arrives"), form.moment("day", "leaves")
            reason = form.text("move_reason", required=True, most=400)
            form.check()
            facts: dict[str, Any] = {"arrives_at": arrives, "leaves_at": leaves, "reason": reason}
            await write_once(request, form, tour.move, halt_id=halt_id, rev=form.rev(), **facts)
        elif verb == "cancel":
            reason = form.text("cancel_reason", required=True, most=400)
            form.check()
            await write_once(request, form, tour.cancel, halt_id=halt_id, rev=form.rev(), reason=reason)
        else:
            day = pages.local(known.arrives_at).date()
            who = tuple(form.all("crew", most=tour.MOST_CREW + 1))
            await write_once(request, form, tour.set_crew, vehicle=known.vehicle, day=day, account_ids=who)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        field = {"move": "arrives", "cancel": "cancel_reason", "crew": "crew"}[verb]
        return await _halt(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    return pages.see_other(f"/desk/tour/halts/{halt_id}")


async def _stops(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    return pages.render(
        request,
        "tour/stops.html",
        status=status,
        errors=errors or {},
        values=dict(values or {}),
        stops=await request.app[DB].read(views.stops, all_of_them=True),
        roads=await request.app[DB].read(views.roads),
    )


@routes.get("/desk/tour/stops", access=PLAN)
async def stops(request: web.Request) -> web.Response:
    """Places to stand, and the roads between them."""
    return await _stops(request)


@routes.post("/desk/tour/stops", access=PLAN)
async def add_stop(request: web.Request) -> web.Response:
    """A new place."""
    form = await forms.sent(request)
    facts = {
        "village": form.text("village", required=True, most=80),
        "spot": form.text("spot", required=True, most=120),
        "court_minutes": form.number("court_minutes", least=0, most=tour.MOST_MINUTES, fallback=0),
        "road": form.text("road", most=400),
    }
    try:
        form.check()
        await write_once(request, form, tour.add_stop, **facts)
    except CourtError as error:
        if error.status in {400, 403}:
            raise
        return await _stops(
            request, status=error.status, errors=forms.errors(error, field="village"), values=form.values
        )
    return pages.see_other("/desk/tour/stops")


@routes.post("/desk/tour/stops/{id}", access=PLAN)
async def change_stop(request: web.Request) -> web.Response:
    """What was found out about it."""
    form, stop_id = await forms.sent(request), request.match_info["id"]
    facts = {
        "court_minutes": form.number("court_minutes", least=0, most=tour.MOST_MINUTES, fallback=0),
        "up_kbps": form.number("up_kbps", least=0, most=tour.MOST_KBPS, fallback=0),
        "road": form.text("road", most=400),
        "retired": form.flag("retired"),
    }
    form.check()
    await write_once(request, form, tour.change_stop, stop_id=stop_id, rev=form.rev(), **facts)
    return pages.see_other("/desk/tour/stops")


@routes.post("/desk/tour/roads", access=PLAN)
async def set_road(request: web.Request) -> web.Response:
    """Minutes between two places."""
    form = await forms.sent(request)
    minutes = form.number("minutes", least=1, most=tour.MOST_MINUTES, fallback=0)
    ends = {
        "one_id": form.text("one", required=True, most=36),
        "other_id": form.text("other", required=True, most=36),
    }
    try:
        if not minutes:
            form.fault("minutes", "form.required")
        form.check()
        await write_once(request, form, tour.set_road, minutes=minutes, **ends)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _stops(
            request, status=error.status, errors=forms.errors(error, field="other"), values=form.values
        )
    return pages.see_other("/desk/tour/stops")


@routes.get("/stops", access=PUBLIC)
async def poster(request: web.Request) -> web.Response:
    """Where the vehicle stands next, for everybody: places and times, nothing about anybody."""
    coming = await request.app[DB].read(views.coming, now=request[NOW])
    return pages.render(request, "tour/poster.html", halts=coming, weekdays=pages.WEEKDAYS)
