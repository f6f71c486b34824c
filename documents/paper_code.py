"""Finds a paper's QR code on a photograph or a scan. Tries harder where light or focus were bad; checks no signature."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from documents.errors import PaperError
from documents.sheets import MOST_SCAN_PIXELS, shown

LARGEST = 30 * 1024 * 1024
MOST_PAGES = 10
MOST_CODES = 20
_LONGEST_TEXT = 2000
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SCAN_WIDTH = 1654  # A4 at 200 dpi
# Signatures of the picture formats that cameras, scanners and screenshots write.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


def is_picture(data: bytes) -> bool:
    """True if the first bytes are those of JPEG, PNG or WebP, whatever the file is called."""
    return data.startswith(_PICTURES)


def read_codes(data: bytes) -> dict[str, list[str]]:
    """{"codes": texts of the QR codes found}, at most MOST_CODES; none for what is neither picture nor PDF.

    Of a PDF the last pages are looked at first: there our papers have their code.
    """
    for picture in _pictures(data):
        if found := _read(picture):
            return {"codes": found}
    return {"codes": []}


def _pictures(data: bytes) -> Iterator[Image.Image]:
    try:
        if is_picture(data):
            yield shown(data, most_pixels=MOST_SCAN_PIXELS)
        elif b"%PDF-" in data[:1024]:
            document = pypdfium2.PdfDocument(data)
            pages = len(document)
            for number in list(range(pages))[::-1][:MOST_PAGES]:
                across, down = document.get_page_size(number)
                if 20 <= across <= 14_400 and 20 <= down <= 14_400:
                    scale = min(_SCAN_WIDTH / across, 6000 / down)
                    yield document[number].render(scale=scale).to_pil().convert("L")
    except (pypdfium2.PdfiumError, PaperError, OSError, ValueError):
        return


def _read(picture: Image.Image) -> list[str]:
    for version in _versions(picture):
        codes = zxingcpp.read_barcodes(version, formats=_QR)
        texts = [code.text for code in codes if code.text and len(code.text) <= _LONGEST_TEXT]
        if texts:
            return texts[:MOST_CODES]
    return []


def _versions(picture: Image.Image) -> Iterator[Image.Image]:
    grey = picture.convert("L")
    yield grey
    even = ImageOps.autocontrast(grey, cutoff=2)
    yield even
    # Out of focus: edges are pulled apart again; from afar: the modules are enlarged first.
    yield even.filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    if max(grey.size) <= 2500:
        larger = even.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
        yield larger.filter(ImageFilter.UnsharpMask(radius=4, percent=200, threshold=0))
    else:
        yield even.resize((grey.width // 2, grey.height // 2), Image.Resampling.BOX)
