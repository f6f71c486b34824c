"""A story told into the machine: sound comes in pieces while the person speaks, and is played back. Types nothing."""

from __future__ import annotations

from aiohttp import web

from court.domain.draft import Draft, DraftState
from court.domain.errors import CourtError
from court.domain.statement import PIECE_BYTES, Statement, sound_type
from court.services import statement as statements
from court.web import forms, pages
from court.web.access import actor
from court.web.keys import BLOBS, DB, NOW
from court.web.kiosk.held import KIOSK, gone, held, routes
from court.web.kiosk.steps import other_draft

BASE = "/kiosk/statements"
LONGEST_PIECE_MS = 60_000


async def sound(request: web.Request, found: Statement) -> web.StreamResponse:
    """The whole sound; of one that was never closed what has come so far."""
    blobs, headers = request.app[BLOBS], {"Cache-Control": "no-store"}
    if found.sha256:
        headers["Content-Type"] = found.media_type
        return web.FileResponse(blobs.path(found.sha256), headers=headers)
    body = await _joined(request, found.id)
    return web.Response(body=body, content_type=found.media_type or "audio/webm", headers=headers)


async def _joined(request: web.Request, statement_id: str) -> bytes:
    parts = await request.app[DB].read(statements.pieces, statement_id=statement_id)
    return b"".join([await request.app[BLOBS].read(one) for one in parts])


async def _draft(request: web.Request) -> Draft:
    """The registration on this screen. A script's answer: `draft.not_found`."""
    draft = await held(request)
    if draft is None or draft.state is not DraftState.OPEN:
        raise CourtError("draft.not_found")
    return draft


@routes.post(BASE, access=KIOSK)
async def begin(request: web.Request) -> web.Response:
    """A new one for the registration on this screen."""
    draft = await _draft(request)
    made = await request.app[DB].write(
        statements.begin, actor=actor(request), now=request[NOW], draft_id=draft.id
    )
    return pages.json({"id": made.id})


@routes.post(BASE + "/{id}/pieces/{position:\\d{1,3}}", access=KIOSK, upload=True)
async def piece(request: web.Request) -> web.Response:
    """A few seconds of sound, kept before the page is told so."""
    draft, data = await _draft(request), await request.read()
    asked = request.query.get("ms", "")
    ms = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    if not data or len(data) > PIECE_BYTES or not 1 <= ms <= LONGEST_PIECE_MS:
        raise CourtError("statement.not_sound")
    position = int(request.match_info["position"])
    kind = sound_type(data[:12])
    if position == 0 and not kind:
        raise CourtError("statement.not_sound")
    blob = await request.app[BLOBS].put_bytes(data, kind or "application/octet-stream")
    found = await request.app[DB].write(
        statements.take,
        actor=actor(request),
        now=request[NOW],
        draft_id=draft.id,
        statement_id=request.match_info["id"],
        position=position,
        ms=ms,
        blob=blob,
    )
    return pages.json({"ms": found.ms})


@routes.post(BASE + "/{id}/finish", access=KIOSK)
async def finish(request: web.Request) -> web.Response:
    """All of it is there: one file with its hash. By a script, or by a person after a reload."""
    if not pages.wants_json(request):
        draft = await held(request)
        if draft is None or draft.state is not DraftState.OPEN:
            return gone()
        if (await forms.sent(request)).raw("draft") != draft.id:
            return other_draft(request)
    draft, statement_id = await _draft(request), request.match_info["id"]
    found = await request.app[DB].read(statements.get, statement_id=statement_id)
    body = await _joined(request, statement_id)
    if not body:
        raise CourtError("statement.not_sound")
    whole = await request.app[BLOBS].put_bytes(body, found.media_type)
    await request.app[DB].write(
        statements.finish,
        actor=actor(request),
        now=request[NOW],
        draft_id=draft.id,
        statement_id=statement_id,
        whole=whole,
    )
    return pages.json({}) if pages.wants_json(request) else pages.see_other("/kiosk/steps/facts")


@routes.get(BASE + "/{id}", access=KIOSK)
async def play(request: web.Request) -> web.StreamResponse:
    """A statement of the registration on this screen, of no other one."""
    draft = await _draft(request)
    found = await request.app[DB].read(statements.get, statement_id=request.match_info["id"])
    if found.subject_id != draft.id:
        raise CourtError("statement.not_found")
    return await sound(request, found)


@routes.post(BASE + "/{id}/remove", access=KIOSK)
async def remove(request: web.Request) -> web.Response:
    """Takes it back; pressed twice it is gone once."""
    draft = await held(request)
    if draft is None or draft.state is not DraftState.OPEN:
        return gone()
    if (await forms.sent(request)).raw("draft") != draft.id:
        return other_draft(request)
    try:
        await request.app[DB].write(
            statements.remove,
            actor=actor(request),
            now=request[NOW],
            draft_id=draft.id,
            statement_id=request.match_info["id"],
        )
    except CourtError as error:
        if error.code != "statement.not_found":
            raise
    return pages.see_other("/kiosk/steps/facts")
