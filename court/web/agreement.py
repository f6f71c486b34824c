"""The agreement on the desk: drafted, edited, looked at, printed for signing by hand, its scan taken in. Signing on the
pad and sealing are in court.web.signing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from aiohttp import web

from court.domain.clause_check import Situation, check
from court.domain.errors import CourtError
from court.domain.hearing import HearingState
from court.domain.lifecycle import Actor, Role
from court.domain.mediation import Agreement, AgreementAction, AgreementState, Kept
from court.domain.paper import PaperKind
from court.domain.reading import Paragraph
from court.services import agreements as agreement_reads
from court.services import findings
from court.services import mediation as agreements
from court.services import paper as papers
from court.store.database import Read, Tx
from court.store.views import agreement_page as read_page
from court.store.views import matter_page
from court.store.views.agreement import AgreementPage
from court.web import agreement_progress, clauses, forms, pages, people_facts
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.signing import DRAFTERS, sheets_of, tell
from court.web.writes import write_once

routes = Routes()
USUAL_COPIES = 3


@routes.post("/desk/agreements", access=DRAFTERS)
async def draft(request: web.Request) -> web.Response:
    """A first draft from what was registered, tied to the session that is on or was last."""
    form = await forms.sent(request)
    matter_id = form.text("matter", required=True, most=36)
    page = await request.app[DB].read(matter_page, actor=actor(request), matter_id=matter_id)
    held = [h for h in page.hearings if h.state is not HearingState.CANCELLED]
    live = [h for h in held if h.state in {HearingState.IN_SESSION, HearingState.SUSPENDED}]
    chosen = next(iter(live or sorted(held, key=lambda h: h.starts_at, reverse=True)), None)
    made = await write_once(
        request,
        form,
        agreements.draft,
        matter_id=matter_id,
        hearing_id=chosen.id if chosen else None,
        facts=page.matter.facts,
        court_code=request.app[CONFIG].court_code,
    )
    return pages.see_other(f"/desk/agreements/{made}")


def _load(rx: Read, *, who: Actor, agreement_id: str) -> tuple[AgreementPage, str | None]:
    """The page, and the registered paper of the file on the table (the sheets to sign by hand)."""
    page = read_page(rx, actor=who, agreement_id=agreement_id)
    head = page.agreement.head_sha256
    known = papers.of_subject(rx, subject_id=page.matter.id) if head else ()
    return page, next((p.id for p in known if p.sha256 == head), None)


async def show_page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
    rows: clauses.Rows | None = None,
    look_at: str = "",
    told: str = "",
) -> web.Response:
    """The page of one agreement; `rows` are the clauses as typed, else as saved."""
    page, print_id = await request.app[DB].read(
        _load, who=actor(request), agreement_id=request.match_info["id"]
    )
    found = page.agreement
    against, known = await request.app[DB].read(_judged, request=request, agreement=found)
    shown = rows or clauses.from_agreement(found.clauses)
    return pages.render(
        request,
        "agreement/page.html",
        status=status,
        page=page,
        rows=shown.rows,
        typed=rows is not None,
        usual=clauses.usual(page.matter.cause_code),
        findings=[(one, known.get(one.id)) for one in check(clauses.unchecked(shown), against)],
        compose=clauses.compose,
        place=agreement_progress.place,
        errors=errors or {},
        values={"facts": found.facts, "copies": str(found.copies or USUAL_COPIES)} | dict(values or {}),
        Action=AgreementAction,
        look_at=look_at,
        may_edit=AgreementAction.EDIT in page.actions,
        unheard=_unheard(page),
        sheets=await sheets_of(request, found.head_sha256),
        print_id=print_id,
        told=told,
        **await people_facts.context(request, found),
    )


def limits(request: web.Request) -> dict[str, Any]:
    """What this court has configured for the clause checker."""
    config = request.app[CONFIG]
    return {
        "now": request[NOW],
        "interest_limit": Decimal(str(config.interest_limit)),
        "interest_source": config.interest_limit_source,
        "penalty_limit": Decimal(str(config.penalty_limit)),
    }


def _judged(rx: Read, *, request: web.Request, agreement: Agreement) -> tuple[Situation, dict[str, Kept]]:
    against = findings.situation(rx, agreement=agreement, **limits(request))
    return against, findings.kept(rx, agreement_id=agreement.id)


def _keep(
    tx: Tx, /, *, actor: Actor, now: datetime, facts: dict[str, Any], agreement_id: str, **more: str
) -> Kept:
    """The situation is gathered in the same transaction as the answer is written."""
    agreement = agreement_reads.get(tx, agreement_id=agreement_id)
    against = findings.situation(tx, agreement=agreement, **facts)
    return findings.keep(tx, actor=actor, now=now, agreement_id=agreement_id, against=against, **more)


@routes.post("/desk/agreements/{id}/finding", access=DRAFTERS)
async def keep_finding(request: web.Request) -> web.Response:
    """已知悉，保留: {finding, keep-reason}."""
    form = await forms.sent(request)
    reason = form.text("keep-reason", required=True, most=400)
    try:
        form.check()
        await request.app[DB].write(
            _keep,
            actor=actor(request),
            now=request[NOW],
            facts=limits(request),
            agreement_id=request.match_info["id"],
            finding=form.text("finding", most=100),
            reason=reason,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        faults = forms.errors(error, field="keep-reason")
        return await show_page(request, status=error.status, errors=faults, values=form.values)
    return pages.see_other(f"/desk/agreements/{request.match_info['id']}#findings-title")


def _unheard(page: AgreementPage) -> dict[str, list[Paragraph]]:
    """Signer id -> the paragraphs he has not agreed to yet."""
    return {
        signer.id: [one for one in page.agreement.paragraphs if one.id not in signer.acknowledged]
        for signer in page.agreement.bound
    }


@routes.get("/desk/agreements/{id}", access=staff(Role.MEDIATOR, Role.JUDGE, Role.CLERK, Role.OFFICER))
async def show(request: web.Request) -> web.Response:
    """The draft to edit, or how far reading and signing are."""
    return await show_page(request)


async def _changed(request: web.Request) -> web.Response:
    """Every screen at the table reads the agreement again; the desk goes back to its page."""
    found = await request.app[DB].read(agreement_reads.get, agreement_id=request.match_info["id"])
    tell(request, found)
    return pages.see_other(f"/desk/agreements/{found.id}")


@routes.post("/desk/agreements/{id}", access=DRAFTERS)
async def edit(request: web.Request) -> web.Response:
    """Save, or change the rows of the form: the button pressed says which. Unsaved rows stay in the form."""
    form = await forms.sent(request)
    rows = clauses.from_form(form)
    button = form.raw("do") or "save"
    if button not in {"save", "read"}:
        page, _ = await request.app[DB].read(_load, who=actor(request), agreement_id=request.match_info["id"])
        look_at = rows.press(button, clauses.usual(page.matter.cause_code))
        return await show_page(request, values=form.values, rows=rows, look_at=look_at)
    try:
        await _save(request, form, rows)
        if button == "read":
            await _start_reading(request)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(
            request,
            status=error.status,
            errors=forms.errors(error, field="facts"),
            values=form.values,
            rows=rows,
        )
    return await _changed(request)


async def _save(request: web.Request, form: forms.Sent, rows: clauses.Rows) -> None:
    facts: dict[str, Any] = {
        "agreement_id": request.match_info["id"],
        "rev": form.rev(),
        "facts": form.text("facts", required=True, most=4000),
        "clauses": clauses.inputs(form, rows),
        "copies": form.number("copies", least=1, most=20, fallback=USUAL_COPIES),
    }
    form.check()
    await write_once(request, form, agreements.edit, **facts)


async def _start_reading(request: web.Request) -> None:
    found = await request.app[DB].read(agreement_reads.get, agreement_id=request.match_info["id"])
    if found.state is AgreementState.DRAFT:
        await request.app[DB].write(
            agreements.start_reading,
            actor=actor(request),
            now=request[NOW],
            agreement_id=found.id,
            rev=found.rev,
            read_aloud=PaperKind.AGREEMENT in request.app[CONFIG].read_aloud,
        )


@routes.post("/desk/agreements/{id}/reopen", access=DRAFTERS)
async def reopen(request: web.Request) -> web.Response:
    """Back to the draft: signatures fall with the reason, answers to a reading only where the text will be another."""
    form = await forms.sent(request)
    reason = form.text("change-reason", most=400)
    agreement_id = request.match_info["id"]
    found = await request.app[DB].read(agreement_reads.seen, actor=actor(request), agreement_id=agreement_id)
    try:
        await write_once(
            request,
            form,
            agreements.edit,
            agreement_id=found.id,
            rev=form.rev(),
            facts=found.facts,
            clauses=findings.typed(found),
            reason=reason,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        faults = forms.errors(error, field="change-reason")
        return await show_page(request, status=error.status, errors=faults, values=form.values)
    return await _changed(request)


@routes.post("/desk/agreements/{id}/void", access=DRAFTERS)
async def void(request: web.Request) -> web.Response:
    """作废: everything is kept, nothing leaves."""
    form = await forms.sent(request)
    reason = form.text("void-reason", required=True, most=500)
    try:
        form.check()
        await write_once(request, form, agreements.void, agreement_id=request.match_info["id"], reason=reason)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(
            request, status=error.status, errors=forms.errors(error, field="void-reason"), values=form.values
        )
    return await _changed(request)
