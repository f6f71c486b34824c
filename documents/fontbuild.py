"""Sets the font folder up once: finds sources, has CFF converted to TrueType. Never at run time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from documents.errors import PaperError

MANIFEST = "fonts.json"
STYLES = ("fang", "title", "song", "hei", "kai")
# A change of the conversion below must rebuild folders made by older code.
RECIPE = 3
# Rare characters of real names, all of which every style must draw; the title face itself where its source can.
NAME_CHARACTERS = "䶮㛃𬱟𠅤喆堃犇翀㼆䎖龑昇淼煊祎赟婻曌甡𣲘𬍛玥瑀珺骎骉燚靐䲜𨭎𬭎"
LICENSED = "licensed-"


@dataclass(frozen=True, slots=True)
class Face:
    """One file of the folder: `name`.ttf from `file`, which Debian's `package` holds."""

    name: str
    file: str
    package: str
    licence: str
    index: int = -1
    characters: str = ""  # "" keeps the whole font
    convert: bool = True


def _gb2312() -> str:
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(row.decode("gb2312", "ignore") for row in rows)


_SYMBOLS = "".join(map(chr, (*range(0x20, 0x7F), 0xA5, 0xA7, 0xB7, 0xD7))) + (
    # The full-width marks are wanted: they are what a title is set with.
    "‘’“”…—–·℃①②③④⑤⑥⑦⑧⑨⑩、。〇〈〉《》「」『』【】〔〕！（），－．／：；？～￥"  # noqa: RUF001
)

# Longest first, so that two cores finish together. The index is that of "SC" inside Noto's collection.
FACES = (
    Face("fang", "FandolFang-Regular.otf", "texlive-lang-chinese", "GPL-3 with font exception"),
    Face("hei", "FandolHei-Regular.otf", "texlive-lang-chinese", "GPL-3 with font exception"),
    Face(
        "title",
        "NotoSerifCJK-Bold.ttc",
        "fonts-noto-cjk",
        "OFL-1.1",
        2,
        _gb2312() + _SYMBOLS + NAME_CHARACTERS,
    ),
    Face("song", "NotoSerifCJK-Regular.ttc", "fonts-noto-cjk", "OFL-1.1", 2, _SYMBOLS),
    Face("kai-light", "LXGWWenKai-Light.ttf", "fonts-lxgw-wenkai", "OFL-1.1", convert=False),
    Face("kai", "LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai", "OFL-1.1", convert=False),
    Face("hana-a", "HanaMinA.ttf", "fonts-hanazono", "OFL-1.1", convert=False),
    Face("hana-b", "HanaMinB.ttf", "fonts-hanazono", "OFL-1.1", convert=False),
)
_SYSTEM = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/truetype/lxgw-wenkai"),
    Path("/usr/share/fonts/truetype/hanazono"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
)
# Body 仿宋, title 小标宋, page numbers 宋, 黑 and 楷: own face, then the same tail to the last resort.
_CHAINS = {
    "fang": ["fang", "kai-light"],
    "title": ["title", "kai"],
    "song": ["song", "fang", "kai-light"],
    "hei": ["hei", "kai"],
    "kai": ["kai"],
}
_TAIL = ["hana-a", "hana-b"]


def build(
    sources_dir: Path,
    fonts_dir: Path,
    progress: Callable[[str, int, int], None],
    licensed: Mapping[str, Path] | None = None,
) -> None:
    """Fill `fonts_dir`; a second call with unchanged sources does nothing. progress(face, done, total).

    `licensed` maps a style ("fang", "song", "hei", "kai", "title") to a TrueType file placed first in its chain.
    Raises PaperError `fonts.source_missing` naming the file and the package that has it.
    """
    known = _manifest(fonts_dir) or {"recipe": 0, "licensed": {}, "faces": {}}
    entries: dict[str, Any] = dict(known["faces"]) if known["recipe"] == RECIPE else {}
    wanted = _licensed_entries(licensed or {})
    found = {face.name: _find(face, sources_dir) for face in FACES}
    # A folder once built stays good when its sources are gone.
    stale = [face for face in FACES if not _fresh(entries, face.name, found[face.name], fonts_dir)]
    if not stale and entries and known["licensed"] == wanted:
        return
    sources = {face.name: found[face.name] or _missing(face) for face in stale}
    fonts_dir.mkdir(parents=True, exist_ok=True)
    _make(stale, sources, fonts_dir, progress)
    chains = {style: [*_CHAINS[style], *_TAIL] for style in STYLES}
    for style, path in (licensed or {}).items():
        name = f"{LICENSED}{style}"
        shutil.copyfile(path, fonts_dir / f"{name}.ttf")
        chains[style].insert(0, name)
    entries |= {name: {"stamp": _stamp(path), "sha256": _sha256(path)} for name, path in sources.items()}
    manifest = {"recipe": RECIPE, "licensed": wanted, "faces": entries, "chains": chains}
    _write_atomically(fonts_dir / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())


def _make(
    faces: list[Face], sources: dict[str, Path], fonts_dir: Path, progress: Callable[[str, int, int], None]
) -> None:
    total = len(faces)
    done = 0
    progress("", done, total)
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        jobs = {pool.submit(_produce, face, sources[face.name], fonts_dir): face for face in faces}
        for job in as_completed(jobs):
            job.result()
            done += 1
            progress(jobs[job].name, done, total)


def _produce(face: Face, source: Path, fonts_dir: Path) -> None:
    target = fonts_dir / f"{face.name}.ttf"
    if not face.convert:
        _write_atomically(target, source.read_bytes())
        return
    # A process of its own, which alone loads what converts.
    from documents.fontconvert import convert

    convert(source, target, index=face.index, characters=face.characters)


def _find(face: Face, sources_dir: Path) -> Path | None:
    folders = (sources_dir, *_SYSTEM)
    return next((folder / face.file for folder in folders if (folder / face.file).is_file()), None)


def _missing(face: Face) -> NoReturn:
    raise PaperError(
        "fonts.source_missing",
        f"找不到字体文件 {face.file}，请安装软件包 {face.package}，或把该文件放入字体来源目录后重试。",
        file=face.file,
        package=face.package,
    )


def _manifest(fonts_dir: Path) -> dict[str, Any] | None:
    try:
        loaded = json.loads((fonts_dir / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return (
        loaded
        if isinstance(loaded, dict) and {"recipe", "licensed", "faces", "chains"} <= loaded.keys()
        else None
    )


def _fresh(entries: dict[str, Any], name: str, source: Path | None, fonts_dir: Path) -> bool:
    if name not in entries or not (fonts_dir / f"{name}.ttf").is_file():
        return False
    if source is None or entries[name]["stamp"] == _stamp(source):
        return True
    return bool(entries[name]["sha256"] == _sha256(source))


def _stamp(source: Path) -> list[int]:
    """Size and time of change: where they are as they were, 100 MB need not be read at every start."""
    stat = source.stat()
    return [stat.st_size, int(stat.st_mtime)]


def _licensed_entries(licensed: Mapping[str, Path]) -> dict[str, list[Any]]:
    for style, path in licensed.items():
        if style not in STYLES or not path.is_file():
            raise PaperError(
                "fonts.source_missing", f"配置的字体 {path} 不存在或样式名 {style} 不对。", file=str(path)
            )
    return {style: [str(path), *_stamp(path)] for style, path in sorted(licensed.items())}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_atomically(path: Path, data: bytes) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(data)
    unfinished.replace(path)
