"""Staff register for a person, face to face or on the telephone: begins a registration, asks nothing itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.draft import Channel, Draft, DraftKind
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.services import draft as drafts
from court.store.database import Tx
from court.web import forms, pages
from court.web.access import Routes
from court.web.keys import DB
from court.web.kiosk.held import ASSISTING, hold
from court.web.writes import write_once

routes = Routes()
CHANNELS = frozenset({Channel.DESK, Channel.CALL})


def _begin(tx: Tx, *, actor: Actor, now: datetime, kind: DraftKind, channel: Channel) -> Any:
    begun = drafts.start(tx, actor=actor, now=now, kind=kind)
    return drafts.save(
        tx,
        actor=actor,
        now=now,
        draft_id=begun.id,
        version=begun.version,
        step="identity",
        changes={"channel": channel.value},
    )


@routes.get("/desk/register", access=ASSISTING)
async def choose(request: web.Request) -> web.Response:
    """Face to face or by telephone, and what about."""
    return pages.render(request, "desk/register.html")


@routes.post("/desk/register", access=ASSISTING)
async def begin(request: web.Request) -> web.Response:
    """From here on the questions are those of the vehicle's screen, with the officer's name on them."""
    form = await forms.sent(request)
    kind, channel = form.choice("kind", DraftKind), form.choice("channel", Channel)
    if kind is None or channel not in CHANNELS:
        raise CourtError("web.bad_request")
    begun = await write_once(request, form, _begin, kind=kind, channel=channel)
    draft: Draft = await request.app[DB].read(drafts.get, draft_id=begun)
    response = pages.see_other("/kiosk/steps/identity")
    hold(request, response, draft)
    return response
