"""One verdict on a PDF under our policy over pyHanko. Bounded, offline, never raises for bad input."""

from __future__ import annotations

import hashlib
import json
import logging
import signal
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from types import FrameType
from typing import Any

import pikepdf
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.archive import FIELDS_FILE, SEAL_FIELD
from documents.certificates import fit_name
from documents.coverage import Coverage, coverage
from documents.judging import FAILED, INDETERMINATE, PASSED, Judged, judge
from documents.pki import Trust

LARGEST = 64 * 1024 * 1024
LARGEST_ATTACHMENT = 32 * 1024 * 1024
LONGEST_SECONDS = 20
MOST_SIGNATURES = 200


class Verdict(StrEnum):
    PASSED = PASSED
    INDETERMINATE = INDETERMINATE
    FAILED = FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """`role` "时间戳" for a document time-stamp; `time` ISO 8601 UTC or ""."""

    field: str
    signer: str
    role: str
    time: str
    indication: str
    sub_indication: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    code: str  # stable, "verify.field_empty"
    text: str  # Chinese sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`sha256` of the judged file; `content_sha256` of its attached machine-readable content ("" if none).

    `evidence` maps a field to the evidence hash in its event certificate.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureReport, ...]
    sha256: str
    content_sha256: str = ""
    rehearsal: bool = False
    evidence: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape of `court verify --json`."""
        return {
            "verdict": str(self.verdict),
            "reasons": [f"{reason.code}: {reason.text}" for reason in self.reasons],
            "signatures": [asdict(signature) for signature in self.signatures],
            "sha256": self.sha256,
            "content_sha256": self.content_sha256,
            "rehearsal": self.rehearsal,
        }


def verify(data: bytes, trust: Trust, *, now: datetime, registered: frozenset[str] | None = None) -> Report:
    """Judge `data`. `registered`: file hashes in the register (hex), None where no register is at hand."""
    digest = hashlib.sha256(data).hexdigest()
    if problem := _not_a_pdf(data):
        return Report(verdict=Verdict.FAILED, reasons=(problem,), signatures=(), sha256=digest)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        with _limited(LONGEST_SECONDS):
            return _judge(data, digest, trust, now, registered)
    except TimeoutError:
        reason = Reason(code="verify.too_slow", text="文件结构异常，检查超过时限，不能认定。")
    except (Exception, RecursionError):
        reason = Reason(code="verify.unreadable", text="文件结构损坏或被改动，无法读取，不能认定为真。")
    return Report(verdict=Verdict.FAILED, reasons=(reason,), signatures=(), sha256=digest)


def _not_a_pdf(data: bytes) -> Reason | None:
    if not data:
        return Reason(code="verify.empty", text="文件是空的，请重新选择文件。")
    if len(data) > LARGEST:
        return Reason(code="verify.too_large", text="文件超过64 MB，不予检查。")
    if data[:5] != b"%PDF-":
        return Reason(code="verify.not_pdf", text="这不是PDF文件，请选择文书的PDF原件。")
    # Without it readers would search the whole file for objects, which a hostile file makes slow.
    if b"startxref" not in data[-65_536:]:
        return Reason(code="verify.unreadable", text="文件结构损坏或被截短，无法读取，不能认定为真。")
    return None


def _judge(
    data: bytes, digest: str, trust: Trust, now: datetime, registered: frozenset[str] | None
) -> Report:
    covered = coverage(data)
    if covered.digest_differs:
        reason = Reason(
            code="verify.changed", text="文件自盖章加时间戳以后被改动过，哪怕只改一个字节也不再有效。"
        )
        return Report(verdict=Verdict.FAILED, reasons=(reason,), signatures=(), sha256=digest)
    reader = PdfFileReader(BytesIO(data), strict=True, decode_limits=DecodeLimits())
    if reader.encrypted:
        reason = Reason(code="verify.encrypted", text="文件加了密码，无法检查，请提供未加密的原件。")
        return Report(verdict=Verdict.INDETERMINATE, reasons=(reason,), signatures=(), sha256=digest)
    if len(reader.embedded_signatures) > MOST_SIGNATURES:
        reason = Reason(
            code="verify.too_many_signatures", text=f"文件中的签名超过{MOST_SIGNATURES}个，不予检查。"
        )
        return Report(verdict=Verdict.FAILED, reasons=(reason,), signatures=(), sha256=digest)
    paper = _Paper.read(data)
    if not reader.embedded_signatures:
        reasons = [Reason(code="verify.no_signature", text="文件中没有任何电子签名或电子印章，不能认定。")]
        reasons += paper.empty_fields(set())
        return Report(
            verdict=Verdict.INDETERMINATE,
            reasons=tuple(reasons),
            signatures=(),
            sha256=digest,
            content_sha256=paper.content_sha256,
        )
    judged = judge(reader, trust, now)
    first = reader.embedded_signatures[0].byte_range
    problems = [*_signature_problems(judged), *paper.problems(judged, covered)]
    problems += _document_problems(data, judged, covered, int(first[2]) + int(first[3]), bool(paper.fields))
    if paper.fields and covered.stamped and not covered.own_form and not trust.stamp_roots:
        problems.append(
            (FAILED, "verify.loose", "最后一个时间戳的数据被改动过，或不是由本机的时间戳机构签发。")
        )
    if registered is not None and digest not in registered and paper.fields:
        problems.append(
            (INDETERMINATE, "verify.not_registered", "这份文件不在本机的文书登记簿中，请与出具单位核对。")
        )
    return _report(judged, paper, problems, digest)


def _report(judged: list[Judged], paper: _Paper, problems: list[tuple[str, str, str]], digest: str) -> Report:
    verdict = Verdict.PASSED
    if problems:
        verdict = Verdict.FAILED if any(kind == FAILED for kind, _, _ in problems) else Verdict.INDETERMINATE
    reasons = [Reason(code=code, text=text) for _, code, text in problems]
    rehearsal = any(each.rehearsal for each in judged)
    if rehearsal:
        reasons.append(Reason(code="verify.rehearsal", text="这是演练中制作的文书样本，不具有法律效力。"))
    if verdict is Verdict.PASSED:
        reasons.insert(0, Reason(code="verify.passed", text="全部签名和印章有效，文件自盖章后未被改动。"))
    return Report(
        verdict=verdict,
        reasons=tuple(dict.fromkeys(reasons)),
        signatures=tuple(_row(each, paper) for each in judged),
        sha256=digest,
        content_sha256=paper.content_sha256,
        rehearsal=rehearsal,
        evidence=tuple((each.field, each.evidence_sha256) for each in judged if each.evidence_sha256),
    )


def _row(each: Judged, paper: _Paper) -> SignatureReport:
    named = paper.fields.get(each.field)
    return SignatureReport(
        field=each.field,
        signer=named[1] if named and each.signer == fit_name(named[1]) else each.signer,
        role="时间戳" if each.stamp else (named[0] if named else each.unit),
        time=each.time.isoformat() if each.time else "",
        indication=each.indication,
        sub_indication=each.sub_indication,
    )


def _signature_problems(judged: list[Judged]) -> Iterator[tuple[str, str, str]]:
    for each in judged:
        name = "时间戳" if each.stamp else f"“{each.signer}”的签名"
        if each.changed:
            yield FAILED, "verify.changed_after_signing", f"{name}之后，文件中有不允许的改动或添加。"
        elif each.sub_indication == "HASH_FAILURE":
            yield FAILED, "verify.hash_failure", f"{name}所签的内容被改动过。"
        elif each.sub_indication == "SIG_CRYPTO_FAILURE":
            yield FAILED, "verify.crypto_failure", f"{name}本身不正确。"
        elif each.sub_indication.startswith("REVOKED"):
            yield each.indication, "verify.revoked", f"{name}所用的证书已被吊销。"
        elif each.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND":
            yield INDETERMINATE, "verify.unknown_issuer", f"{name}所用的证书不是由本机信任的机构签发。"
        elif each.indication != PASSED:
            yield each.indication, "verify.not_proven", f"{name}目前不能认定（{each.sub_indication}）。"


def _document_problems(
    data: bytes, judged: list[Judged], covered: Coverage, first_end: int, ours: bool
) -> Iterator[tuple[str, str, str]]:
    if not covered.whole:
        yield FAILED, "verify.outside", "文件末尾有签名范围以外的内容，可能是后来添加的。"
    elif covered.loose and ours:
        yield FAILED, "verify.loose", "最后一个签名的数据中有不应有的内容。"
    if ours and not judged[-1].stamp and any(each.field == SEAL_FIELD for each in judged):
        yield FAILED, "verify.no_timestamp", "盖章后应有的时间戳不见了，文件可能被截短。"
    if _metadata(data) != _metadata(data[:first_end]):
        yield FAILED, "verify.metadata", "文件的标题、作者等说明信息在签名后被替换。"


@dataclass(frozen=True, slots=True)
class _Paper:
    """What the paper says about itself: field -> (role, name) in signing order, and its content's hash."""

    fields: dict[str, tuple[str, str]]
    content_sha256: str

    @classmethod
    def read(cls, data: bytes) -> _Paper:
        with pikepdf.open(BytesIO(data)) as document:
            found = {name: document.attachments[name] for name in list(document.attachments)[:20]}
            listing = found.get(FIELDS_FILE)
            fields: dict[str, tuple[str, str]] = {}
            if listing is not None:
                entries = json.loads(_unpacked(listing))["fields"]
                fields = {str(e["field"]): (str(e["role"]), str(e["name"])) for e in entries}
            content = next(
                (found[n] for n in ("agreement.json", "transcript.json", "content.json") if n in found), None
            )
            digest = hashlib.sha256(_unpacked(content)).hexdigest() if content is not None else ""
        return cls(fields, digest)

    def empty_fields(self, filled: set[str]) -> list[Reason]:
        return [
            Reason(
                code="verify.field_empty",
                text=f"缺少{role}“{name}”的{'印章' if field == SEAL_FIELD else '签名'}，文书不完整或被截短。",
            )
            for field, (role, name) in self.fields.items()
            if field not in filled
        ]

    def problems(self, judged: list[Judged], covered: Coverage) -> Iterator[tuple[str, str, str]]:
        if not self.fields:
            return
        signed = {each.field: each for each in judged if not each.stamp}
        for reason in self.empty_fields(set(signed)):
            yield FAILED, reason.code, reason.text
        for field, each in signed.items():
            if field not in self.fields:
                yield FAILED, "verify.extra_signature", f"文件中有文书规定以外的签名“{each.signer}”。"
                continue
            role, name = self.fields[field]
            right = (
                each.organisation == fit_name(name) if field == SEAL_FIELD else each.signer == fit_name(name)
            )
            unit = each.unit == ("电子印章" if field == SEAL_FIELD else fit_name(role))
            if not (right and unit):
                yield (
                    FAILED,
                    "verify.wrong_signer",
                    f"应由{role}“{name}”签名的位置，签名证书上是“{each.signer}”。",
                )
        order = [field for field in self.fields if field in signed]
        if order != list(signed):
            yield FAILED, "verify.order", "签名顺序与文书规定的不一致。"
        if not covered.stamped and SEAL_FIELD in signed:
            yield FAILED, "verify.no_timestamp", "盖章后应有的时间戳不见了，文件可能被截短。"


def _unpacked(attachment: pikepdf.AttachedFileSpec) -> bytes:
    """The attached file, at most LARGEST_ATTACHMENT bytes of it unpacked. Raises ValueError."""
    stream = attachment.get_file().obj
    raw: bytes = stream.read_raw_bytes()
    if "/Filter" in stream:
        if stream.Filter != "/FlateDecode":
            raise ValueError("unusual filter")
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(raw, LARGEST_ATTACHMENT)
        if unpacking.unconsumed_tail:
            raise ValueError("too large")
    return raw


def _metadata(data: bytes) -> tuple[Any, ...]:
    with pikepdf.open(BytesIO(data)) as document:
        info = document.trailer.get("/Info")
        pairs = sorted((key, bytes(value)) for key, value in info.items()) if info is not None else []
        xmp = document.Root.get("/Metadata")
        return pairs, xmp.read_raw_bytes() if xmp is not None else b"", bytes(document.Root.get("/Lang", b""))


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the main thread (that of a pool's worker) after `seconds`; elsewhere nothing."""
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def expire(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
