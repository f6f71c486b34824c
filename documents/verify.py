"""One verdict on a PDF under our policy over pyHanko. Bounded, offline, never raises for bad input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from documents.pki import Trust


class Verdict(StrEnum):
    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """`field` "" and role "时间戳" for a document time-stamp; `time` ISO 8601 UTC or ""."""

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
    """`sha256` of the judged file; `content_sha256` of its attached machine-readable content ("" if none)."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureReport, ...]
    sha256: str
    content_sha256: str = ""
    rehearsal: bool = False

    def as_json(self) -> dict[str, object]:
        """The shape of `court verify --json`."""
        raise RuntimeError("being written")


def verify(data: bytes, trust: Trust, *, now: datetime, registered: frozenset[str] | None = None) -> Report:
    """Judge `data`. `registered`: file hashes in the register (hex), None where no register is at hand."""
    raise RuntimeError("being written")
