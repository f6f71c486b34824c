"""One attempt of service on the desk: what happened so far, what may be noted, begun by mistake. Its proof: service_paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import BENCH, Actor, Role
from court.domain.service import NOTED, ON_PAPER, Attempt, ServiceMethod, ServiceState
from court.domain.service_fact import (
    BASIS_NAMES,
    FACT_NAMES,
    RELATION_NAMES,
    RETURN_NAMES,
    Fact,
    FactKind,
    Relation,
    ReturnReason,
)
from court.services import copies, outbox, serving
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.views import service_page
from court.store.views.service import masked_attempt
from court.web import drawing_pad, drawing_subject, forms, pages
from court.web.access import Routes, actor
from court.web.drawing_subject import Subject
from court.web.keys import CONFIG, DB, NOW
from court.web.pictures import picture
from court.web.service import ADDRESS, DESK, TONES
from court.web.service_words import FIELDS
from court.web.uploads import photograph
from court.web.writes import write_once

routes = Routes()


@routes.get(ADDRESS + "/{service}", access=DESK)
async def one(request: web.Request) -> web.Response:
    """One attempt: what happened so far, what may be noted, its proof."""
    return await one_page(request)


def _read(rx: Read, *, who: Any, about: Subject, service_id: str) -> dict[str, Any]:
    found = attempt_of(rx, who=who, about=about, service_id=service_id)
    page = service_page(rx, actor=who, subject_kind=about.kind, subject_id=about.id)
    return {
        "attempt": masked_attempt(found),
        "papers": {paper.id: paper for paper in page.papers},
        "given": copies.of_service(rx, service_id=service_id),
        "messages": outbox.of_ref(rx, refs=(service_id,)),
    }


def attempt_of(rx: Read, *, who: Any, about: Subject, service_id: str) -> Attempt:
    """An attempt of this very dispute or petition. Refuses `service.not_found`."""
    found = serving.get(rx, actor=who, service_id=service_id)
    if found.subject_id != about.id:
        raise CourtError("service.not_found")
    return found


async def one_page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    """The page of one attempt, with what was typed when something was refused."""
    about = await drawing_subject.of(request)
    facts = await request.app[DB].read(
        _read, who=actor(request), about=about, service_id=request.match_info["service"]
    )
    local = pages.local(request[NOW])
    return pages.render(
        request,
        "service/one.html",
        status=status,
        about=about,
        base=f"{about.base}/service",
        errors=errors or {},
        values={"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"} | dict(values or {}),
        noted=[(kind.value, FACT_NAMES[kind], FIELDS[kind]) for kind in NOTED[facts["attempt"].method]],
        relations=[(one.value, words) for one, words in RELATION_NAMES.items()],
        reasons=[(one.value, words) for one, words in RETURN_NAMES.items()],
        relation_names=RELATION_NAMES,
        reason_names=RETURN_NAMES,
        basis_names=BASIS_NAMES,
        tones=TONES,
        State=ServiceState,
        on_paper=facts["attempt"].method in ON_PAPER,
        by_pad=_by_pad(about, actor(request), facts["attempt"]),
        **facts,
    )


def _by_pad(about: Subject, who: Actor, attempt: Attempt) -> bool:
    """Whether the recipient can sign the 送达回证 here and now, on the pad of a session."""
    may = who.role in BENCH | {Role.CLERK} and drawing_pad.session_of(about.hearings) is not None
    waiting = attempt.state in {ServiceState.OPEN, ServiceState.FAILED}
    return may and waiting and attempt.method is ServiceMethod.DIRECT


@routes.post(ADDRESS + "/{service}/facts/{kind}", access=DESK, upload=True)
async def note(request: web.Request) -> web.Response:
    """What happened, when; a photograph of it where there is one."""
    about, form = await drawing_subject.of(request), await forms.sent(request)
    service_id, kind = request.match_info["service"], _kind(request)
    await request.app[DB].read(attempt_of, who=actor(request), about=about, service_id=service_id)
    try:
        fact, proof = await _fact(request, form, kind)
        form.check()
        await write_once(request, form, _noted, service_id=service_id, fact=fact, proof=proof)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        told = {f"{kind}-{name}": words for name, words in forms.errors(error, field="day").items()}
        typed = {f"{kind}-{name}": value for name, value in form.values.items()}
        return await one_page(request, status=error.status, errors=told, values=typed)
    return pages.see_other(f"{about.base}/service/{service_id}")


def _noted(tx: Tx, *, actor: Any, now: Any, service_id: str, fact: Fact, proof: Blob | None) -> Attempt:
    if proof is not None:
        remember(tx, actor=actor, now=now, blob=proof)
    return serving.note(tx, actor=actor, now=now, service_id=service_id, fact=fact)


def _kind(request: web.Request) -> FactKind:
    try:
        return FactKind(request.match_info["kind"])
    except ValueError as error:
        raise CourtError("web.not_found") from error


async def _fact(request: web.Request, form: forms.Sent, kind: FactKind) -> tuple[Fact, Blob | None]:
    wanted = FIELDS[kind]
    proof = await photograph(request, form, "proof") if "proof" in wanted else None
    if "proof" in wanted and wanted["proof"] and proof is None:
        form.fault("proof", "service.photograph")
    return Fact(
        kind=kind,
        at=form.moment("day", "time") or request[NOW],
        receiver=form.text("receiver", most=60) if "receiver" in wanted else "",
        relation=(form.choice("relation", Relation) or Relation.SELF)
        if "receiver" in wanted
        else Relation.SELF,
        witness=form.text("witness", required=wanted.get("witness", False), most=60),
        reason=form.choice("reason", ReturnReason) if "reason" in wanted else None,
        words=form.text("words", required=wanted.get("words", False), most=400),
        until=form.day("until") if "until" in wanted else None,
        proof_sha256=proof.sha256 if proof else "",
    ), proof


@routes.get(ADDRESS + "/{service}/facts/{fact}.png", access=DESK)
async def proof_picture(request: web.Request) -> web.Response:
    """The photograph of a fact, drawn at the server."""
    about = await drawing_subject.of(request)
    found = await request.app[DB].read(
        attempt_of, who=actor(request), about=about, service_id=request.match_info["service"]
    )
    fact = next((f for f in found.facts if f.id == request.match_info["fact"] and f.proof_sha256), None)
    if fact is None:
        raise CourtError("service.not_found")
    return await picture(request, fact.proof_sha256, "image/jpeg", most=request.app[CONFIG].max_upload_pixels)


@routes.post(ADDRESS + "/{service}/withdraw", access=DESK)
async def withdraw(request: web.Request) -> web.Response:
    """Begun by mistake: not sent, not counted, its copies free again."""
    about, form = await drawing_subject.of(request), await forms.sent(request)
    service_id = request.match_info["service"]
    await request.app[DB].read(attempt_of, who=actor(request), about=about, service_id=service_id)
    await write_once(request, form, serving.withdraw, service_id=service_id)
    return pages.see_other(f"{about.base}/service")
