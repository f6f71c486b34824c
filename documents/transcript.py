"""笔录 of a trial, a mediation or a petition reception, from its lines, any length. Text and blocks only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from documents.data import AuthorityPlace, RecordingFacts, Rendered, SignerSlot


class TranscriptKind(StrEnum):
    TRIAL = "trial"
    MEDIATION = "mediation"
    RECEPTION = "reception"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """One line: `speaker` as on the seat plate, `offset_ms` from the start of the recording (None: not recorded)."""

    speaker: str
    text: str
    at: datetime
    offset_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was there: caption, name, how (车载现场 / 在线) and how the identity was checked."""

    role: str
    name: str
    mode: str
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPaper:
    kind: TranscriptKind
    number: str
    cause: str
    body_name: str
    begins_at: datetime
    ends_at: datetime | None
    place: str
    public: bool
    attendance: tuple[Attendance, ...]
    lines: tuple[SpokenLine, ...]
    signers: tuple[SignerSlot, ...] = ()
    sealed: bool = True  # a seal field closes the paper
    recording: RecordingFacts | None = None
    remarks: tuple[str, ...] = ()  # interruptions, decided objections, refusals to sign
    rehearsal: bool = False


def content(paper: TranscriptPaper) -> bytes:
    """Machine-readable content as canonical JSON; its SHA-256 is the transcript hash an agreement carries."""
    raise RuntimeError("being written")


def render(
    paper: TranscriptPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-2b, ready for the first signature; 笔录 are signed by those present (民诉法 150)."""
    raise RuntimeError("being written")
