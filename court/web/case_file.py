"""The file of a lawsuit on the desk: its list checked, its index sealed, the folder taken along as a ZIP."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from aiohttp import web

from court.domain.case_file import ITEM_NAMES, STATE_NAMES, Filed, lacking
from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.filing import FILING, FileItem, FileState, FilingAction, FilingState
from court.domain.lifecycle import Actor, Role
from court.domain.matter import Side
from court.domain.paper import PAPER_NAMES, PaperKind
from court.domain.procedure import PROCEDURE_NAMES
from court.domain.track import Track
from court.services import case_file, filing
from court.services.case_file import CaseFile
from court.store.blobs import Blobs
from court.store.database import Read
from court.store.views import MatterPage, matter_page
from court.web import forms, pages, sealing
from court.web.access import Routes, actor, staff
from court.web.keys import BLOBS, CONFIG, DB, NOW
from court.web.writes import write_once
from documents import kit
from documents.case_file import CaseFileIndex, FileCheck, FiledPaper

routes = Routes()
DESK = staff(Role.JUDGE, Role.CLERK, Role.REGISTRAR, Role.PRESIDENT)
MAKERS = staff(Role.JUDGE, Role.CLERK)
ADDRESS = "/desk/matters/{id}/filing/file"
_CHUNK = 1 << 18
_SIDES = {Side.APPLICANT: "原告", Side.RESPONDENT: "被告", Side.THIRD: "第三人"}
INDEX_NAME = "00-电子卷宗目录.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    matter: MatterPage
    track: Track
    file: CaseFile
    may_mark: bool


def _load(rx: Read, *, who: Actor, matter_id: str, now: datetime) -> FilePage:
    page = matter_page(rx, actor=who, matter_id=matter_id)
    track = filing.of_matter(rx, matter_id=matter_id)
    if track is None:
        raise CourtError("track.not_found")
    known = filing.known_of(track)
    return FilePage(
        matter=page,
        track=track,
        file=case_file.gather(rx, track, known, now),
        may_mark=FilingAction.MARK_FILE in FILING.actions(FilingState(track.state), who.role),
    )


async def _loaded(request: web.Request) -> FilePage:
    return await request.app[DB].read(
        _load, who=actor(request), matter_id=request.match_info["id"], now=request[NOW]
    )


@routes.get(ADDRESS, access=DESK)
async def show(request: web.Request) -> web.Response:
    """The twelve items and every file of the folder."""
    return await _page(request)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    page = await _loaded(request)
    return pages.render(
        request,
        "matter/case_file.html",
        status=status,
        page=page,
        lacking=lacking(page.file.items),
        states=[(one.value, STATE_NAMES[one]) for one in (FileState.ON_PAPER, FileState.NOT_NEEDED)],
        may_make=actor(request).role in MAKERS.roles,
        errors=errors or {},
        values=values or {},
    )


@routes.post(ADDRESS + "/mark", access=MAKERS | staff(Role.REGISTRAR))
async def mark(request: web.Request) -> web.Response:
    """An item that lies on paper only or is not needed, with the reason."""
    form = await forms.sent(request)
    page = await _loaded(request)
    field = f"reason-{form.raw('item')}"
    try:
        item, state = form.choice("item", FileItem), form.choice("state", FileState)
        reason = form.text(field, required=True, most=400)
        form.check()
        facts = {"item": item, "state": state, "reason": reason}
        await write_once(request, form, case_file.mark, track_id=page.track.id, rev=form.rev(), **facts)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await _page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    return pages.see_other(f"/desk/matters/{page.track.matter_id}/filing/file")


@routes.post(ADDRESS + "/index", access=MAKERS)
async def make_index(request: web.Request) -> web.Response:
    """The list of everything with its hash, drawn, sealed and registered; one that still says it all is given again."""
    form = await forms.sent(request)
    form.once()
    page = await _loaded(request)
    if page.file.index is not None:
        return pages.see_other(f"/desk/matters/{page.track.matter_id}/filing/file")
    if not page.file.files:
        raise CourtError("case_file.empty")
    facts = _facts(request, page)
    digest = hashlib.sha256(kit.content(facts)).hexdigest()
    use = Purpose(
        kind=PaperKind.CASE_FILE,
        title=f"{PAPER_NAMES[PaperKind.CASE_FILE]}（内容校验 {digest[:16]}）",
        number=page.track.number or page.matter.matter.number,
        subject_kind="matter",
        subject_id=page.track.matter_id,
    )
    try:
        blob, sheets = await sealing.sealed(request, kit.render, facts, use=use)
    except CourtError as error:
        if error.code != "custody.waiting":
            raise
        return await _page(request, status=error.status, errors=forms.errors(error, field="index"))
    who, now = actor(request), request[NOW]
    await request.app[DB].write(sealing.enter_drawn, actor=who, now=now, purpose=use, blob=blob, pages=sheets)
    return pages.see_other(f"/desk/matters/{page.track.matter_id}/filing/file")


def _facts(request: web.Request, page: FilePage) -> CaseFileIndex:
    known = filing.known_of(page.track)
    return CaseFileIndex(
        number=page.track.number or page.matter.matter.number,
        body_name=request.app[CONFIG].court_name,
        cause=page.matter.matter.cause_name,
        procedure=PROCEDURE_NAMES[known.procedure],
        parties=tuple(f"{_SIDES[one.side]} {one.name}" for one in page.matter.parties if one.side in _SIDES),
        filed_by=actor(request).name,
        # The same content for the keeper who allows the seal later: no clock of today.
        filed_at=max(one.at for one in page.file.files),
        checks=tuple(
            FileCheck(item=ITEM_NAMES[one.item], state=one.state_name, reason=one.reason)
            for one in page.file.items
        ),
        files=tuple(
            FiledPaper(folder=one.folder, name=one.name, at=one.at, pages=one.pages, sha256=one.sha256)
            for one in page.file.files
        ),
    )


@routes.get(ADDRESS + ".zip", access=MAKERS)
async def take(request: web.Request) -> web.StreamResponse:
    """电子卷宗: the folder with its sealed index, as the index lists it. Refuses `case_file.no_index`."""
    page = await _loaded(request)
    index = page.file.index
    if index is None:
        raise CourtError("case_file.no_index")
    blobs = request.app[BLOBS]
    packed = await asyncio.to_thread(tempfile.TemporaryFile)
    try:
        await asyncio.to_thread(_pack, packed, blobs, index.sha256, page.file.files, page.track.number)
        await request.app[DB].write(
            case_file.exported,
            actor=actor(request),
            now=request[NOW],
            track_id=page.track.id,
            index_id=index.id,
            files=len(page.file.files),
        )
        answer = web.StreamResponse(
            headers={
                "Content-Type": "application/zip",
                "Content-Disposition": 'attachment; filename="case-file.zip"',
                "Cache-Control": "no-store",
            }
        )
        await answer.prepare(request)
        while chunk := await asyncio.to_thread(packed.read, _CHUNK):
            await answer.write(chunk)
        await answer.write_eof()
        return answer
    finally:
        await asyncio.to_thread(packed.close)


def _pack(made: IO[bytes], blobs: Blobs, index: str, files: Iterable[Filed], number: str) -> None:
    """The folder into a temporary file, which stands at its beginning afterwards."""
    top = Path(number or "电子卷宗").name
    listed = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        packed.write(blobs.path(index), f"{top}/{INDEX_NAME}")
        for one in files:
            packed.write(blobs.path(one.sha256), f"{top}/{one.folder}/{one.name}")
            listed.append({"path": f"{one.folder}/{one.name}", "sha256": one.sha256})
        sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in listed)
        packed.writestr(f"{top}/SHA256SUMS", sums)
        told = {"number": number, "files": listed}
        packed.writestr(f"{top}/目录.json", json.dumps(told, ensure_ascii=False))
    made.seek(0)
