"""What a person's hand leaves in a field: a written name, a mark or a fingerprint. Shows and signs nothing."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from documents.data import Fingerprint, Handwriting
from documents.errors import PaperError
from documents.sheets import shown

LARGEST_PRINT = 10 * 1024 * 1024
MOST_PRINT_PIXELS = 25_000_000
_GRID = 48
SIDE = 360  # pixels: a finger of 20 mm at 450 dpi
_QUALITY = 82
# Of the picture: less is an empty sheet or a speck, more is no print on paper but a dark photograph.
_LEAST_INK, _MOST_INK = 0.01, 0.85
_RED = (0.72, 0.07, 0.09)
HandLeft = Handwriting | Fingerprint | None


def fingerprint(data: bytes) -> Fingerprint:
    """The print on a photograph or scan, cut out and set in red ink.

    Raises PaperError `print.too_large`, `print.not_picture`, `print.empty`.
    """
    if len(data) > LARGEST_PRINT:
        raise PaperError("print.too_large", "指印的图片太大，请重新拍一张。")
    try:
        grey = ImageOps.exif_transpose(shown(data, most_pixels=MOST_PRINT_PIXELS)).convert("L")
    except (PaperError, OSError, ValueError, SyntaxError):
        raise PaperError("print.not_picture", "指印应当是JPEG或PNG图片，请重新拍一张。") from None
    grey.thumbnail((1600, 1600))
    cut = _cut(grey)
    cut.thumbnail((SIDE, SIDE))
    red = tuple(round(255 * part) for part in _RED)
    out = BytesIO()
    ImageOps.colorize(cut, black=red, white=(255, 255, 255)).save(out, "JPEG", quality=_QUALITY)
    return Fingerprint(picture=out.getvalue())


def _cut(grey: Image.Image) -> Image.Image:
    """The inked part with a narrow margin, the paper made white."""
    grey = ImageOps.autocontrast(grey, cutoff=1)
    paper = _bright(grey)
    ink = grey.point([255 if value < paper * 0.72 else 0 for value in range(256)])
    share = ink.histogram()[255] / (ink.width * ink.height)
    # Specks do not count: of a coarse grid only fields with some ink are part of the print.
    coarse = ink.resize((_GRID, _GRID), Image.Resampling.BOX)
    box = coarse.point([255 if value > 40 else 0 for value in range(256)]).getbbox()
    if not _LEAST_INK <= share <= _MOST_INK or box is None:
        raise PaperError("print.empty", "图片上看不清指印，请把手指按在白纸上，对准后重新拍。")
    white = grey.point([min(255, round(value * 255 / paper)) for value in range(256)])
    left, top, right, bottom = (
        edge * side / _GRID for edge, side in zip(box, (*grey.size, *grey.size), strict=True)
    )
    margin = 0.02 * max(grey.size)
    return white.crop(
        (
            max(0, round(left - margin)),
            max(0, round(top - margin)),
            min(grey.width, round(right + margin)),
            min(grey.height, round(bottom + margin)),
        )
    )


def _bright(grey: Image.Image) -> int:
    """The value of the paper: nine tenths of the pixels are not brighter."""
    left = 0.9 * grey.width * grey.height
    for value, count in enumerate(grey.histogram()):
        left -= count
        if left <= 0:
            return max(value, 1)
    return 255
