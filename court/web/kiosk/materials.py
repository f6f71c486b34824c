"""Photographs of papers on the kiosk: taken in, shown, taken out. What a file may be the store decides."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from aiohttp import web
from aiohttp.web_request import FileField

from court.domain.draft import Draft, DraftState
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.services import draft as drafts
from court.store.blobs import Blob, remember
from court.store.database import Tx
from court.web import forms, pages
from court.web.access import actor
from court.web.keys import BLOBS, DB, NOW
from court.web.kiosk import flow
from court.web.kiosk.held import KIOSK, gone, held, routes
from court.web.kiosk.steps import other_draft, show
from court.web.uploads import photograph


def _label(draft: Draft, field: FileField) -> str:
    """第1张材料, or the file's own name when the person chose a named file."""
    stem = PurePath(field.filename).stem
    number = f"第{len(draft.materials) + 1}张材料"
    return number if stem in {"", "photo", "image"} else f"{number}（{stem[:40]}）"


async def _take(request: web.Request, draft: Draft, form: forms.Sent) -> None:
    chosen = form.file("photo")
    blob = await photograph(request, form, "photo")
    if chosen is None or blob is None:
        raise CourtError("upload.empty")
    await request.app[DB].write(
        _attach,
        actor=actor(request),
        now=request[NOW],
        draft_id=draft.id,
        label=_label(draft, chosen),
        blob=blob,
    )


def _attach(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, label: str, blob: Blob) -> None:
    remember(tx, actor=actor, now=now, blob=blob)
    drafts.attach(tx, actor=actor, now=now, draft_id=draft_id, label=label, sha256=blob.sha256)


def _refused(request: web.Request, draft: Draft, error: CourtError) -> web.Response:
    page = flow.the_page(draft.kind, "materials")
    return show(request, draft, page, errors={"photo": (error.code, error.text)}, status=error.status)


async def _taken(request: web.Request, form: forms.Sent) -> web.Response:
    draft = await held(request)
    if draft is None or draft.state is not DraftState.OPEN:
        return gone()
    if form.raw("draft") != draft.id:
        return other_draft(request)
    try:
        await _take(request, draft, form)
    except CourtError as error:
        if pages.wants_json(request):
            raise
        return _refused(request, draft, error)
    if pages.wants_json(request):
        return pages.json({"materials": len(draft.materials) + 1})
    return pages.see_other("/kiosk/steps/materials")


@routes.post("/kiosk/materials", access=KIOSK, upload=True)
async def take(request: web.Request) -> web.Response:
    """One photograph. A script gets a refusal as JSON; a form its page back with the reason at the field."""
    form = await forms.sent(request)
    try:
        return await _taken(request, form)
    finally:
        for sent in form.files("photo"):
            sent.file.close()


@routes.get("/kiosk/materials/{id}", access=KIOSK)
async def picture(request: web.Request) -> web.StreamResponse:
    """A photograph of the registration on this screen, of no other one."""
    draft = await held(request)
    wanted = request.match_info["id"]
    material = next((m for m in draft.materials if m.id == wanted), None) if draft else None
    if material is None:
        raise CourtError("material.not_found")
    return web.FileResponse(
        request.app[BLOBS].path(material.sha256),
        headers={"Content-Type": material.media_type, "Cache-Control": "no-store"},
    )


@routes.post("/kiosk/materials/{id}/remove", access=KIOSK)
async def remove(request: web.Request) -> web.Response:
    """Takes a photograph out again; pressed twice it is out once."""
    draft = await held(request)
    if draft is None or draft.state is not DraftState.OPEN:
        return gone()
    form = await forms.sent(request)
    if form.raw("draft") != draft.id:
        return other_draft(request)
    if any(m.id == request.match_info["id"] for m in draft.materials):
        await request.app[DB].write(
            drafts.detach,
            actor=actor(request),
            now=request[NOW],
            draft_id=draft.id,
            material_id=request.match_info["id"],
        )
    return pages.see_other("/kiosk/steps/materials")
