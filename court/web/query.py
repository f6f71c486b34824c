"""Progress by the ten-digit code of a receipt. Tells nothing about others; the service slows guessing."""

from __future__ import annotations

from aiohttp import web

from court.domain.citizen import CitizenState
from court.domain.errors import CourtError
from court.domain.identity import normalise
from court.services import query
from court.web import forms
from court.web.access import PUBLIC, Routes
from court.web.entrance import address_of
from court.web.keys import DB, NOW
from court.web.kiosk.held import render

routes = Routes()
TRACK = (CitizenState.RECEIVED, CitizenState.IN_PROGRESS, CitizenState.DONE)


def _page(request: web.Request, status: int = 200, **context: object) -> web.Response:
    shown: dict[str, object] = {"answer": None, "values": {"code": ""}, "errors": {}, "track": TRACK}
    return render(request, "query/query.html", status=status, **(shown | context))


@routes.get("/query", access=PUBLIC)
async def ask(request: web.Request) -> web.Response:
    """Asks for the code. A QR code carries it after "#", so that it never reaches a log."""
    return _page(request)


@routes.post("/query", access=PUBLIC)
async def answer(request: web.Request) -> web.Response:
    """Where the matter stands, in four words, with the next date and whom to call."""
    form = await forms.sent(request)
    typed = form.raw("code")
    code = normalise(typed).replace("-", "")
    try:
        found = await request.app[DB].write(
            query.by_code, now=request[NOW], code=code[:40], address=address_of(request)
        )
    except CourtError as error:
        refused = _page(
            request,
            error.status,
            values={"code": typed[:40]},
            errors=forms.errors(error, field="code"),
        )
        if error.code == "login.slow_down":
            refused.headers["Retry-After"] = str(error.params.get("seconds", 30))
        return refused
    return _page(request, answer=found, needs_you=CitizenState.NEEDS_YOU)
