"""Makes a device the vehicle's terminal: a one-time code becomes a cookie. The rules are the service's."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.services import terminal
from court.web import forms, pages
from court.web.access import PUBLIC, Routes, visitor
from court.web.entrance import address_of
from court.web.keys import DB, NOW
from court.web.kiosk.held import render
from court.web.sessions import TERMINAL_COOKIE, set_cookie

routes = Routes()
# Browsers cap a cookie's age at 400 days; a vehicle is enrolled again once a year.
COOKIE_SECONDS = 400 * 24 * 3600


@routes.get("/kiosk/enrol", access=PUBLIC)
async def enrol_page(request: web.Request) -> web.Response:
    """Asks for the one-time code; a terminal already enrolled goes straight to its first page."""
    if visitor(request).terminal:
        return pages.see_other("/kiosk")
    return render(request, "kiosk/enrol.html", values={"code": ""}, errors={})


@routes.post("/kiosk/enrol", access=PUBLIC)
async def enrol(request: web.Request) -> web.Response:
    """From now on this browser is the vehicle's terminal. Guessing the code is slowed."""
    form = await forms.sent(request)
    try:
        code = form.raw("code")
        if not code:
            form.fault("code", "text.empty")
        form.check()
        opened = await request.app[DB].write(
            terminal.enrol,
            now=request[NOW],
            code="".join(c for c in code if c.isalnum())[:64],
            address=address_of(request),
        )
    except CourtError as error:
        answer = render(
            request,
            "kiosk/enrol.html",
            status=error.status,
            values={"code": form.values.get("code", "")},
            errors=forms.errors(error, field="code"),
        )
        if error.code == "login.slow_down":
            answer.headers["Retry-After"] = str(error.params.get("seconds", 30))
        return answer
    response = pages.see_other("/kiosk")
    set_cookie(request, response, TERMINAL_COOKIE, opened.token, max_age=COOKIE_SECONDS)
    return response
