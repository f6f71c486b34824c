"""Drawing and sealing of an agreement, in worker processes between two transactions; the services decide whose turn it
is and what counts. Reading aloud is in court.web.reading, signing by hand in court.web.by_hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web

from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.mediation import Agreement, AgreementAction, AgreementState, SignerRole, SigningTask
from court.domain.paper import PAPER_NAMES, PaperKind
from court.services import agreements as agreement_reads
from court.services import signing as signatures
from court.store.blobs import Blob, remember
from court.store.database import Tx
from court.web import agreement_paper, pages, sealing
from court.web.access import SEAT, TERMINAL, Routes, actor, staff
from court.web.agreement_progress import as_told, load
from court.web.fields import body, rev
from court.web.keys import BLOBS, BRIDGE, CONFIG, DB, NOW, PAPERS
from court.web.pictures import picture
from documents import preview

T = TypeVar("T")
routes = Routes()

DRAFTERS = staff(Role.MEDIATOR, Role.JUDGE, Role.CLERK)
AT_THE_TABLE = staff(Role.MEDIATOR, Role.JUDGE, Role.CLERK, Role.OFFICER) | TERMINAL | SEAT


async def answer(request: web.Request, agreement_id: str) -> web.Response:
    """Progress for a script; the agreement's page for a form."""
    if not pages.wants_json(request):
        return pages.see_other(f"/desk/agreements/{agreement_id}")
    page, mine = await request.app[DB].read(load, actor=actor(request), agreement_id=agreement_id)
    return pages.json(as_told(page, await sheets_of(request, page.agreement.head_sha256), mine))


async def sheets_of(request: web.Request, sha256: str) -> int:
    """How many pages a stored paper has; 0 while there is none."""
    if not sha256:
        return 0
    return await request.app[PAPERS].run(preview.page_count, await request.app[BLOBS].read(sha256))


def tell(request: web.Request, agreement: Agreement) -> None:
    request.app[BRIDGE].notify(agreement.hearing_id, "agreement", {"id": agreement.id})


@routes.get("/agreements/{id}.json", access=AT_THE_TABLE)
async def progress(request: web.Request) -> web.Response:
    """How far the agreement is."""
    page, mine = await request.app[DB].read(load, actor=actor(request), agreement_id=request.match_info["id"])
    return pages.json(as_told(page, await sheets_of(request, page.agreement.head_sha256), mine))


@routes.get("/agreements/{id}/page.png", access=AT_THE_TABLE)
async def sheet(request: web.Request) -> web.Response:
    """One page of the paper on the table as a picture; the file itself leaves only when it is sealed."""
    sha256 = await request.app[DB].read(
        signatures.preview, actor=actor(request), agreement_id=request.match_info["id"]
    )
    if not sha256:
        raise CourtError("agreement.no_copy")
    return await picture(request, sha256, "application/pdf", most=request.app[CONFIG].max_upload_pixels)


@routes.get("/agreements/{id}.pdf", access=AT_THE_TABLE)
async def copy(request: web.Request) -> web.Response:
    """The file, once sealed; asking earlier is answered 404 and kept in the journal."""
    sha256 = await request.app[DB].write(
        signatures.copy, actor=actor(request), now=request[NOW], agreement_id=request.match_info["id"]
    )
    return web.Response(
        body=await request.app[BLOBS].read(sha256),
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store", "Content-Disposition": "attachment"},
    )


def with_files(
    tx: Tx,
    /,
    *,
    actor: Actor,
    now: datetime,
    files: tuple[Blob, ...],
    service: Callable[..., T],
    **facts: Any,
) -> T:
    """`service` in one transaction with the rows of the files it refers to."""
    for one in files:
        remember(tx, actor=actor, now=now, blob=one)
    return service(tx, actor=actor, now=now, **facts)


async def draw(request: web.Request, agreement_id: str, rev: int, *, wet: bool) -> tuple[Blob, int]:
    """The paper with its empty fields (or lines to sign by hand), stored; with its pages.

    Nothing is drawn, and no identity read, for who may not start the signing. Errors: PaperError, agreement.*.
    """
    app, now = request.app, request[NOW]
    action = AgreementAction.START_WET if wet else AgreementAction.START_SIGNING
    await app[DB].read(
        signatures.may_start, actor=actor(request), agreement_id=agreement_id, rev=rev, action=action
    )
    found = await app[DB].write(agreement_paper.gather, now=now, agreement_id=agreement_id)
    recording = await app[BRIDGE].recording_checkpoint(found.agreement.hearing_id)
    data = agreement_paper.paper(found, config=app[CONFIG], recording=recording, now=now, wet=wet)
    rendered = await sealing.drawn(request, data)
    blob = await app[BLOBS].put_bytes(rendered.pdf, "application/pdf")
    return blob, rendered.pages


@routes.post("/agreements/{id}/signing", access=DRAFTERS)
async def start_signing(request: web.Request) -> web.Response:
    """Everything was acknowledged: the paper is drawn once, and from now on only signed."""
    agreement_id, fields = request.match_info["id"], await body(request)
    seen_rev = rev(fields)
    blob, _ = await draw(request, agreement_id, seen_rev, wet=False)
    found = await request.app[DB].write(
        with_files,
        actor=actor(request),
        now=request[NOW],
        files=(blob,),
        service=signatures.start_signing,
        agreement_id=agreement_id,
        rev=seen_rev,
        base_sha256=blob.sha256,
    )
    tell(request, found)
    return await answer(request, agreement_id)


async def give_up(request: web.Request, task: SigningTask) -> None:
    """Signing failed outside the transaction: the turn is free again at once."""
    await request.app[DB].write(signatures.release_lease, actor=actor(request), now=request[NOW], task=task)


@routes.post("/agreements/{id}/seal", access=staff(Role.MEDIATOR, Role.JUDGE))
async def seal(request: web.Request) -> web.Response:
    """盖章: the last signature makes the agreement effective; it goes into the register and may leave from now on."""
    agreement_id = request.match_info["id"]
    found = await request.app[DB].read(agreement_reads.seen, actor=actor(request), agreement_id=agreement_id)
    if found.state is not AgreementState.SEALED:
        found = await _seal(request, found)
        tell(request, found)
    return await answer(request, agreement_id)


async def _seal(request: web.Request, agreement: Agreement) -> Agreement:
    app, now, who = request.app, request[NOW], actor(request)
    last = next(s for s in agreement.signers if s.role is SignerRole.SEAL)
    task = await app[DB].write(
        signatures.begin_signature, actor=who, now=now, agreement_id=agreement.id, signer_id=last.id
    )
    try:
        use = Purpose(
            kind=PaperKind.AGREEMENT,
            title=PAPER_NAMES[PaperKind.AGREEMENT],
            number=agreement.number,
            subject_kind="matter",
            subject_id=agreement.matter_id,
            hearing_id=agreement.hearing_id,
        )
        blob, sheets = await sealing.seal(request, await app[BLOBS].read(task.base_sha256), use=use)
        return await app[DB].write(
            with_files,
            actor=who,
            now=now,
            files=(blob,),
            service=signatures.finish_signature,
            task=task,
            signed_sha256=blob.sha256,
            pages=sheets,
        )
    except BaseException:
        await give_up(request, task)
        raise
