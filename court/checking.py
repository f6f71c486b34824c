"""Checks a paper or a recording folder against trusted certificates. No server, no network, never raises for bad input."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from court import installation, withdrawn
from documents import handed_in, pki
from documents.apart import read_bounded
from documents.errors import PaperError
from documents.second_record import LARGEST as LARGEST_RECORD
from documents.sm2_certificates import is_sm2
from signalling.verify_recording import verify_recording

MAX_PAPER_BYTES = 64 * 1024 * 1024


class SignatureLine(TypedDict):
    """One signature of a paper; `time` is ISO 8601 UTC or empty, `stamped_by` whose time-stamp proves it."""

    field: str
    signer: str
    role: str
    time: str
    indication: str
    sub_indication: str
    stamped_by: str


class CodeFacts(TypedDict):
    """What a signed QR code says; `content_sha256` is the first half of the hash, in hex."""

    kind: str
    number: str
    names: list[str]
    made_on: str
    content_sha256: str


class Report(TypedDict):
    """The contract of `court verify --json` (EN 319 102-1 words); `code` for photographs and scans of papers."""

    verdict: str
    reasons: list[str]
    signatures: list[SignatureLine]
    code: CodeFacts | None


def _undecided(reason: str) -> Report:
    return Report(verdict="INDETERMINATE", reasons=[reason], signatures=[], code=None)


def check(path: Path, trust: Path, *, now: datetime, second: Path | None = None) -> Report:
    """Judge a PDF, a photograph or scan of a paper, or a recording folder; `trust`: an authority's folder or PEM roots.

    `second`: the file of its second signature; where None, one of the same name beside it that ends with .p7s.
    """
    if path.is_dir():
        return _check_recording(path, trust)
    if not path.is_file():
        return _undecided(f"找不到文件：{path}。请检查路径。（file.missing）")
    try:
        data = read_bounded(path, MAX_PAPER_BYTES)
    except OSError:
        return _undecided(f"文件打不开：{path}。请检查读取权限。（file.unreadable）")
    if data is None:
        most = MAX_PAPER_BYTES // (1024 * 1024)
        return _undecided(f"文件超过 {most} MB，不是本系统的文书。请确认选对了文件。（file.too_large）")
    beside = second or _beside(path)
    try:
        record = (read_bounded(beside, LARGEST_RECORD) or b"\0") if beside else b""
    except OSError:
        return _undecided(f"国密签名文件打不开：{beside}。请检查路径和读取权限。（file.unreadable）")
    roots = _trust(trust)
    if roots is None:
        return _undecided("没有可信的根证书：请用 --trust 指明签发机构的证书。（trust.missing）")
    found = handed_in.check(data, roots, now=now, second=record)
    try:
        gone = withdrawn.read(trust) if trust.is_dir() else ()
    except (OSError, ValueError):
        return _undecided(
            f"撤回名单读不出来：{trust / withdrawn.FILE}。请重新复制这个文件。（withdrawn.unreadable）"
        )
    found = withdrawn.marked(found, withdrawn.of(found, gone, sha256=hashlib.sha256(data).hexdigest()))
    return Report(
        verdict=str(found.verdict),
        reasons=[f"{each.code}: {each.text}{each.todo}" for each in found.reasons],
        signatures=[SignatureLine(**asdict(each)) for each in found.signatures],  # type: ignore[typeddict-item]
        code=CodeFacts(**asdict(found.facts)) if found.facts else None,  # type: ignore[typeddict-item]
    )


def _beside(path: Path) -> Path | None:
    """The second signature's file that came with a paper: 文书.p7s or 文书.pdf.p7s."""
    names = (path.with_suffix(".p7s"), path.with_name(f"{path.name}.p7s"))
    return next((each for each in names if each != path and each.is_file()), None)


def _trust(place: Path) -> pki.Trust | None:
    """The roots of an authority's folder or of a PEM file; None where there are none."""
    try:
        if place.is_dir():
            return pki.trust(place)
        found = x509.load_pem_x509_certificates(place.read_bytes())
    except (PaperError, OSError, ValueError):
        return None
    sm2 = [one for one in found if is_sm2(one)]
    return pki.Trust(
        roots=tuple(one.public_bytes(Encoding.DER) for one in found if one not in sm2),
        sm2_roots=tuple(one.public_bytes(Encoding.DER) for one in sm2),
    )


def _check_recording(path: Path, trust: Path) -> Report:
    key = installation.recording_public_key(trust) if trust.is_dir() else None
    found = verify_recording(path, key)
    reasons = [str(problem) for problem in found.problems]
    if not found.problems and key is None:
        return _undecided("文件与哈希链一致，但没有可信的公钥来核对检查点签名。（recording.no_key）")
    return Report(
        verdict="TOTAL-FAILED" if found.problems else "TOTAL-PASSED",
        reasons=reasons,
        signatures=[],
        code=None,
    )
