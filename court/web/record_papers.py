"""中断情况说明, 完整性校验值确认书 and 背对背调解情况说明 on the desk: drawn, signed by hand in turn, sealed."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import METHOD_NAMES, IdentityMethod
from court.domain.lifecycle import Role
from court.domain.record_paper import RecordPaperKind, RecordPaperRow, RecordSigner
from court.services import record_papers
from court.store.blobs import Blob, remember
from court.store.database import Tx
from court.store.views import HearingPage, hearing_page
from court.web import forms, pages, sealing
from court.web.access import Routes, actor, staff
from court.web.caucus_paper import hosts_of, statement_of
from court.web.keys import BLOBS, BRIDGE, CONFIG, DB, NOW, PAPERS
from court.web.pictures import picture
from court.web.record import page as show_record
from court.web.record_paper_draft import paper_of, signers_of
from documents import kit, preview, spoken
from documents.data import SignerSlot

routes = Routes()
MAKERS = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK)


@routes.post("/desk/recordings/{id}/papers", access=MAKERS)
async def make(request: web.Request) -> web.Response:
    """Draw the paper; its page is where it is signed."""
    form = await forms.sent(request)
    hearing_id = request.match_info["id"]
    kind = form.choice("paper", RecordPaperKind)
    remark = form.text("remark", most=400)
    basis = form.text("basis", most=200)
    agreed = form.flag("summary") and form.flag("consent")
    try:
        form.check()
        if kind is RecordPaperKind.CHECKSUM and not (agreed and basis):
            raise CourtError("record_paper.consent_missing")
        made = await _draw(request, hearing_id, kind or RecordPaperKind.NOTE, remark, basis)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        faults_shown = forms.errors(error, field="basis" if kind is RecordPaperKind.CHECKSUM else "remark")
        return await show_record(
            request, hearing_id, status=error.status, errors=faults_shown, values=form.values
        )
    return pages.see_other(f"/desk/record-papers/{made.id}")


async def _draw(
    request: web.Request, hearing_id: str, kind: RecordPaperKind, remark: str, basis: str
) -> RecordPaperRow:
    app, now, who = request.app, request[NOW], actor(request)
    await app[DB].read(record_papers.may_make, actor=who, hearing_id=hearing_id, kind=kind)
    found = await app[DB].read(hearing_page, actor=who, now=now, hearing_id=hearing_id)
    noted = await app[BRIDGE].recording_checkpoint(hearing_id)
    if noted is None:
        raise CourtError("record_paper.not_over")
    hosts: frozenset[str] = frozenset()
    if kind is RecordPaperKind.CAUCUS:
        hosts = await app[DB].read(hosts_of, hearing_id=hearing_id)
    signers = signers_of(found, kind, hosts)
    slots = tuple(
        SignerSlot(field=f"signer_{n}", role=s.role, name=s.name) for n, s in enumerate(signers, start=1)
    )
    data = await _facts(request, found, kind, slots, noted, remark, basis)
    rendered = await sealing.drawn(request, data)
    blob = await app[BLOBS].put_bytes(rendered.pdf, "application/pdf")
    pairs = tuple((slot.field, who) for slot, who in zip(slots, signers, strict=True))

    def store(tx: Tx) -> RecordPaperRow:
        remember(tx, actor=who, now=now, blob=blob)
        return record_papers.make(
            tx,
            actor=who,
            now=now,
            hearing_id=hearing_id,
            kind=kind,
            base_sha256=blob.sha256,
            signers=pairs,
            paragraphs=spoken.paragraphs(data),
        )

    return await app[DB].write(store)


async def _facts(
    request: web.Request,
    found: HearingPage,
    kind: RecordPaperKind,
    slots: tuple[SignerSlot, ...],
    noted: tuple[int, str, str],
    remark: str,
    basis: str,
) -> kit.Facts:
    same: dict[str, Any] = {"found": found, "slots": slots, "noted": noted, "remark": remark}
    if kind is RecordPaperKind.CAUCUS:
        config, now = request.app[CONFIG], request[NOW]
        return await request.app[DB].read(statement_of, config=config, now=now, **same)
    return await request.app[DB].read(paper_of, request=request, kind=kind, basis=basis, **same)


@routes.get("/desk/record-papers/{paper}", access=MAKERS)
async def show(request: web.Request) -> web.Response:
    """The paper, whose turn it is, and the pad."""
    return await paper_page(request)


async def paper_page(
    request: web.Request, status: int = 200, errors: forms.Errors | None = None
) -> web.Response:
    who = actor(request)
    found = await request.app[DB].read(record_papers.get, actor=who, paper_id=request.match_info["paper"])
    sheets = await request.app[PAPERS].run(
        preview.page_count, await request.app[BLOBS].read(found.head_sha256)
    )
    turn = found.turn
    check = await request.app[DB].read(record_papers.valid_check, now=request[NOW], paper=found)
    return pages.render(
        request,
        "record/paper.html",
        status=status,
        unchecked=turn is not None and turn.outside and check is None,
        methods=METHOD_NAMES,
        reading=found.current() is not None,
        # One who has heard everything may sign while the others still listen; the bench signs after them.
        waits_for_reading=turn is not None and turn.party_id is not None and _waits(found, turn),
        may_read=turn is not None
        and bool(found.paragraphs)
        and any(one.party_id for one in found.signers)
        and not any(one.signed_at and one.party_id for one in found.signers),
        errors=errors or {},
        paper=found,
        turn=turn,
        mine=turn is not None and turn.account_id in {None, who.id},
        sheets=sheets,
    )


def _waits(found: RecordPaperRow, turn: RecordSigner) -> bool:
    try:
        found.require_heard(turn)
    except CourtError:
        return True
    return False


@routes.post("/desk/record-papers/{paper}/identity", access=MAKERS)
async def check_identity(request: web.Request) -> web.Response:
    """The identity of the party whose turn it is, checked here and now, where the session's own check has run out."""
    form = await forms.sent(request)
    method = form.choice("method", IdentityMethod)
    try:
        form.check()
        await request.app[DB].write(
            record_papers.check_again,
            actor=actor(request),
            now=request[NOW],
            paper_id=request.match_info["paper"],
            signer_id=form.text("signer_id", required=True, most=36),
            method=method or IdentityMethod.ID_CARD,
            id_number=form.text("id_number", most=18),
        )
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await paper_page(request, error.status, forms.errors(error, field="id_number"))
    return pages.see_other(f"/desk/record-papers/{request.match_info['paper']}")


@routes.get("/desk/record-papers/{paper}/page.png", access=MAKERS)
async def sheet(request: web.Request) -> web.Response:
    """One page as a picture."""
    found = await request.app[DB].read(
        record_papers.get, actor=actor(request), paper_id=request.match_info["paper"]
    )
    most = request.app[CONFIG].max_upload_pixels
    return await picture(request, found.head_sha256, "application/pdf", most=most)


@routes.post("/desk/record-papers/{paper}/void", access=MAKERS)
async def void(request: web.Request) -> web.Response:
    """A draft with a mistake is given up."""
    await forms.sent(request)
    found = await request.app[DB].write(
        record_papers.void, actor=actor(request), now=request[NOW], paper_id=request.match_info["paper"]
    )
    if found.kind is RecordPaperKind.DRAWN:
        about = "petitions" if found.subject_kind == "petition" else "matters"
        return pages.see_other(f"/desk/{about}/{found.subject_id}/draw")
    return pages.see_other(f"/desk/recordings/{found.hearing_id}")


def remembered(tx: Tx, request: web.Request, *files: Blob) -> None:
    for one in files:
        remember(tx, actor=actor(request), now=request[NOW], blob=one)
