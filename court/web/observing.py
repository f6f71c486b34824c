"""Observers of a public session: the link, the rules, the page that shows what the public may watch. They send nothing."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import Hearing
from court.domain.observer import PROOF_NAMES, Observer
from court.domain.publicity import Showing
from court.services import observers, publicity
from court.store.database import Read
from court.web import forms, pages
from court.web.access import OBSERVER, PUBLIC, SEAT_COOKIE, ObserverPass, Routes, visitor
from court.web.ice import servers_for
from court.web.keys import BRIDGE, CONFIG, DB, NOW
from court.web.link import serve
from court.web.middleware import same_origin
from court.web.screen import screen_facts
from court.web.sessions import LONGEST_TOKEN, OBSERVER_COOKIE, set_cookie, token_of
from signalling.seat import Seat

routes = Routes()
# As long as a session may last; it ends by itself with the session.
COOKIE_SECONDS = 12 * 3600


class ObserverAuthoriser:
    """A place that sends nothing, is shown to nobody and is kept out of what is not public."""

    async def admit(self, request: web.Request) -> Seat:
        """Errors: CourtError access.observer, hearing.wrong_state, web.origin."""
        if not same_origin(request):
            raise CourtError("web.origin")
        held, bridge = _pass(request), request.app[BRIDGE]
        hearing, now_is = await request.app[DB].read(_watched, hearing_id=held.hearing_id)
        bridge.admit(hearing)
        bridge.outside.came(hearing.id, held.place)
        return Seat(
            room_id=hearing.id,
            seat_id=held.place,
            name="",
            caption="",
            role="observer",
            may_publish=False,
            is_party=False,
            onlooker=True,
            area=bridge.outside.area(hearing.id, now_is),
        )


@routes.get("/observe/{token}", access=PUBLIC)
async def invited(request: web.Request) -> web.Response:
    """Who the link is for, the rules, one question."""
    found, hearing = await request.app[DB].read(observers.by_link, now=request[NOW], token=_token(request))
    return _asked(request, found, hearing)


@routes.post("/observe/{token}", access=PUBLIC)
async def enter(request: web.Request) -> web.Response:
    """The right answer and the rules accepted: this device may watch, and the token leaves the address bar."""
    form = await forms.sent(request)
    token = _token(request)
    try:
        if not form.flag("rule"):
            raise CourtError("observer.rule")
        opened = await request.app[DB].write(
            observers.enter,
            now=request[NOW],
            token=token,
            typed=form.text("answer", most=12),
            device=token_of(request, OBSERVER_COOKIE) or None,
            seat_device=token_of(request, SEAT_COOKIE) or None,
        )
    except CourtError as error:
        if error.code not in {"observer.rule", "observer.proof_wrong"}:
            raise
        found, hearing = await request.app[DB].read(observers.by_link, now=request[NOW], token=token)
        at = "rule" if error.code == "observer.rule" else "answer"
        return _asked(request, found, hearing, error.status, forms.errors(error, field=at))
    answer = pages.see_other(f"/room/{opened.hearing.id}/observe")
    answer.headers["Referrer-Policy"] = "no-referrer"
    set_cookie(request, answer, OBSERVER_COOKIE, opened.device, max_age=COOKIE_SECONDS, samesite="Lax")
    return answer


@routes.get("/room/{hearing_id}/observe", access=OBSERVER)
async def page(request: web.Request) -> web.Response:
    """The page; what it shows it asks for."""
    held = _pass(request)
    relayed = bool(request.app[CONFIG].turn_urls)
    return pages.render(request, "room/observe.html", hearing_id=held.hearing_id, relayed=relayed)


@routes.get("/room/{hearing_id}/observe/state", access=OBSERVER)
async def state(request: web.Request) -> web.Response:
    """What may be shown now; names are masked before they leave the server."""
    held = _pass(request)

    def read(rx: Read) -> publicity.Shown:
        return publicity.shown_to_all(rx, publicity.hearing(rx, hearing_id=held.hearing_id))

    return pages.json(screen_facts(await request.app[DB].read(read), request[NOW]))


@routes.get("/room/{hearing_id}/observe/ice", access=OBSERVER)
async def ice(request: web.Request) -> web.Response:
    """The relay servers, as for a seat."""
    return pages.json(servers_for(request.app[CONFIG], request[NOW], _pass(request).place))


@routes.get("/room/{hearing_id}/observe/ws", access=OBSERVER)
async def socket(request: web.Request) -> web.StreamResponse:
    """Media signalling of an observer."""
    return await serve(request, ObserverAuthoriser())


def _watched(rx: Read, *, hearing_id: str) -> tuple[Hearing, Showing]:
    return publicity.hearing(rx, hearing_id=hearing_id), publicity.state(rx, hearing_id=hearing_id)


def _pass(request: web.Request) -> ObserverPass:
    """The leave to watch the session of the path. Errors: access.observer."""
    held = visitor(request).observer
    if held is None or held.hearing_id != request.match_info["hearing_id"]:
        raise CourtError("access.observer")
    return held


def _token(request: web.Request) -> str:
    token = request.match_info["token"]
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise CourtError("observer.link_unknown")
    return token


def _asked(
    request: web.Request,
    found: Observer,
    hearing: Hearing,
    status: int = 200,
    errors: forms.Errors | None = None,
) -> web.Response:
    answer = pages.render(
        request,
        "room/observe_join.html",
        status=status,
        observer=found,
        hearing=hearing,
        proof=PROOF_NAMES[found.proof],
        errors=errors or {},
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
