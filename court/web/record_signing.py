"""Signing of papers of a session on the desk: the pad taken, the signature, the refusal noted, the seal."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.record_paper import RecordPaperKind, RecordPaperRow
from court.domain.signature import Manner
from court.services import pad, record_papers, record_reading
from court.store.database import Tx
from court.store.views import hearing_page
from court.web import forms, pages, sealing
from court.web.access import Routes, actor
from court.web.fields import body, text
from court.web.hand import Act, Left, left_of, sign_by_hand
from court.web.keys import BLOBS, DB, NOW, PAPERS
from court.web.record_papers import MAKERS, paper_page, remembered
from documents import kit, preview, registry

routes = Routes()


@routes.post("/desk/record-papers/{paper}/pad", access=MAKERS)
async def take_pad(request: web.Request) -> web.Response:
    """我是本人，开始签名: {signer_id}; `turn` comes back with the signature."""
    fields = await body(request)
    turn = await request.app[DB].write(
        record_papers.take_pad,
        actor=actor(request),
        now=request[NOW],
        paper_id=request.match_info["paper"],
        signer_id=text(fields, "signer_id"),
    )
    return pages.json({"turn": turn.id})


@routes.post("/desk/record-papers/{paper}/pad/back", access=MAKERS)
async def give_pad_back(request: web.Request) -> web.Response:
    """交还: the pad is for somebody else."""
    await body(request)
    found = await request.app[DB].read(
        record_papers.get, actor=actor(request), paper_id=request.match_info["paper"]
    )
    await request.app[DB].write(
        pad.give_back, actor=actor(request), now=request[NOW], subject_id=found.id, by_bench=True
    )
    return pages.json({"turn": ""})


@routes.post("/desk/record-papers/{paper}/sign", access=MAKERS, upload=True)
async def sign(request: web.Request) -> web.Response:
    """{signer_id, turn, handwriting}: the next signature; the last one seals the paper as well."""
    fields = await body(request)
    task = await request.app[DB].read(
        record_papers.begin,
        actor=actor(request),
        now=request[NOW],
        paper_id=request.match_info["paper"],
        signer_id=text(fields, "signer_id"),
        turn_id=text(fields, "turn"),
    )
    left = await left_of(request, fields, Manner.WRITTEN)
    after = await _fill(request, task, _act(task, left=left))
    return pages.json({"turn": after.turn.name if after.turn else ""})


@routes.post("/desk/record-papers/{paper}/refuse", access=MAKERS)
async def refuse(request: web.Request) -> web.Response:
    """拒绝签名 noted by the court in the field of the one who would not sign; the paper stands (民事诉讼法 150)."""
    form = await forms.sent(request)
    reason = form.text("refusal-reason", required=True, most=400)
    witness = form.text("refusal-witness", required=True, most=60)
    who = actor(request)
    try:
        form.check()
        task = await request.app[DB].read(
            record_papers.begin_refusal,
            actor=who,
            paper_id=request.match_info["paper"],
            signer_id=form.text("signer_id", required=True, most=36),
        )
        act = _act(
            task, left=Left(), manner=Manner.REFUSED, reason=reason, witness=witness, noted_by=who.name
        )
        await _fill(request, task, act, refusal={"reason": reason, "witness": witness})
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        return await paper_page(request, error.status, forms.errors(error, field="refusal-reason"))
    return pages.see_other(f"/desk/record-papers/{request.match_info['paper']}")


def _act(task: record_papers.SignatureTask, **more: Any) -> Act:
    return Act(
        base_sha256=task.paper.head_sha256,
        field=task.signer.field,
        name=task.signer.name,
        role=task.signer.role,
        identity=task.identity,
        hearing_id=task.paper.hearing_id,
        party_id=task.signer.party_id,
        account_id=task.signer.account_id,
        seat_id=task.signer.seat_id,
        facts=record_reading.evidence_facts(task.paper, task.signer),
        **more,
    )


async def _fill(
    request: web.Request,
    task: record_papers.SignatureTask,
    act: Act,
    refusal: dict[str, str] | None = None,
) -> RecordPaperRow:
    made = await sign_by_hand(request, act)

    def store(tx: Tx) -> RecordPaperRow:
        remembered(tx, request, *made.files)
        return record_papers.signed(
            tx,
            actor=actor(request),
            now=request[NOW],
            task=task,
            head_sha256=made.sha256,
            strokes_sha256=made.strokes_sha256,
            evidence_sha256=made.evidence_sha256,
            kept=made.columns,
            refusal=refusal,
        )

    after = await request.app[DB].write(store)
    if after.turn is None:
        try:
            await _seal(request, after)
        except CourtError as error:
            # Everybody has signed: that stands, and the page offers the seal to who may use it, once a keeper agreed.
            if not error.code.startswith(("custody.", "reading.")):
                raise
    return after


@routes.post("/desk/record-papers/{paper}/seal", access=MAKERS)
async def seal(request: web.Request) -> web.Response:
    """Again, when the sealing after the last signature was cut off."""
    await forms.sent(request)
    found = await request.app[DB].read(
        record_papers.get, actor=actor(request), paper_id=request.match_info["paper"]
    )
    await _seal(request, found)
    return pages.see_other(f"/desk/record-papers/{found.id}")


async def _seal(request: web.Request, found: RecordPaperRow) -> None:
    app, now, who = request.app, request[NOW], actor(request)
    found.require_heard()
    page = await app[DB].read(hearing_page, actor=who, now=now, hearing_id=found.hearing_id)
    signed = await app[BLOBS].read(found.head_sha256)
    if found.kind is RecordPaperKind.DRAWN and not kit.seals(registry.kind(found.paper_kind.value)):
        blob, sheets = (
            await app[BLOBS].put_bytes(signed, "application/pdf"),
            await app[PAPERS].run(preview.page_count, signed),
        )
    else:
        # Two papers of one kind in one session are two uses of the seal.
        use = sealing.of_hearing(page, found.paper_kind, f"{found.name}（{found.id[-6:]}）")
        blob, sheets = await sealing.seal(request, signed, use=use)

    def store(tx: Tx) -> None:
        remembered(tx, request, blob)
        record_papers.finish(
            tx,
            actor=who,
            now=now,
            paper_id=found.id,
            base_sha256=found.head_sha256,
            sha256=blob.sha256,
            pages=sheets,
        )

    await app[DB].write(store)
