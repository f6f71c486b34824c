"""Which of our modules run compiled: those built from exactly these sources, or none. Builds nothing.

`python -m signalling.compiling` builds. Every packet passes through these modules; compiled by mypyc they need a third
of the time. The sources are the truth: a build is found by the digest of all of them, so a changed file means that
everything runs as Python again until it is built anew.
"""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

MODULES = (
    "assembly",
    "media_clock",
    "outlet",
    "rtp",
    "segment_file",
    "streams",
    "track_writer",
    "vp8",
    "webm",
)
SOURCES = Path(__file__).parent
BUILDS = SOURCES.parent / ".build" / "compiled"
LOCK = SOURCES.parent / "requirements" / "compile.lock"  # of the compiler; absent in an installed package
OFF = "COURT_PURE_PYTHON"  # environment: anything but empty and nothing compiled is loaded


def digest(sources: Path = SOURCES, lock: Path = LOCK) -> str:
    """Of every source, compiled or not (a compiled module relies on what the others declare), Python and compiler."""
    told = hashlib.sha256(f"{sys.version} {sysconfig.get_config_var('EXT_SUFFIX')}".encode())
    for path in [*sorted(sources.glob("*.py")), lock]:
        data = path.read_bytes() if path.exists() else b""
        told.update(f"\n{path.name} {len(data)}\n".encode() + data)
    return told.hexdigest()[:24]


def prefer(packages: Iterable[str]) -> list[str]:
    """The `__path__` of the package: before its sources the modules that were compiled from them, if there are any."""
    sources = list(packages)
    if os.environ.get(OFF):
        return sources
    built = BUILDS / digest()
    if not (built / "signalling").is_dir():
        return sources
    sys.path.append(str(built))  # what the modules share lies there under a name of its own
    return [str(built / "signalling"), *sources]


def running() -> bool:
    """Whether this process forwards packets by compiled code."""
    from . import rtp

    return not str(rtp.__file__).endswith(".py")
