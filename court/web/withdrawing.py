"""撤回 of a finished paper on its page, and the public list that tells of it. The rules are in services.withdrawal."""

from __future__ import annotations

import asyncio

import pikepdf
import structlog
from aiohttp import web

from court import withdrawn
from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.services import withdrawal
from court.web import forms, pages
from court.web import papers as paper_page
from court.web.access import Routes, actor, staff
from court.web.keys import BLOBS, CONFIG, DB, PAPERS
from court.web.writes import write_once
from documents.manifest import Manifest

routes = Routes()
log = structlog.get_logger("court.withdrawing")
EVERY_SECONDS = 30.0
BENCH = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL)
_WRITING: web.AppKey[asyncio.Lock] = web.AppKey("WITHDRAWN_WRITING", asyncio.Lock)


def content_of(data: bytes) -> str:
    """SHA-256 of the facts attached to a paper; "" for a file that carries none, such as a scan."""
    try:
        return Manifest.read(data).content_sha256
    except (ValueError, pikepdf.PdfError):
        return ""


async def publish(app: web.Application) -> None:
    """The list as the register has it now. One writer at a time: an older list never overwrites a newer one."""
    async with app[_WRITING]:
        known = await app[DB].read(withdrawal.everything)
        await asyncio.to_thread(withdrawn.write, app[CONFIG].authority_dir, known)


async def keep(app: web.Application) -> None:
    """What was withdrawn when the program died in between, and what got a successor, is published as well."""
    while True:
        await publish(app)
        await asyncio.sleep(EVERY_SECONDS)


def prepare(app: web.Application) -> None:
    app[_WRITING] = asyncio.Lock()


@routes.post("/desk/papers/{id}/withdraw", access=BENCH)
async def withdraw(request: web.Request) -> web.Response:
    """{withdraw-reason}: marked in the register, in the public list and on its page; nothing is deleted."""
    form, paper_id = await forms.sent(request), request.match_info["id"]
    reason = form.text("withdraw-reason", required=True, most=400)
    try:
        form.check()
        found = await request.app[DB].read(paper_page.load, who=actor(request), paper_id=paper_id)
        data = await request.app[BLOBS].read(found["paper"].sha256)
        digest = await request.app[PAPERS].run(content_of, data)
        await write_once(
            request, form, withdrawal.withdraw, paper_id=paper_id, reason=reason, content_sha256=digest
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        faults = forms.errors(error, field="withdraw-reason")
        return await paper_page.page(request, status=error.status, errors=faults, values=form.values)
    await publish(request.app)
    log.info("paper withdrawn", paper=paper_id, by=actor(request).id)
    return pages.see_other(f"/desk/papers/{paper_id}")
