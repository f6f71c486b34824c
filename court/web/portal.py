"""The front door: which page for whom. Decides nothing."""

from __future__ import annotations

from aiohttp import web

from court.web import pages
from court.web.access import PUBLIC, Routes, visitor

routes = Routes()


@routes.get("/", access=PUBLIC)
async def portal(request: web.Request) -> web.Response:
    """Four doors: the vehicle's terminal, staff, progress by code, checking a paper."""
    who = visitor(request)
    return pages.render(
        request,
        "portal/portal.html",
        is_terminal=who.terminal is not None,
        is_staff=who.staff is not None,
    )
