"""One question a page: shown from the draft, saved at every step, safe to reload, go back and send twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from court.domain.draft import Draft, DraftState
from court.domain.errors import CourtError, FieldProblem
from court.services import draft as drafts
from court.services import statement as statements
from court.web import forms, pages
from court.web.access import actor
from court.web.keys import DB, NOW
from court.web.kiosk import answers, flow
from court.web.kiosk.entry import OTHER_DRAFT
from court.web.kiosk.extras import extras
from court.web.kiosk.held import KIOSK, gone, held, render, routes


def at_inputs(problems: Iterable[FieldProblem]) -> forms.Errors:
    """Faults by the input they stand at, the first one of each."""
    found: forms.Errors = {}
    for problem in problems:
        found.setdefault(answers.input_of(problem.field), (problem.code, problem.text))
    return found


def _back(draft: Draft, page: flow.Page, returning: bool) -> str:
    if returning:
        return "/kiosk/steps/review"
    earlier = flow.before(draft.kind, page.key)
    return f"/kiosk/steps/{earlier.key}" if earlier else "/kiosk"


def show(
    request: web.Request,
    draft: Draft,
    page: flow.Page,
    *,
    values: Mapping[str, str] | None = None,
    errors: forms.Errors | None = None,
    returning: bool = False,
    status: int = 200,
    **more: Any,
) -> web.Response:
    """The page with what is known, or with what was just typed when it could not be saved."""
    context: dict[str, Any] = {
        "draft": draft,
        "step": page,
        "phases": flow.phases(draft.kind),
        "back": _back(draft, page, returning),
        "values": {**answers.shown(page.key, draft), **(values or {})},
        "errors": errors or {},
        "stale": False,
        "statements": (),
        "returning": returning,
        **extras(request, draft, page),
    }
    return render(request, page.template, status=status, **(context | more))


def page_of(request: web.Request, draft: Draft) -> flow.Page:
    """The page of this address. Errors: `web.not_found`."""
    key = request.match_info.get("step", "")
    page = flow.page(draft.kind, key) or flow.ask(draft, key)
    if page is None:
        raise CourtError("web.not_found")
    return page


@routes.get("/kiosk/steps/{step}", access=KIOSK)
async def ask(request: web.Request) -> web.Response:
    """One question. A jump ahead of what is answered leads to the first open question."""
    draft = await held(request)
    if draft is None:
        return gone()
    if draft.state is DraftState.SUBMITTED:
        return pages.see_other("/kiosk/receipt")
    page = page_of(request, draft)
    missing = flow.first_fault(draft, drafts.check(draft), until=page.key)
    if missing:
        return pages.see_other(f"/kiosk/steps/{missing.key}")
    more: dict[str, Any] = {}
    if page.key == "facts":
        more["statements"] = await request.app[DB].read(statements.of_subject, subject_id=draft.id)
    return show(request, draft, page, returning="returning" in request.query, **more)


def other_draft(request: web.Request) -> web.Response:
    """A form of an earlier registration changes nothing of this one."""
    return render(
        request, "kiosk/say.html", status=409, say=OTHER_DRAFT, actions=[("回首页", "/kiosk", "primary")]
    )


async def save(
    request: web.Request, draft: Draft, version: int, page: flow.Page, changes: answers.Changes
) -> Draft | None:
    """The saved draft; None when somebody else changed it meanwhile. The same form sent twice counts once."""
    try:
        return await request.app[DB].write(
            drafts.save,
            actor=actor(request),
            now=request[NOW],
            draft_id=draft.id,
            version=version,
            step=page.key,
            changes=answers.as_builtins(changes),
        )
    except CourtError as error:
        if error.code != "draft.stale":
            raise
        fresh = await request.app[DB].read(drafts.get, draft_id=draft.id)
        return fresh if answers.merged(fresh, changes).answers == fresh.answers else None


@routes.post("/kiosk/steps/{step}", access=KIOSK)
async def answer(request: web.Request) -> web.Response:
    """Takes one answer: refused at its field with all that was typed kept, or saved and on to the next."""
    draft = await held(request)
    if draft is None:
        return gone()
    if draft.state is DraftState.SUBMITTED:
        return pages.see_other("/kiosk/receipt")
    page, form = page_of(request, draft), await forms.sent(request)
    if form.raw("draft") != draft.id:
        return other_draft(request)
    returning, onward = form.flag("returning"), True
    if page.key == "other":
        changes, problems, onward = answers.other(form, draft)
    else:
        changes, problems = answers.read(page.key, form, draft)
    if onward or changes.get("respondents"):
        candidate = answers.merged(draft, changes)
        problems += [p for p in drafts.check(candidate) if flow.belongs(p, page)]
    if problems and not form.raw("act").startswith("remove-"):
        return show(
            request,
            draft,
            page,
            values=form.values,
            errors=at_inputs(problems),
            returning=returning,
            status=422,
        )
    try:
        saved = await save(request, draft, form.rev("revision"), page, changes)
    except CourtError as error:
        field = page.asks[0] if page.asks else "form"
        shown = at_inputs(error.problems or [FieldProblem(field=field, code=error.code, text=error.text)])
        return show(
            request, draft, page, values=form.values, errors=shown, returning=returning, status=error.status
        )
    if saved is None:
        fresh = await request.app[DB].read(drafts.get, draft_id=draft.id)
        return show(request, fresh, page, values=form.values, returning=returning, status=409, stale=True)
    return pages.see_other(_onward(saved, page, returning, onward, form.raw("act")))


def _onward(draft: Draft, page: flow.Page, returning: bool, onward: bool, act: str) -> str:
    asking = page.key.startswith(flow.ASK) or (page.key == "elements" and act == "ask")
    then = (
        flow.first_ask(draft) if page.key == "elements" else flow.next_ask(draft, page.key) if asking else ""
    )
    if asking and then:
        return f"/kiosk/steps/{then}{'?returning=yes' if returning else ''}"
    if not onward:
        return f"/kiosk/steps/{page.key}{'?returning=yes' if returning else ''}"
    if returning:
        return "/kiosk/steps/review"
    return f"/kiosk/steps/{flow.following(draft.kind, page.key).key}"
