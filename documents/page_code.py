"""The small code at the foot of each page that is printed to be signed by hand: which page of which paper. Not signed:
it finds the page of a scan, it proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from documents import qr, style

SIDE = 13 * style.MM
_TEXT = re.compile(r"P(\d{1,3})/(\d{1,3})/([0-9A-F]{16})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMark:
    """`content` is the first 16 hex digits of the content's hash, as at the foot of the page."""

    page: int
    pages: int
    content: str


def text(page: int, pages: int, content_sha256: str) -> str:
    return f"P{page}/{pages}/{content_sha256[:16].upper()}"


def read(code: str) -> PageMark | None:
    """None where the code is another one."""
    found = _TEXT.fullmatch(code)
    if found is None:
        return None
    return PageMark(page=int(found[1]), pages=int(found[2]), content=found[3].lower())


def draw(canvas: Canvas, page: int, pages: int, content_sha256: str, left: float, bottom: float) -> None:
    """In the margin, `left` and `bottom` in points; part of no text."""
    qr.draw(canvas, text(page, pages, content_sha256), left, bottom, SIDE)
