"""iCalendar feeds (RFC 5545) that ordinary calendars subscribe to; who may have which is in services/feeds.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web
from icalendar import Calendar
from icalendar import Event as Entry

from court.services import feeds
from court.store.views import tour as views
from court.web import forms, pages
from court.web.access import PUBLIC, Routes, actor
from court.web.keys import DB, NOW
from court.web.tour import PLAN
from court.web.writes import write_once

routes = Routes()
REFRESH = timedelta(minutes=30)


async def _page(request: web.Request, *, made: str = "") -> web.Response:
    """`made`: the whole address of a new feed, shown this once."""
    return pages.render(
        request,
        "tour/feeds.html",
        made=made,
        feeds=await request.app[DB].read(feeds.mine, actor=actor(request)),
        vehicles=await request.app[DB].read(views.vehicles),
    )


@routes.get("/desk/tour/feeds", access=PLAN)
async def show(request: web.Request) -> web.Response:
    """The own feeds."""
    return await _page(request)


@routes.post("/desk/tour/feeds", access=PLAN)
async def make(request: web.Request) -> web.Response:
    """A new secret address."""
    form = await forms.sent(request)
    vehicle = form.text("vehicle", most=60)
    form.check()
    _, token = await request.app[DB].write(
        feeds.make, actor=actor(request), now=request[NOW], vehicle=vehicle
    )
    return await _page(request, made=pages.public_url(request, f"/calendar/{token}.ics"))


@routes.post("/desk/tour/feeds/{id}/end", access=PLAN)
async def end(request: web.Request) -> web.Response:
    """The address answers no more."""
    form = await forms.sent(request)
    await write_once(request, form, feeds.end, feed_id=request.match_info["id"])
    return pages.see_other("/desk/tour/feeds")


@routes.get(r"/calendar/{token:[A-Za-z0-9_-]{20,80}}.ics", access=PUBLIC)
async def feed(request: web.Request) -> web.Response:
    """The calendar itself; whoever has the address has leave."""
    now = request[NOW]
    name, events = await request.app[DB].read(feeds.events, token=request.match_info["token"], now=now)
    body = calendar(name, events, now, pages.public_url(request, ""))
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="court.ics"'}
    return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)


def calendar(name: str, events: tuple[feeds.Event, ...], now: datetime, base: str) -> bytes:
    """The entries as iCalendar; times in UTC, which every client shows on its own clock. `base`: address of this node."""
    made = Calendar()
    made.add("prodid", "-//mobile court//calendar//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for one in events:
        entry = Entry()
        entry.add("uid", f"{one.uid}@mobile-court")
        entry.add("dtstamp", now)
        entry.add("dtstart", one.starts_at)
        entry.add("dtend", one.ends_at)
        entry.add("summary", f"已取消：{one.title}" if one.cancelled else one.title)
        entry.add("location", one.place)
        entry.add("url", base + one.path)
        entry.add("sequence", one.revision)
        entry.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
        made.add_component(entry)
    return bytes(made.to_ical())
