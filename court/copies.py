"""The files of archived recordings: both copies read and judged, media removed. Nothing is copied here."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from court.domain.archive import Copy, CopyCheck
from signalling.manifest import NAME as MANIFEST
from signalling.manifest import sync_directory
from signalling.verify_recording import verify_recording

# What stays when the media go: they prove what there was.
KEPT_FOR_EVER = frozenset({MANIFEST, "checkpoint.tsr"})
MOST_TOLD = 8


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
