"""The slip the kiosk prints after a registration: number, query code, QR code, what happens next. Not signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from documents.data import Rendered


class ReceiptKind(StrEnum):
    MATTER = "matter"
    PETITION = "petition"


class Sheet(StrEnum):
    A4 = "A4"
    A5 = "A5"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    kind: ReceiptKind
    number: str
    query_code: str
    query_url: str  # what the QR code opens; put the code after "#", never in the path or query
    name: str  # who registered
    other_side: str = ""
    summary: str = ""
    registered_at: datetime
    body_name: str
    phone: str = ""
    materials: int = 0
    sheet: Sheet = Sheet.A5
    rehearsal: bool = False


def render(paper: ReceiptPaper, *, fonts_dir: Path, now: datetime) -> Rendered:
    """One page, large type, black on white, on A5 or A4."""
    raise RuntimeError("being written")
