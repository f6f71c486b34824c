"""Signed facts for the QR code on paper: COSE_Sign1 in Base45 after "#". Proves facts, not the other printed words."""

from __future__ import annotations

from dataclasses import dataclass

from documents.data import AuthorityPlace
from documents.pki import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """What the code says; `content_sha256` is cut to its first 16 bytes (hex in, hex out)."""

    kind: str
    number: str
    names: tuple[str, ...]
    made_on: str  # ISO date
    content_sha256: str


def issue(facts: PaperFacts, *, authority: AuthorityPlace, verify_url: str) -> str:
    """The text of the code: `<verify_url>#<base45 of COSE_Sign1>`, at most 300 bytes of COSE."""
    raise RuntimeError("being written")


def check(payload: str, trust: Trust) -> PaperFacts:
    """Facts from a scanned code (whole URL or fragment). Raises PaperError `qr.malformed`, `qr.unknown_key`, `qr.forged`."""
    raise RuntimeError("being written")
