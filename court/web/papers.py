"""Finished papers: shown as pictures, handed out, printed and counted, their service on each party recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.paper import (
    PRINTING,
    SERVICE_NAMES,
    Paper,
    PrintAction,
    PrintState,
    ServiceInput,
    ServiceMethod,
)
from court.printing import printer_state
from court.services import matter, paper, printing
from court.store.database import Read
from court.store.views import matter_page, petition_page
from court.web import forms, pages
from court.web.access import SEAT, TERMINAL, Routes, actor, staff
from court.web.keys import BLOBS, CONFIG, DB, NOW
from court.web.pictures import picture
from court.web.printqueue import NUDGE
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL, Role.OFFICER)
READERS = DESK | TERMINAL | SEAT
PRINTERS_SEEN = 200


@routes.get("/papers/{id}.pdf", access=READERS)
async def file(request: web.Request) -> web.Response:
    """The file itself; papers still being signed are not in the register and so do not exist here."""
    found = await request.app[DB].write(
        paper.open_copy, actor=actor(request), now=request[NOW], paper_id=request.match_info["id"]
    )
    data = await request.app[BLOBS].read(found.sha256)
    name = quote(f"{found.title}.pdf")
    return web.Response(
        body=data,
        content_type="application/pdf",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f"attachment; filename=\"{found.kind}.pdf\"; filename*=UTF-8''{name}",
        },
    )


@routes.get("/papers/{id}.png", access=READERS)
async def sheet(request: web.Request) -> web.Response:
    """One page as a picture."""
    found = await request.app[DB].write(
        paper.open_copy, actor=actor(request), now=request[NOW], paper_id=request.match_info["id"]
    )
    return await picture(request, found.sha256, "application/pdf", most=request.app[CONFIG].max_upload_pixels)


def _load(rx: Read, *, who: Actor, paper_id: str) -> dict[str, Any]:
    """The paper with its jobs and services, for staff who may see the dispute or petition it belongs to."""
    found = paper.get(rx, paper_id=paper_id)
    _may_see(rx, who, found)
    return {
        "paper": found,
        "parties": matter.parties(rx, subject_id=found.subject_id),
        "jobs": printing.jobs(rx, paper_id=paper_id),
        "services": tuple(
            s for s in paper.services(rx, subject_id=found.subject_id) if s.paper_id == paper_id
        ),
    }


def _may_see(rx: Read, who: Actor, found: Paper) -> None:
    try:
        if found.subject_kind == "petition":
            petition_page(rx, actor=who, petition_id=found.subject_id)
        else:
            matter_page(rx, actor=who, matter_id=found.subject_id)
    except CourtError as error:
        raise CourtError("paper.not_found") from error


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    facts = await request.app[DB].read(_load, who=actor(request), paper_id=request.match_info["id"])
    local_now = pages.local(request[NOW])
    return pages.render(
        request,
        "papers/page.html",
        status=status,
        errors=errors or {},
        values={"copies": "1", "day": f"{local_now:%Y-%m-%d}", "time": f"{local_now:%H:%M}"}
        | dict(values or {}),
        printer=request.app[CONFIG].printer_uri,
        job_states=PRINTING.labels,
        methods=SERVICE_NAMES,
        State=PrintState,
        actions=lambda job: PRINTING.actions(job.state, actor(request).role),
        Action=PrintAction,
        **facts,
    )


@routes.get("/desk/papers/{id}", access=DESK)
async def show(request: web.Request) -> web.Response:
    """Preview before any print, the count of copies, and the proof of service."""
    return await _page(request)


async def _act(
    request: web.Request, form: forms.Sent, service: Any, field: str, **facts: Any
) -> web.Response:
    paper_id = request.match_info["id"]
    await request.app[DB].read(_load, who=actor(request), paper_id=paper_id)
    try:
        form.check()
        await write_once(request, form, service, **facts)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await _page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    return pages.see_other(f"/desk/papers/{paper_id}")


@routes.post("/desk/papers/{id}/print", access=DESK)
async def order(request: web.Request) -> web.Response:
    """One print job; a further one needs a reason, so that copies can be accounted for."""
    form = await forms.sent(request)
    copies = form.number("copies", least=1, most=20, fallback=1)
    answer = await _act(
        request,
        form,
        printing.request,
        "reason",
        paper_id=request.match_info["id"],
        copies=copies,
        printer=request.app[CONFIG].printer_uri,
        reason=form.text("reason", most=200),
        once=form.once(),
    )
    request.app[NUDGE].set()
    return answer


@routes.post("/desk/papers/{id}/serve", access=DESK)
async def serve(request: web.Request) -> web.Response:
    """送达: on whom, how, when, who took it."""
    form = await forms.sent(request)
    method = form.choice("method", ServiceMethod)
    at = form.moment("day", "time")
    served = ServiceInput(
        method=method or ServiceMethod.DIRECT,
        at=at or request[NOW],
        address=form.text("address", most=200),
        receiver=form.text("receiver", most=60),
        relation=form.text("relation", most=60),
        witness=form.text("witness", most=60),
        refusal=form.text("refusal", most=200),
        note=form.text("note", most=500),
    )
    party_id = form.text("party_id", required=True, most=36)
    return await _act(
        request,
        form,
        paper.serve,
        "method",
        paper_id=request.match_info["id"],
        party_id=party_id,
        served=served,
    )


@routes.get("/desk/printing", access=DESK)
async def station(request: web.Request) -> web.Response:
    """The printing station of the vehicle: what is queued, printing, done or failed, and how the printer is."""
    jobs = await request.app[DB].read(_station_jobs, who=actor(request))
    state, trouble = None, ""
    if request.app[CONFIG].printer_uri:
        try:
            state = await printer_state(request.app[CONFIG].printer_uri)
        except CourtError as error:
            trouble = error.text
    return pages.render(
        request,
        "papers/station.html",
        jobs=jobs,
        state=state,
        trouble=trouble,
        printer=request.app[CONFIG].printer_uri,
        job_states=PRINTING.labels,
        actions=lambda job: PRINTING.actions(job.state, actor(request).role),
        Action=PrintAction,
    )


def _station_jobs(rx: Read, *, who: Actor) -> list[tuple[Any, Paper]]:
    seen = []
    for job in printing.jobs(rx)[:PRINTERS_SEEN]:
        found = paper.get(rx, paper_id=job.paper_id)
        try:
            _may_see(rx, who, found)
        except CourtError:
            continue
        seen.append((job, found))
    return seen


@routes.post("/desk/printing/{job}/{verb:retry|cancel}", access=DESK)
async def job_act(request: web.Request) -> web.Response:
    """Try a failed job again, or give it up."""
    form = await forms.sent(request)
    mine = {job.id for job, _ in await request.app[DB].read(_station_jobs, who=actor(request))}
    if request.match_info["job"] not in mine:
        raise CourtError("printing.not_found")
    service = printing.retry if request.match_info["verb"] == "retry" else printing.cancel
    await write_once(request, form, service, job_id=request.match_info["job"])
    request.app[NUDGE].set()
    back = form.raw("back")
    return pages.see_other(
        back if back.startswith("/desk/papers/") and back.isprintable() else "/desk/printing"
    )
