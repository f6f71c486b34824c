"""The page 调解办理 of a dispute: who mediates and why, who said what, the talks, how they end. Rules are in services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.mediation_end import END_LAW, ENDINGS, THEN_WORDS, EndReason
from court.domain.mediation_people import (
    INTEREST_NAMES,
    QUESTION_NAMES,
    WAY_NAMES,
    Interest,
    Question,
    Way,
    missing_to_begin,
    standing,
)
from court.domain.mediation_track import (
    MEDIATION,
    ORIGIN_NAMES,
    PAUSE_NAMES,
    RETURN_WORDS,
    MediationAction,
    MediationState,
    Origin,
    PauseReason,
    ReturnReason,
)
from court.domain.track import TrackKind
from court.services import (
    clocks,
    mediation_ending,
    mediation_naming,
    mediation_track,
    referrals,
    tracks,
)
from court.store import sight
from court.store.database import Read
from court.store.views import matter_page
from court.store.views.tracks import clock_row
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.keys import DB, NOW
from court.web.track_steps import READERS, WORKERS, Act, act

routes = Routes()
BASE = "/desk/matters/{id}/mediation"


def _load(rx: Read, *, who: Actor, matter_id: str, now: datetime) -> dict[str, Any]:
    page = matter_page(rx, actor=who, matter_id=matter_id)
    known = [one for one in tracks.of_matter(rx, matter_id=matter_id) if one.kind is TrackKind.MEDIATION]
    told: dict[str, Any] = {
        "page": page,
        "track": None,
        "sealed": sight.sealed(rx, who, matter_id),
        "routes": referrals.possible(rx, actor=who, matter_id=matter_id),
    }
    if not known:
        return told
    track = known[-1]
    state, facts = mediation_track.state_of(track), mediation_track.known_of(track)
    people = mediation_track.sides(rx, matter_id)
    choosing = state is MediationState.CHOOSING
    return told | {
        "track": track,
        "state": state,
        "state_name": MEDIATION.labels[state],
        "facts": facts,
        "people": people,
        "willing": standing(facts.words, Question.WILLING),
        "answers": [(d, standing(facts.words, Question.DISCLOSED, d.id)) for d in facts.disclosures],
        "clocks": [clock_row(one, now) for one in clocks.of_track(rx, track_id=track.id)],
        "proposals": mediation_naming.proposals(rx, track=track) if choosing else (),
        "missing": missing_to_begin(
            parties=people,
            words=facts.words,
            disclosures=facts.disclosures,
            mediator_id=track.mediator_id,
            way=facts.way,
            warned=facts.told_at is not None,
        ),
        "actions": MEDIATION.actions(state, who.role),
        "endings": mediation_ending.possible(rx, track=track, now=now),
        "mine": track.mediator_id == who.id,
        "outcome": ENDINGS[EndReason(track.outcome)] if track.outcome in set(EndReason) else None,
    }


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
        "mediation/page.html",
        status=status,
        errors=errors or {},
        values=values or {},
        Action=MediationAction,
        origins=ORIGIN_NAMES,
        ways=WAY_NAMES,
        interests=INTEREST_NAMES,
        questions=QUESTION_NAMES,
        pauses=PAUSE_NAMES,
        returns=RETURN_WORDS,
        ENDINGS=ENDINGS,
        END_LAW=END_LAW,
        then_words=THEN_WORDS,
        **told,
    )


@routes.get(BASE, access=READERS)
async def show(request: web.Request) -> web.Response:
    """How the mediation of a dispute stands, and what may be done now."""
    return await _page(request)


def _open(form: forms.Sent) -> Act:
    origin = form.choice("origin", Origin) or Origin.APPLIED
    return mediation_track.open_mediation, {"origin": origin, "language": form.text("language", most=20)}


def _choose(form: forms.Sent) -> Act:
    who = form.text("account_id", required=True, most=36)
    return mediation_naming.choose, {"account_id": who, "agreed": tuple(form.all("agreed"))}


def _appoint(form: forms.Sent) -> Act:
    who = form.text("account_id", required=True, most=36)
    return mediation_naming.appoint, {"account_id": who, "reason": form.text("reason", most=400)}


def _texts(service: Callable[..., Any], field: str, name: str, most: int) -> Callable[[forms.Sent], Act]:
    return lambda form: (service, {name: form.text(field, required=True, most=most)})


def _disclose(form: forms.Sent) -> Act:
    return mediation_naming.disclose, {
        "interest": form.choice("interest", Interest),
        "words": form.text("disclose-words", required=True, most=400),
    }


def _answer(form: forms.Sent) -> Act:
    return mediation_track.answer, {
        "party_id": form.text("party_id", required=True, most=36),
        "question": form.choice("question", Question),
        "ref": form.text("ref", most=60),
        "yes": form.raw("yes") == "yes",
        "note": form.text("note", most=400),
    }


def _prepare(form: forms.Sent) -> Act:
    return mediation_track.prepare, {
        "way": form.choice("way", Way),
        "way_note": form.text("way_note", most=400),
        "told": form.flag("told"),
    }


def _pause(form: forms.Sent) -> Act:
    return mediation_track.pause, {
        "why": form.choice("why", PauseReason),
        "reason": form.text("pause-reason", required=True, most=400),
    }


def _extend(form: forms.Sent) -> Act:
    return mediation_track.extend, {
        "days": form.number("days", least=1, most=365, fallback=0),
        "agreed": tuple(form.all("agreed")),
        "reason": form.text("extend-reason", required=True, most=400),
    }


def _end(form: forms.Sent) -> Act:
    facts = [line.strip() for line in form.text("undisputed", most=8000).split("\n")]
    return mediation_ending.end, {
        "reason": form.choice("reason", EndReason),
        "note": form.text("end-note", required=True, most=2000),
        "costly": form.text("costly", most=2000),
        "undisputed": tuple(one for one in facts if one),
    }


def _return(form: forms.Sent) -> Act:
    return mediation_ending.send_back, {
        "reason": form.choice("return-reason", ReturnReason),
        "note": form.text("return-note", most=400),
    }


# Verb, what reads its form, where a refusal without a field is shown.
_ACTS: Mapping[str, tuple[Callable[[forms.Sent], Act], str]] = {
    "choose": (_choose, "account_id"),
    "appoint": (_appoint, "reason"),
    "accept": (lambda _: (mediation_naming.accept, {}), "form"),
    "decline": (_texts(mediation_naming.decline, "decline-reason", "reason", 400), "decline-reason"),
    "lapse": (lambda _: (mediation_naming.lapse, {}), "form"),
    "replace": (_texts(mediation_naming.replace_mediator, "replace-reason", "reason", 400), "replace-reason"),
    "disclose": (_disclose, "disclose-words"),
    "answer": (_answer, "form"),
    "prepare": (_prepare, "way"),
    "begin": (lambda _: (mediation_track.begin, {}), "form"),
    "pause": (_pause, "pause-reason"),
    "resume": (lambda _: (mediation_track.resume, {}), "form"),
    "extend": (_extend, "days"),
    "oral": (_texts(mediation_ending.agree_orally, "oral-words", "words", 2000), "oral-words"),
    "end": (_end, "reason"),
    "return": (_return, "return-reason"),
    "finish": (_texts(mediation_ending.finish, "finish-note", "note", 2000), "finish-note"),
}


@routes.post(BASE + "/open", access=WORKERS)
async def open_mediation(request: web.Request) -> web.Response:
    """受理调解申请."""
    matter_id = request.match_info["id"]

    def do(form: forms.Sent) -> Act:
        service, facts = _open(form)
        return service, facts | {"matter_id": matter_id}

    return await act(request, _page, do, field="origin", back=f"/desk/matters/{matter_id}/mediation")


@routes.post(BASE + "/{verb}", access=WORKERS)
async def step(request: web.Request) -> web.Response:
    """One step of the mediation under way."""
    matter_id, verb = request.match_info["id"], request.match_info["verb"]
    if verb not in _ACTS:
        raise CourtError("web.not_found")
    read, field = _ACTS[verb]
    track = await request.app[DB].read(_current, who=actor(request), matter_id=matter_id)

    def do(form: forms.Sent) -> Act:
        service, facts = read(form)
        rev = {} if verb == "answer" else {"rev": form.rev()}
        return service, facts | rev | {"track_id": track}

    return await act(request, _page, do, field=field, back=f"/desk/matters/{matter_id}/mediation")


def _current(rx: Read, *, who: Actor, matter_id: str) -> str:
    matter_page(rx, actor=who, matter_id=matter_id)
    found = mediation_track.live(rx, matter_id)
    if found is None:
        raise CourtError("track.not_found")
    return found.id
