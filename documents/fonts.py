"""Font chains: which face draws which character. A character no face has is refused, never blank."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont as OutlineFont
from reportlab.pdfbase import pdfmetrics

from documents.embedding import BLANKS, PaperFont
from documents.errors import PaperError, glyph_missing
from documents.fontbuild import MANIFEST

Outline = tuple[float, list[tuple[str, tuple[float, ...]]]]


@dataclass(slots=True)
class FontSet:
    """Loaded faces of one fonts_dir; a face is read from disk at its first character.

    `chains` maps a style ("fang", "title", "song", "hei", "kai") to face names, best first.
    """

    directory: Path
    chains: dict[str, list[str]]
    _faces: dict[str, PaperFont] = field(default_factory=dict, init=False, repr=False)
    _found: dict[tuple[str, str], PaperFont] = field(default_factory=dict, init=False, repr=False)
    _outlines: dict[tuple[str, str], Outline] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def load(cls, fonts_dir: Path) -> FontSet:
        """Per-process cached. Raises PaperError `fonts.not_built`."""
        return _load(fonts_dir)

    def check(self, text: str, style: str = "fang") -> None:
        """Raises GlyphMissing for the first character that cannot be drawn; use at the form, before it is
        too late."""
        for character in text:
            if character not in "\r\n\t":
                self.font(character, style)

    def font(self, character: str, style: str) -> PaperFont:
        """The first face of the chain that has the character. Raises GlyphMissing."""
        key = (style, character)
        if (known := self._found.get(key)) is not None:
            return known
        chain = self.chains[style]
        if character in BLANKS:
            self._found[key] = self._face(chain[0])
            return self._found[key]
        # The last resort has some emoji; a court's paper has none.
        for name in () if _is_emoji(character) else chain:
            face = self._face(name)
            if face.face.charToGlyph.get(ord(character)):
                self._found[key] = face
                return face
        raise glyph_missing(character)

    def advance(self, character: str, style: str) -> float:
        """Advance in em."""
        if character in BLANKS:
            return BLANKS[character]
        face = self.font(character, style).face
        return float(face.charWidths.get(ord(character), face.defaultWidth)) / 1000

    def runs(self, text: str, style: str) -> Iterator[tuple[PaperFont, str]]:
        """`text` cut where the face changes."""
        start = 0
        current: PaperFont | None = None
        for index, character in enumerate(text):
            font = self.font(character, style)
            if current is not None and font is not current:
                yield current, text[start:index]
                start = index
            current = font
        if current is not None:
            yield current, text[start:]

    def outline(self, character: str, style: str) -> Outline:
        """Advance and outline (PDF path operators) in em, for drawing without a font."""
        key = (style, character)
        if key not in self._outlines:
            for name in self.chains[style]:
                font = _outline_font(self.directory / f"{name}.ttf")
                glyph = font.getBestCmap().get(ord(character))
                if glyph:
                    self._outlines[key] = _record(font, glyph)
                    break
            else:
                raise glyph_missing(character)
        return self._outlines[key]

    def _face(self, name: str) -> PaperFont:
        if name not in self._faces:
            font = PaperFont(f"{self.directory}/{name}", str(self.directory / f"{name}.ttf"))
            pdfmetrics.registerFont(font)
            self._faces[name] = font
        return self._faces[name]


def _is_emoji(character: str) -> bool:
    return 0x1F000 <= ord(character) <= 0x1FBFF


@lru_cache(maxsize=4)
def _load(fonts_dir: Path) -> FontSet:
    try:
        manifest = json.loads((fonts_dir / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise PaperError(
            "fonts.not_built", f"字体目录 {fonts_dir} 尚未准备好，请先运行 ./run。", directory=str(fonts_dir)
        ) from None
    return FontSet(fonts_dir, manifest["chains"])


@lru_cache(maxsize=8)
def _outline_font(path: Path) -> OutlineFont:
    # From memory: a lazy font would keep its file open for the life of the process.
    return OutlineFont(BytesIO(path.read_bytes()), lazy=True)


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


def _record(font: OutlineFont, glyph: str) -> Outline:
    em = font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    pen = _EmPen(glyphs, em)
    glyphs[glyph].draw(pen)
    return glyphs[glyph].width / em, pen.path
