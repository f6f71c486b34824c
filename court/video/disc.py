"""光盘目录: a folder that plays by itself from the file system and proves itself. Makes no film."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from cryptography.hazmat.primitives import hashes

_OWN = ("index.html", "player.css", "player.js", "VERIFY.txt")
ORIGINAL = "original"
SHEETS = ("SHA256SUMS.txt", "SM3SUMS.txt")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscFacts:
    """What the page of the disc tells. `began` in ms since 1970; lines and marks are (ms from the opening, words)."""

    title: str
    about: str
    root: str
    began: int
    lines: tuple[tuple[int, str], ...]
    marks: tuple[tuple[int, str], ...]


def build(folder: Path, facts: DiscFacts, originals: Sequence[Path]) -> str:
    """Fill `folder`, in which video.mp4 and audio.m4a stand already; gives the SHA-256 of the hash sheet.

    `originals` are copied as they are. Errors: OSError.
    """
    for name in _OWN:
        (folder / name).write_bytes(files("court.data").joinpath("disc", name).read_bytes())
    (folder / "data.js").write_text(f"window.RECORD = {_script(facts)};\n", encoding="utf-8")
    (folder / "transcript.txt").write_text(_text(facts), encoding="utf-8")
    kept = folder / ORIGINAL
    kept.mkdir(exist_ok=True)
    for path in originals:
        shutil.copyfile(path, kept / path.name)
    return _sheets(folder)


def contents(folder: Path) -> list[Path]:
    """Every file of the disc in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _script(facts: DiscFacts) -> str:
    """JSON that may stand in a script file."""
    value = {
        "title": facts.title,
        "about": facts.about,
        "root": facts.root,
        "began": facts.began,
        "lines": [{"ms": ms, "words": words} for ms, words in facts.lines],
        "marks": [{"ms": ms, "words": words} for ms, words in facts.marks],
    }
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _text(facts: DiscFacts) -> str:
    rows = [facts.title, facts.about, f"完整性校验值：{facts.root}", ""]
    for ms, words in facts.lines:
        seconds = ms // 1000
        rows.append(f"[{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}] {words}")
    return "\r\n".join(rows) + "\r\n"


def _sheets(folder: Path) -> str:
    rows: tuple[list[str], list[str]] = ([], [])
    for path in contents(folder):
        name = path.relative_to(folder).as_posix()
        if name in SHEETS:
            continue
        for sheet, digest in zip(rows, _digests(path), strict=True):
            sheet.append(f"{digest}  {name}\n")
    for name, sheet in zip(SHEETS, rows, strict=True):
        (folder / name).write_text("".join(sheet), encoding="utf-8")
    return hashlib.sha256((folder / SHEETS[0]).read_bytes()).hexdigest()


def _digests(path: Path) -> tuple[str, str]:
    """SHA-256 and SM3 (GB/T 32905) of a file, read once."""
    sha256, sm3 = hashlib.sha256(), hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
            sm3.update(chunk)
    return sha256.hexdigest(), sm3.finalize().hex()
