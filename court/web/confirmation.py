"""The page 司法确认: asked for by both sides, the court that is competent, the review question by question, the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from court.config import Config
from court.domain.calendar import working_calendar
from court.domain.confirmation import CONFIRMATION, MATERIALS, ConfirmationAction, ConfirmationState, last_day
from court.domain.confirmation_court import LINK_NAMES, Link
from court.domain.confirmation_review import BARS, GROUNDS, Decision, Ground
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.mediation_people import Question, standing
from court.domain.numbers import day_of
from court.services import accounts, clocks, confirmation, referrals
from court.services.mediation_track import sides
from court.store.database import Read
from court.store.load import papers
from court.store.views import matter_page
from court.store.views.tracks import clock_row
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.keys import CONFIG, DB, NOW
from court.web.track_steps import READERS, WORKERS, Act, act

routes = Routes()
BASE = "/desk/matters/{id}/confirmation"
DRAWN = {
    ConfirmationState.GRANTED: "confirmation_granted",
    ConfirmationState.REJECTED: "confirmation_rejected",
    ConfirmationState.NOT_ACCEPTED: "confirmation_not_accepted",
}


def _load(rx: Read, *, who: Actor, matter_id: str, now: datetime, config: Config) -> dict[str, Any]:
    page = matter_page(rx, actor=who, matter_id=matter_id)
    track = confirmation.latest(rx, matter_id=matter_id)
    told: dict[str, Any] = {
        "page": page,
        "track": track,
        "routes": referrals.possible(rx, actor=who, matter_id=matter_id),
    }
    if track is None:
        return told
    known, state = confirmation.known_of(track), ConfirmationState(track.state)
    people = sides(rx, matter_id)
    body = config.committee_name
    return told | {
        "state": state,
        "state_name": CONFIRMATION.labels[state],
        "known": known,
        "agreement": papers.agreement(rx.conn, known.agreement_id),
        "people": people,
        "consents": standing(known.words, Question.CONFIRM),
        "ties": confirmation.competence(rx, track=track, court_name=config.court_name, body=body),
        "term": last_day(known.effective_on, working_calendar()),
        "clocks": [clock_row(one, now) for one in clocks.of_track(rx, track_id=track.id)],
        "actions": CONFIRMATION.actions(state, who.role),
        "hints": confirmation.pointed(rx, track=track, now=now),
        "judges": [one for one in accounts.everyone(rx, role=Role.JUDGE) if not one.disabled],
        "mine": track.judge_id == who.id,
        "served": confirmation.served_on(rx, track=track),
        "drawn": DRAWN.get(state, ""),
        "today": day_of(now),
    }


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    told = await request.app[DB].read(
        _load,
        who=actor(request),
        matter_id=request.match_info["id"],
        now=request[NOW],
        config=request.app[CONFIG],
    )
    return pages.render(
        request,
        "mediation/confirmation.html",
        status=status,
        errors=errors or {},
        values=values or {},
        Action=ConfirmationAction,
        links=LINK_NAMES,
        grounds=GROUNDS,
        bars=BARS,
        materials=MATERIALS,
        **told,
    )


@routes.get(BASE, access=READERS)
async def show(request: web.Request) -> web.Response:
    """How the application stands, and what may be done now."""
    return await _page(request)


def _answer(form: forms.Sent, _: Config) -> Act:
    return confirmation.answer, {
        "party_id": form.text("party_id", required=True, most=36),
        "yes": form.raw("yes") == "yes",
    }


def _apply(form: forms.Sent, config: Config) -> Act:
    return confirmation.apply, {
        "link": form.choice("link", Link),
        "link_note": form.text("link_note", most=400),
        "oral": form.flag("oral"),
        "court_name": config.court_name,
        "body": config.committee_name,
    }


def _accept(form: forms.Sent, config: Config) -> Act:
    return confirmation.accept, {
        "judge_id": form.text("judge_id", required=True, most=36),
        "court_code": config.court_code,
    }


def _text(service: Callable[..., Any], field: str, name: str) -> Callable[[forms.Sent, Config], Act]:
    return lambda form, _: (service, {name: form.text(field, required=True, most=2000)})


def _review(form: forms.Sent, _: Config) -> Act:
    answers = {
        one: form.raw(f"ground-{one}") == "yes"
        for one in Ground
        if form.raw(f"ground-{one}") in {"yes", "no"}
    }
    return confirmation.review, {"answers": answers, "asked": form.text("asked", most=8000)}


def _refuse(form: forms.Sent, _: Config) -> Act:
    wanted = set(form.all("bars"))
    return confirmation.refuse_acceptance, {
        "bars": tuple(one for one in BARS if one.value in wanted),
        "reasons": form.text("refuse-reasons", required=True, most=2000),
    }


def _decide(decision: Decision) -> Callable[[forms.Sent, Config], Act]:
    field = "reject-reasons"
    return lambda form, _: (
        confirmation.decide,
        {"decision": decision, "reasons": form.text(field, most=2000)},
    )


_ACTS: Mapping[str, tuple[Callable[[forms.Sent, Config], Act], str]] = {
    "answer": (_answer, "form"),
    "apply": (_apply, "link"),
    "accept": (_accept, "judge_id"),
    "ask-more": (_text(confirmation.ask_more, "more", "what"), "more"),
    "supplement": (_text(confirmation.supplement, "supplied", "note"), "supplied"),
    "review": (_review, "asked"),
    "refuse": (_refuse, "refuse-reasons"),
    "grant": (_decide(Decision.GRANT), "form"),
    "reject": (_decide(Decision.REJECT), "reject-reasons"),
    "withdraw": (_text(confirmation.withdraw, "withdraw-reason", "reason"), "withdraw-reason"),
}


@routes.post(BASE + "/{verb}", access=WORKERS)
async def step(request: web.Request) -> web.Response:
    """One step of the application."""
    matter_id, verb = request.match_info["id"], request.match_info["verb"]
    if verb not in _ACTS:
        raise CourtError("web.not_found")
    read, field = _ACTS[verb]
    track = await request.app[DB].read(_current, who=actor(request), matter_id=matter_id)

    def do(form: forms.Sent) -> Act:
        service, facts = read(form, request.app[CONFIG])
        rev = {} if verb == "answer" else {"rev": form.rev()}
        return service, facts | rev | {"track_id": track}

    return await act(request, _page, do, field=field, back=f"/desk/matters/{matter_id}/confirmation")


def _current(rx: Read, *, who: Actor, matter_id: str) -> str:
    matter_page(rx, actor=who, matter_id=matter_id)
    found = confirmation.latest(rx, matter_id=matter_id)
    if found is None:
        raise CourtError("track.not_found")
    return found.id
