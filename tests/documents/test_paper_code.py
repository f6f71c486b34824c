"""The code on a paper is read from photographs and scans as people make them, and says only what was signed."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from documents import handed_in, pki, qr, style
from documents.paper_code import read_codes
from documents.verdict import Verdict
from tests.documents.conftest import NOW, Story, agreement, make_authority

Shot = Callable[[Image.Image], Image.Image]
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def sheet(story: Story) -> Image.Image:
    """The last page at 150 dpi."""
    document = pypdfium2.PdfDocument(story.sealed)
    return document[len(document) - 1].render(scale=150 / 72).to_pil().convert("RGB")


def jpeg(picture: Image.Image, quality: int = 70) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def from_the_side(picture: Image.Image) -> Image.Image:
    wide, high = picture.size
    corners = (0, 0, wide * 0.06, high, wide * 0.95, high, wide, 0)
    return picture.transform(picture.size, Image.Transform.QUAD, corners, fillcolor="white")


@pytest.mark.parametrize(
    "shot",
    [
        lambda p: p.rotate(3, expand=True, fillcolor="white"),
        lambda p: p.rotate(-7, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC),
        lambda p: p.rotate(90, expand=True),
        lambda p: p.filter(ImageFilter.GaussianBlur(1.2)),
        lambda p: ImageEnhance.Contrast(p).enhance(0.35),
        lambda p: ImageEnhance.Brightness(p).enhance(0.5),
        from_the_side,
        lambda p: p.resize((p.width * 3 // 4, p.height * 3 // 4)),
    ],
    ids=["turned", "turned more", "sideways", "blurred", "pale", "dark", "from the side", "from afar"],
)
def test_a_poor_photograph_still_gives_the_signed_facts(
    sheet: Image.Image, trust: pki.Trust, shot: Shot
) -> None:
    texts = read_codes(jpeg(shot(sheet)))["codes"]
    facts = [qr.check(text, trust) for text in texts]
    assert [each.number for each in facts] == ["（2026）兴隆人调字第12号"]


def test_the_code_is_at_least_thirty_millimetres_wide_and_ties_to_the_line_on_every_page(
    sheet: Image.Image, story: Story, trust: pki.Trust
) -> None:
    assert style.QR_SIDE >= 30 * style.MM
    report = handed_in.check(jpeg(sheet), trust, now=LATER)
    assert report.verdict is Verdict.INDETERMINATE and report.facts is not None
    assert story.content_sha256.startswith(report.facts.content_sha256)
    page = pypdfium2.PdfDocument(story.sealed)[0].get_textpage().get_text_bounded()
    assert report.facts.content_sha256[:16] in page


def test_a_scan_without_signatures_is_judged_by_its_code(sheet: Image.Image, trust: pki.Trust) -> None:
    out = BytesIO()
    sheet.save(out, "PDF", resolution=150)
    report = handed_in.check(out.getvalue(), trust, now=LATER)
    assert report.facts is not None and report.facts.names == ("王建国", "李䶮𬱟")
    assert [each.code for each in report.reasons] == ["code.signed", "verify.no_signature"]


def test_a_code_of_another_authority_and_a_picture_without_one_are_told_apart(
    sheet: Image.Image, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = pki.trust(make_authority(tmp_path_factory.mktemp("other")).directory)
    unknown = handed_in.check(jpeg(sheet), other, now=LATER)
    assert [each.code for each in unknown.reasons] == ["code.unknown_key"] and unknown.facts is None
    blank = handed_in.check(jpeg(Image.new("RGB", (800, 600), "white")), other, now=LATER)
    assert [each.code for each in blank.reasons] == ["code.missing"]
    assert agreement().number not in str(unknown)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xd8\xff\xe0JFIF", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"RIFF"],
    ids=["jpeg", "png", "riff"],
)
def test_a_broken_picture_is_no_paper(data: bytes, trust: pki.Trust) -> None:
    report = handed_in.check(data, trust, now=LATER)
    assert report.verdict is not Verdict.PASSED and report.reasons[0].code == "code.missing"
