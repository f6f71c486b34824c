"""Ruled tables as rows of a page; a table breaks between its rows, never inside one. Knows no paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from documents import style
from documents.fonts import FontSet
from documents.layout import Row, paragraph

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
    """Each table row as one Row; with `header` the first is drawn again on every further page."""
    made = [_row(cells, fonts, width, size, first=index == 0) for index, cells in enumerate(rows)]
    if header and made:
        top = made[0]
        made = [
            top,
            *(Row(height=r.height, draw=r.draw, glued=i == 0, header=top) for i, r in enumerate(made[1:])),
        ]
    return made


def _row(cells: Sequence[Cell], fonts: FontSet, width: float, size: float, *, first: bool) -> Row:
    columns = []
    for cell in cells:
        inner = cell.share * width - 2 * _PAD
        lines: list[Row] = []
        for text in cell.text.split("\n"):
            lines += paragraph(
                text,
                fonts,
                size=size,
                width=inner,
                indent=0,
                align=cell.align,
                line=_LEADING * size,
                face=cell.face,
            )
        columns.append((cell, lines))
    height = max(sum(line.height for line in lines) for _, lines in columns) + 2 * _PAD

    def draw(canvas: Canvas, left: float, top: float) -> None:
        canvas.setLineWidth(0.7)
        canvas.setStrokeGray(0)
        x = left
        for cell, lines in columns:
            canvas.rect(x, top - height, cell.share * width, height)
            y = top - (height - sum(line.height for line in lines)) / 2
            for line in lines:
                line.draw(canvas, x + _PAD, y)
                y -= line.height
            x += cell.share * width

    return Row(height=height, draw=draw)
