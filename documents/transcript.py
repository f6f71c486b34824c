"""笔录 of a trial, a mediation or a petition reception, from its lines, any length. Text and blocks only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from documents import frame as frames
from documents import qr
from documents.archive import Attachment, canonical
from documents.data import AuthorityPlace, RecordingFacts, Rendered, SignerSlot
from documents.errors import GlyphMissing, PaperError
from documents.fonts import FontSet
from documents.layout import Row, paragraph
from documents.linebreak import Span
from documents.text import arabic_date, chinese_date, clean, local, prose

CONTENT_FILE = "transcript.json"
MOST_LINES = 10_000


class TranscriptKind(StrEnum):
    TRIAL = "trial"
    MEDIATION = "mediation"
    RECEPTION = "reception"


_TITLES = {
    TranscriptKind.TRIAL: "庭审笔录",
    TranscriptKind.MEDIATION: "调解笔录",
    TranscriptKind.RECEPTION: "接访笔录",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """One line: `speaker` as on the seat plate, `offset_ms` from the start of the recording (None: not
    recorded)."""

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
    record = asdict(paper)
    record |= {"kind": str(paper.kind), "begins_at": _iso(paper.begins_at), "ends_at": _iso(paper.ends_at)}
    record["lines"] = [asdict(line) | {"at": _iso(line.at)} for line in paper.lines]
    return canonical(record)


def undrawable(lines: Sequence[SpokenLine], *, fonts_dir: Path) -> tuple[int, str] | None:
    """(index of the line, character) of the first one that no font has, while the text can still be changed."""
    fonts = FontSet.load(fonts_dir)
    for index, line in enumerate(lines):
        for style, text in (("hei", line.speaker), ("fang", line.text)):
            try:
                fonts.check(clean(text), style)
            except GlyphMissing as missing:
                return index, str(missing.params["character"])
    return None


def render(
    paper: TranscriptPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-3b, ready for the first signature; 笔录 are signed by those present (民诉法 150).

    Raises GlyphMissing, PaperError `paper.too_many` or `paper.incomplete`.
    """
    if not paper.lines or len(paper.lines) > MOST_LINES:
        raise PaperError(
            "paper.incomplete" if not paper.lines else "paper.too_many", "笔录没有内容或行数过多。"
        )
    fonts = FontSet.load(fonts_dir)
    machine = content(paper)
    digest = hashlib.sha256(machine).hexdigest()
    day = local(paper.ends_at or paper.begins_at).date()
    facts = qr.PaperFacts(
        kind=_TITLES[paper.kind],
        number=paper.number,
        names=tuple(each.name for each in paper.attendance),
        made_on=day.isoformat(),
        content_sha256=digest,
    )
    frame = frames.Frame(
        body_name=paper.body_name,
        title=_TITLES[paper.kind],
        number=paper.number,
        date_text=arabic_date(day) if paper.kind is TranscriptKind.RECEPTION else chinese_date(day),
        content_sha256=digest,
        code=qr.issue(facts, authority=authority, verify_url=verify_url),
        rehearsal=paper.rehearsal,
    )
    notes = [f"笔录内容校验值（SHA-256）：{digest}", *frames.recording_notes(paper.recording)]
    rows = [
        *frames.title_block(clean(paper.body_name), frame.title, clean(paper.number), fonts),
        *frames.cling(_body(paper, fonts)),
        *frames.closing_rows(frame, paper.signers, fonts, sealed=paper.sealed, wet=False, notes=notes),
    ]
    slots = frames.with_seal(paper.signers, paper.body_name, sealed=paper.sealed)
    attached = [Attachment(name=CONTENT_FILE, data=machine, description="笔录内容（机器可读）")]
    attached += frames.recording_attachment(paper.recording)
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)


def _body(paper: TranscriptPaper, fonts: FontSet) -> list[Row]:
    rows = frames.prose_rows(prose("transcript_head.txt.j2", p=paper), fonts)
    for line in paper.lines:
        rows += _spoken(line, fonts)
    return rows + frames.prose_rows(prose("transcript_tail.txt.j2", p=paper), fonts)


def _spoken(line: SpokenLine, fonts: FontSet) -> list[Row]:
    """Speaker in 黑体 before the first paragraph; the recording's moment small behind the last."""
    paragraphs = [text for text in clean(line.text).split("\n") if text.strip()] or ["（沉默）"]
    rows: list[Row] = []
    for index, text in enumerate(paragraphs):
        lead = [Span(f"{clean(line.speaker)}：", "hei")] if index == 0 else []
        moment = (
            [Span(f"〔{_moment(line.offset_ms)}〕", "song")]
            if index == len(paragraphs) - 1 and line.offset_ms is not None
            else []
        )
        rows += paragraph(_spans(lead, text, moment), fonts)
    return rows


def _spans(lead: Sequence[Span], text: str, moment: Sequence[Span]) -> list[Span]:
    return [*lead, Span(text), *moment]


def _moment(offset_ms: int) -> str:
    seconds = offset_ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
