"""Who waits for a time and a stop (候排名单)."""

from __future__ import annotations

from aiohttp import web

from court.domain.hearing import KIND_NAMES, HearingKind
from court.services import planning
from court.store.views import tour as views
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.booking import subject_of
from court.web.hearing import USUAL_MINUTES
from court.web.keys import DB, NOW
from court.web.tour import PLAN
from court.web.writes import write_once

routes = Routes()


@routes.get("/desk/tour/waiting", access=PLAN)
async def waiting(request: web.Request) -> web.Response:
    """First come, first served; where the vehicle comes by next is said beside each."""
    return pages.render(
        request,
        "tour/waiting.html",
        waiting=await request.app[DB].read(planning.waiting_list, actor=actor(request)),
        coming=await request.app[DB].read(views.coming, now=request[NOW]),
        kind_names=KIND_NAMES,
        kind_of=HearingKind,
    )


@routes.post("/desk/tour/waiting", access=PLAN)
async def wait(request: web.Request) -> web.Response:
    """Put a dispute or petition on the list."""
    form = await forms.sent(request)
    subject_kind, subject_id = subject_of(form.values)
    kind = form.choice("kind", HearingKind)
    minutes = form.number("minutes", least=5, most=600, fallback=USUAL_MINUTES)
    village, note = form.text("village", most=80), form.text("note", most=400)
    form.check()
    await write_once(
        request,
        form,
        planning.wait,
        subject_kind=subject_kind,
        subject_id=subject_id,
        kind=kind,
        minutes=minutes,
        village=village,
        note=note,
    )
    return pages.see_other("/desk/tour/waiting")


@routes.post("/desk/tour/waiting/{id}/withdraw", access=PLAN)
async def withdraw(request: web.Request) -> web.Response:
    """No time is needed any more."""
    form = await forms.sent(request)
    await write_once(request, form, planning.withdraw, waiting_id=request.match_info["id"])
    return pages.see_other("/desk/tour/waiting")
