"""The page 履行和回访: what is to be done under an agreement, what was, the visits, and the ways after a default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.calendar import working_calendar
from court.domain.confirmation import ConfirmationState, last_day
from court.domain.errors import CourtError
from court.domain.follow_up import after_default
from court.domain.lifecycle import Actor
from court.domain.mediation import AgreementState
from court.domain.numbers import Series, day_of
from court.domain.performance import (
    DUTY,
    DutyAction,
    DutyInput,
    DutyState,
    Satisfaction,
    instalments,
    performed,
)
from court.services import confirmation, duties, follow_ups, telling
from court.store.database import Read
from court.store.views import matter_page
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.keys import DB, NOW
from court.web.track_steps import READERS, WORKERS, Act, act

routes = Routes()
BASE = "/desk/matters/{id}/performance"


def _load(rx: Read, *, who: Actor, matter_id: str, now: datetime) -> dict[str, Any]:
    page, today = matter_page(rx, actor=who, matter_id=matter_id), day_of(now)
    planned = duties.of_matter(rx, matter_id=matter_id)
    agreement = next((one for one in page.agreements if one.state is AgreementState.SEALED), None)
    receipts: dict[str, list[Any]] = {}
    for one in duties.receipts(rx, duties=planned):
        receipts.setdefault(one.duty_id, []).append(one)
    told: dict[str, Any] = {
        "page": page,
        "agreement": agreement,
        "duties": [
            (one, DUTY.actions(one.state, who.role), receipts.get(one.id, []), one.overdue(today))
            for one in planned
        ],
        "far": performed(planned) if planned else None,
        "unreached": [one.name for one in page.parties if not telling.reachable(rx, party_id=one.id)],
        "visits": follow_ups.of_matter(rx, matter_id=matter_id),
        "may_visit": who.role in follow_ups.MAY,
        "may_plan": who.role in follow_ups.MAY and all(one.state is DutyState.OPEN for one in planned),
        "today": today,
        "after": (),
    }
    if agreement is None or agreement.effective_at is None:
        return told
    track = confirmation.latest(rx, matter_id=matter_id)
    due = last_day(day_of(agreement.effective_at), working_calendar())
    granted = track is not None and track.state == ConfirmationState.GRANTED
    served = granted and track is not None and bool(confirmation.served_on(rx, track=track))
    if any(one.state is DutyState.DEFAULTED for one in planned):
        told["after"] = after_default(
            confirmed=granted,
            served=served or Series.COURT_MEDIATION in agreement.number,
            confirmable=not page.matter.personal_status,
            last_day=due.at if not isinstance(due.at, datetime) else due.at.date(),
            today=today,
            by_court=Series.COURT_MEDIATION in agreement.number,
        )
    return told | {"term": due}


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    told = await request.app[DB].read(
        _load, who=actor(request), matter_id=request.match_info["id"], now=request[NOW]
    )
    return pages.render(
        request,
        "mediation/performance.html",
        status=status,
        errors=errors or {},
        values=values or {},
        Action=DutyAction,
        satisfactions=list(Satisfaction),
        **told,
    )


@routes.get(BASE, access=READERS)
async def show(request: web.Request) -> web.Response:
    """What is to be done, what was done, and the visits."""
    return await _page(request)


@routes.post(BASE + "/split", access=WORKERS)
async def split(request: web.Request) -> web.Response:
    """分期: one duty in equal monthly parts; the rest of the plan stays."""
    matter_id = request.match_info["id"]
    told = await request.app[DB].read(_load, who=actor(request), matter_id=matter_id, now=request[NOW])
    rows = [row[0] for row in told["duties"]]

    def do(form: forms.Sent) -> Act:
        chosen = next((one for one in rows if one.id == form.raw("duty")), None)
        if chosen is None or told["agreement"] is None or chosen.amount_fen is None:
            raise CourtError("duty.not_found")
        times = form.number("times", least=2, most=60, fallback=0)
        first = form.day("first")
        if first is None:
            form.fault("first", "form.required")
        form.check()
        assert first is not None
        parts = [
            DutyInput(clause=chosen.clause, who=chosen.who, what=chosen.what, amount_fen=fen, due=day)
            for fen, day in instalments(chosen.amount_fen, first, times)
        ]
        plan = []
        for one in rows:
            same = DutyInput(
                clause=one.clause, who=one.who, what=one.what, amount_fen=one.amount_fen, due=one.due
            )
            plan += parts if one.id == chosen.id else [same]
        return duties.replan, {"agreement_id": told["agreement"].id, "planned": tuple(plan)}

    return await act(request, _page, do, field="times", back=f"/desk/matters/{matter_id}/performance")


def _receive(form: forms.Sent) -> Act:
    on = form.day("on")
    if on is None:
        form.fault("on", "form.required")
    return duties.receive, {
        "on": on,
        "amount_fen": form.fen("amount"),
        "method": form.text("method", required=True, most=80),
    }


def _note(service: Callable[..., Any]) -> Callable[[forms.Sent], Act]:
    return lambda form: (service, {"note": form.text("note", required=True, most=2000)})


_DUTY: dict[str, Callable[[forms.Sent], Act]] = {
    "receive": _receive,
    "default": _note(duties.default),
    "waive": _note(duties.waive),
    "undo": lambda _: (duties.undo, {}),
}


@routes.post(BASE + "/duties/{duty}/{verb:receive|default|waive|undo}", access=WORKERS)
async def duty_step(request: web.Request) -> web.Response:
    """Received, not done in time, given up, or noted by mistake."""
    matter_id, verb, duty_id = (request.match_info[name] for name in ("id", "verb", "duty"))
    told = await request.app[DB].read(_load, who=actor(request), matter_id=matter_id, now=request[NOW])
    if duty_id not in {row[0].id for row in told["duties"]}:
        raise CourtError("duty.not_found")

    def do(form: forms.Sent) -> Act:
        service, facts = _DUTY[verb](form)
        return service, facts | {"duty_id": duty_id, "rev": form.rev()}

    field = "amount" if verb == "receive" else "note"
    return await act(request, _page, do, field=field, back=f"/desk/matters/{matter_id}/performance")


def _hold(form: forms.Sent) -> Act:
    return follow_ups.hold, {
        "visited_at": form.moment("day", "time"),
        "method": form.text("visit-method", required=True, most=80),
        "satisfaction": form.choice("satisfaction", Satisfaction),
        "situation": form.text("situation", required=True, most=2000),
    }


def _task(form: forms.Sent) -> Act:
    return follow_ups.settle_task, {"answer": form.text("task-answer", required=True, most=2000)}


@routes.post(BASE + "/visits/{visit}/{verb:hold|task}", access=WORKERS)
async def visit_step(request: web.Request) -> web.Response:
    """A visit held, or what it asked for done."""
    matter_id, visit_id = request.match_info["id"], request.match_info["visit"]
    told = await request.app[DB].read(_load, who=actor(request), matter_id=matter_id, now=request[NOW])
    if visit_id not in {one.id for one in told["visits"]}:
        raise CourtError("visit.not_found")
    read = _hold if request.match_info["verb"] == "hold" else _task

    def do(form: forms.Sent) -> Act:
        service, facts = read(form)
        return service, facts | {"visit_id": visit_id, "rev": form.rev()}

    field = "day" if read is _hold else "task-answer"
    return await act(request, _page, do, field=field, back=f"/desk/matters/{matter_id}/performance#visits")
