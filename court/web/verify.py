"""The public check of a paper: a verdict in plain words. documents.verify judges; no upload is kept."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass

from aiohttp import web

from court.domain.errors import CourtError
from court.services import paper
from court.web import forms, pages
from court.web.access import PUBLIC, Routes
from court.web.keys import AUTHORITY, CHECKS, CONFIG, DB, NOW
from documents import verify as checker
from documents.pki import trust

routes = Routes()


@dataclass(frozen=True, slots=True)
class Words:
    """The verdict for a person: what it means and what to do."""

    tone: str
    icon: str
    title: str
    text: str
    todo: str


WORDS = {
    checker.Verdict.PASSED: Words(
        "good",
        "check",
        "是真的，没有被改过",
        "每个签名和印章都有效，签好以后一个字也没有动过。",
        "可以放心使用。请再看一眼：纸上的内容和这份电子文书是不是一样。",
    ),
    checker.Verdict.INDETERMINATE: Words(
        "warn",
        "help",
        "还不能认定",
        "没有发现被改动，但有的签名现在核对不了，原因在下面。",
        "先不要当作定稿使用。请打电话问出具文书的法庭，或者重新取一份电子文书再查。",
    ),
    checker.Verdict.FAILED: Words(
        "bad",
        "close",
        "不要采信",
        "这份文件被改动过，或者签名、印章是假的，原因在下面。",
        "请不要按它办事。保存好这个文件，马上联系出具文书的法庭。",
    ),
}
SIGNATURE_WORDS = {
    checker.Verdict.PASSED.value: ("有效", "good"),
    checker.Verdict.INDETERMINATE.value: ("不能认定", "warn"),
    checker.Verdict.FAILED.value: ("无效", "bad"),
}


def _page(request: web.Request, status: int = 200, **context: object) -> web.Response:
    shown: dict[str, object] = {"report": None, "errors": {}, "limit": request.app[CONFIG].max_upload_bytes}
    return pages.render(request, "verify/verify.html", status=status, **(shown | context))


@routes.get("/verify", access=PUBLIC)
async def ask(request: web.Request) -> web.Response:
    """Asks for the PDF and says how a recording folder is checked."""
    return _page(request)


async def _upload(request: web.Request) -> bytes:
    chosen = (await forms.sent(request)).file("paper")
    if chosen is None:
        raise CourtError("verify.no_file")
    limit = request.app[CONFIG].max_upload_bytes
    with chosen.file:
        data = await asyncio.to_thread(chosen.file.read, limit + 1)
    if len(data) > limit:
        raise CourtError("upload.too_large", most_mb=limit // (1024 * 1024))
    if not data:
        raise CourtError("upload.empty")
    # ISO 32000-1, 7.5.2 note: readers accept the header within the first 1024 bytes.
    if b"%PDF-" not in data[:1024]:
        raise CourtError("verify.not_pdf")
    return data


async def _judge(request: web.Request, data: bytes) -> checker.Report:
    trusted = await asyncio.to_thread(trust, request.app[AUTHORITY].directory)
    known = await request.app[DB].read(paper.by_hash, sha256=hashlib.sha256(data).hexdigest())
    registered = frozenset({known.sha256}) if known else frozenset()
    return await request.app[CHECKS].run(
        checker.verify, data, trusted, now=request[NOW], registered=registered
    )


@routes.post("/verify", access=PUBLIC, upload=True)
async def check(request: web.Request) -> web.Response:
    """One verdict, the signatures one by one, and what to do."""
    try:
        report = await _judge(request, await _upload(request))
    except CourtError as error:
        if pages.wants_json(request):
            raise
        return _page(request, error.status, errors={"paper": (error.code, error.text)})
    if pages.wants_json(request):
        return web.json_response(report.as_json(), headers={"Cache-Control": "no-store"})
    return _page(request, report=report, words=WORDS[report.verdict], signature_words=SIGNATURE_WORDS)


@routes.get("/verify/keys.json", access=PUBLIC)
async def keys(request: web.Request) -> web.Response:
    """Public keys of the QR codes on papers: {"issuer", "keys": [{"id": hex, "spki": base64 DER}]}."""
    trusted = await asyncio.to_thread(trust, request.app[AUTHORITY].directory)
    listed = [{"id": name, "spki": base64.b64encode(key).decode()} for name, key in trusted.qr_keys]
    return pages.json({"issuer": request.app[CONFIG].court_name, "keys": listed})


@routes.get("/v", access=PUBLIC)
async def code(request: web.Request) -> web.Response:
    """Where the QR code of a paper leads. Its content stays behind "#" and is checked in the browser."""
    return pages.render(request, "verify/code.html")
