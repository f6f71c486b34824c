"""Booking a session: who comes, where they sit, when and at which stop. What may be booked the services decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from court.domain import publicity
from court.domain.account import Account
from court.domain.errors import CourtError
from court.domain.hearing import HearingKind, Place, SeatInput, SeatRole
from court.domain.lifecycle import Actor, Role
from court.domain.suitability import BENCH_PLACE_NAMES, UNFIT_NAMES, BenchPlace, Unfit
from court.services import accounts, hearing, planning
from court.services.suitability import Sitting
from court.store.database import Read
from court.store.views import matter_page, petition_page
from court.store.views import tour as tour_views
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.hearing import BOOKERS, USUAL_MINUTES
from court.web.keys import DB, NOW
from court.web.tour import options
from court.web.writes import write_once

routes = Routes()
BENCH_ROLES = {
    Role.JUDGE: SeatRole.JUDGE,
    Role.MEDIATOR: SeatRole.MEDIATOR,
    Role.PETITION_OFFICIAL: SeatRole.PETITION_OFFICIAL,
}
MORE_ROLES = frozenset({SeatRole.AGENT, SeatRole.WITNESS, SeatRole.INTERPRETER})
MORE_PEOPLE = 2
_FIELDS = {
    "hearing.conflict": "despite",
    "suitability.not_online": "bench",
    "conflict.same_name": "namesakes",
    "conflict.same_person": "namesakes",
}


def _booking(
    rx: Read, *, who: Actor, now: datetime, subject_kind: str, subject_id: str, kind: HearingKind | None
) -> dict[str, Any]:
    """What the form needs: the subject as this person may see it, the suggested seats, the staff to choose from."""
    if subject_kind == "petition":
        page = petition_page(rx, actor=who, petition_id=subject_id)
        subject: Any = page.petition
        title = page.petition.class_name
        kinds: tuple[HearingKind, ...] = (HearingKind.RECEPTION,)
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
        "people_asked": {
            s.account_id or s.party_id or "": s.name for s in seats if s.account_id or s.party_id
        },
        "halts": tour_views.coming(rx, now=now),
    }


async def _booking_page(
    request: web.Request,
    facts: Mapping[str, Any],
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
    unfit: Collection[str] = (),
) -> web.Response:
    tomorrow = pages.local(request[NOW]) + timedelta(days=1)
    chosen = (values or {}).get("halt", "")
    halt = next((one for one in facts["halts"] if one.id == chosen), None)
    minutes = (values or {}).get("minutes", "")
    length = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 4 else USUAL_MINUTES
    free = (
        await request.app[DB].read(
            planning.free, now=request[NOW], halt=halt, minutes=length, people=facts["people_asked"]
        )
        if halt is not None
        else ()
    )
    return pages.render(
        request,
        "hearing/book.html",
        status=status,
        errors=errors or {},
        values={"day": f"{tomorrow:%Y-%m-%d}", "time": "09:30", "minutes": str(USUAL_MINUTES)}
        | dict(values or {}),
        halt=halt,
        halt_options=options(facts["halts"]),
        free=free,
        today=f"{pages.local(request[NOW]):%Y-%m-%d}",
        more=range(1, MORE_PEOPLE + 1),
        benches=BENCH_PLACE_NAMES,
        unfits=UNFIT_NAMES,
        unfit=unfit,
        **facts,
    )


def subject_of(values: Mapping[str, str]) -> tuple[str, str]:
    """(kind, id) of the dispute or petition a form or address names."""
    for kind in ("matter", "petition"):
        if values.get(kind):
            return kind, values[kind][:36]
    raise CourtError("web.bad_request")


@routes.get("/desk/hearings/new", access=BOOKERS)
async def book(request: web.Request) -> web.Response:
    """The booking form of one dispute or petition."""
    subject_kind, subject_id = subject_of(request.query)
    asked = request.query.get("kind", "")
    kind = HearingKind(asked) if asked in set(HearingKind) else None
    facts = await request.app[DB].read(
        _booking,
        who=actor(request),
        now=request[NOW],
        subject_kind=subject_kind,
        subject_id=subject_id,
        kind=kind,
    )
    chosen = {name: request.query[name][:36] for name in ("halt", "day", "time") if name in request.query}
    return await _booking_page(request, facts, values=chosen)


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
            asked = form.raw(f"more_role_{number}")
            role = SeatRole(asked) if asked in MORE_ROLES else SeatRole.AGENT
            where = form.raw(f"more_place_{number}")
            chosen.append(
                SeatInput(role=role, name=name, place=Place(where) if where in set(Place) else Place.VEHICLE)
            )
    return tuple(chosen)


@routes.post("/desk/hearings", access=BOOKERS)
async def schedule(request: web.Request) -> web.Response:
    """Books the session."""
    form = await forms.sent(request)
    subject_kind, subject_id = subject_of(form.values)
    kind = form.choice("kind", HearingKind)
    facts = await request.app[DB].read(
        _booking,
        who=actor(request),
        now=request[NOW],
        subject_kind=subject_kind,
        subject_id=subject_id,
        kind=kind,
    )
    starts_at = form.moment("day", "time")
    minutes = form.number("minutes", least=10, most=480, fallback=USUAL_MINUTES)
    place = form.text("place", required=not form.raw("halt"), most=100)
    try:
        form.check()
        made = await _write_booking(request, form, facts, starts_at or request[NOW], minutes, place)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _booking_page(
            request,
            facts,
            status=error.status,
            errors=forms.errors(error, field=_FIELDS.get(error.code, "day")),
            values=form.values,
            unfit=form.all("unfit"),
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
    return await write_once(
        request,
        form,
        planning.book,
        subject_kind=facts["subject_kind"],
        subject_id=facts["subject"].id,
        rev=facts["subject"].rev,
        kind=facts["kind"],
        open_to_public=_is_public(form, facts["kind"]),
        sitting=_sitting(form),
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        seats=_seats(form, facts),
        halt_id=form.text("halt", most=36),
        despite=form.text("despite", most=400),
    )


def _sitting(form: forms.Sent) -> Sitting:
    """Where who presides sits, what speaks against an online session, who agreed to another place."""
    bench = form.raw("bench")
    return Sitting(
        bench=BenchPlace(bench) if bench in set(BenchPlace) else BenchPlace.COURT,
        unfit=frozenset(Unfit(one) for one in form.all("unfit") if one in set(Unfit)),
        approval=form.text("approval", most=200),
        namesakes=form.flag("namesakes"),
    )


def _is_public(form: forms.Sent, kind: HearingKind) -> bool:
    """As chosen; by the rule of the kind where nothing was chosen."""
    said = form.raw("open_to_public")
    return form.flag("open_to_public") if said else publicity.by_default(kind)
