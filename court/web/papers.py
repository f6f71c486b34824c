"""Finished papers: shown as pictures and handed out, copies made elsewhere entered. Service is court.web.service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from court.domain.copies import MOST_ELSEWHERE
from court.domain.drawing import offered
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.paper import Paper
from court.domain.printer import media_of
from court.domain.printing import ACTION_NAMES, PRINTING, PrintState
from court.domain.service import NOT_SERVED
from court.domain.withdrawal import competent
from court.services import by_ink, copies, half_signed, matter, paper, printing, second, withdrawal
from court.store.database import Read
from court.store.views import matter_page, moments, petition_page
from court.web import forms, pages, print_form
from court.web.access import SEAT, TERMINAL, Routes, actor, staff
from court.web.keys import BLOBS, CONFIG, DB, NOW, PAPERS
from court.web.pictures import picture
from court.web.sealing import SIGNATURE_MEDIA
from court.web.writes import write_once
from documents import printed

routes = Routes()
DESK = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL, Role.OFFICER)
READERS = DESK | TERMINAL | SEAT


async def finished(request: web.Request, way: str) -> None:
    """Whoever asks for a paper that is still being signed gets none, and is written down. Errors: agreement.no_copy."""
    wanted = request.match_info["id"]
    if await request.app[DB].read(half_signed.is_half_signed, any_id=wanted):
        await request.app[DB].write(
            half_signed.refuse, actor=actor(request), now=request[NOW], any_id=wanted, way=way
        )


@routes.get("/papers/{id}.pdf", access=READERS)
async def file(request: web.Request) -> web.Response:
    """The file itself; papers still being signed are not in the register and so do not exist here."""
    await finished(request, "file")
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


@routes.get("/papers/{id}.p7s", access=READERS)
async def second_file(request: web.Request) -> web.Response:
    """The paper's second signature (SM2), for whoever may have the paper."""
    await finished(request, "file")
    found, sha256 = await request.app[DB].write(
        second.open_copy, actor=actor(request), now=request[NOW], paper_id=request.match_info["id"]
    )
    return await second_signature(request, found, sha256)


async def second_signature(request: web.Request, found: Paper, sha256: str) -> web.Response:
    """A stored record under the paper's name, so that both files find each other."""
    name = quote(f"{found.title}.p7s")
    return web.Response(
        body=await request.app[BLOBS].read(sha256),
        content_type=SIGNATURE_MEDIA,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f"attachment; filename=\"{found.kind}.p7s\"; filename*=UTF-8''{name}",
        },
    )


@routes.get("/papers/{id}.png", access=READERS)
async def sheet(request: web.Request) -> web.Response:
    """One page as a picture."""
    await finished(request, "picture")
    found = await request.app[DB].write(
        paper.open_copy, actor=actor(request), now=request[NOW], paper_id=request.match_info["id"]
    )
    return await picture(request, found.sha256, "application/pdf", most=request.app[CONFIG].max_upload_pixels)


def load(rx: Read, *, who: Actor, paper_id: str) -> dict[str, Any]:
    """The paper with its jobs and services, for staff who may see the dispute or petition it belongs to."""
    found = paper.get(rx, paper_id=paper_id)
    may_see(rx, who, found)
    gone, replaced = withdrawal.of(rx, paper_id=paper_id)
    return {
        "paper": found,
        "gone": gone,
        "replaced": replaced,
        "may_withdraw": gone is None and who.role in competent(found.kind),
        "redrawn": found.kind in offered(who.role),
        "parties": matter.parties(rx, subject_id=found.subject_id),
        "jobs": printing.jobs(rx, paper_id=paper_id),
        "moments": tuple(one for one in moments(rx, found.subject_id) if one.paper_id == paper_id),
        "given": copies.of_paper(rx, paper_id=paper_id),
        "has_second": bool(second.of_paper(rx, paper=found)),
        "elsewhere": copies.elsewhere(rx, paper_id=paper_id),
        "sheets_in": by_ink.latest(rx, paper_id=paper_id),
        "signed_copy": by_ink.signed_copy(rx, found=found),
        "agreement_id": by_ink.agreement_of(rx, found=found),
    }


def may_see(rx: Read, who: Actor, found: Paper) -> None:
    """Refuses `paper.not_found` to staff who may not see the dispute or petition."""
    try:
        if found.subject_kind == "petition":
            petition_page(rx, actor=who, petition_id=found.subject_id)
        elif found not in matter_page(rx, actor=who, matter_id=found.subject_id).papers:
            raise CourtError("paper.not_found")
    except CourtError as error:
        raise CourtError("paper.not_found") from error


async def page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    """The paper's page; `errors` and `values` show a form again."""
    facts = await request.app[DB].read(load, who=actor(request), paper_id=request.match_info["id"])
    wanted = (values or request.query).get("printer", "")
    file = await request.app[BLOBS].read(facts["paper"].sha256)
    by_hand = await request.app[PAPERS].run(printed.read, file)
    offer = print_form.offer(request, media_of(facts["paper"].kind), wanted)
    return pages.render(
        request,
        "papers/page.html",
        status=status,
        errors=errors or {},
        values=dict(values or {}) | print_form.values(offer, values),
        offer=offer,
        tone=print_form.tone,
        needs_reason=any(job.state is not PrintState.CANCELLED for job in facts["jobs"]),
        action_names=ACTION_NAMES,
        not_served=NOT_SERVED,
        by_hand=by_hand,
        actions=lambda job: PRINTING.actions(job.state, actor(request).role),
        **facts,
    )


@routes.get("/desk/papers/{id}", access=DESK)
async def show(request: web.Request) -> web.Response:
    """Preview before any print, the count of copies, and the proof of service."""
    await finished(request, "page")
    return await page(request)


async def _act(
    request: web.Request, form: forms.Sent, service: Any, field: str, **facts: Any
) -> web.Response:
    paper_id = request.match_info["id"]
    await request.app[DB].read(load, who=actor(request), paper_id=paper_id)
    try:
        form.check()
        await write_once(request, form, service, **facts)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    return pages.see_other(f"/desk/papers/{paper_id}")


@routes.post("/desk/papers/{id}/copies", access=DESK)
async def copies_elsewhere(request: web.Request) -> web.Response:
    """正本 made on another machine: counted, with a reason."""
    form = await forms.sent(request)
    return await _act(
        request,
        form,
        copies.enter,
        "made",
        paper_id=request.match_info["id"],
        copies=form.number("made", least=1, most=MOST_ELSEWHERE, fallback=1),
        reason=form.text("made-reason", required=True, most=200),
    )
