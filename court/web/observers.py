"""The list of observers (旁听名单) of a public session, kept on its desk page and in the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.observer import ObserverAction, Proof
from court.services import observers
from court.services.observers import ObserverMade
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.hearing import page
from court.web.keys import BRIDGE, CONFIG, DB, NOW, ROOMS
from court.web.order import Id, keeper, obeyed
from court.web.room import body_of

routes = Routes()
KEEPERS = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK)
FIELD = "observer-name"


class OfObserver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    observer: Id


@routes.post("/desk/hearings/{id}/observers", access=KEEPERS)
async def add(request: web.Request) -> web.Response:
    """One more on the list. The answer is the page itself: link and code are shown once and never stored."""
    form = await forms.sent(request)
    proof = form.choice("observer-proof", Proof)
    facts = {
        "name": form.text(FIELD, required=True, most=60),
        "affiliation": form.text("observer-of", most=80),
        "typed": form.text("observer-digits", most=8),
        "proof": proof or Proof.CODE,
    }
    return await _made(request, form, observers.add, facts)


@routes.post("/desk/hearings/{id}/observers/{observer}/relink", access=KEEPERS)
async def relink(request: web.Request) -> web.Response:
    """Another link; who came by the old one leaves."""
    form = await forms.sent(request)
    return await _made(request, form, observers.relink, {"observer_id": request.match_info["observer"]})


async def _made(
    request: web.Request, form: forms.Sent, service: Callable[..., ObserverMade], facts: dict[str, Any]
) -> web.Response:
    hearing_id = request.match_info["id"]
    try:
        form.check()
        made = await request.app[DB].write(
            service, actor=actor(request), now=request[NOW], hearing_id=hearing_id, **facts
        )
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        at = "observer-digits" if error.code == "observer.digits" else FIELD
        shown = forms.errors(error, field=at)
        return await page(request, hearing_id, status=error.status, errors=shown, values=form.values)
    request.app[ROOMS].evict(hearing_id, made.observer.place)
    await request.app[BRIDGE].changed(hearing_id)
    link = f"{request.app[CONFIG].base_url}/observe/{made.token}"
    return await page(request, hearing_id, made_observer=(made.observer.id, link, made.code))


@routes.post("/desk/hearings/{id}/observers/{observer}/{step:remove|reinstate}", access=KEEPERS)
async def on_desk(request: web.Request) -> web.Response:
    """移出 and its taking back."""
    await forms.sent(request)
    hearing_id = request.match_info["id"]
    action = ObserverAction(request.match_info["step"])
    try:
        await _step(request, hearing_id, request.match_info["observer"], action)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await page(request, hearing_id, status=error.status, errors=forms.errors(error, field=FIELD))
    await request.app[BRIDGE].changed(hearing_id)
    return pages.see_other(f"/desk/hearings/{hearing_id}#observers")


@routes.post("/room/{hearing_id}/observers/remove", access=KEEPERS)
async def in_room(request: web.Request) -> web.Response:
    """移出 at once, from the bench or the clerk's place."""
    place, sent = await keeper(request), await body_of(request, OfObserver)
    await _step(request, place.hearing.id, sent.observer, ObserverAction.REMOVE)
    return await obeyed(request, place)


async def _step(request: web.Request, hearing_id: str, observer_id: str, action: ObserverAction) -> None:
    after = await request.app[DB].write(
        observers.step,
        actor=actor(request),
        now=request[NOW],
        hearing_id=hearing_id,
        observer_id=observer_id,
        action=action,
    )
    if action is ObserverAction.REMOVE:
        request.app[ROOMS].evict(hearing_id, after.place)
