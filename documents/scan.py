"""Wet-ink path: scanned sheets of a hand-signed paper become one PDF, to be sealed like the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents.data import AuthorityPlace, PersonFacts, Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPaper:
    """Sheets as JPEG or PNG bytes in page order (at most 60, 10 MiB each) and the version that was printed."""

    title: str
    number: str
    body_name: str
    printed_sha256: str  # file hash of the printed version
    content_sha256: str
    sheets: tuple[bytes, ...]
    signed_by: tuple[PersonFacts, ...]  # who signed by hand, role and name
    signed_at: datetime
    scanned_by: str
    rehearsal: bool = False


def render(
    paper: ScannedPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """Scanned sheets plus one page of attestation with the seal's field; then call `signing.seal`.

    Raises PaperError `scan.not_image`, `scan.too_large`, `scan.too_many`.
    """
    raise RuntimeError("being written")
