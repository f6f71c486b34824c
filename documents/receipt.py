"""The slip the kiosk prints after a registration: number, query code, what happens next. Not signed."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from documents import archive, qr, style
from documents import layout as lay
from documents.archive import canonical
from documents.blocks import Prose, blocks
from documents.data import Rendered
from documents.fonts import FontSet
from documents.linebreak import Span
from documents.metadata import Meta
from documents.tags import Element, PaperCanvas
from documents.text import clean, clock

# A slip names the matter, it does not repeat it.
LONGEST_SUMMARY = 60


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


_SIZES = {Sheet.A4: style.A4, Sheet.A5: style.A5}
_TITLES = {ReceiptKind.MATTER: "纠纷登记回执", ReceiptKind.PETITION: "信访事项登记回执"}


def render(paper: ReceiptPaper, *, fonts_dir: Path, now: datetime) -> Rendered:
    """One page, large type, black on white, on A5 or A4. Raises GlyphMissing."""
    fonts = FontSet.load(fonts_dir)
    size = _SIZES[paper.sheet]
    # A5 is the measure; A4 is the same slip enlarged.
    scale = size[0] / style.A5[0]
    margin = 16 * style.MM * scale
    width = size[0] - 2 * margin
    rows = _rows(paper, fonts, width, scale)
    sheet = lay.Sheet(
        size=size, left=margin, top=14 * style.MM * scale, width=width, height=size[1] - 26 * style.MM * scale
    )
    setting = lay.set_pages(rows, fonts, sheet)
    record = asdict(paper) | {"registered_at": paper.registered_at.astimezone(UTC).isoformat()}
    meta = Meta(
        title=f"{_TITLES[paper.kind]}{paper.number}", author=paper.body_name, subject="登记回执", now=now
    )
    pdf = archive.finish(setting, meta=meta)
    return Rendered(
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        content_sha256=hashlib.sha256(canonical(record)).hexdigest(),
        pages=setting.pages,
    )


def _rows(paper: ReceiptPaper, fonts: FontSet, width: float, scale: float) -> list[lay.Row]:
    def lines(text: str | list[Span], points: float, leading: float, **kw: object) -> list[lay.Row]:
        return lay.paragraph(text, fonts, size=points * scale, width=width, line=leading * scale, **kw)  # type: ignore[arg-type]

    rows = lines(clean(paper.body_name), 15, 22, align="center", face="title", indent=0)
    rows += lines(_TITLES[paper.kind], 22, 34, align="center", face="title", indent=0, role="H1")
    rows += [_rule(width, 8 * scale)]
    summary = clean(paper.summary).replace("\n", "，")
    if len(summary) > LONGEST_SUMMARY:
        summary = summary[:LONGEST_SUMMARY] + "……"
    for label, value in (
        ("编　　号", paper.number),
        ("登 记 人", paper.name),
        ("对　　方", paper.other_side),
        ("事　　项", summary),
        ("材　　料", f"{paper.materials}页" if paper.materials else ""),
        ("登记时间", clock(paper.registered_at)),
    ):
        if value:
            rows += lines([Span(f"{label}　", "hei"), Span(clean(value))], 14, 24, indent=0, align="left")
    rows += [lay.gap(6 * scale), _code_row(paper, fonts, width, scale), lay.gap(6 * scale)]
    for block in blocks("receipt.txt.j2", p=paper):
        assert isinstance(block, Prose)
        rows += lines(list(block.spans), 12.5, 20, indent=0, align="left")
    if paper.rehearsal:
        rows += lines("演练样本　不具效力", 14, 24, align="center", face="hei", indent=0)
    return rows


def _code_row(paper: ReceiptPaper, fonts: FontSet, width: float, scale: float) -> lay.Row:
    """QR code at the left; the query code in large digits, in groups for reading out over the telephone, at
    the right."""
    side = 34 * style.MM * scale
    grouped = " ".join(paper.query_code[i : i + 5] for i in range(0, len(paper.query_code), 5))

    code = Element(role="Figure", alt="二维码：查看进度，与右边的查询码相同")

    def draw(canvas: PaperCanvas, left: float, top: float) -> None:
        canvas.setLineWidth(1.2 * scale)
        canvas.setStrokeGray(0)
        canvas.rect(left, top - side - 12 * scale, width, side + 12 * scale)
        x, y = left + 6 * scale, top - side - 6 * scale
        with canvas.inside(code, (x, y, x + side, y + side)):
            qr.draw(canvas, paper.query_url, x, y, side)
        x = left + side + 18 * scale
        hint = ("扫左边的码，或者在车上、网上", "输入查询码，可以查看进度。")
        with canvas.inside(Element()):
            lay.draw_text(canvas, "查询码", fonts, size=15 * scale, x=x, y=top - 30 * scale, face="hei")
            lay.draw_text(canvas, grouped, fonts, size=26 * scale, x=x, y=top - 64 * scale, face="hei")
        with canvas.inside(Element()):
            for down, text in zip((85, 99), hint, strict=True):
                lay.draw_text(canvas, text, fonts, size=10.5 * scale, x=x, y=top - down * scale)

    return lay.Row(height=side + 12 * scale, draw=draw, element=None)


def _rule(width: float, height: float) -> lay.Row:
    def draw(canvas: PaperCanvas, left: float, top: float) -> None:
        canvas.setLineWidth(1)
        canvas.setStrokeGray(0)
        canvas.line(left, top - height / 2, left + width, top - height / 2)

    return lay.Row(height=height, draw=draw, element=None)
