"""What the font folder holds: faces, their files and licences, and which characters a style can draw. Changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from documents.errors import PaperError
from documents.fontbuild import FACES, LICENSED, MANIFEST, NAME_CHARACTERS, STYLES

_TABLE = Path(__file__).with_name("standard_characters.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceStatus:
    """One file of the folder. `standard` of 8105 and `names` of the rare name characters it draws itself."""

    name: str
    file: str
    licence: str
    standard: int
    names: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleStatus:
    """A style's faces, best first, and the characters that none of them has."""

    style: str
    faces: tuple[str, ...]
    missing_standard: str
    missing_names: str


def standard_characters() -> str:
    """通用规范汉字表 (国务院 2013): 8105 characters."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


def survey(fonts_dir: Path) -> tuple[list[FaceStatus], list[StyleStatus]]:
    """Reads every face's character map. Raises PaperError `fonts.not_built`."""
    try:
        manifest = json.loads((fonts_dir / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise PaperError(
            "fonts.not_built", f"字体目录 {fonts_dir} 尚未准备好，请先运行 ./run。", directory=str(fonts_dir)
        ) from None
    standard = standard_characters()
    chains: dict[str, list[str]] = manifest["chains"]
    known = {face.name: face for face in FACES}
    used = [
        *(face.name for face in FACES),
        *(n for chain in chains.values() for n in chain if n not in known),
    ]
    drawn = {name: _characters(fonts_dir / f"{name}.ttf") for name in dict.fromkeys(used)}
    faces = [
        FaceStatus(
            name=name,
            file=known[name].file if name in known else manifest["licensed"][name.removeprefix(LICENSED)][0],
            licence=known[name].licence if name in known else "单位自有授权",
            standard=sum(character in found for character in standard),
            names=sum(character in found for character in NAME_CHARACTERS),
        )
        for name, found in drawn.items()
    ]
    styles = []
    for style in STYLES:
        every = frozenset().union(*(drawn[name] for name in chains[style]))
        styles.append(
            StyleStatus(
                style=style,
                faces=tuple(chains[style]),
                missing_standard="".join(c for c in standard if c not in every),
                missing_names="".join(c for c in NAME_CHARACTERS if c not in every),
            )
        )
    return faces, styles


@lru_cache(maxsize=16)
def _characters(path: Path) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
