"""Builds the modules that every packet passes through, by mypyc and a C compiler: `python -m signalling.compiling`.

With `--is-built` it only says whether that was done. Set-up does it; without a compiler the same modules run as
Python, slower and otherwise alike.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .compiled import BUILDS, MODULES, SOURCES, digest

BUILD_S = 600.0
FLAGS = {"MYPYC_OPT_LEVEL": "2", "MYPYC_DEBUG_LEVEL": "0"}
WORDS = 2000  # of what the compiler said, characters


class NotBuilt(RuntimeError):
    """There is no compiler, or it refused: its last words."""


def build(builds: Path = BUILDS, modules: tuple[str, ...] = MODULES) -> Path:
    """The folder with the compiled modules of the present sources. What was built from other sources goes.

    :raises NotBuilt: nothing changed on the disk.
    """
    there = builds / digest()
    if there.is_dir():
        return there
    builds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=builds) as scratch:
        # A copy, named for what it holds: the compiler leaves its products beside what it compiles, and somebody may
        # be writing in the sources meanwhile.
        copy = Path(scratch) / SOURCES.name
        shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("__pycache__"))
        target, made = builds / digest(copy), _compile(Path(scratch), modules)
        try:
            made.rename(target)
        except OSError:  # somebody else built it meanwhile
            if not target.is_dir():
                raise
    for other in builds.iterdir():
        unfinished = other.name.startswith(".") and time.time() - other.stat().st_mtime < 2 * BUILD_S
        if other != target and not unfinished:
            shutil.rmtree(other, ignore_errors=True)  # who has it loaded keeps it
    return target


def _compile(scratch: Path, modules: tuple[str, ...]) -> Path:
    command = [sys.executable, "-m", "mypyc", "--ignore-missing-imports", "--no-incremental"]
    command += [f"{SOURCES.name}/{name}.py" for name in modules]
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=BUILD_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(str(error)) from error
    made = scratch / "made"
    (made / "signalling").mkdir(parents=True)
    for product in [*scratch.glob("*.so"), *(scratch / "signalling").glob("*.so")]:
        product.rename(made / product.relative_to(scratch))
    if done.returncode or len(list((made / "signalling").iterdir())) != len(modules):
        raise NotBuilt((done.stdout + done.stderr)[-WORDS:])
    return made


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | FLAGS


def main() -> None:
    if sys.argv[1:] == ["--is-built"]:
        sys.exit(0 if (BUILDS / digest()).is_dir() else 1)
    try:
        build()
    except NotBuilt as error:
        sys.exit(f"{error}\n")


if __name__ == "__main__":
    main()
