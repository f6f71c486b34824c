"""送达 on the desk: where every paper stands, new attempts for several people, what happened, what is done next."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.outbox import CHANNEL_NAMES, Channel
from court.domain.service import ON_PAPER, SERVICE_NAMES, ServiceMethod, ServiceState
from court.domain.service_address import AddressInput
from court.domain.service_case import Agreed
from court.domain.service_fact import BASIS_NAMES, AddressBasis
from court.domain.service_notice import Notices
from court.services import service_address, service_order
from court.services.service_order import ServiceOrder
from court.store.views import service_page
from court.web import drawing_subject, forms, pages
from court.web import outbox as sending
from court.web.access import Access, Routes, actor, staff
from court.web.keys import CONFIG, DB
from court.web.service_words import HINTS
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
            service_order.begin,
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
