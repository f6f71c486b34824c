"""One photographed paper before and after: turned, cut, made clear, or as it came. The original always stays."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from court.domain.draft import Draft, DraftState
from court.domain.errors import CourtError
from court.domain.matter import Material
from court.services import draft as drafts
from court.web import forms, pages, photos
from court.web.access import actor
from court.web.keys import BLOBS, CONFIG, DB, NOW, PAPERS
from court.web.kiosk.held import KIOSK, gone, held, render, routes
from court.web.kiosk.steps import other_draft

SIDES = ("left", "top", "right", "bottom")
SIDE_NAMES = {"left": "左边", "top": "上边", "right": "右边", "bottom": "下边"}


def _of(draft: Draft, material_id: str) -> Material:
    found = next((one for one in draft.materials if one.id == material_id), None)
    if found is None or found.media_type == "application/pdf":
        raise CourtError("material.not_found")
    return found


@routes.get("/kiosk/materials/{id}/edit", access=KIOSK)
async def edit(request: web.Request) -> web.Response:
    """The paper as it came beside what was made of it."""
    draft = await held(request)
    if draft is None or draft.state is not DraftState.OPEN:
        return gone()
    material = _of(draft, request.match_info["id"])
    edits = photos.read(material.edits)
    return render(
        request,
        "kiosk/photo.html",
        draft=draft,
        material=material,
        edits=edits,
        cut={side: edits.cut[n] // 10 for n, side in enumerate(SIDES)},
        sides=SIDE_NAMES,
        errors={},
    )


@routes.get("/kiosk/materials/{id}/original", access=KIOSK)
async def original(request: web.Request) -> web.StreamResponse:
    """The photograph as it came."""
    draft = await held(request)
    if draft is None:
        raise CourtError("material.not_found")
    material = _of(draft, request.match_info["id"])
    sha256 = material.raw_sha256 or material.sha256
    return web.FileResponse(
        request.app[BLOBS].path(sha256), headers={"Content-Type": "image/jpeg", "Cache-Control": "no-store"}
    )


async def _wanted(request: web.Request, form: forms.Sent, data: bytes, now: photos.Edits) -> photos.Edits:
    """The edits after one press. Refuses `photo.edits`."""
    match form.raw("act"):
        case "left":
            return replace(now, turn=(now.turn - 90) % 360, cut=(0, 0, 0, 0))
        case "right":
            return replace(now, turn=(now.turn + 90) % 360, cut=(0, 0, 0, 0))
        case "clear":
            return replace(now, clear=not now.clear)
        case "auto":
            cut = await request.app[PAPERS].run(
                photos.sheet, data, now.turn, request.app[CONFIG].max_upload_pixels
            )
            return replace(now, cut=cut, clear=True)
        case "cut":
            left, top, right, bottom = (
                form.number(side, least=0, most=80, fallback=0) * 10 for side in SIDES
            )
            return photos.read(replace(now, cut=(left, top, right, bottom)).written())
        case "undo":
            return photos.Edits()
        case _:
            raise CourtError("photo.edits")


@routes.post("/kiosk/materials/{id}/edit", access=KIOSK)
async def change(request: web.Request) -> web.Response:
    """One press: a new picture from the original, never from an earlier edit."""
    draft = await held(request)
    if draft is None or draft.state is not DraftState.OPEN:
        return gone()
    form = await forms.sent(request)
    if form.raw("draft") != draft.id:
        return other_draft(request)
    material = _of(draft, request.match_info["id"])
    raw = material.raw_sha256 or material.sha256
    data = await request.app[BLOBS].read(raw)
    edits = await _wanted(request, form, data, photos.read(material.edits))
    form.check()
    blob = None
    if edits != photos.Edits():
        made = await request.app[PAPERS].run(
            photos.improved, data, edits, request.app[CONFIG].max_upload_pixels
        )
        blob = await request.app[BLOBS].put_bytes(made, "image/jpeg")
    await request.app[DB].write(
        drafts.edit_material,
        actor=actor(request),
        now=request[NOW],
        draft_id=draft.id,
        material_id=material.id,
        blob=blob,
        edits=edits.written() if blob else "",
    )
    return pages.see_other(f"/kiosk/materials/{material.id}/edit")
