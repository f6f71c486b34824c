"""Copies of a recording on the desk: asked for, watched, cancelled, fetched, handed out. Made by court.web.exporting."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.export import Export, ExportKind
from court.domain.lifecycle import Role
from court.services import exports
from court.video.packing import Packing
from court.web import forms
from court.web.access import SEAT, TERMINAL, Routes, actor, staff
from court.web.exporting import EXPORTING
from court.web.keys import CONFIG, DB, NOW
from court.web.record import act

routes = Routes()
MAKERS = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK)
# A party that asks for the file is told what it may have instead; so the file stands beside the playback, not on the desk.
FETCHERS = staff() | SEAT | TERMINAL


@routes.post("/desk/recordings/{id}/exports", access=MAKERS)
async def ask(request: web.Request) -> web.Response:
    """A new copy: kind and reason."""
    form = await forms.sent(request)
    kind = form.choice("kind", ExportKind)
    reason = form.text("export-reason", required=True, most=400)
    hearing_id = request.match_info["id"]
    facts = {"hearing_id": hearing_id, "kind": kind, "reason": reason}
    answer = await act(request, form, "export-reason", exports.ask, **facts)
    request.app[EXPORTING].nudge.set()
    return answer


async def _own(request: web.Request) -> Export:
    """The export of the path; it must belong to the recording of the path."""
    found = await request.app[DB].read(exports.get, export_id=request.match_info["export"])
    if found.hearing_id != request.match_info["id"]:
        raise CourtError("export.not_found")
    return found


@routes.post("/desk/recordings/{id}/exports/{export}/{verb:cancel|retry}", access=MAKERS)
async def change(request: web.Request) -> web.Response:
    """Cancel a job, or try a failed one again."""
    form = await forms.sent(request)
    found = await _own(request)
    service = exports.cancel if request.match_info["verb"] == "cancel" else exports.retry
    answer = await act(request, form, "export-reason", service, export_id=found.id)
    now = await request.app[DB].read(exports.get, export_id=found.id)
    if now.state == "cancelled":
        request.app[EXPORTING].cancel(found.id)
    request.app[EXPORTING].nudge.set()
    return answer


@routes.post("/desk/recordings/{id}/exports/{export}/handout", access=MAKERS)
async def hand_out(request: web.Request) -> web.Response:
    """To whom the sound was given."""
    form = await forms.sent(request)
    found = await _own(request)
    return await act(
        request,
        form,
        "receiver",
        exports.hand_out,
        export_id=found.id,
        receiver=form.text("receiver", required=True, most=60),
        relation=form.text("relation", required=True, most=40),
    )


@routes.get("/hearings/{id}/exports/{export}/file", access=FETCHERS)
async def fetch(request: web.Request) -> web.StreamResponse:
    """The file, or the disc folder as a ZIP; each fetching is written down."""
    found = await _own(request)
    kept = await request.app[DB].write(
        exports.download, actor=actor(request), now=request[NOW], export_id=found.id
    )
    path = request.app[CONFIG].exports_dir / kept.id / kept.file
    if not await asyncio.to_thread(path.exists):
        raise CourtError("export.not_found")
    name = f"{kept.kind}-{kept.id[-8:]}"
    if kept.kind is ExportKind.DISC:
        return await _zip(request, path, f"{name}.zip")
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}{path.suffix}"',
    }
    answer = web.FileResponse(path, headers=headers)
    answer.content_type = "audio/mp4" if kept.kind is ExportKind.AUDIO else "video/mp4"
    return answer


async def _zip(request: web.Request, folder: Path, name: str) -> web.StreamResponse:
    """Packed while it is sent: nothing of it is held in memory or on disk."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
    )
    await response.prepare(request)
    pump = Packing(folder)
    try:
        while (chunk := await asyncio.to_thread(pump.take)) is not None:
            await response.write(chunk)
    finally:
        pump.stop()
    await response.write_eof()
    return response
