"""The paper path of an agreement: printed, signed by hand; the sheets come back, are compared, sealed and registered."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import Any

import pikepdf
from aiohttp import web

from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.mediation import Agreement, AgreementState, SignerRole
from court.domain.paper import PAPER_NAMES, PaperKind
from court.domain.signature import MANNER_NAMES, Manner, ScanCheck, SheetFound
from court.services import agreements, hand, scans
from court.services import signing as signatures
from court.store.database import Read, Tx
from court.web import agreement_paper, forms, pages, sealing
from court.web.access import Routes, actor
from court.web.agreement import show_page
from court.web.keys import AUTHORITY, BLOBS, CHECKS, CONFIG, DB, NOW, PAPERS
from court.web.pictures import picture
from court.web.signing import DRAFTERS, draw, sheets_of, tell, with_files
from documents import mediation, scan, sheets_in
from documents.data import PersonFacts
from documents.pki import trust

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
    """The signed sheets come back as pictures: their codes are read, then a person compares them."""
    form = await forms.sent(request)
    try:
        made = await _upload(request, _sheets(form))
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(request, status=error.status, errors=forms.errors(error, field="sheets"))
    return pages.see_other(f"/desk/agreements/{made.subject_id}/scan/{made.id}")


def _sheets(form: forms.Sent) -> tuple[bytes, ...]:
    """The pictures in the order chosen. Errors: upload.*, agreement.sheets."""
    files = form.files("sheets")
    if not files:
        raise CourtError("agreement.sheets")
    if len(files) > MOST_SHEETS:
        raise CourtError("upload.too_large", limit=f"{MOST_SHEETS} 张")
    read = tuple(f.file.read(SHEET_BYTES + 1) for f in files)
    if any(len(data) > SHEET_BYTES for data in read):
        raise CourtError("upload.too_large", limit="10 MB")
    if any(not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) for data in read):
        raise CourtError("upload.wrong_type")
    return read


def _printed(rx: Read, *, who: Actor, agreement_id: str) -> Agreement:
    """An agreement that is out on paper. Refuses `agreement.wrong_state`."""
    found = agreements.seen(rx, actor=who, agreement_id=agreement_id)
    if found.state is not AgreementState.WET_PRINT:
        raise CourtError("agreement.wrong_state", state=found.state_name, action="scan")
    return found


async def _upload(request: web.Request, sheets: tuple[bytes, ...]) -> ScanCheck:
    app, who = request.app, actor(request)
    found = await app[DB].read(_printed, who=who, agreement_id=request.match_info["id"])
    printed = await sheets_of(request, found.head_sha256)
    if len(sheets) != printed:
        raise CourtError("scan.pages", printed=printed, given=len(sheets))
    content = await app[PAPERS].run(_content_sha256, await app[BLOBS].read(found.head_sha256))
    known = trust(app[AUTHORITY].directory)
    seen = [
        await app[CHECKS].run(sheets_in.look, sheet, n, content_sha256=content, pages=printed, trust=known)
        for n, sheet in enumerate(sheets, start=1)
    ]
    other = next((one for one in seen if one.state is sheets_in.SheetState.OTHER), None)
    if other is not None:
        raise CourtError("scan.other_paper", sheet=other.sheet, number=other.number or "别的版本")
    # Chosen in another order than printed: each code says its page, so they are put right.
    placed = sheets_in.order(seen)
    kept = [await app[BLOBS].put_bytes(sheet, _kind(sheet)) for sheet in sheets]
    findings = [SheetFound(sheet=o.sheet, page=o.page, state=o.state.value, signed=o.signed) for o in seen]
    if placed is not None:
        kept = [kept[n] for n in placed]
        findings = [
            SheetFound(sheet=page, page=page, state="found", signed=seen[n].signed)
            for page, n in enumerate(placed, start=1)
        ]
    return await app[DB].write(
        with_files,
        actor=who,
        now=request[NOW],
        files=tuple(kept),
        service=scans.upload,
        subject_kind=hand.SUBJECT,
        subject_id=found.id,
        base_sha256=found.head_sha256,
        sheets=[blob.sha256 for blob in kept],
        findings=findings,
    )


def _kind(sheet: bytes) -> str:
    return "image/jpeg" if sheet.startswith(b"\xff\xd8\xff") else "image/png"


def _load(rx: Read, *, who: Actor, agreement_id: str, scan_id: str) -> tuple[Agreement, ScanCheck]:
    found = agreements.seen(rx, actor=who, agreement_id=agreement_id)
    return found, scans.get(rx, subject_id=agreement_id, scan_id=scan_id)


@routes.get("/desk/agreements/{id}/scan/{scan}", access=DRAFTERS)
async def compare(request: web.Request) -> web.Response:
    """Print and scan side by side, page by page."""
    return await _compare(request)


async def _compare(
    request: web.Request, status: int = 200, errors: forms.Errors | None = None, **values: Any
) -> web.Response:
    found, check = await request.app[DB].read(
        _load,
        who=actor(request),
        agreement_id=request.match_info["id"],
        scan_id=request.match_info["scan"],
    )
    people = [s for s in found.signers if s.role is not SignerRole.SEAL]
    return pages.render(
        request,
        "agreement/scan.html",
        status=status,
        agreement=found,
        check=check,
        people=people,
        manners={one: MANNER_NAMES[one] for one in (Manner.WRITTEN, Manner.FINGERPRINT, Manner.MARK)},
        errors=errors or {},
        values=values,
    )


@routes.get("/desk/agreements/{id}/scan/{scan}/{sheet}.png", access=DRAFTERS)
async def sheet(request: web.Request) -> web.Response:
    """One sheet as it came back, as a picture."""
    _, check = await request.app[DB].read(
        _load,
        who=actor(request),
        agreement_id=request.match_info["id"],
        scan_id=request.match_info["scan"],
    )
    number = request.match_info["sheet"]
    if not (number.isascii() and number.isdigit() and 0 < int(number[:4]) <= len(check.sheets)):
        raise CourtError("scan.not_found")
    sha256 = check.sheets[int(number) - 1]
    return await picture(request, sha256, "image/jpeg", most=request.app[CONFIG].max_upload_pixels)


@routes.post("/desk/agreements/{id}/scan/{scan}", access=DRAFTERS)
async def decide(request: web.Request) -> web.Response:
    """核对无误 seals the scan as the original; 退回 asks for other sheets."""
    form = await forms.sent(request)
    agreement_id, scan_id = request.match_info["id"], request.match_info["scan"]
    note = form.text("note", most=400)
    try:
        if form.raw("do") == "reject":
            await request.app[DB].write(
                _reject,
                who=actor(request),
                now=request[NOW],
                scan_id=scan_id,
                agreement_id=agreement_id,
                reason=note,
            )
        else:
            await _accept(request, form, note)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _compare(request, error.status, forms.errors(error, field="note"), note=note)
    return pages.see_other(f"/desk/agreements/{agreement_id}")


def _reject(tx: Tx, /, *, who: Actor, now: datetime, agreement_id: str, scan_id: str, reason: str) -> None:
    agreements.seen(tx, actor=who, agreement_id=agreement_id)
    scans.reject(tx, actor=who, now=now, subject_id=agreement_id, scan_id=scan_id, reason=reason)


async def _accept(request: web.Request, form: forms.Sent, note: str) -> None:
    app, now, who = request.app, request[NOW], actor(request)
    printed = await app[DB].read(_printed, who=who, agreement_id=request.match_info["id"])
    check = await app[DB].read(
        scans.require_open,
        subject_id=printed.id,
        scan_id=request.match_info["scan"],
        base_sha256=printed.head_sha256,
    )
    if not all(form.flag(f"same-{n}") for n in range(1, len(check.sheets) + 1)):
        raise CourtError("scan.unchecked")
    if check.unread and not note:
        raise CourtError("text.empty")
    signers = [s for s in printed.signers if s.role is not SignerRole.SEAL]
    manners = {s.id: (form.choice(f"manner-{s.id}", Manner) or Manner.WRITTEN).value for s in signers}
    form.check()
    found = await app[DB].write(agreement_paper.gather, now=now, agreement_id=printed.id)
    data = agreement_paper.paper(found, config=app[CONFIG], recording=None, now=now, wet=True)
    base = await app[BLOBS].read(printed.head_sha256)
    scanned = scan.ScannedPaper(
        title=data.pattern.title,
        number=printed.number,
        body_name=data.body_name,
        printed_sha256=printed.head_sha256,
        content_sha256=await app[PAPERS].run(_content_sha256, base),
        sheets=tuple([await app[BLOBS].read(sha256) for sha256 in check.sheets]),
        signed_by=tuple(
            PersonFacts(role=agreement_paper.signer_role(s, found.people), name=s.name) for s in signers
        ),
        signed_at=check.at,
        scanned_by=who.name,
        manners=tuple(MANNER_NAMES[Manner(manners[s.id])] for s in signers),
        checked=note,
        personal_status=found.matter.personal_status,
    )
    use = Purpose(
        kind=PaperKind.SCAN,
        title=PAPER_NAMES[PaperKind.SCAN],
        number=printed.number,
        subject_kind="matter",
        subject_id=printed.matter_id,
        hearing_id=printed.hearing_id,
    )
    blob, made = await sealing.sealed(request, scan.render, scanned, use=use)

    def both(tx: Tx, /, *, actor: Actor, now: datetime, **facts: Any) -> Agreement:
        scans.accept(
            tx,
            actor=actor,
            now=now,
            subject_id=printed.id,
            scan_id=check.id,
            base_sha256=printed.head_sha256,
            manners=manners,
            note=note,
        )
        return signatures.upload_scan(tx, actor=actor, now=now, **facts)

    done = await app[DB].write(
        with_files,
        actor=who,
        now=now,
        files=(blob,),
        service=both,
        agreement_id=printed.id,
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
