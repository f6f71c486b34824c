"""Outlines of single characters, for drawing without a font (seals). Chooses no face."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

Outline = tuple[float, list[tuple[str, tuple[float, ...]]]]


def outline(file: Path, character: str) -> Outline | None:
    """Advance and path operators (m, l, c, h) in em; None where the font has no such character."""
    font = _opened(file)
    glyph = font.getBestCmap().get(ord(character))
    return _record(font, glyph) if glyph else None


@lru_cache(maxsize=8)
def _opened(path: Path) -> TTFont:
    # From memory: a lazy font would keep its file open for the life of the process.
    return TTFont(BytesIO(path.read_bytes()), lazy=True)


class _EmPen(BasePen):  # type: ignore[misc]
    """Records an outline as PDF path operators in em: m, l, c, h."""

    def __init__(self, glyphs: Any, em: float) -> None:
        super().__init__(glyphs)
        self.em = em
        self.path: list[tuple[str, tuple[float, ...]]] = []

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        self.path.append((operator, tuple(value / self.em for point in points for value in point)))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 (BasePen's names)
        self._add("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._add("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self._add("h")


def _record(font: TTFont, glyph: str) -> Outline:
    em = font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    pen = _EmPen(glyphs, em)
    glyphs[glyph].draw(pen)
    return glyphs[glyph].width / em, pen.path
