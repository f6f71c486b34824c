"""Seal, handwriting and QR code as plain PDF operators: no font, no bitmap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, hypot, pi, sin

from documents import style
from documents.data import Handwriting, Point
from documents.errors import SigningRefused
from documents.fonts import FontSet

MOST_STROKES = 500
MOST_POINTS = 20_000
_THINNEST, _WIDEST = 0.7, 2.3  # points: a writing pen's line at low and high pressure


def handwriting_operators(handwriting: Handwriting, width: float, height: float) -> bytes:
    """The strokes, fitted into a box of `width` x `height` points whose left bottom is the origin.

    Raises SigningRefused `signing.no_strokes` or `signing.too_many_strokes`.
    """
    strokes = [stroke for stroke in handwriting.strokes if stroke]
    count = sum(map(len, strokes))
    if len(strokes) > MOST_STROKES or count > MOST_POINTS:
        raise SigningRefused("signing.too_many_strokes", "签名笔迹数据过多，请清除后重新签名。")
    if count < 3:
        raise SigningRefused("signing.no_strokes", "没有收到签名笔迹，请在签名板上签名后再提交。")
    points = [point for stroke in strokes for point in stroke]
    left, right = min(p.x for p in points), max(p.x for p in points)
    top, bottom = min(p.y for p in points), max(p.y for p in points)
    scale = min((width - 6) / max(right - left, 1e-6), (height - 6) / max(bottom - top, 1e-6))
    scale = min(scale, 2.0 * height / max(handwriting.height, 1e-6))
    across = (width - (right - left) * scale) / 2 if (right - left) * scale < width * 0.5 else 3.0
    across = min(across, 12.0)
    down = (height - (bottom - top) * scale) / 2

    def fit(point: Point) -> tuple[float, float, float]:
        pressure = min(max(point.pressure, 0.0), 1.0)
        weight = _THINNEST + (_WIDEST - _THINNEST) * pressure
        return across + (point.x - left) * scale, height - down - (point.y - top) * scale, weight

    body = "\n".join(line for stroke in strokes for line in _stroke([fit(point) for point in stroke]))
    red, green, blue = style.INK
    return f"{red} {green} {blue} RG 1 J 1 j\n{body}".encode()


def _stroke(points: Sequence[tuple[float, float, float]]) -> Iterator[str]:
    """A smooth line of changing width: Bézier arcs from middle to middle of the pieces."""
    kept = [points[0]]
    for point in points[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= 0.35:
            kept.append(point)
    if len(kept) == 1:
        x, y, weight = kept[0]
        yield f"{weight * 1.4:.2f} w {x:.2f} {y:.2f} m {x:.2f} {y + 0.01:.2f} l S"
        return
    start = kept[0]
    for index in range(1, len(kept)):
        control = kept[index - 1] if index > 1 else kept[0]
        end = kept[index] if index == len(kept) - 1 else _middle(kept[index - 1], kept[index])
        first, second = _lift(start, control, end)
        yield (
            f"{(start[2] + end[2]) / 2:.2f} w {start[0]:.2f} {start[1]:.2f} m "
            f"{first[0]:.2f} {first[1]:.2f} {second[0]:.2f} {second[1]:.2f} {end[0]:.2f} {end[1]:.2f} c S"
        )
        start = end


def _middle(a: tuple[float, float, float], b: tuple[float, float, float]) -> tuple[float, float, float]:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def _lift(
    start: tuple[float, float, float], control: tuple[float, float, float], end: tuple[float, float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Control points of the cubic that equals the quadratic arc start-control-end."""
    return (
        (start[0] + 2 / 3 * (control[0] - start[0]), start[1] + 2 / 3 * (control[1] - start[1])),
        (end[0] + 2 / 3 * (control[0] - end[0]), end[1] + 2 / 3 * (control[1] - end[1])),
    )


def seal_operators(body_name: str, foot: str, fonts: FontSet, diameter: float = style.SEAL) -> bytes:
    """A round red seal in a square of `diameter`: rim, star, name on the arc, `foot` below the star."""
    radius = diameter / 2
    red, green, blue = style.SEAL_RED
    rim = diameter * 0.028
    parts = [
        f"q {red} {green} {blue} RG {red} {green} {blue} rg 1 0 0 1 {radius:.3f} {radius:.3f} cm",
        f"{rim:.3f} w",
        _circle(radius - rim / 2 - 0.3),
        "S",
        _star(radius * 0.3, radius * 0.02),
        "f",
    ]
    parts += _arc_text(body_name, fonts, radius * 0.92 - rim)
    if foot:
        size = diameter * 0.088
        parts += _straight_text(foot, fonts, size, -radius * 0.62)
    parts.append("Q")
    return "\n".join(parts).encode()


def _arc_text(text: str, fonts: FontSet, outer: float) -> Iterator[str]:
    """Characters on the circle, tops outwards, symmetric about the top; long names get narrower letters."""
    size = outer * 0.36
    inner = outer - size * 0.95
    step = min(pi / 6.2, (pi * 1.42) / max(len(text) - 1, 1))
    squeeze = min(1.0, step * (inner + size * 0.4) / (size * 1.02))
    for index, character in enumerate(text):
        angle = (len(text) - 1) / 2 * step - index * step
        turn_cos, turn_sin = cos(angle), sin(angle)
        x, y = -inner * turn_sin, inner * turn_cos
        width, path = fonts.outline(character, "title")
        yield f"q {turn_cos:.5f} {turn_sin:.5f} {-turn_sin:.5f} {turn_cos:.5f} {x:.3f} {y:.3f} cm"
        yield f"{size * squeeze:.4f} 0 0 {size:.4f} {-size * squeeze * width / 2:.4f} {size * 0.12:.4f} cm"
        yield from _path(path)
        yield "f Q"


def _straight_text(text: str, fonts: FontSet, size: float, y: float) -> Iterator[str]:
    outlines = [fonts.outline(character, "title") for character in text]
    x = -sum(width for width, _ in outlines) * size / 2
    for width, path in outlines:
        yield f"q {size:.4f} 0 0 {size:.4f} {x:.3f} {y:.3f} cm"
        yield from _path(path)
        yield "f Q"
        x += width * size


def line_operators(
    text: str, fonts: FontSet, size: float, left: float, y: float, room: float
) -> Iterator[str]:
    """One line of outlines from `left`, squeezed into `room` points."""
    outlines = [fonts.outline(character, "fang") for character in text]
    wide = sum(width for width, _ in outlines) * size
    squeeze = min(1.0, room / wide) if wide else 1.0
    x = left
    for width, path in outlines:
        yield f"q {size * squeeze:.4f} 0 0 {size:.4f} {x:.3f} {y:.3f} cm"
        yield from _path(path)
        yield "f Q"
        x += width * size * squeeze


def _path(path: list[tuple[str, tuple[float, ...]]]) -> Iterator[str]:
    for operator, numbers in path:
        yield " ".join((*(f"{number:.4f}" for number in numbers), operator))


def _circle(radius: float) -> str:
    k = 0.5522847498 * radius
    r = radius
    return (
        f"{r:.3f} 0 m {r:.3f} {k:.3f} {k:.3f} {r:.3f} 0 {r:.3f} c "
        f"{-k:.3f} {r:.3f} {-r:.3f} {k:.3f} {-r:.3f} 0 c "
        f"{-r:.3f} {-k:.3f} {-k:.3f} {-r:.3f} 0 {-r:.3f} c "
        f"{k:.3f} {-r:.3f} {r:.3f} {-k:.3f} {r:.3f} 0 c h"
    )


def _star(radius: float, lift: float) -> str:
    inner = radius * 0.381966  # regular five-pointed star
    points = []
    for index in range(10):
        reach = inner if index % 2 else radius
        angle = pi / 2 + index * pi / 5
        points.append(f"{reach * cos(angle):.3f} {reach * sin(angle) + lift:.3f} {'l' if index else 'm'}")
    return " ".join((*points, "h"))
