"""A list as an Excel or Word file. Every cell is text: what looks like a formula stays what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

# Of one cell; Excel itself ends at 32,767.
_CELL_MOST = 2000
_WIDTH_MOST = 40
FONT = "宋体"


def excel(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet with a frozen heading and a filter, written row by row. Cells are strings, never formulas or links."""
    import xlsxwriter

    out = BytesIO()
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, settings) as book:
        sheet = book.add_worksheet("".join("－" if c in "[]:*?/\\" else c for c in title)[:31])
        bold = book.add_format({"bold": True, "bg_color": "#F2EDE4", "border": 1, "text_wrap": True})
        cell = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
        for column, name in enumerate(head):
            widest = max((_columns(row[column]) for row in rows[:200]), default=0)
            sheet.set_column(column, column, min(_WIDTH_MOST, max(_columns(name), widest) + 2))
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, _clean(text), cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(head) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return out.getvalue()


def word(title: str, note: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """An A4 page across with the title, a line below it and the table, its heading repeated on every page."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    made = docx.Document()
    page = made.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin = page.bottom_margin = Mm(18)
    normal: Any = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    _east_asian(normal.element)
    for name in ("Title", "Heading 1"):
        _east_asian(made.styles[name].element)
    made.add_heading(title, 1)
    made.add_paragraph(note)
    table = made.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for place, name in zip(table.rows[0].cells, head, strict=True):
        place.text = ""
        place.paragraphs[0].add_run(name).bold = True
    _repeat(table.rows[0])
    for row in rows:
        for place, text in zip(table.add_row().cells, row, strict=True):
            place.text = _clean(text)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _columns(text: str) -> int:
    """Width in columns: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    kept = "".join(c for c in text if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff"))
    return kept[:_CELL_MOST]


def _east_asian(element: Any) -> None:
    from docx.oxml.ns import qn

    element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)


def _repeat(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
