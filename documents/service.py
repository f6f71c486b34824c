"""送达回证 (民诉法 87): one form for one recipient. Text and blocks only."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from documents import frame as frames
from documents import qr
from documents.archive import Attachment, canonical
from documents.citations import CITATIONS
from documents.data import AuthorityPlace, Rendered, SignerSlot
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import gap
from documents.table import Cell, table_rows
from documents.text import chinese_date, clean, clock, local

CONTENT_FILE = "content.json"
MOST_PAPERS = 100


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


def content(paper: ServiceReturn) -> bytes:
    """Machine-readable content as canonical JSON."""
    return canonical(asdict(paper) | {"served_at": paper.served_at.astimezone(UTC).isoformat()})


def render(
    paper: ServiceReturn, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """A table and the signatures, ready for the first one."""
    if not paper.papers or len(paper.papers) > MOST_PAPERS:
        raise PaperError("paper.incomplete", "送达回证应写明送达的文书，且不超过100种。")
    fonts = FontSet.load(fonts_dir)
    machine = content(paper)
    digest = hashlib.sha256(machine).hexdigest()
    day = local(paper.served_at).date()
    facts = qr.PaperFacts(
        kind="送达回证",
        number=paper.number,
        names=(paper.recipient,),
        made_on=day.isoformat(),
        content_sha256=digest,
    )
    frame = frames.Frame(
        body_name=paper.body_name,
        title="送达回证",
        number=paper.number,
        date_text=chinese_date(day),
        content_sha256=digest,
        code=qr.issue(facts, authority=authority, verify_url=verify_url),
        rehearsal=paper.rehearsal,
    )
    rows = [
        *frames.title_block(clean(paper.body_name), "送达回证", clean(paper.number), fonts),
        *table_rows(_table(paper), fonts, size=12),
        replace(gap(8), glued=True),
        *frames.closing_rows(
            frame,
            paper.signers,
            fonts,
            sealed=paper.sealed,
            wet=False,
            notes=[f"内容校验值（SHA-256）：{digest}"],
        ),
    ]
    slots = frames.with_seal(paper.signers, paper.body_name, sealed=paper.sealed)
    attached = [Attachment(name=CONTENT_FILE, data=machine, description="送达回证内容（机器可读）")]
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)


def _table(paper: ServiceReturn) -> list[list[Cell]]:
    papers = "\n".join(f"{each.name}　{each.copies}份" for each in paper.papers)
    taken_by = (
        f"{paper.receiver}（与受送达人关系：{paper.relation or '本人'}）"
        if paper.receiver
        else paper.recipient
    )
    pairs = [
        ("案　　号", paper.matter_number),
        ("案　　由", paper.cause),
        ("受送达人", paper.recipient),
        ("送达文书", papers),
        ("送达方式", paper.method),
        ("送达地点", paper.place),
        ("送达时间", clock(paper.served_at)),
        ("签 收 人", taken_by),
    ]
    if paper.refusal:
        pairs.append(("拒收事由", f"{paper.refusal}（依照{CITATIONS['service_refusal']}办理）"))
    basis = f"依照{CITATIONS['service_receipt']}，受送达人在送达回证上的签收日期为送达日期。"
    pairs.append(("备　　注", clean(paper.remarks) or basis))
    return [[Cell(label, 0.2, face="hei", align="center"), Cell(clean(value), 0.8)] for label, value in pairs]
