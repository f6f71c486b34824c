"""The paper path of an agreement: printed, signed by hand; the sheets that came back are sealed and make it effective."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.matter import Party
from court.domain.mediation import Agreement, AgreementState, Signer, SignerRole
from court.domain.paper import PAPER_NAMES, PaperKind
from court.domain.signature import ScanCheck
from court.services import agreements, hand, scans
from court.services import matter as matters
from court.services import signing as signatures
from court.store.database import Read, Tx
from court.web import forms, pages, sealing, sheets_back
from court.web.access import Routes, actor
from court.web.agreement import show_page
from court.web.agreement_paper import SIGNER_NAMES
from court.web.keys import DB, NOW
from court.web.sheets_back import Hand, OnPaper
from court.web.signing import DRAFTERS, draw, tell, with_files
from documents import scan

routes = Routes()


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
        _, paper = await request.app[DB].read(
            _out, who=actor(request), agreement_id=request.match_info["id"], awaited=True
        )
        made = await sheets_back.take(request, paper, sheets_back.sheets(form))
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(request, status=error.status, errors=forms.errors(error, field="sheets"))
    return pages.see_other(f"{paper.home}/scan/{made.id}")


def _out(rx: Read, *, who: Actor, agreement_id: str, awaited: bool = False) -> tuple[Agreement, OnPaper]:
    """`awaited`: refuses `agreement.wrong_state` unless it is out on paper."""
    found = agreements.seen(rx, actor=who, agreement_id=agreement_id)
    is_out = found.state is AgreementState.WET_PRINT
    if awaited and not is_out:
        raise CourtError("agreement.wrong_state", state=found.state_name, action="scan")
    parties = {one.id: one for one in matters.parties(rx, subject_id=found.matter_id)}
    return found, OnPaper(
        subject_kind=hand.SUBJECT,
        subject_id=found.id,
        title="调解协议",
        number=found.number,
        sha256=found.head_sha256,
        home=f"/desk/agreements/{found.id}",
        pictures=f"/agreements/{found.id}/page.png",
        open=is_out,
        hands=tuple(
            Hand(id=s.id, role=_role(s, parties), name=s.name, manner=s.manner)
            for s in found.signers
            if s.role is not SignerRole.SEAL
        ),
    )


def _role(signer: Signer, parties: dict[str, Party]) -> str:
    party = parties.get(signer.party_id or "")
    if party is not None:
        return party.side_name
    return SIGNER_NAMES.get(signer.role, signer.caption.split(" ")[0] or "签名人")


def _load(rx: Read, *, who: Actor, agreement_id: str, scan_id: str) -> tuple[Agreement, OnPaper, ScanCheck]:
    found, paper = _out(rx, who=who, agreement_id=agreement_id)
    return found, paper, scans.get(rx, subject_id=agreement_id, scan_id=scan_id)


async def _found(request: web.Request) -> tuple[Agreement, OnPaper, ScanCheck]:
    at = request.match_info
    return await request.app[DB].read(_load, who=actor(request), agreement_id=at["id"], scan_id=at["scan"])


@routes.get("/desk/agreements/{id}/scan/{scan}", access=DRAFTERS)
async def compare(request: web.Request) -> web.Response:
    """Print and scan side by side, page by page."""
    _, paper, check = await _found(request)
    return sheets_back.compare(request, paper, check)


@routes.get("/desk/agreements/{id}/scan/{scan}/{sheet}.png", access=DRAFTERS)
async def sheet(request: web.Request) -> web.Response:
    """One sheet as it came back, as a picture."""
    return await sheets_back.sheet(request, (await _found(request))[2])


@routes.post("/desk/agreements/{id}/scan/{scan}", access=DRAFTERS)
async def decide(request: web.Request) -> web.Response:
    """核对无误 seals the scan as the original; 退回 asks for other sheets."""
    form, (found, paper, check) = await forms.sent(request), await _found(request)
    note = form.text("note", most=400)
    try:
        if form.raw("do") == "reject":
            facts: dict[str, Any] = {"actor": actor(request), "now": request[NOW], "reason": note}
            await request.app[DB].write(scans.reject, subject_id=found.id, scan_id=check.id, **facts)
        else:
            await _accept(request, form, note)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        errors = forms.errors(error, field="note")
        return sheets_back.compare(
            request, paper, check, status=error.status, errors=errors, values={"note": note}
        )
    return pages.see_other(paper.home)


async def _accept(request: web.Request, form: forms.Sent, note: str) -> None:
    app, now, who = request.app, request[NOW], actor(request)
    found, paper = await app[DB].read(_out, who=who, agreement_id=request.match_info["id"], awaited=True)
    about = {"subject_id": found.id, "scan_id": request.match_info["scan"], "base_sha256": paper.sha256}
    check = await app[DB].read(scans.require_open, **about)
    manners = sheets_back.compared(form, paper, check, note)
    personal = await app[DB].read(_personal, matter_id=found.matter_id)
    drawn = await sheets_back.scanned(
        request, paper, check, manners=manners, note=note, personal_status=personal
    )
    blob, sheets = await sealing.sealed(request, scan.render, drawn, use=_purpose(found))

    def both(tx: Tx, /, *, actor: Actor, now: datetime, **facts: Any) -> Agreement:
        scans.accept(tx, actor=actor, now=now, manners=manners, note=note, **about)
        return signatures.upload_scan(tx, actor=actor, now=now, **facts)

    done = await app[DB].write(
        with_files,
        actor=who,
        now=now,
        files=(blob,),
        service=both,
        agreement_id=found.id,
        scan_sha256=blob.sha256,
        pages=sheets,
    )
    tell(request, done)


def _personal(rx: Read, *, matter_id: str) -> bool:
    return matters.get(rx, matter_id=matter_id).personal_status


def _purpose(found: Agreement) -> Purpose:
    return Purpose(
        kind=PaperKind.SCAN,
        title=PAPER_NAMES[PaperKind.SCAN],
        number=found.number,
        subject_kind="matter",
        subject_id=found.matter_id,
        hearing_id=found.hearing_id,
    )
