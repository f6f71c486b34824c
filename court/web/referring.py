"""移送: the page on which a dispute is handed to another track, and a petition to mediation. The table says which way."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from court.domain.causes import causes
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.numbers import day_of
from court.domain.track import ReferralKind, TrackKind
from court.services import referrals
from court.store.database import Read
from court.store.views import matter_page, petition_page
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB, NOW
from court.web.track_steps import WORKERS, Act, act
from court.web.writes import write_once

routes = Routes()
_PETITIONS = staff(Role.PETITION_OFFICIAL)
# Where one looks after the referral.
_NEXT = {
    ReferralKind.COURT_TO_MEDIATION: "/mediation",
    ReferralKind.FROM_POLICE: "/mediation",
    ReferralKind.MEDIATION_TO_CONFIRMATION: "/confirmation",
}


def _load(rx: Read, *, who: Actor, matter_id: str) -> dict[str, Any]:
    return {
        "page": matter_page(rx, actor=who, matter_id=matter_id),
        "routes": referrals.possible(rx, actor=who, matter_id=matter_id),
    }


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    told = await request.app[DB].read(_load, who=actor(request), matter_id=request.match_info["id"])
    return pages.render(
        request, "mediation/refer.html", status=status, errors=errors or {}, values=values or {}, **told
    )


@routes.get("/desk/matters/{id}/refer", access=WORKERS)
async def ways(request: web.Request) -> web.Response:
    """The ways that are open now, each with what goes along."""
    return await _page(request)


@routes.post("/desk/matters/{id}/refer", access=WORKERS)
async def refer(request: web.Request) -> web.Response:
    """One way of the table, with its reason; then the page of the track it leads to."""
    matter_id = request.match_info["id"]
    kind = (await forms.sent(request)).raw("kind")
    where = _NEXT.get(ReferralKind(kind), "") if kind in set(ReferralKind) else ""

    def do(form: forms.Sent) -> Act:
        return referrals.refer, {
            "matter_id": matter_id,
            "kind": form.choice("kind", ReferralKind),
            "source": form.choice("source", TrackKind) if form.raw("source") else None,
            "reason": form.text("reason", required=True, most=400),
            "outside": form.text("outside", most=120),
            "language": form.text("language", most=20),
            "summary": form.raw("procedure") != "ordinary",
        }

    return await act(request, _page, do, field="reason", back=f"/desk/matters/{matter_id}{where}")


async def _petition(request: web.Request, status: int, error: CourtError | None, values: Any) -> web.Response:
    found = await request.app[DB].read(
        petition_page, actor=actor(request), petition_id=request.match_info["id"]
    )
    known = causes(day_of(request[NOW])).values()
    return pages.render(
        request,
        "mediation/from_petition.html",
        status=status,
        page=found,
        causes=[(one.code, f"{one.name}（{one.code}）") for one in known],
        errors=forms.errors(error, field="reason") if error else {},
        values=values,
    )


@routes.get("/desk/petitions/{id}/refer", access=_PETITIONS)
async def petition_form(request: web.Request) -> web.Response:
    """访调对接: what a petition still lacks to be a dispute."""
    return await _petition(request, 200, None, {})


@routes.post("/desk/petitions/{id}/refer", access=_PETITIONS)
async def petition_to_mediation(request: web.Request) -> web.Response:
    """The petition goes on as before; a dispute with its people and papers goes to mediation."""
    form = await forms.sent(request)
    facts = {
        "cause_code": form.text("cause_code", required=True, most=16),
        "respondent": form.text("respondent", required=True, most=60),
        "reason": form.text("reason", required=True, most=400),
    }
    petition_id = request.match_info["id"]
    try:
        form.check()
        await write_once(request, form, referrals.from_petition, petition_id=petition_id, **facts)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _petition(request, error.status, error, form.values)
    return pages.see_other(f"/desk/petitions/{petition_id}")
