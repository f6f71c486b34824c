"""What a person's hand leaves in a field: a written name, a mark or a fingerprint, and how it is shown. Signs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.stamp import StaticStampStyle

from documents import style
from documents.data import Fingerprint, Handwriting, Manner
from documents.errors import PaperError, SigningRefused
from documents.fonts import FontSet
from documents.incremental import appearance
from documents.sheets import shown
from documents.vectors import handwriting_operators, line_operators

LARGEST_PRINT = 10 * 1024 * 1024
MOST_PRINT_PIXELS = 25_000_000
_GRID = 48
_SIDE = 360  # pixels: a finger of 20 mm at 450 dpi
_QUALITY = 82
# Of the picture: less is an empty sheet or a speck, more is no print on paper but a dark photograph.
_LEAST_INK, _MOST_INK = 0.01, 0.85
_RED = (0.72, 0.07, 0.09)
_WORD_SIZE = 8.0  # points
_GAP = 4.0
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
    cut.thumbnail((_SIDE, _SIDE))
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


def stamp_for(
    writer: IncrementalPdfFileWriter,
    left: HandLeft,
    width: float,
    height: float,
    *,
    manner: Manner,
    words: Sequence[str],
    fonts_dir: Path | None,
) -> StaticStampStyle:
    """The appearance of one field: the hand, and beside it `words` as outlines where the name is not written.

    Raises SigningRefused `signing.no_strokes`, GlyphMissing.
    """
    if manner is Manner.WRITTEN:
        if not isinstance(left, Handwriting):
            raise SigningRefused("signing.no_strokes", "没有收到签名笔迹，请在签名板上签名后再提交。")
        return appearance(handwriting_operators(left, width, height), width, height)
    room = 0.0 if manner is Manner.REFUSED else height
    said = _said(words, room, width, height, fonts_dir)
    if isinstance(left, Fingerprint):
        picture, across, down = _picture(writer, left)
        scale = min((height - 2) / down, (room - 2) / across)
        w, h = across * scale, down * scale
        shown_at = (
            f"/Ink gs q {w:.2f} 0 0 {h:.2f} {(room - w) / 2:.2f} {(height - h) / 2:.2f} cm /Print Do Q "
        )
        return appearance(shown_at.encode() + said, width, height, pictures={"/Print": picture})
    if isinstance(left, Handwriting):
        return appearance(b"q " + handwriting_operators(left, room, height) + b" Q " + said, width, height)
    if manner is not Manner.REFUSED:
        raise SigningRefused("signing.no_strokes", "没有收到指印或画押，请重新采集后再提交。")
    return appearance(said, width, height)


def _picture(
    writer: IncrementalPdfFileWriter, print_: Fingerprint
) -> tuple[generic.IndirectObject, int, int]:
    with Image.open(BytesIO(print_.picture), formats=("JPEG",)) as opened:
        across, down = opened.size
        if opened.mode != "RGB" or max(across, down) > 2 * _SIDE:
            raise SigningRefused("signing.no_strokes", "指印图片不合规，请重新采集。")
    stream = generic.StreamObject(encoded_data=print_.picture)
    for key, name in (
        ("/Type", "/XObject"),
        ("/Subtype", "/Image"),
        ("/ColorSpace", "/DeviceRGB"),
        ("/Filter", "/DCTDecode"),
    ):
        stream[key] = generic.pdf_name(name)
    for key, number in (("/Width", across), ("/Height", down), ("/BitsPerComponent", 8)):
        stream[key] = generic.NumberObject(number)  # type: ignore[no-untyped-call]
    return writer.add_object(stream), across, down


def _said(words: Sequence[str], left: float, width: float, height: float, fonts_dir: Path | None) -> bytes:
    """Lines of small type right of `left`, as many as there are words, narrowed where a name is long."""
    if not words or fonts_dir is None:
        return b""
    fonts = FontSet.load(fonts_dir)
    size = min(_WORD_SIZE, (height - 2) / (1.3 * len(words)))
    step = 1.3 * size
    top = height / 2 + step * len(words) / 2
    red, green, blue = style.INK
    parts = [f"{red} {green} {blue} rg"]
    for index, line in enumerate(words):
        y = top - (index + 1) * step + 0.3 * size
        parts += line_operators(line, fonts, size, left + _GAP, y, width - left - 2 * _GAP)
    return "\n".join(parts).encode()
