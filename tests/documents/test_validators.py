"""Every kind of paper before strangers: veraPDF on PDF/A-3a and PDF/UA-1, Apache preflight on a PDF/A-1b twin."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from documents import kit, pki, receipt, registry, signing
from documents.data import AuthorityPlace
from tests.documents.conftest import COURT, NOW, VERIFY_URL, Story, agreement, sign
from tests.documents.judges import preflight, verapdf
from tests.documents.test_hand import played

pytestmark = pytest.mark.slow


def _every_body(folder: Path) -> AuthorityPlace:
    """An authority with a seal for each body of the samples."""
    secret = folder / "passphrase"
    secret.write_text("a passphrase of the tests")
    place = AuthorityPlace(directory=folder / "authority", passphrase_file=secret)
    bodies = {registry.sample(name).body_name for name in registry.kinds()} - {COURT}
    pki.found(place, body_name=COURT, other_bodies=tuple(sorted(bodies)), now=NOW - timedelta(days=1))
    return place


@pytest.fixture(scope="module")
def papers(
    fonts_dir: Path, tmp_path_factory: pytest.TempPathFactory, authority: AuthorityPlace
) -> list[Path]:
    """Every kind, as drawn, and signed and sealed to its end; beside them the slip of the kiosk, one with a print and a
    refusal, one with page codes for signing by hand."""
    folder = tmp_path_factory.mktemp("kinds")
    by_hand = kit.render(
        agreement(wet=True), fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW
    )
    for name, pdf in (("print", played(authority, fonts_dir)[-1].pdf), ("by-hand", by_hand.pdf)):
        (folder / f"{name}.pdf").write_bytes(pdf)
    authority = _every_body(folder)
    made = [folder / "print.pdf", folder / "by-hand.pdf"]
    for name in sorted(registry.kinds()):
        for state, pdf in _states(name, authority, fonts_dir):
            made.append(folder / f"{name}-{state}.pdf")
            made[-1].write_bytes(pdf)
    slip = receipt.ReceiptPaper(
        kind=receipt.ReceiptKind.MATTER,
        number="纠〔2026〕000001号",
        query_code="4821900357",
        query_url="https://court.example/query#4821900357",
        name="李䶮𬱟",
        registered_at=NOW,
        body_name="重庆市云阳县人民法院",
    )
    made.append(folder / "receipt.pdf")
    made[-1].write_bytes(receipt.render(slip, fonts_dir=fonts_dir, now=NOW).pdf)
    return made


def _states(name: str, authority: AuthorityPlace, fonts_dir: Path) -> Iterator[tuple[str, bytes]]:
    paper = replace(registry.sample(name), wet=False)
    pdf = kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW).pdf
    yield "drawn", pdf
    for index, slot in enumerate(paper.slots()):
        pdf = sign(pdf, slot, authority, now=NOW + timedelta(seconds=index), seed=index).pdf
    if kit.sealed(paper):
        pdf = signing.seal(pdf, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=2)).pdf
    if paper.slots() or kit.sealed(paper):
        yield "signed", pdf


@pytest.mark.timeout(1800)
def test_verapdf_accepts_every_kind_drawn_and_signed_as_pdf_a_3a_and_pdf_ua_1(papers: list[Path]) -> None:
    assert len(papers) > len(registry.kinds())
    assert verapdf([(paper, flavour) for paper in papers for flavour in ("3a", "ua1")]) == []


@pytest.mark.timeout(900)
def test_preflight_accepts_the_twin_of_a_paper(story: Story, saved: Callable[[bytes], Path]) -> None:
    """PDF/A-1 knows no attachments: the twin leaves them out, and says 1b of itself."""
    assert preflight(saved(_twin(story.steps[0]))) == []


@pytest.mark.timeout(900)
def test_both_judges_refuse_a_paper_without_its_colour_profile(
    story: Story, saved: Callable[[bytes], Path]
) -> None:
    for pdf, judged in (
        (story.steps[0], lambda file: verapdf([(file, "3a")])),
        (_twin(story.steps[0]), preflight),
    ):
        with pikepdf.open(BytesIO(pdf)) as document:
            del document.Root.OutputIntents
            out = BytesIO()
            document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        assert judged(saved(out.getvalue()))


def _twin(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root
        del root.AF
        del root.Names
        said = root.Metadata.read_bytes()
        for old, new in ((b"part>3<", b"part>1<"), (b"conformance>A<", b"conformance>B<")):
            said = said.replace(b"<pdfaid:" + old, b"<pdfaid:" + new)
        root.Metadata.write(said)
        for font in {
            font.objgen: font for page in document.pages for font in page.Resources.Font.values()
        }.values():
            descendant = font.DescendantFonts[0]
            codes = len(descendant.W[1])
            used = (1 << codes) - 1 << (-codes % 8)
            held = document.make_stream(used.to_bytes((codes + 7) // 8, "big"))
            # Only PDF/A-1 wants the list of glyphs.
            descendant.FontDescriptor.CIDSet = held
        out = BytesIO()
        document.save(out, force_version="1.4", object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()
