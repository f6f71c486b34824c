"""Marked content: which element of a paper's structure each piece of a page belongs to. Builds no tree.

Screen readers follow the elements (ISO 32000-1, 14.7); what belongs to none is an artefact, such as a rule or a
page number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.pdfgen.canvas import Canvas

from documents.embedding import PaperFont

Role = Literal["P", "H1", "H2", "Table", "TR", "TH", "TD", "Figure", "Form"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Element:
    """A node of the structure; its place in the tree is where its first piece is drawn.

    `alt` is read instead of a figure; `scope` ("Column", "Row") and `span` (columns) are a table cell's.
    """

    role: Role = "P"
    parent: Element | None = None
    alt: str = ""
    scope: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A marked sequence `mcid` on `page` (from 0), or the form field `field` there. `box` of a figure, points."""

    element: Element
    page: int
    mcid: int = -1
    field: str = ""
    box: Box | None = None


# A row that says nothing of itself is a paragraph.
PARAGRAPH = Element()


class PaperCanvas(Canvas):  # type: ignore[misc]
    """reportlab's canvas with marked content; `pieces` in the order of reading."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.pieces: list[Piece] = []
        self._count = 0
        self._opened_at = -1
        self._inner: list[tuple[Element | None, Box | None]] = []
        self._repeating = False

    @contextmanager
    def inside(self, element: Element | None, box: Box | None = None) -> Iterator[None]:
        """What is drawn belongs to `element`, or to none of them. Sequences never nest: the outer one pauses."""
        self._close()
        self._inner.append((None if self._repeating else element, box))
        self._open()
        yield
        self._close()
        self._inner.pop()
        self._open()

    @contextmanager
    def repeating(self) -> Iterator[None]:
        """What is drawn has been read before (a table's head on a further page): nothing of it is an element."""
        self._repeating = True
        with self.inside(None):
            yield
        self._repeating = False

    def field(self, name: str) -> None:
        """A form field stands here in the order of reading."""
        self.pieces.append(Piece(Element(role="Form"), self._page(), field=name))

    def show(
        self, runs: Iterable[tuple[PaperFont, str]], *, size: float, x: float, y: float, gap: float
    ) -> None:
        """One line of text from (x, y) on its baseline; `gap` points are added after every character."""
        parts = [f"BT 1 0 0 1 {x:.3f} {y:.3f} Tm"]
        if gap:
            parts.append(f"{gap:.4f} Tc")
        for font, text in runs:
            codes = font.encode(text, self._doc).hex()
            parts.append(f"{font.getSubsetInternalName(0, self._doc)} {size:g} Tf <{codes}> Tj")
        parts.append("0 Tc ET" if gap else "ET")
        self._code.append(" ".join(parts))

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        super().showPage()
        self._count = 0

    def _page(self) -> int:
        number: int = self._pageNumber
        return number - 1

    def _open(self) -> None:
        if not self._inner:
            return
        element, box = self._inner[-1]
        if element is None:
            self._code.append("/Artifact BMC")
        else:
            self._code.append(f"/{element.role} <</MCID {self._count}>> BDC")
            self.pieces.append(Piece(element, self._page(), self._count, box=box))
            self._count += 1
        self._opened_at = len(self._code)

    def _close(self) -> None:
        if not self._inner:
            return
        if len(self._code) > self._opened_at:
            self._code.append("EMC")
            return
        # Nothing was drawn: as if never opened.
        self._code.pop()
        if self._inner[-1][0] is not None:
            self.pieces.pop()
            self._count -= 1
