"""骑缝章: the seal cut over the outer edges of a paper's pages, so that no page can be exchanged unseen.

The slices are form fields made before the first signature, one on each page, and filled in the very revision that
the seal signs: earlier signatures allow filling in, the seal's lock forbids any change after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from documents import style

PREFIX = "seam_"
# Over more pages than these a slice gets narrower than what a printer leaves white at the edge.
_MOST_PAGES = 5
_READ_ONLY = 1
_PRINT_LOCKED = 132


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a seal on `page` (from 0): `width` points of it from `across` on."""

    page: int
    across: float
    width: float

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.page + 1}"


def slices(pages: int) -> Iterator[Slice]:
    """One for each page, the seals cut as evenly as they come; none for a paper of one page."""
    if pages < 2:
        return
    seals = ceil(pages / _MOST_PAGES)
    first = 0
    for index in range(seals):
        count = pages // seals + (index < pages % seals)
        width = style.SEAL / count
        yield from (Slice(first + n, n * width, width) for n in range(count))
        first += count


def add_fields(document: Pdf) -> dict[str, pikepdf.Object]:
    """Empty fields at the right edge of every page, by name; for the page's middle, where no text stands."""
    made: dict[str, pikepdf.Object] = {}
    for each in slices(len(document.pages)):
        page = document.pages[each.page].obj
        right, top = (float(value) for value in page.MediaBox[2:4])
        blank = document.make_stream(b"")
        blank.Type, blank.Subtype, blank.Resources = Name.XObject, Name.Form, Dictionary()
        blank.BBox = Array([0, 0, round(each.width, 2), round(style.SEAL, 2)])
        bottom = (top - style.SEAL) / 2
        widget = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String(each.field),
                TU=String(f"骑缝章（第{each.page + 1}页）"),
                Ff=_READ_ONLY,
                F=_PRINT_LOCKED,
                P=page,
                Rect=Array([round(v, 2) for v in (right - each.width, bottom, right, bottom + style.SEAL)]),
                AP=Dictionary(N=blank),
            )
        )
        if Name.Annots not in page:
            page.Annots = Array()
        page.Annots.append(widget)
        made[each.field] = widget
    return made
