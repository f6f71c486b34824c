"""Papers that one press draws, seals and registers. What they say is each paper's own module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from court.domain.paper import Paper, PaperKind
from court.services import paper as papers
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.views.hearing import HearingPage
from court.web import pages
from court.web.access import actor
from court.web.keys import AUTHORITY, BLOBS, BRIDGE, CONFIG, DB, NOW, PAPERS
from documents import preview, signing
from documents.data import RecordingFacts

# What a register knows of a paper that still says what there is to say; None when a new one is to be made.
Standing = Callable[..., Paper | None]


async def recorded(request: web.Request, hearing_id: str) -> RecordingFacts | None:
    """What the paper says of the recording; None when nothing is recorded."""
    noted = await request.app[BRIDGE].recording_checkpoint(hearing_id)
    return RecordingFacts(size=noted[0], root=noted[1], checkpoint=noted[2]) if noted else None


async def sealed(request: web.Request, render: Callable[..., Any], facts: Any) -> tuple[Blob, int]:
    """(the stored file, its pages): `facts` drawn by `render` and sealed by the body it names. Errors: PaperError."""
    app, now = request.app, request[NOW]
    rendered = await app[PAPERS].run(
        render,
        facts,
        fonts_dir=app[CONFIG].fonts_dir,
        authority=app[AUTHORITY],
        verify_url=app[CONFIG].base_url + "/v",
        now=now,
    )
    return await seal(request, rendered.pdf)


async def seal(request: web.Request, pdf: bytes) -> tuple[Blob, int]:
    """(the stored file, its pages): a drawn and perhaps signed paper gets the seal as its last revision."""
    app = request.app
    done = await app[PAPERS].run(
        signing.seal,
        pdf,
        authority=app[AUTHORITY],
        fonts_dir=app[CONFIG].fonts_dir,
        now=request[NOW],
    )
    sheets = await app[PAPERS].run(preview.page_count, done.pdf)
    return await app[BLOBS].put_bytes(done.pdf, "application/pdf"), sheets


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
    """The newest paper of this kind of this session."""
    known = papers.of_subject(rx, subject_id=page.hearing.subject_id)
    return next((p for p in known if p.kind is kind and p.hearing_id == page.hearing.id), None)


def answer(request: web.Request, paper_id: str) -> web.Response:
    """To the paper's page, or its id as JSON."""
    if pages.wants_json(request):
        return pages.json({"paper_id": paper_id})
    return pages.see_other(f"/desk/papers/{paper_id}")
