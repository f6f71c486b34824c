"""A PDF page as a PNG picture for screens and print preview; bounded in pixels. Judges nothing."""

from __future__ import annotations

from io import BytesIO

import pypdfium2

from documents.errors import PaperError

LARGEST = 64 * 1024 * 1024
_TALLEST = 6000  # pixels: an absurdly long page is cut in scale, not in memory


def page_png(pdf: bytes, page: int, *, width: int = 1000) -> bytes:
    """PNG of `page` (from 0), `width` 100…2400 pixels. Raises PaperError `preview.no_page` or
    `preview.unreadable`."""
    width = min(max(width, 100), 2400)
    document = _open(pdf)
    try:
        if not 0 <= page < len(document):
            raise PaperError("preview.no_page", "文书没有这一页。", page=page)
        sheet = document[page]
        across, down = sheet.get_size()
        scale = min(width / max(across, 1.0), _TALLEST / max(down, 1.0))
        picture = sheet.render(scale=scale, may_draw_forms=True).to_pil()
    except pypdfium2.PdfiumError:
        raise _unreadable() from None
    finally:
        document.close()
    out = BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()


def page_count(pdf: bytes) -> int:
    """Number of pages. Raises PaperError `preview.unreadable`."""
    document = _open(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _open(pdf: bytes) -> pypdfium2.PdfDocument:
    if len(pdf) > LARGEST:
        raise _unreadable()
    try:
        document = pypdfium2.PdfDocument(pdf)
        # Signature and seal pictures are form fields: without this they would not be drawn.
        document.init_forms()
    except pypdfium2.PdfiumError:
        raise _unreadable() from None
    return document


def _unreadable() -> PaperError:
    return PaperError("preview.unreadable", "文件打不开，可能已损坏、加了密码或不是PDF。")
