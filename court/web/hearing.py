"""Sessions on the desk: booking one, the roll call before it opens. The room itself is in court.web.room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from court.domain.account import Account
from court.domain.consent import STEP_FOR_KIND, STEP_NAMES, ConsentStep
from court.domain.errors import CourtError
from court.domain.hearing import (
    HearingAction,
    HearingKind,
    IdentityMethod,
    Place,
    SeatInput,
    SeatRole,
)
from court.domain.lifecycle import Actor, Role
from court.services import accounts, consent, hearing, petition, rollcall
from court.store.database import Read
from court.store.views import hearing_page, matter_page, petition_page
from court.web import forms, pages, wording
from court.web.access import Routes, actor, staff
from court.web.keys import BRIDGE, CONFIG, DB, NOW
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL, Role.OFFICER)
BOOKERS = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL)
BENCH_ROLES = {
    Role.JUDGE: SeatRole.JUDGE,
    Role.MEDIATOR: SeatRole.MEDIATOR,
    Role.PETITION_OFFICIAL: SeatRole.PETITION_OFFICIAL,
}
MORE_PEOPLE = 2
USUAL_MINUTES = 60


def _booking(
    rx: Read, *, who: Actor, subject_kind: str, subject_id: str, kind: HearingKind | None
) -> dict[str, Any]:
    """What the form needs: the subject as this person may see it, the suggested seats, the staff to choose from."""
    if subject_kind == "petition":
        page = petition_page(rx, actor=who, petition_id=subject_id)
        subject: Any = page.petition
        title, kinds = page.petition.class_name, (HearingKind.RECEPTION,)
    else:
        found = matter_page(rx, actor=who, matter_id=subject_id)
        subject, title = found.matter, found.matter.cause_name
        kinds = (HearingKind.MEDIATION, HearingKind.TRIAL)
    chosen = kind if kind in kinds else kinds[0]
    people: dict[str, tuple[Account, ...]] = {
        role.value: tuple(a for a in accounts.everyone(rx, role=role) if not a.disabled)
        for role in (*BENCH_ROLES, Role.CLERK)
    }
    seats = hearing.suggested_seats(rx, subject_kind=subject_kind, subject_id=subject_id, kind=chosen)
    return {
        "subject_kind": subject_kind,
        "subject": subject,
        "title": title,
        "kinds": kinds,
        "kind": chosen,
        "people": people,
        "parties": tuple(s for s in seats if s.party_id),
        "staff_seats": {s.account_id: s for s in seats if s.account_id},
    }


async def _booking_page(
    request: web.Request,
    facts: Mapping[str, Any],
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    tomorrow = pages.local(request[NOW]) + timedelta(days=1)
    return pages.render(
        request,
        "hearing/book.html",
        status=status,
        errors=errors or {},
        values={"day": f"{tomorrow:%Y-%m-%d}", "time": "09:30", "minutes": str(USUAL_MINUTES)}
        | dict(values or {}),
        today=f"{pages.local(request[NOW]):%Y-%m-%d}",
        more=range(1, MORE_PEOPLE + 1),
        **facts,
    )


def _subject(values: Mapping[str, str]) -> tuple[str, str]:
    for kind in ("matter", "petition"):
        if values.get(kind):
            return kind, values[kind][:36]
    raise CourtError("web.bad_request")


@routes.get("/desk/hearings/new", access=BOOKERS)
async def book(request: web.Request) -> web.Response:
    """The booking form of one dispute or petition."""
    subject_kind, subject_id = _subject(request.query)
    asked = request.query.get("kind", "")
    kind = HearingKind(asked) if asked in set(HearingKind) else None
    facts = await request.app[DB].read(
        _booking, who=actor(request), subject_kind=subject_kind, subject_id=subject_id, kind=kind
    )
    return await _booking_page(request, facts)


def _seats(form: forms.Sent, facts: Mapping[str, Any]) -> tuple[SeatInput, ...]:
    """The chosen seats: parties with their place, the bench, the clerk, further people."""
    chosen: list[SeatInput] = []
    for number, seat in enumerate(facts["parties"], start=1):
        where = form.raw(f"place_{number}")
        if where in set(Place):
            chosen.append(
                SeatInput(
                    role=seat.role,
                    name=seat.name,
                    caption=seat.caption,
                    place=Place(where),
                    party_id=seat.party_id,
                )
            )
    for role, people in facts["people"].items():
        wanted = form.raw(f"staff_{role}")
        found = next((a for a in people if a.id == wanted), None)
        if found is not None:
            seat_role = BENCH_ROLES.get(found.role, SeatRole.CLERK)
            chosen.append(SeatInput(role=seat_role, name=found.name, place=Place.COURT, account_id=found.id))
    for number in range(1, MORE_PEOPLE + 1):
        name = form.text(f"more_name_{number}", most=60)
        if name:
            role = SeatRole.WITNESS if form.raw(f"more_role_{number}") == "witness" else SeatRole.AGENT
            where = form.raw(f"more_place_{number}")
            chosen.append(
                SeatInput(role=role, name=name, place=Place(where) if where in set(Place) else Place.VEHICLE)
            )
    return tuple(chosen)


@routes.post("/desk/hearings", access=BOOKERS)
async def schedule(request: web.Request) -> web.Response:
    """Books the session."""
    form = await forms.sent(request)
    subject_kind, subject_id = _subject(form.values)
    kind = form.choice("kind", HearingKind)
    facts = await request.app[DB].read(
        _booking, who=actor(request), subject_kind=subject_kind, subject_id=subject_id, kind=kind
    )
    starts_at = form.moment("day", "time")
    minutes = form.number("minutes", least=10, most=480, fallback=USUAL_MINUTES)
    place = form.text("place", required=True, most=100)
    try:
        form.check()
        made = await _write_booking(request, form, facts, starts_at or request[NOW], minutes, place)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _booking_page(
            request, facts, status=error.status, errors=forms.errors(error, field="day"), values=form.values
        )
    return pages.see_other(f"/desk/hearings/{made}")


async def _write_booking(
    request: web.Request,
    form: forms.Sent,
    facts: Mapping[str, Any],
    starts_at: datetime,
    minutes: int,
    place: str,
) -> str:
    common = {"starts_at": starts_at, "minutes": minutes, "place": place, "seats": _seats(form, facts)}
    if facts["subject_kind"] == "petition":
        return await write_once(
            request,
            form,
            petition.schedule_reception,
            petition_id=facts["subject"].id,
            rev=facts["subject"].rev,
            **common,
        )
    return await write_once(
        request,
        form,
        hearing.schedule,
        subject_kind="matter",
        subject_id=facts["subject"].id,
        kind=facts["kind"],
        open_to_public=form.flag("open_to_public"),
        **common,
    )


async def page(
    request: web.Request,
    hearing_id: str,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
    made_link: tuple[str, str] | None = None,
) -> web.Response:
    """The session on the desk. `made_link` is (seat id, whole link), shown this once."""
    shown = await request.app[DB].read(
        hearing_page, actor=actor(request), now=request[NOW], hearing_id=hearing_id
    )
    return pages.render(
        request,
        "hearing/page.html",
        status=status,
        page=shown,
        errors=errors or {},
        values=dict(values or {}),
        made_link=made_link,
        step=STEP_FOR_KIND[shown.hearing.kind],
        step_name=STEP_NAMES[STEP_FOR_KIND[shown.hearing.kind]],
        methods=wording.METHOD_NAMES,
        reasons=wording.REASON_NAMES,
        Action=HearingAction,
        seated=any(row.seat.account_id == actor(request).id for row in shown.rows),
    )


@routes.get("/desk/hearings/{id}", access=DESK)
async def show(request: web.Request) -> web.Response:
    """Roll call, seat links, the way into the room."""
    return await page(request, request.match_info["id"])


async def _act(
    request: web.Request, form: forms.Sent, service: Any, field: str, **facts: Any
) -> web.Response:
    """Do one act of the page once; a refusal stands at `field` of the same page."""
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
    return await _act(request, form, hearing.call_roll, "roll", hearing_id=request.match_info["id"])


def _own_seat(request: web.Request, form: forms.Sent) -> str:
    return form.text("seat_id", required=True, most=36)


@routes.post("/desk/hearings/{id}/present", access=DESK)
async def mark_present(request: web.Request) -> web.Response:
    """到庭核对: a person says who is there."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    return await _act(
        request, form, rollcall.mark_present, f"seat-{seat_id}", seat_id=seat_id, present=form.flag("present")
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
    return await _act(
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
    return await _act(
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
    return await _act(
        request, form, hearing.cancel, "cancel-reason", hearing_id=request.match_info["id"], reason=reason
    )


@routes.post("/desk/hearings/{id}/move", access=BOOKERS)
async def reschedule(request: web.Request) -> web.Response:
    """改期."""
    form = await forms.sent(request)
    return await _act(
        request,
        form,
        hearing.reschedule,
        "day",
        hearing_id=request.match_info["id"],
        rev=form.rev(),
        starts_at=form.moment("day", "time"),
        minutes=form.number("minutes", least=10, most=480, fallback=USUAL_MINUTES),
        place=form.text("place", required=True, most=100),
    )


def link_of(request: web.Request, token: str) -> str:
    """The whole address of a seat link."""
    return f"{request.app[CONFIG].base_url}/seat/{token}"
