"""Font chains: which face draws which character. A character no face has is refused, never blank."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics

from documents.embedding import BLANKS, PaperFont
from documents.errors import PaperError, glyph_missing
from documents.fontbuild import MANIFEST

if TYPE_CHECKING:
    from documents.outlines import Outline


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
            # Only seals and notes beside a print are drawn so: who merely measures text loads no outlines.
            from documents.outlines import outline

            files = (self.directory / f"{name}.ttf" for name in self.chains[style])
            found = next(filter(None, (outline(file, character) for file in files)), None)
            if found is None:
                raise glyph_missing(character)
            self._outlines[key] = found
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
