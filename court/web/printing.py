"""Printing from the desk: orders, what a person does with a job, the station with printers and queue."""

from __future__ import annotations

from aiohttp import web

from court.domain.batch import tally
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.paper import Paper
from court.domain.printer import PLACE_NAMES, STATE_NAMES
from court.domain.printing import ACTION_NAMES, OVER, PRINTING, PrintAction, PrintJob
from court.services import batches, paper, printing
from court.store.database import Read
from court.web import forms, pages, papers, print_form
from court.web.access import Routes, actor
from court.web.keys import DB
from court.web.machines import MACHINES
from court.web.writes import write_once

routes = Routes()
SEEN_MOST = 200
VERBS = {
    "retry": PrintAction.RETRY,
    "cancel": PrintAction.CANCEL,
    "confirm": PrintAction.CONFIRM,
    "release": PrintAction.LOSE,
}


@routes.post("/desk/papers/{id}/print", access=papers.DESK)
async def order(request: web.Request) -> web.Response:
    """One print job; a further one needs a reason, so that copies can be accounted for. A paper that is still being
    signed does not exist here, and asking for it is recorded."""
    await papers.finished(request, "print")
    form, paper_id = await forms.sent(request), request.match_info["id"]
    found = await request.app[DB].read(_known, who=actor(request), paper_id=paper_id)
    options = print_form.read(form, found)
    printer = form.text("printer", most=40)
    try:
        form.check()
        if not printer:
            raise CourtError("printer.unset")
        if printer not in request.app[MACHINES].settings:
            raise CourtError("printing.no_printer")
        print_form.checked(request, printer, options, found.pages)
        await write_once(
            request,
            form,
            printing.request,
            paper_id=paper_id,
            options=options,
            printer=printer,
            reason=form.text("reason", most=200),
        )
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        field = {"printing.pages": "first", "printing.cannot": "sides", "printing.copies": "copies"}
        errors = forms.errors(error, field=field.get(error.code, "reason"))
        return await papers.page(request, status=error.status, errors=errors, values=form.values)
    request.app[MACHINES].ring(printer)
    answer = pages.see_other(f"/desk/papers/{paper_id}")
    print_form.remember(request, answer, printer)
    return answer


def _known(rx: Read, *, who: Actor, paper_id: str) -> Paper:
    """Refuses `paper.not_found`, also to others."""
    found = paper.get(rx, paper_id=paper_id)
    papers.may_see(rx, who, found)
    return found


def seen_jobs(rx: Read, *, who: Actor) -> list[tuple[PrintJob, Paper]]:
    """The newest jobs whose papers this person may see."""
    seen: list[tuple[PrintJob, Paper]] = []
    for job in printing.jobs(rx)[:SEEN_MOST]:
        found = paper.get(rx, paper_id=job.paper_id)
        if paper.may_open(rx, actor=who, found=found):
            seen.append((job, found))
    return seen


@routes.get("/desk/printing", access=papers.DESK)
async def station(request: web.Request) -> web.Response:
    """Every printer and how it stands, what waits, prints, needs a hand, and what is done."""
    who = actor(request)
    jobs = await request.app[DB].read(seen_jobs, who=who)
    own = await request.app[DB].read(batches.mine, actor=who)
    return pages.render(
        request,
        "papers/station.html",
        waiting=[(job, found) for job, found in reversed(jobs) if job.state not in OVER],
        over=[(job, found) for job, found in jobs if job.state in OVER],
        printers=print_form.statuses(request),
        batches=[(one, tally(items)) for one, items in own],
        actions=lambda job: PRINTING.actions(job.state, who.role),
        action_names=ACTION_NAMES,
        places=PLACE_NAMES,
        state_names=STATE_NAMES,
    )


def _back(form: forms.Sent) -> str:
    """Where the press came from: the page of a paper or of a batch, else the station."""
    back = form.raw("back")
    good = back.startswith(("/desk/papers/", "/desk/batches/")) and back.isprintable() and len(back) < 100
    return back if good else "/desk/printing"


@routes.post("/desk/printing/{job}/{verb:retry|cancel|confirm|release}", access=papers.DESK)
async def job_act(request: web.Request) -> web.Response:
    """Try again, cancel, say that the paper came out, or no longer wait for the printer's answer."""
    form = await forms.sent(request)
    action = VERBS[request.match_info["verb"]]
    await write_once(request, form, printing.act, job_id=request.match_info["job"], action=action)
    request.app[MACHINES].ring()
    return pages.see_other(_back(form))


@routes.post("/desk/printing/{job}/move", access=papers.DESK)
async def move(request: web.Request) -> web.Response:
    """To another printer, as long as nothing was handed over."""
    form, machines = await forms.sent(request), request.app[MACHINES]
    printer = form.text("printer", most=40)
    if printer not in machines.settings:
        raise CourtError("printing.no_printer")
    job = await request.app[DB].read(printing.get, job_id=request.match_info["job"])
    options = print_form.adapted(job.options, machines.status[printer])
    await write_once(request, form, printing.move, job_id=job.id, printer=printer, options=options)
    machines.ring(printer)
    return pages.see_other(_back(form))
