"""A photographed paper put straight: turned, cut to the sheet, light evened, sharpened. Runs in a worker; stores nothing."""

from __future__ import annotations

import io
from dataclasses import dataclass

import msgspec
from PIL import Image, ImageFilter, ImageOps

from court.domain.errors import CourtError

TURNS = (0, 90, 180, 270)
# Nothing smaller than a fifth of the picture is left by a cut, and nothing larger than this comes out.
LEAST_LEFT, LONGEST = 200, 3000
QUALITY = 88
_THUMB = 256
_PAPER_MARGIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """`turn` clockwise; `cut` are thousandths of the turned picture taken off left, top, right, bottom."""

    turn: int = 0
    cut: tuple[int, int, int, int] = (0, 0, 0, 0)
    clear: bool = False

    def written(self) -> str:
        """As it is kept with the paper."""
        return msgspec.json.encode(self).decode()


def read(text: str) -> Edits:
    """What was kept; none where nothing was. Refuses `photo.edits`."""
    try:
        found = msgspec.json.decode(text, type=Edits) if text else Edits()
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise CourtError("photo.edits") from error
    left, top, right, bottom = found.cut
    fits = all(0 <= side < 1000 for side in found.cut)
    if found.turn not in TURNS or not fits or min(1000 - left - right, 1000 - top - bottom) < LEAST_LEFT:
        raise CourtError("photo.edits")
    return found


def improved(data: bytes, edits: Edits, most: int) -> bytes:
    """The picture after these edits as JPEG without its metadata. `most` bounds the decoded pixels. Refuses `upload.*`."""
    found = _turned(_opened(data, most), edits.turn)
    left, top, right, bottom = edits.cut
    width, height = found.size
    box = (
        width * left // 1000,
        height * top // 1000,
        width - width * right // 1000,
        height - height * bottom // 1000,
    )
    found = found.crop(box)
    if edits.clear:
        found = ImageOps.autocontrast(found, cutoff=(1, 2), preserve_tone=True)
        found = found.filter(ImageFilter.UnsharpMask(radius=2, percent=120, threshold=3))
    out = io.BytesIO()
    found.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def sheet(data: bytes, turn: int, most: int) -> tuple[int, int, int, int]:
    """Where the bright sheet lies on a darker table, as a cut; nothing to cut where none stands out."""
    small = _turned(_opened(data, most), turn).convert("L")
    small.thumbnail((_THUMB, _THUMB))
    small = small.filter(ImageFilter.MedianFilter(5))
    level = _threshold(small.histogram())
    box = small.point([0] * (level + 1) + [255] * (255 - level)).getbbox()
    if box is None:
        return (0, 0, 0, 0)
    width, height = small.size
    left, top, right, bottom = box
    cut = (
        max(0, left - _PAPER_MARGIN) * 1000 // width,
        max(0, top - _PAPER_MARGIN) * 1000 // height,
        max(0, width - right - _PAPER_MARGIN) * 1000 // width,
        max(0, height - bottom - _PAPER_MARGIN) * 1000 // height,
    )
    too_small = min(1000 - cut[0] - cut[2], 1000 - cut[1] - cut[3]) < LEAST_LEFT
    return (0, 0, 0, 0) if too_small else cut


def _opened(data: bytes, most: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as found:
            if found.width * found.height > most:
                raise CourtError("upload.too_many_pixels")
            found.draft("RGB", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CourtError("upload.damaged") from error
    upright.thumbnail((LONGEST, LONGEST))
    return upright


def _turned(found: Image.Image, turn: int) -> Image.Image:
    way = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }.get(turn)
    return found if way is None else found.transpose(way)


def _threshold(histogram: list[int]) -> int:
    """Otsu's level between dark and bright."""
    total = sum(histogram)
    whole = sum(level * count for level, count in enumerate(histogram))
    best, at, below, dark = 0.0, 127, 0, 0
    for level, count in enumerate(histogram):
        below += count
        dark += level * count
        if not below or below == total:
            continue
        gap = dark / below - (whole - dark) / (total - below)
        spread = below * (total - below) * gap * gap
        if spread > best:
            best, at = spread, level
    return at
