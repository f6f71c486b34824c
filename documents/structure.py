"""The structure tree of a paper (ISO 32000-1, 14.7) from the pieces its canvas marked. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from documents.tags import Element, Piece


def add_structure(document: Pdf, pieces: Sequence[Piece], widgets: Mapping[str, pikepdf.Object]) -> None:
    """Give `document` its tree; `widgets` are the form fields by name. A field's piece without widget is left out."""
    root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    top = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    pages = [page.obj for page in document.pages]
    made: dict[Element, pikepdf.Object] = {}
    kids: dict[Element | None, list[object]] = {None: []}
    marked: list[list[pikepdf.Object]] = [[] for _ in pages]
    numbers = Array()

    def node(element: Element | None) -> pikepdf.Object:
        if element is None:
            return top
        if element not in made:
            above = node(element.parent)
            made[element] = document.make_indirect(_element(element, above))
            kids[element] = []
            kids[element.parent].append(made[element])
        return made[element]

    for piece in pieces:
        if piece.mcid < 0:
            if piece.field in widgets:
                widget = widgets[piece.field]
                holder = node(piece.element)
                holder.Alt = widget.TU
                kids[piece.element].append(Dictionary(Type=Name.OBJR, Obj=widget, Pg=pages[piece.page]))
                widget.StructParent = len(pages) + len(numbers) // 2
                numbers.extend([widget.StructParent, holder])
            continue
        holder = node(piece.element)
        # The page of an element is that of its first piece; a later page is named by the piece.
        if Name.Pg not in holder:
            holder.Pg = pages[piece.page]
            if piece.box is not None:
                holder.A = _layout(piece.box)
        here = holder.Pg.objgen == pages[piece.page].objgen
        kids[piece.element].append(
            piece.mcid if here else Dictionary(Type=Name.MCR, Pg=pages[piece.page], MCID=piece.mcid)
        )
        marked[piece.page].append(holder)
    for element, obj in (*made.items(), (None, top)):
        # One kid stands without an array: pyHanko looks for a signature's field there and nowhere else.
        obj.K = kids[element][0] if len(kids[element]) == 1 else Array(kids[element])
    for index, page in enumerate(pages):
        page.StructParents = index
        page.Tabs = Name.S
    by_page = [entry for index, holders in enumerate(marked) for entry in (index, Array(holders))]
    root.K = top
    root.ParentTree = document.make_indirect(Dictionary(Nums=Array([*by_page, *numbers])))
    root.ParentTreeNextKey = len(pages) + len(numbers) // 2
    document.Root.StructTreeRoot = root
    document.Root.MarkInfo = Dictionary(Marked=True)


def _element(element: Element, above: pikepdf.Object) -> Dictionary:
    made = Dictionary(Type=Name.StructElem, S=Name("/" + element.role), P=above)
    if element.alt:
        made.Alt = String(element.alt)
    if element.scope or element.span > 1:
        made.A = Dictionary(O=Name.Table)
        if element.scope:
            made.A.Scope = Name("/" + element.scope)
        if element.span > 1:
            made.A.ColSpan = element.span
    return made


def _layout(box: tuple[float, float, float, float]) -> Dictionary:
    return Dictionary(O=Name.Layout, BBox=Array([round(value, 2) for value in box]), Placement=Name.Block)
