"""Blocks of a paper as rows of its pages, each with its role. Knows no paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from documents.blocks import Block, Prose, TableCell, TableRow
from documents.fonts import FontSet
from documents.layout import Align, Row, gap, glue_first, paragraph
from documents.table import Cell, table_rows

_BEFORE_TABLE = 4.0


def block_rows(found: Sequence[Block], fonts: FontSet, *, table_size: float = 12.0) -> list[Row]:
    """Blocks in order; a heading, and what is to be kept, clings to the first two lines after it."""
    rows: list[Row] = []
    after_heading = False
    for is_table, group in groupby(found, key=lambda block: isinstance(block, TableRow)):
        if is_table:
            made = _tables([block for block in group if isinstance(block, TableRow)], fonts, table_size)
            rows += glue_first(made, 2) if after_heading else made
            after_heading = False
            continue
        for block in group:
            assert isinstance(block, Prose)
            made = _prose(block, fonts)
            rows += glue_first(made, 2) if after_heading else made
            after_heading = block.heading or block.kept
    return rows


def _prose(block: Prose, fonts: FontSet) -> list[Row]:
    align: Align = "center" if block.align == "center" else "right" if block.align == "right" else "justify"
    indent = 2 if align == "justify" and not block.flush else 0
    return paragraph(block.spans, fonts, indent=indent, align=align, role="H2" if block.heading else "P")


def _tables(found: Sequence[TableRow], fonts: FontSet, size: float) -> list[Row]:
    """Consecutive rows are one table; a head opens a new one."""
    rows: list[Row] = []
    start = 0
    for index in range(1, len(found) + 1):
        if index == len(found) or found[index].head or _back_to_labels(found[index - 1], found[index]):
            part = found[start:index]
            cells = [[_cell(cell) for cell in row.cells] for row in part]
            rows += [gap(_BEFORE_TABLE)] if start == 0 or part[0].head else []
            rows += table_rows(cells, fonts, size=size, header=part[0].head)
            start = index
    rows += [gap(_BEFORE_TABLE)]
    return [rows[0], *(replace(row, glued=row.glued or index == 0) for index, row in enumerate(rows[1:]))]


def _back_to_labels(before: TableRow, row: TableRow) -> bool:
    """Label and value below the columns of a head are a table of their own, without that head."""
    return row.cells[0].label and not before.cells[0].label


def _cell(cell: TableCell) -> Cell:
    centred = cell.label or cell.share <= 14
    return Cell(
        cell.text,
        cell.share / 100,
        face="hei" if cell.label else "fang",
        align="center" if centred else "left",
    )
