"""The ways to an object in each revision are those that pyHanko's own walk finds, in honest and in forged files."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader, RawPdfPath

from documents.history import HistoryReader
from tests.documents import attacks as by
from tests.documents.conftest import Story
from tests.documents.test_attacks import AFTER_THE_SEAL, BYTES, Attack

Ways = dict[tuple[int, int, int], set[RawPdfPath]]


def ways(reader: PdfFileReader) -> Ways:
    """Of every object in every revision; by revision, number and generation."""
    found: Ways = {}
    for revision in range(reader.xrefs.total_revisions):
        view: Any = reader.get_historical_resolver(revision)
        view._load_reverse_xref_cache()
        for each in range(revision + 1):
            for reference in reader.xrefs.explicit_refs_in_revision(each):
                usages = view._get_usages_of_ref(reference)
                found[revision, reference.idnum, reference.generation] = usages
    return found


def both(data: bytes) -> list[object]:
    said: list[object] = []
    for kind in (PdfFileReader, HistoryReader):
        try:
            said.append(ways(kind(BytesIO(data), strict=False)))
        except (PdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            said.append(type(error))
    return said


def test_a_sealed_paper(story: Story) -> None:
    theirs, ours = both(story.sealed)
    assert isinstance(theirs, dict) and sum(len(each) for each in theirs.values()) > 500
    assert any("/StructTreeRoot" in way for each in theirs.values() for way in each)
    assert theirs == ours


@pytest.mark.slow
@pytest.mark.parametrize("attack", AFTER_THE_SEAL + BYTES, ids=lambda attack: attack.name)
def test_a_forged_paper(story: Story, attack: Attack) -> None:
    theirs, ours = both(attack.forge(story.sealed))
    assert theirs == ours


@given(st.data())
def test_odd_references(data: st.DataObject) -> None:
    """Loops, pages met outside their tree, elements outside theirs, /P and /Parent anywhere, nothing where one points."""
    numbers = st.integers(1, 9)
    keys = ["/P", "/Parent", "/K", "/Kids", "/Type /StructElem", "/Obj", "/Pages", "/StructTreeRoot", "/A"]
    objects = [
        b"<</Type /Catalog /Pages 2 0 R /StructTreeRoot %d 0 R /AcroForm %d 0 R>>"
        % (data.draw(numbers), data.draw(numbers)),
        b"<</Type /Pages /Kids [3 0 R %s]>>" % (b"4 0 R" if data.draw(st.booleans()) else b""),
        b"<</Type /Page /Annots [%d 0 R] /Parent 2 0 R>>" % data.draw(numbers),
    ]
    for _ in range(5):
        entries = data.draw(st.lists(st.tuples(st.sampled_from(keys), numbers, st.booleans()), max_size=3))
        body = b"".join(
            key.encode() if " " in key else key.encode() + (b" [%d 0 R]" if listed else b" %d 0 R") % number
            for key, number, listed in {entry[0]: entry for entry in entries}.values()
        )
        objects.append(b"<<%s>>" % body)
    theirs, ours = both(_file(objects))
    assert theirs == ours


def _file(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def test_an_updated_object_has_the_ways_of_its_revision(story: Story) -> None:
    forged = by.update(by.added_page)(story.sealed)
    reader = HistoryReader(BytesIO(forged))
    pages = reader.root.raw_get("/Pages").reference
    last = reader.xrefs.total_revisions - 1
    kids = [reader.get_historical_resolver(each)(Reference(pages.idnum, 0))["/Kids"] for each in (0, last)]  # type: ignore[no-untyped-call]
    added = kids[1].raw_get(len(kids[1]) - 1).reference
    found = [reader.get_historical_resolver(each) for each in (0, last)]
    for view in found:
        view._load_reverse_xref_cache()
    assert len(kids[1]) == len(kids[0]) + 1
    assert not found[0]._get_usages_of_ref(added) and found[1]._get_usages_of_ref(added)
