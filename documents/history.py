"""Which ways lead to an object in each revision of a file: what pyHanko's comparison of revisions asks, walked once.

pyHanko walks every object of every signed revision anew, copies each and keeps a path to all of them; most of a
paper (its structure tree above all) is the same in each revision. Here the references of an object are read once for
all revisions. The answers are pyHanko 0.38's; a test compares them. No verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath

Path = tuple[str | int, ...]
_TREE: Path = ("/Root", "/StructTreeRoot", "/K")


@dataclass(frozen=True, slots=True)
class _Edge:
    """`path` from an object to a reference in it; `above`: index in the path of its last /P, -1 without one."""

    path: Path
    target: generic.Reference
    above: int


class HistoryReader(PdfFileReader):
    """A reader whose revisions share what they read of one another."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._revisions: dict[int, Revision] = {}
        self._changed: dict[generic.Reference, int | None] = {}
        self._edges: dict[generic.Reference, tuple[_Edge, ...]] = {}
        super().__init__(*args, **options)

    def get_historical_resolver(self, revision: int) -> Revision:
        if revision not in self._revisions:
            self._revisions[revision] = Revision(self, revision)
        return self._revisions[revision]

    def last_change(self, reference: generic.Reference) -> int | None:
        """The newest revision that has the object, None where no table names it."""
        if reference not in self._changed:
            try:
                self._changed[reference] = self.xrefs.get_last_change(reference)
            except KeyError:
                self._changed[reference] = None
        return self._changed[reference]


class Revision(HistoricalResolver):
    """pyHanko's view of one revision."""

    reader: HistoryReader

    def __init__(self, reader: HistoryReader, revision: int) -> None:
        super().__init__(reader, revision)
        self._ways: dict[generic.Reference, set[Path]] | None = None
        self._usages: dict[generic.Reference, set[RawPdfPath]] = {}
        self._own_edges: dict[generic.Reference, tuple[_Edge, ...]] = {}

    def _get_usages_of_ref(self, ref: generic.Reference) -> set[RawPdfPath]:
        if self._ways is None:
            return set()
        if ref not in self._usages:
            self._usages[ref] = {RawPdfPath(*way) for way in self._ways.get(ref, ())}
        return self._usages[ref]

    def _load_reverse_xref_cache(self) -> None:
        if self._ways is not None:
            return
        pages_reference = self.root.raw_get("/Pages")
        pages: dict[generic.Reference, Path] = {}
        if isinstance(pages_reference, generic.IndirectObject):
            pages[pages_reference.reference] = ("/Root", "/Pages")
        for reference, way in _kids(pages_reference.get_object(), ("/Root", "/Pages")):
            if reference in pages:
                raise PdfReadError("circular reference in the page tree")
            pages[reference] = way
        ways: dict[generic.Reference, set[Path]] = defaultdict(set)
        walk = _Walk(self, pages, self._tree(), ways)
        walk.follow(_edges(self.trailer_view), (), frozenset(), in_tree=False)
        self._ways = dict(ways)

    def _tree(self) -> set[generic.Reference]:
        """Elements of the structure tree, as far as pyHanko finds them."""
        found: set[generic.Reference] = set()
        try:
            for reference in self._elements(self._resolved(self.root.raw_get("/StructTreeRoot"))):
                if reference in found:
                    raise PdfReadError("circular reference in the structure tree")
                found.add(reference)
        except KeyError:
            pass
        return found

    def _elements(self, element: Any) -> Iterator[generic.Reference]:
        try:
            kids = self._entry(element, "/K")
        except KeyError:
            return
        for kid in kids if isinstance(kids, generic.ArrayObject) else (kids,):
            reference = kid.reference if isinstance(kid, generic.IndirectObject) else None
            inner = self._resolved(kid)
            if not isinstance(inner, generic.DictionaryObject):
                continue
            try:
                if self._entry(inner, "/Type") != "/StructElem":
                    continue
            except KeyError:  # what has no type is an element (ISO 32000-1, table 323)
                pass
            if reference is not None:
                yield reference
            yield from self._elements(inner)

    def _entry(self, holder: Any, key: str) -> Any:
        if not isinstance(holder, generic.DictionaryObject):
            raise TypeError("no dictionary")
        found = self._resolved(holder.raw_get(key))
        if isinstance(found, generic.NullObject):
            raise KeyError(key)
        return found

    def _resolved(self, found: Any) -> Any:
        return self._resolved(self.content(found.reference)) if _is_reference(found) else found

    def content(self, reference: generic.Reference) -> Any:
        """The object as it was in this revision; what lies in it still refers to the newest one."""
        if self._current(reference):
            found = self.reader.get_object(reference, transparent_decrypt=False)  # type: ignore[no-untyped-call]
            if not isinstance(found, generic.DecryptedObjectProxy):
                return found
        return self.get_object(reference)

    def edges(self, reference: generic.Reference) -> tuple[_Edge, ...]:
        known = self.reader._edges if self._current(reference) else self._own_edges
        if reference not in known:
            known[reference] = _edges(self.content(reference))
        return known[reference]

    def _current(self, reference: generic.Reference) -> bool:
        changed = self.reader.last_change(reference)
        return changed is not None and changed <= self.revision


@dataclass(frozen=True, slots=True)
class _Walk:
    """`pages`: the one way to each page; `tree`: elements of the structure tree; `ways`: what is found."""

    revision: Revision
    pages: dict[generic.Reference, Path]
    tree: set[generic.Reference]
    ways: dict[generic.Reference, set[Path]]

    def follow(
        self, edges: tuple[_Edge, ...], way: Path, seen: frozenset[generic.Reference], *, in_tree: bool
    ) -> None:
        """Every way on from an object at the end of `way`, over objects that are not `seen` on it.

        A page is entered by its own way alone, an element of the structure tree from within the tree, and there
        nothing upwards.
        """
        for edge in edges:
            target, further = edge.target, way + edge.path
            inside = in_tree or further[:3] == _TREE
            upwards = inside and edge.above >= 0 and (in_tree or edge.above + len(way) >= len(_TREE))
            if upwards or target in seen:
                continue
            self.ways[target].add(further)
            if self.pages.get(target, further) != further or (target in self.tree and not inside):
                # Read all the same: a reference to nothing is found here.
                self.revision.content(target)
                continue
            self.follow(self.revision.edges(target), further, seen | {target}, in_tree=inside)


def _kids(node: Any, way: Path) -> Iterator[tuple[generic.Reference, Path]]:
    for index, kid in enumerate(node["/Kids"]):
        further = (*way, "/Kids", index)
        if isinstance(kid, generic.IndirectObject):
            yield kid.reference, further
        inner = kid.get_object()
        if inner.get("/Type", None) == "/Pages":
            yield from _kids(inner, further)


def _edges(found: Any) -> tuple[_Edge, ...]:
    return () if _is_reference(found) else tuple(_references(found, (), -1))


def _references(found: Any, way: Path, above: int) -> Iterator[_Edge]:
    if isinstance(found, generic.IndirectObject):
        yield _Edge(way, found.reference, above)
    elif isinstance(found, generic.DictionaryObject):
        for key, value in found.items():
            if key != "/Parent" and isinstance(value, _HOLDERS):
                yield from _references(value, (*way, key), len(way) if key == "/P" else above)
    elif isinstance(found, generic.ArrayObject):
        for index, value in enumerate(found):
            if isinstance(value, _HOLDERS):
                yield from _references(value, (*way, index), above)


def _is_reference(found: Any) -> bool:
    return isinstance(found, generic.IndirectObject)


_HOLDERS = (generic.IndirectObject, generic.DictionaryObject, generic.ArrayObject)
