"""Whatever somebody hands in for a check: a PDF by its signatures, a photograph or scan by the code on the paper."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from documents import qr
from documents.apart import TooCostly, TooSlow, apart, verify_apart
from documents.errors import PaperError
from documents.evidence import check_record, is_record
from documents.paper_code import LARGEST, is_picture, read_codes
from documents.pki import Trust
from documents.second_record import is_record as is_second
from documents.second_report import with_second
from documents.verdict import Report, SignatureReport, Verdict, reason, refused

_PICTURE_MEMORY = 2 * 1024 * 1024 * 1024
_UNSIGNED = "verify.no_signature"
_FAULTS = {
    "qr.malformed": ("code.malformed", Verdict.INDETERMINATE),
    "qr.unknown_key": ("code.unknown_key", Verdict.INDETERMINATE),
    "qr.forged": ("code.forged", Verdict.FAILED),
}


def check(
    data: bytes,
    trust: Trust,
    *,
    now: datetime,
    registered: frozenset[str] | None = None,
    second: bytes = b"",
) -> Report:
    """One report on the file; blocks while processes of their own look at it. Never raises for bad input.

    `second`: the record of its second signature, where it came with one; the worse of both verdicts counts.

    Pictures and unsigned scans are never TOTAL-PASSED: a code proves its own facts, not the paper around it.
    """
    if is_second(data):
        return refused("second.paper_needed", verdict=Verdict.INDETERMINATE)
    if is_record(data):
        return check_evidence(data, trust)
    if is_picture(data):
        if len(data) > LARGEST:
            return refused("verify.too_large", most=LARGEST // (1024 * 1024))
        return check_code(data, trust) or refused("code.missing", verdict=Verdict.INDETERMINATE)
    report = verify_apart(data, trust, now=now, registered=registered)
    if not report.ours and any(each.code == _UNSIGNED for each in report.reasons):
        # A scan of a paper comes as a PDF without signatures.
        scanned = check_code(data, trust)
        if scanned is not None:
            return replace(scanned, reasons=(*scanned.reasons, *report.reasons), sha256=report.sha256)
    return with_second(report, data, second, trust, now) if second else report


_FILE_NAMES = {"hand": "笔迹或指印", "hand_source": "指印原图", "still": "签名时的现场画面"}
_UNDECIDED = {"evidence.unknown_issuer", "evidence.file_missing"}


def check_evidence(data: bytes, trust: Trust) -> Report:
    """A signed record of one signature, judged by itself; its files too where they are inside."""
    found = check_record(data, trust)
    reasons = [reason(code) for code in found.problems]
    reasons += [reason("evidence.file_missing", name=_FILE_NAMES[name]) for name in found.missing]
    verdict = Verdict.PASSED
    if reasons:
        open_only = all(each.code in _UNDECIDED for each in reasons)
        verdict = Verdict.INDETERMINATE if open_only else Verdict.FAILED
    told = found.record
    row = SignatureReport(
        field="",
        signer=str(told.get("name", "")),
        role=str(told.get("role", "")),
        time=str(told.get("signed_at", "")),
        indication=str(verdict),
        sub_indication="" if not reasons else reasons[0].code,
    )
    return Report(
        verdict=verdict,
        reasons=tuple(reasons) or (reason("evidence.passed"),),
        signatures=(row,) if told else (),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def check_code(data: bytes, trust: Trust) -> Report | None:
    """What the first of our codes on the picture or scan says; None where there is no code at all."""
    try:
        found = apart(read_codes, data, memory=_PICTURE_MEMORY)["codes"]
    except TooSlow:
        return refused("verify.too_slow")
    except (TooCostly, KeyError):
        return refused("verify.too_costly")
    reports = [judge_code(str(text), trust) for text in found]
    return next((each for each in reports if each.facts is not None), reports[0] if reports else None)


def codes(data: bytes) -> list[str]:
    """Texts of the QR codes on a picture; none where it cannot be read within the bounds."""
    try:
        return [str(text) for text in apart(read_codes, data, memory=_PICTURE_MEMORY)["codes"]]
    except (TooSlow, TooCostly, KeyError):
        return []


def judge_code(text: str, trust: Trust) -> Report:
    """The signed facts of a code's text, or why they are not to be believed."""
    try:
        facts = qr.check(text, trust)
    except PaperError as error:
        code, verdict = _FAULTS[error.code]
        return refused(code, verdict=verdict)
    return Report(verdict=Verdict.INDETERMINATE, reasons=(reason("code.signed"),), facts=facts)
