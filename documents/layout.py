"""Rows of a paper, their pages, and the drawing of both: the grid of GB/T 9704. Knows no paper's content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Literal

from documents import style
from documents.fonts import FontSet
from documents.linebreak import Line, Span, break_lines
from documents.tags import PARAGRAPH, Element, PaperCanvas, Piece, Role

Align = Literal["justify", "left", "center", "right"]
Draw = Callable[[PaperCanvas, float, float], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A named rectangle on a page, PDF coordinates in points, `page` from 0."""

    name: str
    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A named rectangle inside a row: offsets in points from the row's left top corner, `down` positive."""

    name: str
    across: float
    down: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One strip of the page, `height` points. `glued`: never the first of a page after the row before it.

    `draw(canvas, left, top)`. `header` is drawn again when the row opens a page (tables); `opening` and
    `closing` are drawn with the row when it opens or closes one. The row belongs to `element`; None where its
    `draw` marks its own elements by `canvas.inside`, and for what is no element at all, such as a rule.
    """

    height: float
    draw: Draw
    glued: bool = False
    marks: tuple[Mark, ...] = ()
    header: Row | None = None
    opening: Draw | None = None
    closing: Draw | None = None
    element: Element | None = PARAGRAPH


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Page geometry; the default is GB/T 9704's A4. `furniture` is drawn on every page: (canvas, number,
    total)."""

    size: tuple[float, float] = style.A4
    left: float = style.LEFT
    top: float = style.TOP
    width: float = style.WIDTH
    height: float = style.HEIGHT
    furniture: Callable[[PaperCanvas, int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A set paper before its archive finish."""

    pdf: bytes
    pages: int
    places: tuple[Place, ...]
    pieces: tuple[Piece, ...] = ()


def paragraph(
    text: str | Sequence[Span],
    fonts: FontSet,
    *,
    size: float = style.SIZE_3,
    width: float = style.WIDTH,
    indent: float = 2,
    left: float = 0,
    align: Align = "justify",
    line: float = style.LINE,
    face: str = "fang",
    glued: bool = False,
    role: Role = "P",
) -> list[Row]:
    """Rows of one paragraph; `indent` of the first line in em, `left` in points. Never one line alone on a
    page."""
    spans = [Span(text, face)] if isinstance(text, str) else list(text)
    first = indent * size if align in ("justify", "left") else 0.0
    lines = break_lines(
        spans,
        fonts,
        size=size,
        width=width - left,
        first_width=width - left - first,
        justify=align == "justify",
    )
    rows = []
    element = Element(role=role)
    for index, each in enumerate(lines):
        shift = left + (first if index == 0 else 0.0)
        if align == "center":
            shift = left + (width - left - each.width) / 2
        elif align == "right":
            shift = width - each.width - indent * size
        keep = index == 1 or (index == len(lines) - 1 and index > 0)
        keep = keep or (glued and index == 0)
        rows.append(text_row(each, fonts, size=size, height=line, shift=shift, glued=keep, element=element))
    return rows


def text_row(
    line: Line,
    fonts: FontSet,
    *,
    size: float,
    height: float,
    shift: float,
    glued: bool = False,
    element: Element = PARAGRAPH,
) -> Row:
    """One line of text as a row, set on the middle of its line box."""

    def draw(canvas: PaperCanvas, left: float, top: float) -> None:
        draw_line(canvas, line, fonts, size=size, x=left + shift, y=baseline(top, height, size))

    return Row(height=height, draw=draw, glued=glued, element=element)


def baseline(top: float, line: float, size: float) -> float:
    """Height of the baseline of text of `size` centred in a line box that begins at `top`."""
    return top - (line - size) / 2 - style.ASCENT * size


def draw_line(canvas: PaperCanvas, line: Line, fonts: FontSet, *, size: float, x: float, y: float) -> None:
    """Draw a broken line with its letter spacing."""
    runs = (run for span in line.spans for run in fonts.runs(span.text, span.style))
    canvas.show(runs, size=size, x=x, y=y, gap=line.gap)


def draw_text(
    canvas: PaperCanvas,
    text: str,
    fonts: FontSet,
    *,
    size: float,
    x: float,
    y: float,
    face: str = "fang",
    anchor: float = 0,
) -> None:
    """One unbroken line at a baseline; `anchor` 0 starts at x, 0.5 is centred on x, 1 ends at x."""
    width = text_width(text, fonts, size=size, face=face)
    line = Line((Span(text, face),), width, 0.0, len(text))
    draw_line(canvas, line, fonts, size=size, x=x - anchor * width, y=y)


def text_width(text: str, fonts: FontSet, *, size: float, face: str = "fang") -> float:
    return sum(fonts.advance(character, face) for character in text) * size


def heading(text: str, fonts: FontSet, *, face: str = "hei") -> list[Row]:
    """A section heading; the paragraph after it must be passed through `glue_first`."""
    return paragraph(text, fonts, face=face, role="H2")


def gap(height: float = style.LINE) -> Row:
    return Row(height=height, draw=_nothing, element=None)


def glue(rows: Sequence[Row]) -> list[Row]:
    """All these rows stay on one page."""
    return [rows[0], *(replace(row, glued=True) for row in rows[1:])] if rows else []


def glue_first(rows: Sequence[Row], count: int) -> list[Row]:
    """The first `count` rows cling to what stands before them."""
    return [replace(row, glued=True) if index < count else row for index, row in enumerate(rows)]


def paginate(rows: Sequence[Row], height: float) -> list[list[Row]]:
    """Pages of rows; breaks only before a row that is not glued, unless a glued chain is taller than a
    page."""
    pages: list[list[Row]] = []
    page: list[Row] = []
    used = 0.0
    for row in rows:
        if page and used + row.height > height + 0.5:
            cut = len(page)
            if row.glued:
                cut = next((i for i in range(len(page) - 1, 0, -1) if not page[i].glued), len(page))
            pages.append(page[:cut])
            page = page[cut:]
            opener = page[0] if page else row
            if opener.header is not None:
                page.insert(0, opener.header)
            used = sum(each.height for each in page)
        page.append(row)
        used += row.height
    if page:
        pages.append(page)
    return pages


def set_pages(rows: Sequence[Row], fonts: FontSet, sheet: Sheet) -> Setting:
    """Draw all rows on as many sheets as they need; places are the rows' marks in page coordinates."""
    pages = paginate(rows, sheet.height)
    buffer = BytesIO()
    first = fonts.font("一", "fang").fontName
    canvas = PaperCanvas(buffer, pagesize=sheet.size, pageCompression=1, invariant=1, initialFontName=first)
    places: list[Place] = []
    drawn: set[int] = set()
    for number, page in enumerate(pages, start=1):
        if sheet.furniture:
            with canvas.inside(None):
                sheet.furniture(canvas, number, len(pages))
        top = sheet.size[1] - sheet.top
        for row in page:
            _draw_row(canvas, row, sheet.left, top, again=id(row) in drawn)
            drawn.add(id(row))
            for mark in row.marks:
                places.append(_place(mark, number - 1, sheet.left, top))
                canvas.field(mark.name)
            top -= row.height
        _draw_edges(canvas, page, sheet)
        canvas.showPage()
    canvas.save()
    return Setting(buffer.getvalue(), len(pages), tuple(places), tuple(canvas.pieces))


def _draw_row(canvas: PaperCanvas, row: Row, left: float, top: float, *, again: bool) -> None:
    if again:
        with canvas.repeating():
            row.draw(canvas, left, top)
    else:
        with canvas.inside(Element() if row.element is PARAGRAPH else row.element):
            row.draw(canvas, left, top)


def _draw_edges(canvas: PaperCanvas, page: Sequence[Row], sheet: Sheet) -> None:
    """What the first and the last row of a page draw for being that, such as a broken table's rules."""
    top = sheet.size[1] - sheet.top
    first = next((i for i, row in enumerate(page) if i == 0 or row.header is page[0]), 0)
    with canvas.inside(None):
        for index in {0, first}:
            if (opening := page[index].opening) is not None:
                opening(canvas, sheet.left, top - sum(row.height for row in page[:index]))
        if (closing := page[-1].closing) is not None:
            closing(canvas, sheet.left, top - sum(row.height for row in page[:-1]))


def _place(mark: Mark, page: int, left: float, top: float) -> Place:
    x, y = left + mark.across, top - mark.down
    return Place(mark.name, page, x, y - mark.height, x + mark.width, y)


def _nothing(canvas: PaperCanvas, left: float, top: float) -> None:
    return None
