"""Font chains: which face draws which character. A character no face has is refused, never blank."""

from __future__ import annotations

from pathlib import Path


class FontSet:
    """Loaded faces of one fonts_dir; Hana faces are loaded at first need."""

    @classmethod
    def load(cls, fonts_dir: Path) -> FontSet:
        """Per-process cached. Raises PaperError `fonts.not_built`."""
        raise RuntimeError("being written")

    def check(self, text: str, style: str = "fang") -> None:
        """Raises GlyphMissing for the first character that cannot be drawn; use at the form, before it is too late."""
        raise RuntimeError("being written")
