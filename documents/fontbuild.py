"""Sets the font folder up once: finds sources by path, converts CFF to TrueType, subsets, mends ￥. Never at run time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def build(
    sources_dir: Path,
    fonts_dir: Path,
    progress: Callable[[str, int, int], None],
    licensed: dict[str, Path] | None = None,
) -> None:
    """Fill `fonts_dir`; a second call with unchanged sources does nothing. progress(face, done, total).

    `licensed` maps a style ("fang", "song", "hei", "kai", "title") to a TrueType file placed first in its chain.
    Raises PaperError `fonts.source_missing` naming the file and the package that has it.
    """
    raise RuntimeError("being written")
