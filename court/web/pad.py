"""What the signature pad sends, bounded and typed. Whether it is a signature the services decide."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from court.domain.errors import CourtError
from documents.data import Handwriting, Point

MOST_STROKES, MOST_POINTS = 500, 20_000
MOST_PICTURE = 6 * 1024 * 1024


def handwriting_of(sent: Any) -> Handwriting:
    """The pad data of a signature, bounded. Errors: agreement.no_strokes, web.bad_request."""
    try:
        raw = msgspec.convert(sent, type=_Pad, strict=False)
    except msgspec.ValidationError as error:
        raise CourtError("web.bad_request") from error
    if not any(len(stroke) > 1 for stroke in raw.strokes):
        raise CourtError("agreement.no_strokes")
    if len(raw.strokes) > MOST_STROKES or sum(map(len, raw.strokes)) > MOST_POINTS:
        raise CourtError("web.too_large", limit=f"{MOST_POINTS} 点")
    strokes = tuple(
        tuple(Point(p.x, p.y, round(p.t), p.pressure) for p in stroke) for stroke in raw.strokes if stroke
    )
    return Handwriting(width=raw.width, height=raw.height, strokes=strokes)


def picture_of(sent: Any) -> bytes:
    """The photograph of a print that a page sent in base64, bounded. Errors: hand.missing, web.too_large."""
    if not isinstance(sent, str) or not sent:
        raise CourtError("hand.missing")
    if len(sent) > MOST_PICTURE * 4 // 3 + 4:
        raise CourtError("web.too_large", limit=f"{MOST_PICTURE // (1024 * 1024)} MB")
    try:
        return base64.b64decode(sent, validate=True)
    except (ValueError, binascii.Error) as error:
        raise CourtError("hand.missing") from error


class _PadPoint(msgspec.Struct, frozen=True):
    x: float
    y: float
    t: float
    pressure: float = 0.5


class _Pad(msgspec.Struct, frozen=True):
    width: float
    height: float
    strokes: list[list[_PadPoint]]
