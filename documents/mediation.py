"""Mediation agreements: 人民调解协议书 and 调解协议. Text and blocks only; setting is layout's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from documents.data import AuthorityPlace, PersonFacts, RecordingFacts, Rendered, SignerSlot


class AgreementKind(StrEnum):
    PEOPLE = "people"  # 人民调解协议书, sealed by the committee (人民调解法 29)
    COURT = "court"  # 调解协议 made on the court's vehicle, sealed by the court


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFacts:
    """One numbered clause. `text` is the sentence; the four elements go into the machine-readable part."""

    number: int
    text: str
    who: str = ""
    what: str = ""
    amount: str = ""  # "3000.00" yuan
    due: str = ""  # ISO date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPaper:
    """All an agreement says. `signers` in signing order; the seal field is added by `render`."""

    kind: AgreementKind
    number: str  # "（2026）兴隆人调字第12号"
    matter_number: str
    cause: str
    body_name: str  # committee or court whose seal it bears
    parties: tuple[PersonFacts, ...]
    facts: str
    dispute: str
    clauses: tuple[ClauseFacts, ...]
    performance: str  # 履行方式
    copies: int
    place: str
    held_on: date
    made_on: date
    signers: tuple[SignerSlot, ...]
    transcript_sha256: str = ""
    recording: RecordingFacts | None = None
    wet: bool = False  # paper path (电子签名法 3): lines to sign on by hand, no fields
    rehearsal: bool = False  # printed as 演练样本


def content(paper: AgreementPaper) -> bytes:
    """Machine-readable content: canonical JSON (sorted keys, UTF-8), attached to the PDF as agreement.json."""
    raise RuntimeError("being written")


def render(
    paper: AgreementPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-2b with signature fields, attachments and QR code, ready for the first signature (or, wet, for print).

    `verify_url` is the address the QR code opens, such as "https://court.example/v".
    Raises GlyphMissing for a character no font draws, PaperError for empty or unbounded content.
    """
    raise RuntimeError("being written")
