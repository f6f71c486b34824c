"""证据目录: the exhibits of a session with opinions, comparisons and hashes, as a sealed list. Text and blocks only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from documents import frame as frames
from documents import qr, style
from documents.archive import Attachment, canonical
from documents.data import AuthorityPlace, RecordingFacts, Rendered
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import Row, gap
from documents.table import Cell, table_rows
from documents.text import chinese_date, clean, clock, local

TITLE = "证据目录"
CONTENT_FILE = "exhibits.json"
MOST_EXHIBITS = 400
# A table row never breaks over a page: longer texts are told in several rows.
_PIECE = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedExhibit:
    """`opinions` and `original` are whole sentences; `pages` counts pictures; `shown` is the place in the recording."""

    label: str
    title: str
    purpose: str
    origin: str
    presenter: str
    pages: int
    state: str
    submitted_at: datetime
    sha256: str
    original: str = ""
    grounds: str = ""
    opinions: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitList:
    number: str
    cause: str
    body_name: str
    place: str
    held_at: datetime
    parties: tuple[str, ...]
    exhibits: tuple[ListedExhibit, ...]
    recording: RecordingFacts | None = None
    rehearsal: bool = False


def content(paper: ExhibitList) -> bytes:
    """Machine-readable content as canonical JSON."""
    record = asdict(paper) | {"held_at": paper.held_at.astimezone(UTC).isoformat()}
    record["exhibits"] = [
        asdict(one) | {"submitted_at": one.submitted_at.astimezone(UTC).isoformat()} for one in paper.exhibits
    ]
    return canonical(record)


def render(
    paper: ExhibitList, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-3b, ready for the seal. Raises GlyphMissing, PaperError `paper.incomplete` or `paper.too_many`."""
    if not paper.exhibits:
        raise PaperError("paper.incomplete", "还没有证据，不能生成证据目录。请先提交证据。")
    if len(paper.exhibits) > MOST_EXHIBITS:
        raise PaperError("paper.too_many", "证据太多，不能放进一份目录。")
    fonts = FontSet.load(fonts_dir)
    machine = content(paper)
    digest = hashlib.sha256(machine).hexdigest()
    day = local(now).date()
    facts = qr.PaperFacts(
        kind=TITLE,
        number=paper.number,
        names=paper.parties,
        made_on=day.isoformat(),
        content_sha256=digest,
    )
    frame = frames.Frame(
        body_name=paper.body_name,
        title=TITLE,
        number=paper.number,
        date_text=chinese_date(day),
        content_sha256=digest,
        code=qr.issue(facts, authority=authority, verify_url=verify_url),
        rehearsal=paper.rehearsal,
    )
    notes = [f"证据目录内容校验值（SHA-256）：{digest}", *frames.recording_notes(paper.recording)]
    rows: list[Row] = [
        *frames.title_block(clean(paper.body_name), TITLE, clean(paper.number), fonts),
        *table_rows(list(_head(paper)), fonts, size=style.SIZE_5),
    ]
    for one in paper.exhibits:
        rows += [gap(8), *_kept(table_rows(list(_exhibit(one)), fonts, size=style.SIZE_5))]
    rows += [
        replace(gap(8), glued=True),
        *frames.closing_rows(frame, (), fonts, sealed=True, wet=False, notes=notes),
    ]
    slots = frames.with_seal((), paper.body_name, sealed=True)
    attached = [Attachment(name=CONTENT_FILE, data=machine, description="证据目录内容（机器可读）")]
    attached += frames.recording_attachment(paper.recording)
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)


def _head(paper: ExhibitList) -> Iterator[list[Cell]]:
    yield _pair("案　　由", paper.cause)
    yield _pair("当 事 人", "；".join(paper.parties))
    yield _pair("时间地点", f"{clock(paper.held_at)}，{paper.place}")
    yield _pair("证据份数", f"{len(paper.exhibits)}份")


def _exhibit(one: ListedExhibit) -> Iterator[list[Cell]]:
    """One exhibit as a small table of its own."""
    yield [
        Cell(clean(one.label), 0.22, face="hei", align="center"),
        Cell(clean(one.title), 0.46, face="hei"),
        Cell(f"{one.pages}页", 0.12, align="center"),
        Cell(one.state, 0.2, align="center"),
    ]
    yield _pair("来　　源", f"{one.presenter}，{clock(one.submitted_at)}，{one.origin}")
    yield from _long("证明目的", one.purpose)
    yield from _long("出示时间", one.shown)
    for opinion in one.opinions:
        yield from _long("质证意见", opinion)
    yield from _long("原件核对", one.original)
    yield from _long("视同原件", one.grounds)
    yield _pair("文件校验", f"SHA-256：{one.sha256[:32]}\n{one.sha256[32:]}")


def _long(label: str, text: str) -> Iterator[list[Cell]]:
    """Nothing for an empty text; several rows for one that would not fit a page."""
    cleaned = clean(text)
    for start in range(0, len(cleaned), _PIECE):
        yield _pair(label if start == 0 else "（续）", cleaned[start : start + _PIECE])


def _pair(label: str, text: str) -> list[Cell]:
    return [Cell(label, 0.22, face="hei", align="center"), Cell(clean(text), 0.78)]


def _kept(rows: list[Row]) -> list[Row]:
    """The first two rows of an exhibit stand together: a number never alone at the foot of a page."""
    return [replace(row, glued=True) if index == 1 else row for index, row in enumerate(rows)]
