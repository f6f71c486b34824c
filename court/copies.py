"""The files of archived recordings: the second copy completed, both read and judged, media removed. Decides nothing."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from court.domain.archive import Copy, CopyCheck
from signalling.manifest import NAME as MANIFEST
from signalling.manifest import sync_directory
from signalling.verify_recording import verify_recording

# What stays when the media go: they prove what there was.
KEPT_FOR_EVER = frozenset({MANIFEST, "checkpoint.tsr"})
MOST_TOLD = 8
_CHUNK = 1 << 20


def complete(first: Path, second: Path) -> int:
    """Copy into `second` every file of `first` that it lacks or has shorter, the manifest last; says how many.

    A file that is there in full length is never overwritten: if it differs, the check names it and the first copy
    may be the bad one. Errors: OSError.
    """
    second.mkdir(parents=True, exist_ok=True)
    names = sorted(
        (p.name for p in first.iterdir() if p.is_file()), key=lambda name: (name == MANIFEST, name)
    )
    copied = 0
    for name in names:
        source, target = first / name, second / name
        # The manifest only grows: a shorter one is a copy taken in mid-session.
        if target.is_file() and target.stat().st_size >= source.stat().st_size:
            continue
        _copy(source, target)
        copied += 1
    if copied:
        sync_directory(second)
    return copied


def check(copy: Copy, directory: Path, key: Ed25519PublicKey) -> CopyCheck:
    """Every file read and hashed against the manifest, chain and signature checked. Never raises for bad files."""
    if not directory.is_dir():
        return CopyCheck(copy=copy, root="", problems=("录音录像文件夹不在。",))
    report = verify_recording(directory, key)
    told = [str(problem) for problem in report.problems[:MOST_TOLD]]
    if len(report.problems) > MOST_TOLD:
        told.append(f"另有 {len(report.problems) - MOST_TOLD} 个文件问题。")
    return CopyCheck(copy=copy, root=report.root, problems=tuple(told))


def same_disk(first: Path, second: Path) -> bool:
    """Whether both places lie on one device, so that one fault may take both. Errors: OSError."""
    return first.stat().st_dev == second.stat().st_dev


def remove_media(directory: Path) -> int:
    """Everything but manifest and time-stamp goes; says how many files. A missing folder is fine. Errors: OSError."""
    if not directory.is_dir():
        return 0
    gone = 0
    for path in directory.iterdir():
        if path.name in KEPT_FOR_EVER or path.is_symlink() or not path.is_file():
            continue
        path.unlink()
        gone += 1
    if gone:
        sync_directory(directory)
    return gone


def _copy(source: Path, target: Path) -> None:
    """Temporary file, fsync, read back and compared, rename."""
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with source.open("rb") as reading, scratch.open("xb") as writing:
            shutil.copyfileobj(reading, writing, _CHUNK)
            writing.flush()
            os.fsync(writing.fileno())
        if _sha256(source) != _sha256(scratch):
            raise OSError(f"copy differs: {target.name}")
        scratch.rename(target)
    finally:
        scratch.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
