"""Statements on the desk: heard and typed by an officer beside the sound. Rules are in services."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.services import statement
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.keys import DB
from court.web.kiosk.statement import sound
from court.web.triage import DESK
from court.web.triage import page as look_page
from court.web.writes import write_once

routes = Routes()
AT = "/desk/matters/{id}/statements/{statement}"


@routes.get(AT, access=DESK)
async def play(request: web.Request) -> web.StreamResponse:
    """The sound, for who may see the matter."""
    found, _ = await request.app[DB].read(
        statement.of_matter,
        actor=actor(request),
        matter_id=request.match_info["id"],
        statement_id=request.match_info["statement"],
    )
    return await sound(request, found)


@routes.post(AT + "/words", access=DESK)
async def type_words(request: web.Request) -> web.Response:
    """What was heard, in writing."""
    form, matter_id = await forms.sent(request), request.match_info["id"]
    field = f"words-{request.match_info['statement']}"
    words = form.text(field, required=True, most=10_000)
    try:
        form.check()
        await write_once(
            request,
            form,
            statement.type_words,
            matter_id=matter_id,
            statement_id=request.match_info["statement"],
            words=words,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await look_page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    return pages.see_other(f"/desk/matters/{matter_id}/look#statements")
