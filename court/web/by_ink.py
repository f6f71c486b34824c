"""Sheets of a desk paper signed by hand (告知书, 笔录, 送达回证 …): handed in on its page, compared, sealed."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.paper import Paper, PaperKind
from court.domain.service_fact import RELATION_NAMES, Fact, FactKind, Relation
from court.domain.signature import ScanCheck
from court.services import by_ink, scans, withdrawal
from court.services import paper as papers
from court.store.database import Read
from court.web import forms, pages, sealing, sheets_back
from court.web.access import Routes, actor
from court.web.keys import BLOBS, DB, NOW, PAPERS
from court.web.papers import DESK, may_see
from court.web.papers import page as paper_page
from court.web.sheets_back import Hand, OnPaper
from court.web.signing import with_files
from documents import printed, scan

routes = Routes()


def _paper(rx: Read, *, who: Actor, paper_id: str) -> tuple[Paper, bool]:
    """(the paper, whether its sheets are still awaited). Refuses `paper.not_found`."""
    found = papers.get(rx, paper_id=paper_id)
    may_see(rx, who, found)
    gone, _ = withdrawal.of(rx, paper_id=paper_id)
    return found, gone is None and by_ink.signed_copy(rx, found=found) is None


async def _out(request: web.Request) -> tuple[Paper, OnPaper]:
    """Refuses `scan.not_by_hand` for a paper without lines to sign on, or an agreement's print, which has its own page."""
    app, paper_id = request.app, request.match_info["id"]
    found, is_open = await app[DB].read(_paper, who=actor(request), paper_id=paper_id)
    out = await app[PAPERS].run(printed.read, await app[BLOBS].read(found.sha256))
    if out is None or found.kind is PaperKind.AGREEMENT:
        raise CourtError("scan.not_by_hand")
    return found, OnPaper(
        subject_kind=by_ink.SUBJECT,
        subject_id=found.id,
        title=found.title,
        number=found.number,
        sha256=found.sha256,
        home=f"/desk/papers/{found.id}",
        pictures=f"/papers/{found.id}.png",
        open=is_open,
        hands=tuple(
            Hand(id=str(n), role=role, name=name) for n, (role, name) in enumerate(out.people, start=1)
        ),
    )


async def _found(request: web.Request) -> tuple[Paper, OnPaper, ScanCheck]:
    found, paper = await _out(request)
    wanted = {"subject_id": found.id, "scan_id": request.match_info["scan"]}
    return found, paper, await request.app[DB].read(scans.get, **wanted)


@routes.post("/desk/papers/{id}/scan", access=DESK, upload=True)
async def take_scan(request: web.Request) -> web.Response:
    """The signed sheets as pictures: their codes are read, then a person compares them."""
    form = await forms.sent(request)
    found, paper = await _out(request)
    try:
        await request.app[DB].read(by_ink.require_awaited, paper_id=found.id)
        made = await sheets_back.take(request, paper, sheets_back.sheets(form))
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await paper_page(request, status=error.status, errors=forms.errors(error, field="sheets"))
    return pages.see_other(f"{paper.home}/scan/{made.id}")


@routes.get("/desk/papers/{id}/scan/{scan}", access=DESK)
async def compare(request: web.Request) -> web.Response:
    """Print and scan side by side, page by page."""
    found, paper, check = await _found(request)
    return await _compare(request, found, paper, check)


async def _compare(
    request: web.Request,
    found: Paper,
    paper: OnPaper,
    check: ScanCheck,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    """With the moment of the signature where the sheets are the 送达回证 of an attempt that is not served yet."""
    attempt = await request.app[DB].read(by_ink.awaiting_receipt, found=found)
    relations = [(one.value, name) for one, name in RELATION_NAMES.items()]
    return sheets_back.compare(
        request,
        paper,
        check,
        status=status,
        errors=errors,
        values=dict(values or {}),
        relations=relations if attempt else (),
    )


@routes.get("/desk/papers/{id}/scan/{scan}/{sheet}.png", access=DESK)
async def sheet(request: web.Request) -> web.Response:
    """One sheet as it came back, as a picture."""
    return await sheets_back.sheet(request, (await _found(request))[2])


@routes.post("/desk/papers/{id}/scan/{scan}", access=DESK)
async def decide(request: web.Request) -> web.Response:
    """核对无误 seals and registers the scan; 退回 asks for other sheets."""
    form, (found, paper, check) = await forms.sent(request), await _found(request)
    note = form.text("note", most=400)
    try:
        if form.raw("do") == "reject":
            facts: dict[str, Any] = {"actor": actor(request), "now": request[NOW], "reason": note}
            await request.app[DB].write(scans.reject, subject_id=found.id, scan_id=check.id, **facts)
            return pages.see_other(paper.home)
        return await _accept(request, found, paper, form, note)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        errors = forms.errors(error, field="note")
        return await _compare(
            request, found, paper, check, status=error.status, errors=errors, values=form.values
        )


async def _accept(
    request: web.Request, found: Paper, paper: OnPaper, form: forms.Sent, note: str
) -> web.Response:
    app = request.app
    await app[DB].read(by_ink.require_awaited, paper_id=found.id)
    scan_id = request.match_info["scan"]
    open_one = {"subject_id": found.id, "scan_id": scan_id, "base_sha256": found.sha256}
    check = await app[DB].read(scans.require_open, **open_one)
    attempt = await app[DB].read(by_ink.awaiting_receipt, found=found)
    receipt = _receipt(form, check) if attempt else None
    manners = sheets_back.compared(form, paper, check, note)
    drawn = await sheets_back.scanned(request, paper, check, manners=manners, note=note)
    blob, sheets = await sealing.sealed(request, scan.render, drawn, use=_purpose(found))
    made = await app[DB].write(
        with_files,
        actor=actor(request),
        now=request[NOW],
        files=(blob,),
        service=by_ink.finish,
        found=found,
        scan_id=scan_id,
        manners=manners,
        note=note,
        sha256=blob.sha256,
        pages=sheets,
        receipt=receipt,
    )
    if attempt is not None:
        about = "petitions" if attempt.subject_kind == "petition" else "matters"
        return pages.see_other(f"/desk/{about}/{attempt.subject_id}/service/{attempt.id}")
    return sealing.answer(request, made.id)


def _receipt(form: forms.Sent, check: ScanCheck) -> Fact:
    """When the recipient signed, and who he is to the person served: the 送达回证 is the proof (民诉法 87)."""
    at = form.moment("day", "time")
    relation = form.choice("relation", Relation)
    receiver = form.text("receiver", most=60)
    form.check()
    assert at is not None
    return Fact(
        kind=FactKind.SIGNED,
        at=at,
        relation=relation or Relation.SELF,
        receiver=receiver,
        proof_sha256=check.sheets[-1],
    )


def _purpose(found: Paper) -> Purpose:
    return Purpose(
        kind=PaperKind.SIGNED_SHEETS,
        title=by_ink.title_of(found),
        number=found.number,
        subject_kind=found.subject_kind,
        subject_id=found.subject_id,
        hearing_id=found.hearing_id,
    )
