"""Pages of strangers' PDFs and photographs as bounded pictures; no script, no link, no font of theirs leaves here.

PDFium comes without a script engine: what is drawn of forms is what their appearances say, no action is run.
"""

from __future__ import annotations

from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps

from documents.errors import PaperError

# Points. Acrobat itself stops at 14400 (200 inches); under 20 nothing can be read.
_LEAST_SIDE, _MOST_SIDE = 20.0, 14_400.0
_TALLEST = 6000  # pixels
# Above this a PNG is a photograph in disguise and costs a phone too much.
_HEAVY = 700 * 1024
MOST_SCAN_PIXELS = 60_000_000  # A4 at 600 dpi is 35 million, phones take up to 50
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def count(data: bytes, media_type: str, *, most: int) -> int:
    """Pages of a file as it was handed in; 1 for a picture. Opens every page's frame, draws none.

    Raises PaperError `sheets.locked`, `sheets.unreadable`, `sheets.too_many`, `sheets.size`.
    """
    if media_type != "application/pdf":
        return 1
    document = _open(data)
    try:
        pages = len(document)
        if pages > most:
            raise PaperError("sheets.too_many", f"一份证据最多{most}页，请分成几份提交。", most=most)
        if pages == 0:
            raise _unreadable()
        for number in range(pages):
            _frame(document, number)
    except pypdfium2.PdfiumError:
        raise _unreadable() from None
    finally:
        document.close()
    return pages


def picture(data: bytes, media_type: str, page: int, *, width: int, most_pixels: int) -> tuple[bytes, str]:
    """`page` (from 0) at `width` pixels, and its media type: PNG, or JPEG where a PNG would be heavy.

    Raises PaperError as `count` does, and `sheets.no_page`. Never larger than `width` × 6000 pixels.
    """
    if media_type == "application/pdf":
        return _encoded(_drawn(data, page, width))
    if page != 0:
        raise _no_page(page)
    return _encoded(_photograph(data, width, most_pixels))


def _drawn(data: bytes, page: int, width: int) -> Image.Image:
    document = _open(data)
    try:
        document.init_forms()  # filled-in fields and signatures are part of what was handed in
        if not 0 <= page < len(document):
            raise _no_page(page)
        across, down = _frame(document, page)
        scale = min(width / across, _TALLEST / down)
        drawn: Image.Image = document[page].render(scale=scale, may_draw_forms=True).to_pil()
        return drawn.convert("RGB")
    except pypdfium2.PdfiumError:
        raise _unreadable() from None
    finally:
        document.close()


def _photograph(data: bytes, width: int, most_pixels: int) -> Image.Image:
    upright = shown(data, most_pixels=most_pixels, draft=(width, width * 4))
    upright.thumbnail((width, _TALLEST))
    return upright


def shown(data: bytes, *, most_pixels: int, draft: tuple[int, int] | None = None) -> Image.Image:
    """A photograph as RGB, turned as its camera says; `draft` lets a JPEG be read coarser.

    Raises PaperError `sheets.unreadable`, `sheets.size`.
    """
    try:
        with Image.open(BytesIO(data)) as found:
            if found.width * found.height > most_pixels:
                raise _too_large()
            if draft is not None:
                found.draft("RGB", draft)
            return ImageOps.exif_transpose(found).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _unreadable() from None


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    out = BytesIO()
    image.save(out, "PNG", compress_level=3)
    if out.tell() <= _HEAVY:
        return out.getvalue(), "image/png"
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue(), "image/jpeg"


def _frame(document: pypdfium2.PdfDocument, page: int) -> tuple[float, float]:
    """Width and height in points."""
    across, down = document.get_page_size(page)
    if not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (across, down)):
        raise _too_large()
    return across, down


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise PaperError(
                "sheets.locked", "这个PDF加了密码，法庭打不开。请去掉密码再提交，或者拍成照片。"
            ) from None
        raise _unreadable() from None


def _unreadable() -> PaperError:
    return PaperError("sheets.unreadable", "这个文件打不开，可能已损坏。请重新导出，或者拍成照片提交。")


def _too_large() -> PaperError:
    return PaperError("sheets.size", "页面尺寸不正常，不能显示。请重新导出为A4大小，或者拍成照片。")


def _no_page(page: int) -> PaperError:
    return PaperError("sheets.no_page", "证据没有这一页。", page=page)
