"""送达 on the desk: where every paper stands, new attempts for several people, what happened, what is done next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import BENCH, Actor, Role
from court.domain.outbox import CHANNEL_NAMES, Channel
from court.domain.service import (
    BASIS_NAMES,
    FACT_NAMES,
    NOTED,
    ON_PAPER,
    RELATION_NAMES,
    RETURN_NAMES,
    SERVICE_NAMES,
    AddressBasis,
    Attempt,
    Fact,
    FactKind,
    Relation,
    ReturnReason,
    ServiceMethod,
    ServiceState,
)
from court.domain.service_address import AddressInput
from court.domain.service_notice import Notices
from court.domain.service_rules import Agreed
from court.services import copies, outbox, service_address, serving
from court.services.serving import ServiceOrder
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.views import service_page
from court.store.views.service import masked_attempt
from court.web import drawing_pad, drawing_subject, forms, pages
from court.web import outbox as sending
from court.web.access import Access, Routes, actor, staff
from court.web.drawing_subject import Subject
from court.web.keys import CONFIG, DB, NOW
from court.web.pictures import picture
from court.web.service_words import FIELDS, HINTS
from court.web.uploads import photograph
from court.web.writes import write_once

routes = Routes()
DESK: Access = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PETITION_OFFICIAL, Role.OFFICER)
ADDRESS = "/desk/{about:matters|petitions}/{id}/service"
TONES = {
    ServiceState.OPEN: "info",
    ServiceState.SERVED: "good",
    ServiceState.FAILED: "bad",
    ServiceState.WITHDRAWN: "neutral",
}


@routes.get(ADDRESS, access=DESK)
async def show(request: web.Request) -> web.Response:
    """Who was served with what, by which way, when; what is under way, what failed and what to do."""
    return await _panel(request)


async def _panel(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    about = await drawing_subject.of(request)
    page = await request.app[DB].read(
        service_page, actor=actor(request), subject_kind=about.kind, subject_id=about.id
    )
    return pages.render(
        request,
        "service/page.html",
        status=status,
        about=about,
        base=f"{about.base}/service",
        page=page,
        errors=errors or {},
        values=values or {},
        methods=[(one.value, SERVICE_NAMES[one], HINTS[one]) for one in ServiceMethod],
        bases=[(one.value, words) for one, words in BASIS_NAMES.items()],
        basis_names=BASIS_NAMES,
        tones=TONES,
        Agreed=Agreed,
        State=ServiceState,
        chosen=request.query.get("paper", "")[:36],
    )


@routes.post(ADDRESS + "/addresses/{party}", access=DESK)
async def confirm(request: web.Request) -> web.Response:
    """送达地址确认 of one person; the consent to electronic service goes with it."""
    about, form = await drawing_subject.of(request), await forms.sent(request)
    basis = form.choice("basis", AddressBasis)
    given = AddressInput(
        basis=basis or AddressBasis.KNOWN,
        place=form.text("place", most=200),
        receiver=form.text("receiver", most=60),
        mobile=form.text("mobile", most=20),
        mail=form.text("mail", most=120),
        electronic=form.flag("electronic"),
        judgments=form.flag("judgments"),
    )
    party = request.match_info["party"]
    try:
        form.check()
        await write_once(
            request,
            form,
            service_address.confirm,
            subject_kind=about.kind,
            subject_id=about.id,
            party_id=party,
            given=given,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        at_party = {f"{party}-{name}": told for name, told in forms.errors(error, field="place").items()}
        typed = {f"{party}-{name}": value for name, value in form.values.items()}
        return await _panel(request, status=error.status, errors=at_party, values=typed)
    return pages.see_other(f"{about.base}/service#addresses")


def _method(request: web.Request) -> ServiceMethod:
    try:
        return ServiceMethod(request.match_info["method"])
    except ValueError as error:
        raise CourtError("web.not_found") from error


@routes.get(ADDRESS + "/new/{method}", access=DESK)
async def form_of(request: web.Request) -> web.Response:
    """One way of service: which papers, to whom, and what this way needs."""
    return await _form(request)


async def _form(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    form: forms.Sent | None = None,
) -> web.Response:
    about, method = await drawing_subject.of(request), _method(request)
    page = await request.app[DB].read(
        service_page, actor=actor(request), subject_kind=about.kind, subject_id=about.id
    )
    first = request.query.get("paper", "")[:36]
    unserved = {one.party.id for one in page.standings if one.moment is None and one.paper.id == first}
    return pages.render(
        request,
        "service/new.html",
        status=status,
        about=about,
        base=f"{about.base}/service",
        page=page,
        method=method,
        name=SERVICE_NAMES[method],
        hint=HINTS[method],
        Method=ServiceMethod,
        on_paper=method in ON_PAPER,
        channels=list(CHANNEL_NAMES.items()),
        ready=request.app[sending.CARRIERS],
        papers_chosen=set(form.all("paper")) if form else {first},
        people_chosen=set(form.all("party")) if form else unserved,
        channels_chosen=set(form.all("channel")) if form else {"sms"},
        values=form.values if form else {},
        errors=errors or {},
        Agreed=Agreed,
    )


@routes.post(ADDRESS + "/new/{method}", access=DESK)
async def begin(request: web.Request) -> web.Response:
    """All of it or nothing; the panel then shows how it goes."""
    about, method, form = await drawing_subject.of(request), _method(request), await forms.sent(request)
    order = ServiceOrder(
        method=method,
        paper_ids=tuple(form.all("paper")),
        party_ids=tuple(form.all("party")),
        channels=_channels(request, form, method),
        place=form.text("place", most=200),
        tracking=form.text("tracking", most=40),
        cause=form.text("cause", most=400),
        through=form.text("through", most=120),
        ordinary=form.flag("ordinary"),
    )
    try:
        form.check()
        await write_once(
            request,
            form,
            serving.begin,
            subject_kind=about.kind,
            subject_id=about.id,
            number=about.number,
            order=order,
            notices=notices(request),
            link_days=request.app[CONFIG].service_days,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _form(request, status=error.status, errors=forms.errors(error, field="paper"), form=form)
    request.app[sending.NUDGE].set()
    return pages.see_other(f"{about.base}/service")


def _channels(request: web.Request, form: forms.Sent, method: ServiceMethod) -> tuple[Channel, ...]:
    """Those ticked; one that this node has no way for is a fault."""
    if method is not ServiceMethod.ELECTRONIC:
        return ()
    chosen = tuple(one for one in Channel if one.value in form.all("channel"))
    for one in chosen:
        if one not in request.app[sending.CARRIERS]:
            form.fault("channel", "service.channel_unset", channel=CHANNEL_NAMES[one])
    return chosen


def notices(request: web.Request) -> Notices:
    """The configured words of a message."""
    config = request.app[CONFIG]
    return Notices(
        base=config.base_url,
        court=config.court_name,
        phone=config.help_phone,
        sms=config.sms.template,
        mail_title=config.mail.title,
        mail=config.mail.template,
    )


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
