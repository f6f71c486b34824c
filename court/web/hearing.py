"""A session on the desk: the roll call before it opens, moved or cancelled. The room itself is in court.web.room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.admission import ADMISSION, AdmissionAction
from court.domain.consent import STEP_FOR_KIND, STEP_NAMES, ConsentStep
from court.domain.errors import CourtError
from court.domain.hearing import (
    HearingAction,
    IdentityMethod,
)
from court.domain.lifecycle import Role
from court.domain.observer import PROOF_NAMES
from court.domain.seating import SeatAct
from court.services import caucus, consent, hearing, observers, order, planning, rollcall, seating, selftest
from court.store.database import Read
from court.store.views import HearingPage, hearing_page
from court.store.views import tour as tour_views
from court.web import forms, pages, wording
from court.web.access import Routes, actor, staff
from court.web.attendance_state import crew_facts
from court.web.keys import BRIDGE, CONFIG, DB, NOW
from court.web.tour import options
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL, Role.OFFICER)
BOOKERS = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL)
USUAL_MINUTES = 60


async def page(
    request: web.Request,
    hearing_id: str,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
    made_link: tuple[str, str] | None = None,
    made_observer: tuple[str, str, str] | None = None,
) -> web.Response:
    """The session on the desk. `made_link` is (seat id, whole link), `made_observer` (observer id, whole link, code): each
    shown this once."""
    shown = await request.app[DB].read(
        hearing_page, actor=actor(request), now=request[NOW], hearing_id=hearing_id
    )
    tested = await request.app[DB].read(selftest.of_hearing, hearing_id=hearing_id)
    return pages.render(
        request,
        "hearing/page.html",
        status=status,
        page=shown,
        tested=tested,
        crew=await request.app[DB].read(
            crew_facts, hearing=shown.hearing, seats=tuple(row.seat for row in shown.rows)
        ),
        seating=await request.app[DB].read(_seating, shown),
        spare=await request.app[DB].read(seating.without_seat, hearing_id=hearing_id),
        **await request.app[DB].read(_plan, shown, now=request[NOW]),
        errors=errors or {},
        values=dict(values or {}),
        made_link=made_link,
        made_observer=made_observer,
        observers=await request.app[DB].read(observers.of_hearing, hearing_id=hearing_id),
        proofs=list(PROOF_NAMES.items()),
        step=STEP_FOR_KIND[shown.hearing.kind],
        step_name=STEP_NAMES[STEP_FOR_KIND[shown.hearing.kind]],
        methods=wording.METHOD_NAMES,
        reasons=wording.REASON_NAMES,
        Action=HearingAction,
        admission_names=ADMISSION.labels,
        seated=any(row.seat.account_id == actor(request).id for row in shown.rows),
        talked=bool(await request.app[DB].read(caucus.rooms, hearing_id=hearing_id)),
    )


def _plan(rx: Read, shown: HearingPage, *, now: datetime) -> dict[str, Any]:
    """Of a session that can still be moved: what stands in its way, its halt, the halts it could move to."""
    if HearingAction.RESCHEDULE not in shown.actions:
        return {"troubles": (), "halts": [], "halt_id": ""}
    return {
        "troubles": planning.troubles(rx, booked=shown.hearing),
        "halts": options(tour_views.coming(rx, now=now)),
        "halt_id": planning.halt_of(rx, hearing_id=shown.hearing.id),
    }


def _seating(rx: Read, shown: HearingPage) -> dict[str, tuple[SeatAct, ...]]:
    """By seat, what may be done with it."""
    return {row.seat.id: seating.possible(rx, hearing=shown.hearing, seat=row.seat) for row in shown.rows}


@routes.get("/desk/hearings/{id}", access=DESK)
async def show(request: web.Request) -> web.Response:
    """Roll call, seat links, the way into the room."""
    return await page(request, request.match_info["id"])


async def act(request: web.Request, form: forms.Sent, service: Any, field: str, **facts: Any) -> web.Response:
    """One act of the page, once; a refusal stands at `field` of the same page."""
    hearing_id = request.match_info["id"]
    await request.app[DB].read(hearing_page, actor=actor(request), now=request[NOW], hearing_id=hearing_id)
    try:
        form.check()
        await write_once(request, form, service, **facts)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await page(
            request,
            hearing_id,
            status=error.status,
            errors=forms.errors(error, field=field),
            values=form.values,
        )
    await request.app[BRIDGE].changed(hearing_id)
    return pages.see_other(f"/desk/hearings/{hearing_id}#{field}")


@routes.post("/desk/hearings/{id}/roll", access=BOOKERS)
async def call_roll(request: web.Request) -> web.Response:
    """Begin the roll call."""
    form = await forms.sent(request)
    return await act(request, form, hearing.call_roll, "roll", hearing_id=request.match_info["id"])


def _own_seat(request: web.Request, form: forms.Sent) -> str:
    return form.text("seat_id", required=True, most=36)


@routes.post("/desk/hearings/{id}/present", access=DESK)
async def mark_present(request: web.Request) -> web.Response:
    """到庭核对: a person says who is there."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    return await act(
        request, form, rollcall.mark_present, f"seat-{seat_id}", seat_id=seat_id, present=form.flag("present")
    )


@routes.post("/desk/hearings/{id}/admit", access=BOOKERS)
async def admit(request: web.Request) -> web.Response:
    """准许进入, from the roll call: a person who came by a link goes from the door into the courtroom."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    return await act(
        request,
        form,
        order.let,
        f"seat-{seat_id}",
        hearing_id=request.match_info["id"],
        seat_id=seat_id,
        action=AdmissionAction.ADMIT,
    )


async def seat_of(request: web.Request, form: forms.Sent) -> str:
    """The posted seat, which must belong to the hearing of the path."""
    seats = await request.app[DB].read(hearing.seats, hearing_id=request.match_info["id"])
    wanted = _own_seat(request, form)
    if wanted not in {s.id for s in seats}:
        raise CourtError("seat.not_found")
    return wanted


async def _party_of(request: web.Request, form: forms.Sent) -> str:
    seats = await request.app[DB].read(hearing.seats, hearing_id=request.match_info["id"])
    wanted = form.text("party_id", required=True, most=36)
    if wanted not in {s.party_id for s in seats}:
        raise CourtError("party.not_found")
    return wanted


@routes.post("/desk/hearings/{id}/identity", access=DESK)
async def confirm_identity(request: web.Request) -> web.Response:
    """核验身份 for this session (在线诉讼规则 7): method and, with a card, its number."""
    form = await forms.sent(request)
    party_id = await _party_of(request, form)
    field = f"id_number-{party_id}"
    method = form.choice("method", IdentityMethod)
    return await act(
        request,
        form,
        rollcall.confirm_identity,
        field,
        hearing_id=request.match_info["id"],
        party_id=party_id,
        method=method,
        id_number=form.text(field, most=18),
    )


@routes.post("/desk/hearings/{id}/consent", access=DESK)
async def answer_consent(request: web.Request) -> web.Response:
    """The party's answer to this very step, given in front of the clerk or officer (在线诉讼规则 4)."""
    form = await forms.sent(request)
    party_id = await _party_of(request, form)
    shown = await request.app[DB].read(
        hearing_page, actor=actor(request), now=request[NOW], hearing_id=request.match_info["id"]
    )
    step: ConsentStep = STEP_FOR_KIND[shown.hearing.kind]
    service = consent.give if form.flag("given") else consent.withdraw
    return await act(
        request,
        form,
        service,
        f"consent-{party_id}",
        party_id=party_id,
        step=step,
        notice=f"desk.{step.value}",
        via="desk",
    )


@routes.post("/desk/hearings/{id}/cancel", access=BOOKERS)
async def cancel(request: web.Request) -> web.Response:
    """取消 before it opened."""
    form = await forms.sent(request)
    reason = form.text("cancel-reason", required=True, most=500)
    return await act(
        request, form, planning.cancel, "cancel-reason", hearing_id=request.match_info["id"], reason=reason
    )


@routes.post("/desk/hearings/{id}/move", access=BOOKERS)
async def reschedule(request: web.Request) -> web.Response:
    """改期."""
    form = await forms.sent(request)
    return await act(
        request,
        form,
        planning.reschedule,
        "day",
        hearing_id=request.match_info["id"],
        rev=form.rev(),
        starts_at=form.moment("day", "time"),
        minutes=form.number("minutes", least=10, most=480, fallback=USUAL_MINUTES),
        place=form.text("place", required=not form.raw("halt"), most=100),
        halt_id=form.text("halt", most=36),
        despite=form.text("despite", most=400),
    )


def link_of(request: web.Request, token: str) -> str:
    """The whole address of a seat link."""
    return f"{request.app[CONFIG].base_url}/seat/{token}"
