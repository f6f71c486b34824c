"""What makes a paper last and be read by everybody: PDF/A-3a, its structure, its metadata, the seal on its edges."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from documents import pki, preview, seam
from documents.data import AuthorityPlace
from documents.fonts import FontSet
from documents.layout import Sheet, set_pages
from documents.table import Cell, table_rows
from documents.verify import Verdict, verify
from tests.conftest import need
from tests.documents.conftest import NOW, SLOTS, Story, agreement, play


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every structure element below `node`, in order of reading."""
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def roles(pdf: bytes) -> list[str]:
    with opened(pdf) as document:
        return [str(each.S)[1:] for each in elements(document.Root.StructTreeRoot)]


@pytest.fixture(scope="module")
def long_story(authority: AuthorityPlace, fonts_dir: Path) -> Story:
    """Seven pages: two seals over the edges."""
    return play(agreement(facts="两家相邻多年，因通行发生争议。\n" * 120), authority, fonts_dir)


def test_every_font_is_embedded_with_widths_and_a_text_for_each_code(story: Story) -> None:
    with opened(story.sealed) as document:
        whole = [font for page in document.pages for font in page.Resources.Font.values()]
        assert {str(font.Subtype) for font in whole} == {"/Type0"}
        for font in whole:
            descendant = font.DescendantFonts[0]
            assert descendant.FontDescriptor.FontFile2.read_bytes()[:4] == b"\x00\x01\x00\x00"
            assert descendant.FontDescriptor.FontName == font.BaseFont
            assert len(descendant.W[1]) > 1
            assert b"<0000> <" not in font.ToUnicode.read_bytes().replace(b"<0000> <FFFF>", b"")


def test_nothing_moves_links_or_looks_different_elsewhere(story: Story) -> None:
    with opened(story.sealed) as document:
        root = document.Root
        for name in ("/OpenAction", "/AA", "/JavaScript", "/OCProperties", "/Requirements"):
            assert name not in root
            assert name not in root.Names
        assert "/NeedAppearances" not in root.AcroForm
        assert root.OutputIntents[0].DestOutputProfile.N == 3
        assert all(each.AFRelationship in ("/Data", "/Supplement", "/Source") for each in root.AF)
        for page in document.pages:
            for widget in page.Annots:
                assert "/A" not in widget
                assert int(widget.F) & 4


def test_xmp_and_info_say_the_same_and_stay_as_they_were_through_every_signature(story: Story) -> None:
    first, last = (opened(pdf) for pdf in (story.steps[0], story.sealed))
    with first, last:
        assert first.Root.Metadata.read_bytes() == last.Root.Metadata.read_bytes()
        assert dict(first.trailer.Info.items()) == dict(last.trailer.Info.items())
        said = last.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in said
        assert "<pdfuaid:part>1</pdfuaid:part>" in said
        assert str(last.trailer.Info.Title) in said


def test_a_paper_is_read_in_order_with_title_headings_figure_and_fields(story: Story) -> None:
    said = roles(story.sealed)
    assert said[0] == "Document"
    assert said.count("H1") == 1
    assert said.index("H1") < said.index("H2") < said.index("Form") < said.index("Figure")
    with opened(story.sealed) as document:
        tree = list(elements(document.Root.StructTreeRoot))
        assert [str(each.Alt) for each in tree if each.S == "/Figure"] == ["二维码：扫码核对签发内容"]
        named = [str(each.K.Obj.T) for each in tree if each.S == "/Form"]
        assert named == ["party_1", "party_2", "mediator", "seal", "seam_1", "seam_2"]
        assert document.Root.MarkInfo.Marked


def test_every_marked_piece_of_every_page_is_in_the_tree_once(long_story: Story) -> None:
    with opened(long_story.sealed) as document:
        parents = document.Root.StructTreeRoot.ParentTree.Nums
        for number, page in enumerate(document.pages):
            assert page.StructParents == parents[2 * number]
            content = page.Contents.read_bytes()
            marked = content.count(b"/MCID")
            assert marked == len(parents[2 * number + 1])
            assert content.count(b" BDC") + content.count(b" BMC") == content.count(b"EMC")


def test_a_table_on_several_pages_is_one_table_with_its_head_read_once(fonts_dir: Path) -> None:
    fonts = FontSet.load(fonts_dir)
    head = [Cell("序号", 0.2, face="hei"), Cell("内容", 0.8, face="hei")]
    rows = [head, *([Cell(str(n), 0.2), Cell("砖石" * 40, 0.8)] for n in range(40)), [Cell("合计", 1.0)]]
    setting = set_pages(table_rows(rows, fonts, header=True), fonts, Sheet())
    kinds = {piece.element: piece.element.role for piece in setting.pieces}
    assert setting.pages > 2
    assert sorted(kinds.values()) == ["TD"] * 81 + ["TH"] * 2
    tables = {element.parent.parent for element in kinds if element.parent is not None}
    assert len(tables) == 1
    assert [element.span for element in kinds][-1] == 2


def test_the_seal_over_the_edges_meets_again_and_is_part_of_what_is_signed(
    long_story: Story, trust: pki.Trust
) -> None:
    pages = preview.page_count(long_story.sealed)
    assert pages > 5
    for pdf, inked in ((long_story.steps[-1], False), (long_story.sealed, True)):
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
        for page in document:
            picture = page.render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
            edge = picture.crop((picture.width - 20, 300, picture.width, 540))
            red = sum(
                count for count, (r, g, b) in edge.getcolors(9999) or [] if r > 180 and g < 120 and b < 120
            )
            assert (red > 20) is inked
    report = verify(long_story.sealed, trust, now=NOW + timedelta(hours=1))
    assert report.verdict is Verdict.PASSED


@pytest.mark.parametrize("pages", range(2, 64))
def test_each_seal_over_the_edges_is_whole(pages: int) -> None:
    cut = list(seam.slices(pages))
    assert [each.page for each in cut] == list(range(pages))
    starts = [index for index, each in enumerate(cut) if each.across == 0]
    for start, end in zip(starts, [*starts[1:], len(cut)], strict=True):
        assert 2 <= end - start <= 5
        assert sum(each.width for each in cut[start:end]) == pytest.approx(cut[start].width * (end - start))
        assert cut[end - 1].across + cut[end - 1].width == pytest.approx(42 * 72 / 25.4)


def test_a_slice_exchanged_after_the_seal_is_found(long_story: Story, trust: pki.Trust) -> None:
    with opened(long_story.sealed) as document:
        field = next(each for each in document.Root.AcroForm.Fields if each.T == "seam_2")
        number, generation = field.objgen
        changed = pikepdf.Dictionary({key: value for key, value in field.items() if key not in ("/AP", "/P")})
        body = changed.unparse(resolved=False)
    at = len(long_story.sealed)
    update = b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    table = b"xref\n%d 1\n%010d %05d n \n" % (number, at, generation)
    before = long_story.sealed[long_story.sealed.rindex(b"startxref") :].split()[1]
    with opened(long_story.sealed) as document:
        root = document.Root.objgen[0]
        size = len(document.objects) + 1
    trailer = b"trailer\n<</Size %d /Root %d 0 R /Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        before,
        at + len(update),
    )
    forged = long_story.sealed + update + table + trailer
    assert verify(forged, trust, now=NOW + timedelta(hours=1)).verdict is Verdict.FAILED


def test_pdfsig_accepts_every_signature_after_every_step(
    long_story: Story, saved: Callable[[bytes], Path]
) -> None:
    for count, step in enumerate((*long_story.steps[1:], long_story.sealed), start=1):
        said = subprocess.run(
            [need("pdfsig"), "-nocert", saved(step)], capture_output=True, text=True, timeout=60, check=False
        )
        assert said.stdout.count("Signature is Valid") == count
    assert count == len(SLOTS) + 1
