"""Seat links of remote parties: made and ended on the desk, taken up by the person's own device."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.services import seat, selftest
from court.web import forms, pages
from court.web.access import PUBLIC, SEAT_COOKIE, Routes, actor
from court.web.hearing import BOOKERS, link_of, page, seat_of
from court.web.keys import DB, NOW, ROOMS
from court.web.seated import BEFORE
from court.web.sessions import LONGEST_TOKEN, set_cookie, token_of

routes = Routes()


@routes.post("/desk/hearings/{id}/link", access=BOOKERS)
async def make_link(request: web.Request) -> web.Response:
    """A new link for one remote seat. The answer is the page itself: the link is shown once and never stored."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    service = seat.release if form.flag("release") else seat.create_link
    hearing_id = request.match_info["id"]
    try:
        made = await request.app[DB].write(service, actor=actor(request), now=request[NOW], seat_id=seat_id)
    except CourtError as error:
        shown = forms.errors(error, field=f"seat-{seat_id}")
        return await page(request, hearing_id, status=error.status, errors=shown)
    return await page(request, hearing_id, made_link=(seat_id, link_of(request, made.token)))


@routes.post("/desk/hearings/{id}/unlink", access=BOOKERS)
async def end_links(request: web.Request) -> web.Response:
    """Every link of the seat is worth nothing from now on; whoever sits there by it leaves the room."""
    form = await forms.sent(request)
    seat_id = await seat_of(request, form)
    await request.app[DB].write(seat.revoke, actor=actor(request), now=request[NOW], seat_id=seat_id)
    request.app[ROOMS].evict(request.match_info["id"], seat_id)
    return pages.see_other(f"/desk/hearings/{request.match_info['id']}#seat-{seat_id}")


@routes.get("/seat/{token}", access=PUBLIC)
async def take_seat(request: web.Request) -> web.Response:
    """The followed link: binds the seat to this device and leads on, so the token leaves the address bar at once: to the
    self-test of a device that never made it, else into the room."""
    fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if request.method == "HEAD" or fetched_ahead:
        raise web.HTTPServiceUnavailable  # a preview must not use the link up
    token = request.match_info["token"]
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise CourtError("seat.link_unknown")
    opened = await request.app[DB].write(
        seat.redeem, now=request[NOW], token=token, device=token_of(request, SEAT_COOKIE) or None
    )
    before = opened.hearing.state in BEFORE
    tests_first = before and await request.app[DB].read(selftest.is_wanted, seat_id=opened.seat.id)
    answer = pages.see_other(f"/room/{opened.hearing.id}{'/check' if tests_first else ''}")
    answer.headers["Referrer-Policy"] = "no-referrer"
    seconds = int((opened.until - request[NOW]).total_seconds())
    # Lax: the first page after a link followed from a message must carry it.
    set_cookie(request, answer, SEAT_COOKIE, opened.device, max_age=max(60, seconds), samesite="Lax")
    return answer
