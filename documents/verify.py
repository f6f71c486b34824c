"""One verdict on a PDF under our policy over pyHanko. Offline; the time and memory of a hostile file bounds `apart`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.archive import SEAL_FIELD, SECOND_WORD
from documents.certificates import REFUSED_WORD, fit_name
from documents.coverage import Coverage, coverage, hidden_signatures
from documents.history import HistoryReader
from documents.judging import Judged, collected, judge, tail_is_loose
from documents.manifest import Manifest, descriptions
from documents.pki import Trust
from documents.verdict import (
    FAILED,
    PASSED,
    Reason,
    Report,
    SignatureReport,
    Verdict,
    reason,
    refused,
)

LARGEST = 64 * 1024 * 1024
MOST_SIGNATURES = 200
_MEGABYTE = 1024 * 1024
# Readers accept the header within the first kilobyte (ISO 32000-1, 7.5.2 note).
_HEADER = 1024
# What cannot be proven now, against what is proven wrong.
_OPEN = {
    "verify.not_registered",
    "verify.unknown_issuer",
    "verify.no_status",
    "verify.not_proven",
    "verify.expired",
    "verify.revoked",
    "verify.unsupported",
    "verify.added_later",
    "verify.odd_structure",
}
_CODES = {
    "HASH_FAILURE": "verify.hash_failure",
    "SIG_CRYPTO_FAILURE": "verify.crypto_failure",
    "REVOKED": "verify.revoked",
    "REVOKED_NO_POE": "verify.revoked",
    "REVOKED_CA_NO_POE": "verify.revoked",
    "EXPIRED": "verify.expired",
    "OUT_OF_BOUNDS_NO_POE": "verify.expired",
    "NOT_YET_VALID": "verify.expired",
    "NO_CERTIFICATE_CHAIN_FOUND": "verify.unknown_issuer",
    "TRY_LATER": "verify.no_status",
    "FORMAT_FAILURE": "verify.malformed",
    "GENERIC": "verify.unsupported",
}


def verify(data: bytes, trust: Trust, *, now: datetime, registered: frozenset[str] | None = None) -> Report:
    """Judge `data`; never raises for bad input but MemoryError.

    `registered`: file hashes in the register (hex), None where no register is at hand.
    """
    if len(data) > LARGEST:
        return refused("verify.too_large", most=LARGEST // _MEGABYTE)
    digest = hashlib.sha256(data).hexdigest()
    if problem := _not_a_pdf(data):
        return refused(problem, sha256=digest)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    covered = coverage(data)
    try:
        report = _judge(data, digest, covered, trust, now, registered)
    except MemoryError:
        raise
    except (Exception, RecursionError):
        report = refused("verify.unreadable", sha256=digest)
    return _changed(report) if covered.digest_differs else report


def _not_a_pdf(data: bytes) -> str | None:
    if not data:
        return "verify.empty"
    if b"%PDF-" not in data[:_HEADER]:
        return "verify.not_pdf"
    # Without it readers would search the whole file for objects, which a hostile file makes slow.
    if b"startxref" not in data[-65_536:]:
        return "verify.unreadable"
    return None


def _changed(report: Report) -> Report:
    """The last time-stamp is over other bytes: this stands first, whatever could still be read of the rest."""
    signatures = report.signatures or (
        SignatureReport(
            field="timestamp",
            signer="",
            role="时间戳",
            time="",
            indication=FAILED,
            sub_indication="HASH_FAILURE",
        ),
    )
    rest = tuple(each for each in report.reasons if each.code not in ("verify.unreadable", "verify.passed"))
    return replace(
        report,
        verdict=Verdict.FAILED,
        reasons=(reason("verify.changed"), *rest),
        signatures=signatures,
    )


def _judge(
    data: bytes,
    digest: str,
    covered: Coverage,
    trust: Trust,
    now: datetime,
    registered: frozenset[str] | None,
) -> Report:
    reader, odd = _open(data)
    if reader.encrypted:
        return refused("verify.encrypted", verdict=Verdict.INDETERMINATE, sha256=digest)
    embedded, broken = collected(reader)
    if len(embedded) + len(broken) > MOST_SIGNATURES:
        return refused("verify.too_many_signatures", sha256=digest, most=MOST_SIGNATURES)
    paper = Manifest.read(data)
    spans = [tuple(map(int, each.byte_range)) for each in embedded]
    hidden = not broken and hidden_signatures(data, spans)
    if not embedded and not broken:
        reasons = (
            reason("verify.hidden" if hidden else "verify.no_signature"),
            *paper.empty_fields(set()),
        )
        return Report(
            verdict=Verdict.FAILED if hidden else Verdict.INDETERMINATE,
            reasons=reasons,
            sha256=digest,
            content_sha256=paper.content_sha256,
            ours=bool(paper.fields),
        )
    judged = [*broken, *judge(reader, embedded, trust, now)]
    problems = list(_signature_problems(judged))
    if hidden:
        problems.append(reason("verify.hidden"))
    if odd:
        problems.append(reason("verify.unreadable" if paper.fields else "verify.odd_structure"))
    if paper.fields:
        # The stamp that was found in the bytes must be the one the reader sees as last, not a planted one.
        bound = bool(spans) and covered.span == spans[-1]
        first_end = sum(spans[0][-2:]) if spans and not judged[0].disjoint else len(data)
        problems += paper.problems(judged, stamped=covered.stamped)
        # A foreign stamp has bytes that nothing protects; one of the own authority has none.
        foreign = bool(trust.stamp_roots) and not judged[-1].own
        problems += _own_problems(data, covered, foreign=foreign, bound=bound, first_end=first_end)
        if registered is not None and digest not in registered:
            problems.append(reason("verify.not_registered"))
    else:
        problems += _other_problems(data, reader, judged)
    return _report(judged, paper, problems, digest)


def _open(data: bytes) -> tuple[PdfFileReader, bool]:
    """The file read by the letter of the standard; else leniently and True, for other makers' files."""
    try:
        reader = HistoryReader(BytesIO(data), strict=True, decode_limits=DecodeLimits())
        if not reader.xrefs.hybrid_xrefs_present:
            return reader, False
    except PdfReadError:
        pass
    return HistoryReader(BytesIO(data), strict=False, decode_limits=DecodeLimits()), True


def _own_problems(
    data: bytes, covered: Coverage, *, foreign: bool, bound: bool, first_end: int
) -> Iterator[Reason]:
    if not covered.whole or not bound:
        yield reason("verify.outside")
    elif covered.loose or (
        covered.stamped and not covered.digest_differs and not covered.own_form and not foreign
    ):
        yield reason("verify.loose")
    if descriptions(data) != descriptions(data[:first_end]):
        yield reason("verify.metadata")


def _other_problems(data: bytes, reader: PdfFileReader, judged: Sequence[Judged]) -> Iterator[Reason]:
    """Other makers' files may carry validation material after their last signature, but nothing loose."""
    if tail_is_loose(data, reader):
        yield reason("verify.outside")
    elif judged[-1].added:
        yield reason("verify.added_later")


def _signature_problems(judged: Sequence[Judged]) -> Iterator[Reason]:
    for each in judged:
        who = "时间戳" if each.stamp else f"“{each.signer or '没有名字的人'}”的签名"
        if each.disjoint:
            yield reason("verify.byte_range", who=who)
        elif each.changed and each.sub_indication == "FORMAT_FAILURE":
            yield reason("verify.changed_after_signing", who=who)
        elif each.indication != PASSED:
            code = _CODES.get(each.sub_indication, "verify.not_proven")
            yield reason(code, who=who, sub=each.sub_indication)


def _report(judged: Sequence[Judged], paper: Manifest, problems: Sequence[Reason], digest: str) -> Report:
    verdict = Verdict.PASSED
    if problems:
        undecided = all(each.code in _OPEN for each in problems)
        undecided = undecided and all(each.indication != FAILED for each in judged)
        verdict = Verdict.INDETERMINATE if undecided else Verdict.FAILED
    reasons = list(dict.fromkeys(problems))
    if verdict is Verdict.PASSED:
        reasons.insert(0, reason("verify.passed" if paper.fields else "verify.passed_other"))
    if any(each.field == SEAL_FIELD and each.reason.endswith(SECOND_WORD) for each in judged):
        reasons.append(reason("second.not_given"))
    rehearsal = any(each.rehearsal for each in judged)
    if rehearsal:
        reasons.append(reason("verify.rehearsal"))
    return Report(
        verdict=verdict,
        reasons=tuple(reasons),
        signatures=tuple(_row(each, paper) for each in judged),
        sha256=digest,
        content_sha256=paper.content_sha256,
        ours=bool(paper.fields),
        rehearsal=rehearsal,
        evidence=tuple((each.field, each.evidence_sha256) for each in judged if each.evidence_sha256),
    )


def _row(each: Judged, paper: Manifest) -> SignatureReport:
    named = paper.fields.get(each.field)
    return SignatureReport(
        field=each.field,
        signer=named[1] if named and each.signer == fit_name(named[1]) else each.signer,
        role="时间戳" if each.stamp else _role(each, named[0] if named else each.unit),
        time=each.time.isoformat() if each.time else "",
        indication=each.indication,
        sub_indication=each.sub_indication,
        stamped_by=each.stamped_by,
    )


def _role(each: Judged, role: str) -> str:
    """Of one who would not sign the court noted that: the reader must see it beside the name."""
    refused_to = role and each.unit == fit_name(role, REFUSED_WORD)
    return f"{role}{REFUSED_WORD}" if refused_to else role
