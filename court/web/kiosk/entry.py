"""The kiosk's first page and its big sentences: begin, call, put away, finish. Asks no question itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from court.domain.draft import DraftKind, DraftState
from court.domain.errors import CourtError
from court.domain.hearing import HEARING, KIND_NAMES, HearingState
from court.domain.lifecycle import Actor
from court.services import draft as drafts
from court.store.database import Tx
from court.store.views.hearing import vehicle_hearings
from court.web import forms, pages
from court.web.access import PUBLIC, actor, visitor
from court.web.keys import CONFIG, DB, NOW
from court.web.kiosk.held import KIOSK, LARGE_COOKIE, held, hold, let_go, render, routes
from court.web.writes import write_once

Actions = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Say:
    """One sentence for the whole screen; after `home_after` seconds the first page comes back (0: never)."""

    title: str
    text: str
    icon: str
    home_after: int = 0


AWAY = Say("您填的内容已经收好", "要接着填，请叫工作人员；要重新办，请回首页。", "lock")
CALLED = Say("正在叫工作人员", "请在座位上等一等。您填的内容都在，不会丢。", "officer")
GOODBYE = Say("办完了，屏幕已经清空", "请带好身份证、原件和回执。慢走。", "check", home_after=20)
OTHER_DRAFT = Say("这一页是前一份登记的", "前一份已经收好，没有改动。请回首页，或者叫工作人员。", "info")


@routes.get("/kiosk", access=PUBLIC)
async def home(request: web.Request) -> web.Response:
    """Four things to do. A device that is not a terminal yet is asked to become one."""
    who = visitor(request)
    if not (who.terminal or who.staff):
        return pages.see_other("/kiosk/enrol")
    draft = await held(request)
    response = render(request, "kiosk/home.html", notice="")
    if draft and draft.state is DraftState.SUBMITTED:
        let_go(response)
    return response


@routes.post("/kiosk/start", access=KIOSK)
async def start(request: web.Request) -> web.Response:
    """Begins a registration and puts it on this screen; one pressed twice begins once."""
    form = await forms.sent(request)
    kind = form.choice("kind", DraftKind)
    if kind is None:
        raise CourtError("web.bad_request")
    terminal = visitor(request).terminal
    begun = await write_once(
        request, form, drafts.start, kind=kind, terminal_id=terminal.id if terminal else None
    )
    draft = await request.app[DB].read(drafts.get, draft_id=begun)
    if draft.version > 1 or draft.state is not DraftState.OPEN:
        return pages.see_other("/kiosk")  # an old page of an earlier person must not bring his answers back
    response = pages.see_other("/kiosk/steps/identity")
    hold(request, response, draft)
    return response


@routes.post("/kiosk/size", access=KIOSK)
async def size(request: web.Request) -> web.Response:
    """Larger or ordinary type, and back to the same page."""
    form = await forms.sent(request)
    back = form.raw("back")
    response = pages.see_other(back if back.startswith("/kiosk") and back.isprintable() else "/kiosk")
    if request.cookies.get(LARGE_COOKIE) == "1":
        response.del_cookie(LARGE_COOKIE, path="/kiosk")
    else:
        response.set_cookie(LARGE_COOKIE, "1", path="/kiosk", httponly=True, samesite="Strict")
    return response


def _record_call(tx: Tx, *, actor: Actor, now: datetime) -> None:
    tx.record("kiosk.called", actor.id, actor, now, {})


@routes.post("/kiosk/call", access=KIOSK)
async def call(request: web.Request) -> web.Response:
    """Somebody is needed at the kiosk: recorded, so that every open worklist hears of it."""
    await request.app[DB].write(_record_call, actor=actor(request), now=request[NOW])
    return pages.see_other("/kiosk/called")


@routes.get("/kiosk/called", access=KIOSK)
async def called(request: web.Request) -> web.Response:
    """The sentence while waiting, with the officer's own way in."""
    draft = await held(request)
    on = (f"/kiosk/steps/{draft.step or 'identity'}", "接着填") if draft else ("/kiosk", "回首页")
    actions: Actions = [(on[1], on[0], "primary"), ("工作人员代办", "/kiosk/officer", "secondary")]
    return render(request, "kiosk/say.html", say=CALLED, actions=actions)


@routes.post("/kiosk/lock", access=KIOSK)
async def lock(request: web.Request) -> web.Response:
    """Takes the registration off the screen; nothing of it is lost."""
    response = pages.see_other("/kiosk/away")
    let_go(response)
    return response


@routes.get("/kiosk/away", access=KIOSK)
async def away(request: web.Request) -> web.Response:
    """What a page says whose registration is not on this screen any more."""
    actions: Actions = [("回首页", "/kiosk", "primary"), ("工作人员接着办", "/kiosk/officer", "secondary")]
    return render(request, "kiosk/say.html", say=AWAY, actions=actions)


@routes.post("/kiosk/finish", access=KIOSK)
async def finish(request: web.Request) -> web.Response:
    """Clears everything this person left in the browser, and says so."""
    response = pages.see_other("/kiosk/goodbye")
    let_go(response)
    response.del_cookie(LARGE_COOKIE, path="/kiosk")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@routes.get("/kiosk/goodbye", access=KIOSK)
async def goodbye(request: web.Request) -> web.Response:
    """The last sentence; after it the first page comes back by itself."""
    actions: Actions = [("回首页", "/kiosk", "primary")]
    return render(request, "kiosk/say.html", say=GOODBYE, actions=actions)


@routes.get("/kiosk/hearings", access=KIOSK)
async def hearings(request: web.Request) -> web.Response:
    """Today's sessions with a place in this vehicle; the door to the room."""
    live = {HearingState.IN_SESSION, HearingState.SUSPENDED, HearingState.ROLL_CALL}
    rows = [
        {
            "id": hearing.id,
            "public": hearing.open_to_public,
            "when": f"{pages.local(hearing.starts_at):%H:%M}",
            "kind": KIND_NAMES[hearing.kind],
            "state": HEARING.labels[hearing.state],
            "tone": "live" if hearing.state in live else "info",
            "who": "、".join(names),
            "place": hearing.place or request.app[CONFIG].vehicle_name,
        }
        for hearing, names in await request.app[DB].read(vehicle_hearings, now=request[NOW])
    ]
    return render(request, "kiosk/hearings.html", hearings=rows)
