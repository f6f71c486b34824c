"""送达回证 (民诉法 87): one form for one recipient. Text and blocks only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents.data import AuthorityPlace, Rendered, SignerSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPaper:
    name: str
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReturn:
    """`signers`: recipient, then the server (and a witness where the recipient refuses). Times are aware."""

    number: str
    matter_number: str
    cause: str
    body_name: str
    recipient: str
    place: str
    papers: tuple[ServedPaper, ...]
    method: str  # 直接送达, 电子送达 …
    served_at: datetime
    receiver: str = ""  # who took it, if another
    relation: str = ""
    refusal: str = ""
    remarks: str = ""
    signers: tuple[SignerSlot, ...] = ()
    sealed: bool = True
    rehearsal: bool = False


def render(
    paper: ServiceReturn, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """One page, ready for the first signature."""
    raise RuntimeError("being written")
