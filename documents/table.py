"""Ruled tables as rows of a page; a tall row breaks between its lines. Knows no paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

from documents import style
from documents.fonts import FontSet
from documents.layout import Row, paragraph
from documents.tags import Element, PaperCanvas

# A row of more lines may break.
_KEPT_LINES = 8
_PAD = 4.0
_LEADING = 1.5


@dataclass(frozen=True, slots=True)
class Cell:
    """`share` of the table's width; "\\n" in the text begins a new paragraph."""

    text: str
    share: float
    face: str = "fang"
    align: Literal["left", "center"] = "left"


def table_rows(
    rows: Sequence[Sequence[Cell]],
    fonts: FontSet,
    *,
    width: float = style.WIDTH,
    size: float = 14.0,
    header: bool = False,
) -> list[Row]:
    """The rows of one table; with `header` the first is drawn again on every further page.

    A row of more than a few lines may break between its lines, at least two of them on either page.
    """
    table = Element(role="Table")
    edges = sorted({round(edge, 4) for cells in rows for edge in accumulate(cell.share for cell in cells)})
    made: list[Row] = []
    for index, cells in enumerate(rows):
        heading = header and index == 0
        kinds = [_element(table, cells, at, edges, heading) for at in range(len(cells))]
        row = Element(role="TR", parent=table)
        columns = [
            (cell, replace(kind, parent=row), _lines(cell, fonts, width, size))
            for cell, kind in zip(cells, kinds, strict=True)
        ]
        most = max(len(lines) for _, _, lines in columns)
        strips = [_whole(columns, width)] if heading or most <= _KEPT_LINES else _strips(columns, width, most)
        if header and index > 0:
            strips = [replace(strip, header=made[0]) for strip in strips]
            strips[0] = replace(strips[0], glued=index == 1)
        made += strips
    return made


_Columns = list[tuple[Cell, Element, list[Row]]]


def _element(
    table: Element, cells: Sequence[Cell], at: int, edges: Sequence[float], heading: bool
) -> Element:
    """A cell's element: bold cells head their row, those of the head row their column."""
    left = round(sum(cell.share for cell in cells[:at]), 4)
    right = round(left + cells[at].share, 4)
    span = sum(1 for edge in edges if left < edge <= right)
    scope = "Column" if heading else "Row" if cells[at].face == "hei" else ""
    return Element(role="TH" if scope else "TD", parent=table, scope=scope, span=span)


def _lines(cell: Cell, fonts: FontSet, width: float, size: float) -> list[Row]:
    lines: list[Row] = []
    for text in cell.text.split("\n"):
        lines += paragraph(
            text,
            fonts,
            size=size,
            width=cell.share * width - 2 * _PAD,
            indent=0,
            align=cell.align,
            line=_LEADING * size,
            face=cell.face,
        )
    return lines


def _whole(columns: _Columns, width: float) -> Row:
    """A table row in one piece, every cell on the middle of its height."""
    height = max(sum(line.height for line in lines) for _, _, lines in columns) + 2 * _PAD

    def draw(canvas: PaperCanvas, left: float, top: float) -> None:
        _pen(canvas)
        x = left
        for cell, _, _ in columns:
            canvas.rect(x, top - height, cell.share * width, height)
            x += cell.share * width
        x = left
        for cell, element, lines in columns:
            y = top - (height - sum(line.height for line in lines)) / 2
            with canvas.inside(element):
                for line in lines:
                    line.draw(canvas, x + _PAD, y)
                    y -= line.height
            x += cell.share * width

    return Row(height=height, draw=draw, element=None)


def _strips(columns: _Columns, width: float, most: int) -> list[Row]:
    """A tall row line by line, cells from the top; the rule above and below also where a page cuts it."""
    line_height = columns[0][2][0].height
    whole = sum(cell.share for cell, _, _ in columns) * width

    def strip(index: int) -> Row:
        first, last = index == 0, index == most - 1
        height = line_height + _PAD * (first + last)

        def draw(canvas: PaperCanvas, left: float, top: float) -> None:
            _pen(canvas)
            x = left
            canvas.line(x, top, x, top - height)
            for cell, _, _ in columns:
                x += cell.share * width
                canvas.line(x, top, x, top - height)
            if first:
                upper(canvas, left, top)
            if last:
                lower(canvas, left, top)
            x = left
            for cell, element, lines in columns:
                if index < len(lines):
                    with canvas.inside(element):
                        lines[index].draw(canvas, x + _PAD, top - (_PAD if first else 0))
                x += cell.share * width

        def upper(canvas: PaperCanvas, left: float, top: float) -> None:
            _pen(canvas)
            canvas.line(left, top, left + whole, top)

        def lower(canvas: PaperCanvas, left: float, top: float) -> None:
            upper(canvas, left, top - height)

        glued = index == 1 or last
        return Row(height=height, draw=draw, glued=glued, opening=upper, closing=lower, element=None)

    return [strip(index) for index in range(most)]


def _pen(canvas: PaperCanvas) -> None:
    canvas.setLineWidth(0.7)
    canvas.setStrokeGray(0)
