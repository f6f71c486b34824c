"""Printing as the vehicle's crew sees it at the screen: how the printers stand and what waits. Names nobody."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.printer import STATE_NAMES, Place
from court.domain.printing import PRINTING, PrintAction, PrintJob, PrintState
from court.services import printing
from court.web import forms, pages, print_form
from court.web.access import actor
from court.web.keys import DB
from court.web.kiosk.held import KIOSK, render, routes
from court.web.machines import MACHINES
from court.web.printing import seen_jobs
from court.web.writes import write_once

SHOWN = 12
_WAITS = frozenset({PrintState.HELD, PrintState.UNSURE, PrintState.FAILED})


def words(job: PrintJob) -> tuple[str, str]:
    """(what to tell who waits for the paper, its tone)."""
    if job.state is PrintState.DONE:
        return "打好了，请取纸。", "good"
    if job.state in _WAITS:
        return f"现在打不出来，请叫工作人员。{job.detail}", "warn"
    if job.state is PrintState.CANCELLED:
        return "没有打印，要打印请再按一次。", "info"
    return f"已经送去打印，请稍等取纸。{job.detail}", "info"


@routes.get("/kiosk/printing", access=KIOSK)
async def show(request: web.Request) -> web.Response:
    """The vehicle's printers, and the papers of this terminal by title and number."""
    who = actor(request)
    jobs = await request.app[DB].read(seen_jobs, who=who)
    here = [one for one in print_form.statuses(request) if one[0].place is Place.VEHICLE]
    return render(
        request,
        "kiosk/printing.html",
        printers=here or print_form.statuses(request),
        state_names=STATE_NAMES,
        jobs=[
            (job, found, PrintAction.RETRY in PRINTING.actions(job.state, who.role))
            for job, found in jobs[:SHOWN]
        ],
    )


@routes.post("/kiosk/printing/{job}/retry", access=KIOSK)
async def retry(request: web.Request) -> web.Response:
    """Once the paper lies in the tray: try again now. Only for what this terminal may open."""
    form = await forms.sent(request)
    job_id = request.match_info["job"]
    try:
        await write_once(request, form, printing.act, job_id=job_id, action=PrintAction.RETRY)
    except CourtError as error:
        if error.status == 404:
            raise
    request.app[MACHINES].ring()
    return pages.see_other("/kiosk/printing")
