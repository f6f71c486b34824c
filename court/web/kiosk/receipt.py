"""The receipt of a registration: on the screen, as a large-type PDF, on the vehicle's printer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import segno
from aiohttp import web

from court.domain.draft import Draft, DraftKind, DraftState
from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.matter import Side
from court.domain.paper import Paper, PaperKind
from court.domain.printer import Options, media_of
from court.domain.printing import PrintJob
from court.services import matter, paper, petition, printing
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.web import forms, pages, print_form
from court.web.access import actor
from court.web.keys import BLOBS, CONFIG, DB, NOW, PAPERS
from court.web.kiosk.held import KIOSK, gone, held, render, routes
from court.web.kiosk.printing import words
from court.web.machines import MACHINES
from documents import receipt as receipts

NEXT = {
    DraftKind.DISPUTE: "工作人员看过以后，会打电话告诉您什么时候调解。",
    DraftKind.PETITION: "十五天之内，会告诉您是否受理、由谁办理。",  # 信访工作条例 22, 23
}


RECEIPTS = frozenset({PaperKind.RECEIPT, PaperKind.PETITION_RECEIPT})


@dataclass(frozen=True, slots=True)
class Slip:
    """What the receipt says."""

    number: str
    query_code: str
    name: str
    about: str
    registered_at: datetime
    materials: int


def _subject(draft: Draft) -> str:
    """The matter or petition a submitted registration became."""
    if draft.subject_id is None:
        raise CourtError("draft.not_found")
    return draft.subject_id


def _slip(rx: Read, *, draft: Draft) -> Slip:
    subject_id = _subject(draft)
    if draft.kind is DraftKind.DISPUTE:
        dispute = matter.get(rx, matter_id=subject_id)
        number, code, at = dispute.number, dispute.query_code, dispute.created_at
        about = dispute.cause_name
    else:
        raised = petition.get(rx, petition_id=subject_id)
        number, code, at = raised.number, raised.query_code, raised.created_at
        about = f"反映问题（{raised.class_name}）"
    parties = matter.parties(rx, subject_id=subject_id)
    return Slip(
        number=number,
        query_code=code,
        name=parties[0].name if parties else "",
        about=about,
        registered_at=at,
        materials=len(matter.materials(rx, subject_id=subject_id)),
    )


def _others(rx: Read, *, draft: Draft) -> str:
    parties = matter.parties(rx, subject_id=_subject(draft))
    return "；".join(party.name for party in parties if party.side is Side.RESPONDENT)


def spaced(code: str) -> str:
    """1234567890 -> 123 456 7890, for reading and typing."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


async def _finished(request: web.Request) -> Draft | None:
    draft = await held(request)
    return draft if draft and draft.state is DraftState.SUBMITTED else None


def _qr(url: str) -> str:
    """The code as a data URI; about 50 ms of CPU, so not in the loop."""
    return segno.make(url, error="m", micro=False).svg_data_uri(scale=8, border=2)


@routes.get("/kiosk/receipt", access=KIOSK)
async def receipt(request: web.Request) -> web.Response:
    """Number, query code, QR code and what comes next. Reload and back are safe."""
    draft = await _finished(request)
    if draft is None:
        return gone()
    slip = await request.app[DB].read(_slip, draft=draft)
    url = f"{request.app[CONFIG].base_url}/query#{slip.query_code}"
    items = [
        ("编号", slip.number),
        ("登记人", slip.name),
        ("事项", slip.about),
        ("登记时间", pages.datetime_cn(slip.registered_at)),
        ("材料", f"{slip.materials} 份" if slip.materials else "没有交材料"),
        ("咨询电话", request.app[CONFIG].help_phone),
    ]
    jobs = await request.app[DB].read(_jobs, draft=draft)
    return render(
        request,
        "kiosk/receipt.html",
        items=items,
        query_code_spaced=spaced(slip.query_code),
        next_step=NEXT[draft.kind],
        qr=await asyncio.to_thread(_qr, url),
        has_printer=bool(request.app[CONFIG].all_printers),
        printed=words(jobs[0]) if jobs else None,
    )


def _jobs(rx: Read, *, draft: Draft) -> tuple[PrintJob, ...]:
    """Prints of the receipt, newest first."""
    known = paper.of_subject(rx, subject_id=_subject(draft))
    kept = next((one for one in known if one.kind in RECEIPTS), None)
    return printing.jobs(rx, paper_id=kept.id) if kept else ()


def _keep(tx: Tx, *, actor: Actor, now: datetime, draft: Draft, blob: Blob, number: str, pages: int) -> Paper:
    dispute = draft.kind is DraftKind.DISPUTE
    remember(tx, actor=actor, now=now, blob=blob)
    return paper.register(
        tx,
        actor=actor,
        now=now,
        subject_kind="matter" if dispute else "petition",
        subject_id=_subject(draft),
        kind=PaperKind.RECEIPT if dispute else PaperKind.PETITION_RECEIPT,
        number=number,
        title="登记回执" if dispute else "信访登记回执",
        sha256=blob.sha256,
        pages=pages,
    )


async def _paper(request: web.Request, draft: Draft) -> tuple[Paper, bytes]:
    """The receipt as a paper of its subject; drawn once, then taken from the store."""
    db, blobs, config = request.app[DB], request.app[BLOBS], request.app[CONFIG]
    known = await db.read(paper.of_subject, subject_id=_subject(draft))
    kept = next((p for p in known if p.kind in RECEIPTS), None)
    if kept:
        return kept, await blobs.read(kept.sha256)
    slip = await db.read(_slip, draft=draft)
    dispute = draft.kind is DraftKind.DISPUTE
    others = await db.read(_others, draft=draft) if dispute else ""
    drawn = await request.app[PAPERS].run(
        receipts.render,
        receipts.ReceiptPaper(
            kind=receipts.ReceiptKind.MATTER if dispute else receipts.ReceiptKind.PETITION,
            number=slip.number,
            query_code=slip.query_code,
            query_url=f"{config.base_url}/query#{slip.query_code}",
            name=slip.name,
            other_side=others,
            summary=slip.about,
            registered_at=slip.registered_at,
            body_name=config.court_name if dispute else config.petition_body,
            phone=config.help_phone,
            materials=slip.materials,
        ),
        fonts_dir=config.fonts_dir,
        now=request[NOW],
    )
    blob = await blobs.put_bytes(drawn.pdf, "application/pdf")
    made = await db.write(
        _keep,
        actor=SYSTEM_ACTOR,
        now=request[NOW],
        draft=draft,
        blob=blob,
        number=slip.number,
        pages=drawn.pages,
    )
    return made, drawn.pdf


@routes.get("/kiosk/receipt.pdf", access=KIOSK)
async def receipt_pdf(request: web.Request) -> web.Response:
    """The same in large type on A5, for reading and for any printer."""
    draft = await _finished(request)
    if draft is None:
        return gone()
    _, pdf = await _paper(request, draft)
    return web.Response(
        body=pdf,
        content_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="receipt.pdf"'},
    )


@routes.post("/kiosk/print", access=KIOSK)
async def print_receipt(request: web.Request) -> web.Response:
    """Sends the receipt to the vehicle's printer; the same press sent twice prints once."""
    draft = await _finished(request)
    if draft is None:
        return gone()
    form = await forms.sent(request)
    made, _ = await _paper(request, draft)
    printer = print_form.choose(request, media_of(made.kind))
    if printer is None:
        raise CourtError("printer.unset")
    again = await request.app[DB].read(printing.again, paper_id=made.id)
    await request.app[DB].write(
        printing.request,
        actor=actor(request),
        now=request[NOW],
        paper_id=made.id,
        options=Options(),
        printer=printer.name,
        reason="当事人要求再打一份回执" if again else "",
        once=form.once(),
    )
    request.app[MACHINES].ring(printer.name)
    return pages.see_other("/kiosk/receipt")
