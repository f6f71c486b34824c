"""The second look at a registered dispute on the desk: hints, the way it goes first, its cause. Rules are in services."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from court.domain.causes import causes
from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.look import HintKind
from court.domain.triage import WAY_NAMES, Way
from court.services import cause, statement, triage
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.OFFICER, Role.REGISTRAR)


async def page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    """The second look with what was just refused."""
    config, who = request.app[CONFIG], actor(request)
    found = await request.app[DB].read(
        triage.look,
        actor=who,
        matter_id=request.match_info["id"],
        region=config.region,
        wages=tuple(config.wages),
    )
    in_force = causes(pages.local(found.matter.created_at).date()).values()
    return pages.render(
        request,
        "matter/look.html",
        status=status,
        look=found,
        ways=WAY_NAMES,
        statements=await request.app[DB].read(statement.of_subject, subject_id=found.matter.id),
        causes=[(one.code, one.name) for one in in_force],
        errors=errors or {},
        values=values or {},
    )


@routes.get("/desk/matters/{id}/look", access=DESK)
async def show(request: web.Request) -> web.Response:
    """Everything pointed out about one matter, with its reasons."""
    return await page(request)


async def _act(
    request: web.Request, form: forms.Sent, field: str, service: Any, **facts: Any
) -> web.Response:
    matter_id = request.match_info["id"]
    try:
        form.check()
        await write_once(request, form, service, matter_id=matter_id, **facts)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        shown = forms.errors(error, field=field)
        return await page(request, status=error.status, errors=shown, values=form.values)
    return pages.see_other(f"/desk/matters/{matter_id}/look")


@routes.post("/desk/matters/{id}/look/way", access=DESK)
async def way(request: web.Request) -> web.Response:
    """One press takes the suggestion; another way needs a reason."""
    form = await forms.sent(request)
    chosen = form.choice("way", Way)
    reason, region = form.text("reason", most=400), request.app[CONFIG].region
    return await _act(
        request, form, "reason", triage.take_way, way=chosen or Way.MEDIATION, reason=reason, region=region
    )


@routes.post("/desk/matters/{id}/look/hint", access=DESK)
async def hint(request: web.Request) -> web.Response:
    """What a person found when he looked at one hint."""
    form = await forms.sent(request)
    kind, about = form.choice("kind", HintKind), form.text("about", required=True, most=40)
    field = f"outcome-{about}"
    outcome, note = form.text(field, most=24), form.text(f"note-{about}", most=400)
    return await _act(
        request,
        form,
        field,
        triage.decide,
        kind=kind or HintKind.RISK,
        about=about,
        outcome=outcome,
        note=note,
    )


@routes.post("/desk/matters/{id}/look/cause", access=DESK)
async def change_cause(request: web.Request) -> web.Response:
    """The cause put right, or made more specific."""
    form = await forms.sent(request)
    code, reason = form.text("cause_code", required=True, most=16), form.text("cause_reason", most=400)
    return await _act(
        request, form, "cause_reason", cause.change, rev=form.rev(), cause_code=code, reason=reason
    )
