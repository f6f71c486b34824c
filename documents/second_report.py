"""A paper's report with the verdict on its second signature; the record is judged in a process of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from documents.apart import TooCostly, TooSlow, apart
from documents.archive import SEAL_FIELD
from documents.trust import Trust
from documents.verdict import Report, SignatureReport, Verdict, reason

FIELD = "sm2"
_WORSE = (Verdict.PASSED, Verdict.INDETERMINATE, Verdict.FAILED)
_CALMING = {"verify.passed", "verify.passed_other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondJudged:
    """`code` of REASONS in `verdict`; `time` ISO 8601 UTC that the time-stamp proves, "" without; plain values alone."""

    code: str
    indication: str
    sub_indication: str = ""
    signer: str = ""
    time: str = ""
    stamped_by: str = ""
    rehearsal: bool = False


def with_second(report: Report, paper: bytes, record: bytes, trust: Trust, now: datetime) -> Report:
    """The same report with a row and a reason for the second signature; the worse of both verdicts counts."""
    try:
        found = SecondJudged(**apart(_judged, record, paper, trust, now))
    except (TooSlow, TooCostly, TypeError):
        found = SecondJudged(code="second.too_slow", indication=Verdict.INDETERMINATE)
    row = SignatureReport(
        field=FIELD,
        signer=found.signer,
        role="国密印章",
        time=found.time,
        indication=found.indication,
        sub_indication=found.sub_indication,
        stamped_by=found.stamped_by,
    )
    said = reason(found.code, who=found.signer)
    reasons = tuple(each for each in report.reasons if each.code != "second.not_given")
    if found.code == "second.passed":
        reasons = (*reasons, said)
    else:
        # What decides is said first.
        reasons = (said, *(each for each in reasons if each.code not in _CALMING))
    return replace(
        report,
        verdict=max(report.verdict, Verdict(found.indication), key=_WORSE.index),
        reasons=reasons,
        signatures=(*report.signatures, row),
        rehearsal=report.rehearsal or found.rehearsal,
    )


def _judged(record: bytes, paper: bytes, trust: Trust, now: datetime) -> dict[str, Any]:
    from pikepdf import PdfError

    from documents.manifest import Manifest
    from documents.second_judging import judge

    try:
        _, body = Manifest.read(paper).fields.get(SEAL_FIELD, ("", ""))
    except (PdfError, ValueError, KeyError, TypeError, AttributeError):
        body = ""
    return asdict(judge(record, paper, trust, body_name=body, now=now))
