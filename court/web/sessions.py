"""Cookies and the sessions behind them: the cookie is only a key, the session lives at the server."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from court.domain.account import Session
from court.services import observers, seat, sessions, terminal
from court.store.database import Read
from court.web.access import SEAT_COOKIE, ObserverPass, SeatPass, Visitor
from court.web.keys import CONFIG, DB, NOW

STAFF_COOKIE = "court_staff"
TERMINAL_COOKIE = "court_terminal"
OBSERVER_COOKIE = "court_observer"
# Papers served electronically: looked at by their pages alone, never a session.
SERVED_COOKIE = "court_served"
_COOKIES = (STAFF_COOKIE, TERMINAL_COOKIE, SEAT_COOKIE, OBSERVER_COOKIE)
# A token is 43 characters; anything much longer is noise and is not even looked up.
LONGEST_TOKEN = 128
TOUCH_EVERY = timedelta(minutes=1)


def token_of(request: web.Request, cookie: str) -> str:
    """The cookie's value, empty when missing or absurd."""
    value = request.cookies.get(cookie, "")
    return value if value.isascii() and len(value) <= LONGEST_TOKEN else ""


def set_cookie(
    request: web.Request,
    response: web.StreamResponse,
    name: str,
    token: str,
    *,
    max_age: int | None = None,
    samesite: str = "Strict",
) -> None:
    """Hand the browser its key: never readable by script, only over HTTPS where the node speaks it."""
    response.set_cookie(
        name,
        token,
        path="/",
        httponly=True,
        samesite=samesite,
        secure=request.app[CONFIG].base_url.startswith("https:"),
        max_age=max_age,
    )


def drop_cookie(response: web.StreamResponse, name: str) -> None:
    """Take the key back."""
    response.del_cookie(name, path="/")


def _look(
    rx: Read, *, now: datetime, staff: str, vehicle: str, device: str, watcher: str
) -> tuple[Session | None, Visitor]:
    session = sessions.session(rx, now=now, token=staff) if staff else None
    enrolled = terminal.terminal(rx, token=vehicle) if vehicle else None
    held = seat.session(rx, now=now, device=device) if device else None
    watching = observers.session(rx, device=watcher) if watcher else None
    return session, Visitor(
        staff=session.account.actor() if session else None,
        terminal=enrolled.actor() if enrolled else None,
        seat=SeatPass(actor=held.actor, hearing_id=held.hearing.id, seat_id=held.seat.id) if held else None,
        observer=ObserverPass(
            actor=watching.actor, hearing_id=watching.hearing.id, place=watching.observer.place
        )
        if watching
        else None,
    )


async def visitor_at(request: web.Request, now: datetime) -> Visitor:
    """Who this browser would be at `now`, as `load_visitor`; no session counts as used by it."""
    return (await request.app[DB].read(_look, now=now, **_keys(request)))[1]


def _keys(request: web.Request) -> dict[str, str]:
    """What the browser sent, by the names of `_look`."""
    names = ("staff", "vehicle", "device", "watcher")
    return dict(zip(names, (token_of(request, cookie) for cookie in _COOKIES), strict=True))


async def load_visitor(request: web.Request) -> Visitor:
    """Every live session of this browser; a staff session in use is marked so at most once a minute."""
    keys = _keys(request)
    if not any(keys.values()):
        return Visitor()
    db, now = request.app[DB], request[NOW]
    session, who = await db.read(_look, now=now, **keys)
    if session and now - session.seen_at > TOUCH_EVERY:
        await db.write(sessions.touch, now=now, token=keys["staff"])
    return who
