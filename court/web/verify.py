"""The public check of a paper: a verdict in plain words. documents.verify judges; no upload is kept."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from court import withdrawn
from court.domain.errors import CourtError
from court.domain.withdrawal import told
from court.services import second, withdrawal
from court.web import forms, pages
from court.web.access import PUBLIC, Routes
from court.web.keys import AUTHORITY, BLOBS, CHECKS, CONFIG, DB, NOW
from documents import handed_in
from documents.paper_code import is_picture
from documents.pki import trust
from documents.second_record import LARGEST as LARGEST_RECORD
from documents.verdict import Report, Verdict

routes = Routes()
CONTENT_HALF = re.compile("[0-9a-f]{32}")
WORKER = Path(__file__).parents[1] / "static/js/verify-worker.js"


@dataclass(frozen=True, slots=True)
class Words:
    """The verdict for a person: what it means and what to do."""

    tone: str
    icon: str
    title: str
    text: str
    todo: str


WORDS = {
    Verdict.PASSED: Words(
        "good",
        "check",
        "是真的，没有被改过",
        "每个签名和印章都有效，签好以后一个字也没有动过。",
        "可以放心使用。请再看一眼：纸上的内容和这份电子文书是不是一样。",
    ),
    Verdict.INDETERMINATE: Words(
        "warn",
        "help",
        "还不能认定",
        "没有发现被改动，但有的签名现在核对不了，原因在下面。",
        "先不要当作定稿使用。请打电话问出具文书的法庭，或者重新取一份电子文书再查。",
    ),
    Verdict.FAILED: Words(
        "bad",
        "close",
        "不要采信",
        "这份文件被改动过，或者签名、印章是假的，原因在下面。",
        "请不要按它办事。保存好这个文件，马上联系出具文书的法庭。",
    ),
}
OTHERS_PASSED = Words(
    "good",
    "check",
    "签名有效",
    "文件里的签名都有效，最后一个签名以后没有改动。但这不是本系统出的文书。",
    "签名是否齐全、内容是否完整，请问出具单位。",
)
CODE_SIGNED = Words(
    "good",
    "check",
    "二维码是真的",
    "下面几项由法庭（委员会）签过名，没有被改过。纸上其余的内容，二维码不能证明。",
    "请和纸上逐项对一对，有一项不一样，就不要相信那张纸。",
)
WITHDRAWN = Words(
    "bad",
    "close",
    "已撤回，不要再用",
    "签名和印章是不是真的，下面写着；但出具单位已经撤回了这份文书，它不再有效。",
    "请向出具单位取代替它的文书，或者问清楚以哪一份为准。",
)
CODE_MISSING = Words(
    "warn",
    "help",
    "照片上没有找到二维码",
    "没有可以核对的内容，原因在下面。",
    "请把纸上的二维码放正、拍满、拍清楚，再试一次。",
)
SIGNATURE_WORDS = {
    Verdict.PASSED.value: ("有效", "good"),
    Verdict.INDETERMINATE.value: ("不能认定", "warn"),
    Verdict.FAILED.value: ("无效", "bad"),
}


def _page(request: web.Request, status: int = 200, **context: object) -> web.Response:
    shown: dict[str, object] = {"report": None, "errors": {}, "limit": request.app[CONFIG].max_upload_bytes}
    return pages.render(request, "verify/verify.html", status=status, **(shown | context))


@routes.get("/verify", access=PUBLIC)
async def ask(request: web.Request) -> web.Response:
    """Asks for the PDF and says how a recording folder is checked."""
    return _page(request)


def _words(report: Report) -> Words:
    """The heading of this report; photographs of papers and other makers' files have their own."""
    if report.reasons and report.reasons[0].code == withdrawn.CODE:
        return WITHDRAWN
    if report.facts is not None:
        return CODE_SIGNED
    if any(each.code == "code.missing" for each in report.reasons):
        return CODE_MISSING
    if report.verdict is Verdict.PASSED and not report.ours:
        return OTHERS_PASSED
    return WORDS[report.verdict]


async def _second(request: web.Request) -> bytes:
    """The record of a second signature that was handed in with the paper; b"" without one, cut behind its limit."""
    chosen = (await forms.sent(request)).file("second")
    if chosen is None:
        return b""
    with chosen.file:
        return await asyncio.to_thread(chosen.file.read, LARGEST_RECORD + 1)


async def _upload(request: web.Request, field: str) -> bytes:
    chosen = (await forms.sent(request)).file(field)
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
    if b"%PDF-" not in data[:1024] and not is_picture(data):
        raise CourtError("verify.not_pdf")
    return data


async def _judge(request: web.Request, data: bytes, record: bytes) -> Report:
    trusted = await asyncio.to_thread(trust, request.app[AUTHORITY].directory)
    digest = hashlib.sha256(data).hexdigest()
    # A paper's file of before its stamp was renewed is the same paper.
    known, stored = await request.app[DB].read(second.of_file, sha256=digest)
    if stored and not record:
        record = await request.app[BLOBS].read(stored)
    registered = frozenset({digest}) if known else frozenset()
    report = await request.app[CHECKS].run(
        handed_in.check, data, trusted, now=request[NOW], registered=registered, second=record
    )
    gone = [withdrawn.entry(one) for one in await request.app[DB].read(withdrawal.everything)]
    return withdrawn.marked(report, withdrawn.of(report, gone, sha256=digest))


@routes.post("/verify", access=PUBLIC, upload=True)
async def check(request: web.Request) -> web.Response:
    """One verdict, the signatures one by one, and what to do; of a photograph the signed facts of its code."""
    try:
        report = await _judge(request, await _upload(request, "paper"), await _second(request))
    except CourtError as error:
        if pages.wants_json(request):
            raise
        return _page(request, error.status, errors={"paper": (error.code, error.text)})
    if pages.wants_json(request):
        return web.json_response(report.as_json(), headers={"Cache-Control": "no-store"})
    return _page(request, report=report, words=_words(report), signature_words=SIGNATURE_WORDS)


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


@routes.post("/v/read", access=PUBLIC, upload=True)
async def read(request: web.Request) -> web.Response:
    """Texts of the QR codes on a photograph, for browsers that cannot read them: {"codes": [...]}. Keeps nothing."""
    data = await _upload(request, "photo")
    if not is_picture(data):
        raise CourtError("upload.wrong_type")
    return pages.json({"codes": await request.app[CHECKS].run(handed_in.codes, data)})


@routes.get("/v/withdrawn.json", access=PUBLIC)
async def withdrawn_since(request: web.Request) -> web.Response:
    """Whether the paper of this code (`content`: 32 hex digits) was withdrawn, in a sentence: {"text"}, "" if not."""
    half = request.query.get("content", "")
    if not CONTENT_HALF.fullmatch(half):
        raise CourtError("web.bad_request")
    gone = await request.app[DB].read(withdrawal.everything)
    found = next((one for one in gone if one.content_sha256.startswith(half)), None)
    return pages.json({"text": told(found.at, found.successor_number) if found else ""})


@routes.get("/v-worker.js", access=PUBLIC)
async def worker(request: web.Request) -> web.FileResponse:
    """The script that keeps `/v` for where there is no network; at the root, since its scope is `/v`."""
    return web.FileResponse(WORKER, headers={"Content-Type": "text/javascript", "Cache-Control": "no-cache"})
