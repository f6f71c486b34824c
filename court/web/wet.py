"""The paper path of an agreement (电子签名法 3): printed, signed by hand, its scan sealed and taken into the register."""

from __future__ import annotations

import hashlib
import io

import pikepdf
from aiohttp import web

from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.mediation import AgreementState, SignerRole
from court.domain.paper import PAPER_NAMES, PaperKind
from court.services import agreements
from court.services import signing as signatures
from court.web import agreement_paper, forms, pages, sealing
from court.web.access import Routes, actor
from court.web.agreement import show_page
from court.web.keys import BLOBS, CONFIG, DB, NOW, PAPERS
from court.web.signing import DRAFTERS, draw, tell, with_files
from documents import mediation, scan
from documents.data import PersonFacts

routes = Routes()
SHEET_BYTES = 10 * 1024 * 1024
MOST_SHEETS = 60


@routes.post("/desk/agreements/{id}/wet", access=DRAFTERS)
async def start(request: web.Request) -> web.Response:
    """The reading is done: the paper with lines to sign on is drawn and may be printed."""
    form = await forms.sent(request)
    agreement_id, rev = request.match_info["id"], form.rev()
    try:
        blob, sheets = await draw(request, agreement_id, rev, wet=True)
        done = await request.app[DB].write(
            with_files,
            actor=actor(request),
            now=request[NOW],
            files=(blob,),
            service=signatures.start_wet,
            agreement_id=agreement_id,
            rev=rev,
            base_sha256=blob.sha256,
            pages=sheets,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(request, status=error.status, errors=forms.errors(error, field="wet"))
    tell(request, done)
    return pages.see_other(f"/desk/agreements/{agreement_id}")


@routes.post("/desk/agreements/{id}/scan", access=DRAFTERS, upload=True)
async def take_scan(request: web.Request) -> web.Response:
    """The signed sheets come back as pictures: sealed as one paper, effective from now."""
    form = await forms.sent(request)
    agreement_id = request.match_info["id"]
    try:
        sheets = _sheets(form)
        await _take(request, agreement_id, sheets)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(request, status=error.status, errors=forms.errors(error, field="sheets"))
    return pages.see_other(f"/desk/agreements/{agreement_id}")


def _sheets(form: forms.Sent) -> tuple[bytes, ...]:
    """The pictures in the order chosen. Errors: upload.*, agreement.sheets."""
    files = form.files("sheets")
    if not files or not form.flag("all_signed"):
        raise CourtError("agreement.sheets")
    if len(files) > MOST_SHEETS:
        raise CourtError("upload.too_large", limit=f"{MOST_SHEETS} 张")
    read = tuple(f.file.read(SHEET_BYTES + 1) for f in files)
    if any(len(data) > SHEET_BYTES for data in read):
        raise CourtError("upload.too_large", limit="10 MB")
    if any(not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) for data in read):
        raise CourtError("upload.wrong_type")
    return read


async def _take(request: web.Request, agreement_id: str, sheets: tuple[bytes, ...]) -> None:
    app, now, who = request.app, request[NOW], actor(request)
    await app[DB].read(agreements.seen, actor=who, agreement_id=agreement_id)
    found = await app[DB].write(agreement_paper.gather, now=now, agreement_id=agreement_id)
    if found.agreement.state is not AgreementState.WET_PRINT:
        raise CourtError("agreement.wrong_state", state=found.agreement.state_name, action="scan")
    data = agreement_paper.paper(found, config=app[CONFIG], recording=None, now=now, wet=True)
    base = await app[BLOBS].read(found.agreement.head_sha256)
    scanned = scan.ScannedPaper(
        title=data.pattern.title,
        number=found.agreement.number,
        body_name=data.body_name,
        printed_sha256=found.agreement.head_sha256,
        content_sha256=await app[PAPERS].run(_content_sha256, base),
        sheets=sheets,
        signed_by=tuple(
            PersonFacts(role=agreement_paper.signer_role(s, found.people), name=s.name)
            for s in found.agreement.signers
            if s.role is not SignerRole.SEAL
        ),
        signed_at=now,
        scanned_by=who.name,
    )
    use = Purpose(
        kind=PaperKind.SCAN,
        title=PAPER_NAMES[PaperKind.SCAN],
        number=found.agreement.number,
        subject_kind="matter",
        subject_id=found.agreement.matter_id,
        hearing_id=found.agreement.hearing_id,
    )
    blob, made = await sealing.sealed(request, scan.render, scanned, use=use)
    done = await app[DB].write(
        with_files,
        actor=who,
        now=now,
        files=(blob,),
        service=signatures.upload_scan,
        agreement_id=agreement_id,
        scan_sha256=blob.sha256,
        pages=made,
    )
    tell(request, done)


def _content_sha256(pdf: bytes) -> str:
    """Hash of the machine-readable content inside the printed version."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return hashlib.sha256(
            document.attachments[mediation.CONTENT_FILE].get_file().read_bytes()
        ).hexdigest()
