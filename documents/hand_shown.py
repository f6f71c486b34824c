"""How what a hand left is shown in its field: strokes, the picture of a print, words beside it. Signs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.stamp import StaticStampStyle

from documents import style
from documents.data import Fingerprint, Handwriting, Manner
from documents.errors import SigningRefused
from documents.fonts import FontSet
from documents.hand import SIDE, HandLeft
from documents.incremental import appearance
from documents.vectors import handwriting_operators, line_operators

_WORD_SIZE = 8.0  # points
_GAP = 4.0


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
        if opened.mode != "RGB" or max(across, down) > 2 * SIDE:
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
