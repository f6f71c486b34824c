"""Papers that one press draws, seals and registers. What they say is each paper's own module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.custody import Purpose, SealUse, UseState
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.paper import PAPER_NAMES, Paper, PaperKind
from court.services import custody, second, withdrawal
from court.services import paper as papers
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.views.hearing import HearingPage
from court.web import pages
from court.web.access import actor
from court.web.keys import AUTHORITY, BLOBS, BRIDGE, CONFIG, DB, NOW, PAPERS
from documents import acts, kit, preview
from documents.archive import SEAL_FIELD
from documents.data import RecordingFacts, Rendered

# RFC 5751 3.2.2: a detached signature, by custom in files that end with .p7s.
SIGNATURE_MEDIA = "application/pkcs7-signature"
# What a register knows of a paper that still says what there is to say; None when a new one is to be made.
Standing = Callable[..., Paper | None]


async def recorded(request: web.Request, hearing_id: str) -> RecordingFacts | None:
    """What the paper says of the recording; None when nothing is recorded."""
    noted = await request.app[BRIDGE].recording_checkpoint(hearing_id)
    return RecordingFacts(size=noted[0], root=noted[1], checkpoint=noted[2]) if noted else None


async def drawn(request: web.Request, facts: Any, render: Callable[..., Any] = kit.render) -> Rendered:
    """A paper with its empty fields (or lines to sign on by hand), in a worker process. Errors: PaperError."""
    made: Rendered = await request.app[PAPERS].run(
        render,
        facts,
        fonts_dir=request.app[CONFIG].fonts_dir,
        authority=request.app[AUTHORITY],
        verify_url=request.app[CONFIG].base_url + "/v",
        now=request[NOW],
    )
    return made


async def sealed(
    request: web.Request, render: Callable[..., Any], facts: Any, *, use: Purpose
) -> tuple[Blob, int]:
    """(the stored file, its pages): `facts` drawn by `render` and sealed by the body it names.

    Errors: PaperError; custody.* while nobody allowed this use of the seal.
    """
    rendered = await drawn(request, facts, render)
    return await seal(request, rendered.pdf, use=use)


async def seal(request: web.Request, pdf: bytes, *, use: Purpose) -> tuple[Blob, int]:
    """(the stored file, its pages): a drawn and perhaps signed paper gets the seal as its last revision.

    Errors: PaperError; custody.* while nobody allowed this use.
    """
    return await seal_for(request.app, actor(request), request[NOW], pdf, use=use)


async def seal_for(
    app: web.Application, who: Actor, now: datetime, pdf: bytes, *, use: Purpose
) -> tuple[Blob, int]:
    """`seal` where no request is open.

    The one way to a seal: asked for, approved or covered by a leave, made, entered in the register of uses.
    """
    base = await app[BLOBS].put_bytes(pdf, "application/pdf")
    allowed = await _allowed(app, who, now, base, pdf, use)
    try:
        done = await app[PAPERS].run(
            acts.seal,
            # What the keeper saw, where somebody drew it anew meanwhile.
            pdf if allowed.base_sha256 == base.sha256 else await app[BLOBS].read(allowed.base_sha256),
            authority=app[AUTHORITY],
            fonts_dir=app[CONFIG].fonts_dir,
            now=now,
        )
        sheets = await app[PAPERS].run(preview.page_count, done.pdf)
        blob = await app[BLOBS].put_bytes(done.pdf, "application/pdf")
        record = await app[BLOBS].put_bytes(done.second, SIGNATURE_MEDIA) if done.second else None

        def write(tx: Tx) -> None:
            custody.used(tx, actor=who, now=now, use_id=allowed.id, sealed_sha256=blob.sha256, pages=sheets)
            if record is not None:
                second.note(tx, actor=who, now=now, paper_sha256=blob.sha256, record=record)

        await app[DB].write(write)
    except BaseException:
        await app[DB].write(custody.dropped, actor=who, now=now, use_id=allowed.id)
        raise
    return blob, sheets


async def _allowed(
    app: web.Application, who: Actor, now: datetime, base: Blob, pdf: bytes, use: Purpose
) -> SealUse:
    """The approved use of the seal that the paper names. Errors: custody.waiting, custody.not_user."""
    fields = await app[PAPERS].run(acts.required_fields, pdf)
    body = next((field.name for field in fields if field.field == SEAL_FIELD), "")

    def write(tx: Tx) -> tuple[SealUse, str]:
        remember(tx, actor=who, now=now, blob=base)
        asked = custody.ask(tx, actor=who, now=now, body=body, purpose=use, base_sha256=base.sha256)
        return asked, custody.keepers(tx, body=body)

    asked, keepers = await app[DB].write(write)
    if asked.state is UseState.ASKED:
        raise CourtError("custody.waiting", keepers=keepers)
    return asked


def of_use(use: SealUse) -> Purpose:
    """What an approved use is for."""
    return Purpose(
        kind=use.kind,
        title=use.title,
        number=use.number,
        subject_kind=use.subject_kind,
        subject_id=use.subject_id,
        hearing_id=use.hearing_id,
    )


def enter_drawn(tx: Tx, *, actor: Actor, now: datetime, purpose: Purpose, blob: Blob, pages: int) -> Paper:
    """A paper drawn up at the desk enters the register of its matter or petition, in the place of the withdrawn one
    that its purpose names."""
    remember(tx, actor=actor, now=now, blob=blob)
    made = papers.register(
        tx,
        actor=actor,
        now=now,
        subject_kind=purpose.subject_kind,
        subject_id=purpose.subject_id,
        kind=purpose.kind,
        number=purpose.number,
        title=PAPER_NAMES[purpose.kind],
        sha256=blob.sha256,
        pages=pages,
    )
    withdrawal.succeed_named(tx, actor=actor, now=now, successor=made, use=purpose.title)
    return made


def of_hearing(page: HearingPage, kind: PaperKind, title: str) -> Purpose:
    """What a paper of a session is sealed for."""
    return Purpose(
        kind=kind,
        title=title,
        number=page.number,
        subject_kind=page.hearing.subject_kind,
        subject_id=page.hearing.subject_id,
        hearing_id=page.hearing.id,
    )


async def register(
    request: web.Request,
    page: HearingPage,
    made: tuple[Blob, int],
    *,
    kind: PaperKind,
    title: str,
    standing: Standing,
) -> web.Response:
    """The paper enters the register of the hearing's matter; pressed twice, the first one stands."""
    now, who = request[NOW], actor(request)
    blob, sheets = made

    def write(tx: Tx) -> Paper:
        first = standing(tx, page=page)
        if first is not None:
            return first
        remember(tx, actor=who, now=now, blob=blob)
        return papers.register(
            tx,
            actor=who,
            now=now,
            subject_kind=page.hearing.subject_kind,
            subject_id=page.hearing.subject_id,
            kind=kind,
            number=page.number,
            title=title,
            sha256=blob.sha256,
            pages=sheets,
            hearing_id=page.hearing.id,
        )

    return answer(request, (await request.app[DB].write(write)).id)


def latest(rx: Read, page: HearingPage, kind: PaperKind) -> Paper | None:
    """The newest paper of this kind of this session that was not withdrawn."""
    known = papers.current(rx, subject_id=page.hearing.subject_id)
    return next((p for p in known if p.kind is kind and p.hearing_id == page.hearing.id), None)


def answer(request: web.Request, paper_id: str) -> web.Response:
    """To the paper's page, or its id as JSON."""
    if pages.wants_json(request):
        return pages.json({"paper_id": paper_id})
    return pages.see_other(f"/desk/papers/{paper_id}")
