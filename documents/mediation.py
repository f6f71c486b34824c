"""Mediation agreements: 人民调解协议书 and 调解协议. Text and blocks only; setting is layout's."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from documents import frame as frames
from documents import qr
from documents.archive import Attachment, canonical
from documents.data import AuthorityPlace, PersonFacts, RecordingFacts, Rendered, SignerSlot
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.text import arabic_date, chinese_date, clean, prose

CONTENT_FILE = "agreement.json"
MOST_PARTIES = 60
MOST_CLAUSES = 100


class AgreementKind(StrEnum):
    PEOPLE = "people"  # 人民调解协议书, sealed by the committee (人民调解法 29)
    COURT = "court"  # 调解协议 made on the court's vehicle, sealed by the court


_TITLES = {AgreementKind.PEOPLE: "人民调解协议书", AgreementKind.COURT: "调解协议"}


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
    """Machine-readable content: canonical JSON (sorted keys, UTF-8), attached to the PDF as
    agreement.json."""
    record = asdict(paper)
    record |= {
        "held_on": paper.held_on.isoformat(),
        "made_on": paper.made_on.isoformat(),
        "kind": str(paper.kind),
    }
    return canonical(record)


def render(
    paper: AgreementPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-3b with signature fields, attachments and QR code, ready for the first signature (or, wet, for
    print).

    `verify_url` is the address the QR code opens, such as "https://court.example/v".
    Raises GlyphMissing for a character no font draws, PaperError for empty or unbounded content.
    """
    _check(paper)
    fonts = FontSet.load(fonts_dir)
    machine = content(paper)
    digest = hashlib.sha256(machine).hexdigest()
    facts = qr.PaperFacts(
        kind=_TITLES[paper.kind],
        number=paper.number,
        names=tuple(party.name for party in paper.parties),
        made_on=paper.made_on.isoformat(),
        content_sha256=digest,
    )
    people = paper.kind is AgreementKind.PEOPLE
    frame = frames.Frame(
        body_name=paper.body_name,
        title=_TITLES[paper.kind],
        number=paper.number,
        date_text=arabic_date(paper.made_on) if people else chinese_date(paper.made_on),
        content_sha256=digest,
        code=qr.issue(facts, authority=authority, verify_url=verify_url),
        rehearsal=paper.rehearsal,
    )
    body = frames.prose_rows(prose("agreement.txt.j2", p=paper, people=people), fonts)
    rows = [
        *frames.title_block(clean(paper.body_name), frame.title, clean(paper.number), fonts),
        *frames.cling(body),
        *frames.closing_rows(
            frame, paper.signers, fonts, sealed=True, wet=paper.wet, notes=_notes(paper, digest)
        ),
    ]
    slots = () if paper.wet else frames.with_seal(paper.signers, paper.body_name, sealed=True)
    attached = [Attachment(name=CONTENT_FILE, data=machine, description="协议内容（机器可读）")]
    attached += frames.recording_attachment(paper.recording)
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)


def _notes(paper: AgreementPaper, digest: str) -> list[str]:
    transcript = [f"调解笔录校验值（SHA-256）：{paper.transcript_sha256}"] if paper.transcript_sha256 else []
    return [f"协议内容校验值（SHA-256）：{digest}", *transcript, *frames.recording_notes(paper.recording)]


def _check(paper: AgreementPaper) -> None:
    if not paper.parties or not paper.clauses or not paper.signers:
        raise PaperError("paper.incomplete", "协议缺少当事人、协议条款或签名人，请补充后再生成。")
    if len(paper.parties) > MOST_PARTIES or len(paper.clauses) > MOST_CLAUSES:
        raise PaperError("paper.too_many", f"当事人最多{MOST_PARTIES}人、条款最多{MOST_CLAUSES}条。")
    if [clause.number for clause in paper.clauses] != list(range(1, len(paper.clauses) + 1)):
        raise PaperError("paper.clause_numbers", "协议条款的编号不连续，请重新编号。")
    if any(not clause.text.strip() for clause in paper.clauses):
        raise PaperError("paper.incomplete", "协议中有空白条款，请填写或删除。")
