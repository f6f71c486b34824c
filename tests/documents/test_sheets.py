"""Pages of strangers' files: drawn small and bounded, refused in words when they are hostile."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from documents import sheets
from documents.errors import PaperError
from tests.hostile_pdf import of_pages, with_box

PDF = "application/pdf"


def photo(width: int, height: int, turned: int = 1) -> bytes:
    out = BytesIO()
    image = Image.new("RGB", (width, height), "white")
    exif = image.getexif()
    exif[0x0112] = turned
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def drawn(data: bytes, kind: str = PDF, page: int = 0, width: int = 960) -> Image.Image:
    body, media_type = sheets.picture(data, kind, page, width=width, most_pixels=50_000_000)
    image = Image.open(BytesIO(body))
    assert media_type == f"image/{str(image.format).lower()}"
    return image


def refused(data: bytes) -> str:
    with pytest.raises(PaperError) as found:
        sheets.count(data, PDF, most=200)
    return found.value.code


def test_every_page_is_drawn_at_the_asked_width() -> None:
    pdf = of_pages(3)
    assert sheets.count(pdf, PDF, most=200) == 3
    assert drawn(pdf, page=2).width == 960
    with pytest.raises(PaperError) as found:
        drawn(pdf, page=3)
    assert found.value.code == "sheets.no_page"


def test_a_photograph_stands_upright_without_its_metadata() -> None:
    image = drawn(photo(400, 300, turned=6), "image/jpeg")
    assert (image.width, image.height) == (300, 400)
    assert not image.getexif()


def test_a_million_pages_are_counted_without_opening_them() -> None:
    assert refused(of_pages(1_000_000)) == "sheets.too_many"


def test_a_locked_file_is_told_apart_from_a_broken_one() -> None:
    locked = BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refused(locked.getvalue()) == "sheets.locked"
    assert refused(b"%PDF-1.7 nothing %%EOF") == "sheets.unreadable"
    assert refused(locked.getvalue()[:200] + b"%%EOF") == "sheets.unreadable"


@pytest.mark.parametrize("box", ["0 0 1 14400", "0 0 14401 300", "0 0 300 200000"])
def test_an_absurd_page_is_refused(box: str) -> None:
    assert refused(with_box(box)) == "sheets.size"


def test_a_long_strip_is_bounded_in_pixels() -> None:
    image = drawn(with_box("0 0 100 14400"), width=2160)
    assert image.width * image.height <= 2160 * 6000


def test_no_action_of_the_file_is_run_or_handed_on() -> None:
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="while(true){}")
    out = BytesIO()
    made.save(out)
    assert sheets.count(out.getvalue(), PDF, most=200) == 1
    assert drawn(out.getvalue()).format == "PNG"
