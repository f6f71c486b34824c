"""What runs compiled was built from exactly these sources, and answers as the sources do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from signalling import compiled, compiling

ROOT = compiled.SOURCES.parent
LEAVES = ("assembly", "outlet", "rtp", "streams", "track_writer", "webm", "writing")


def checkout(folder: Path) -> Path:
    """A copy of the package with a build of it, in which `rtp` is planted."""
    shutil.copytree(ROOT / "signalling", folder / "signalling", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "requirements").mkdir()
    shutil.copy(compiled.LOCK, folder / "requirements")
    sources = folder / "signalling"
    told = compiled.digest(sources, folder / "requirements" / compiled.LOCK.name)
    planted = folder / ".build" / "compiled" / told / "signalling"
    planted.mkdir(parents=True)
    shutil.copy(sources / "rtp.py", planted)
    return folder


def loaded(folder: Path, **more: str) -> Path:
    """Whose `rtp` a process started there runs, and that everything else is found beside it."""
    code = "from signalling import rtp, room; print(rtp.__file__)"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(folder, **more), capture_output=True, text=True, check=True
    )  # fmt: skip
    return Path(told.stdout.strip()).relative_to(folder.resolve())


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != compiled.OFF} | {"PYTHONPATH": str(folder), **more}


def test_a_build_of_these_very_sources_is_loaded_and_can_be_refused(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    assert loaded(folder).parts[:2] == (".build", "compiled")
    assert loaded(folder, **{compiled.OFF: "1"}) == Path("signalling/rtp.py")


@pytest.mark.parametrize(
    "changed", ["signalling/rtp.py", "signalling/key_frames.py", "requirements/compile.lock"]
)
def test_a_build_of_other_sources_is_never_loaded(tmp_path: Path, changed: str) -> None:
    """Not even where the changed file was not compiled itself, keeps its size and its time."""
    path = checkout(tmp_path) / changed
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(
        data[:-2] + bytes([data[-2] ^ 1]) + data[-1:] if path.suffix == ".lock" else shortened(data)
    )
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert loaded(tmp_path) == Path("signalling/rtp.py")


def shortened(data: bytes) -> bytes:
    """As long, and still Python: a letter of the first line's docstring is another."""
    return data[:3] + bytes([data[3] ^ 0x20]) + data[4:]


def test_where_there_is_no_compiler_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(compiling.NotBuilt):
        compiling.build(tmp_path, ("vp8",))
    assert list(tmp_path.iterdir()) == []


def test_as_python_the_leaves_pass_the_tests_that_they_pass_compiled() -> None:
    if not compiled.running():
        pytest.skip("nothing is compiled here: they ran as Python")
    run_leaves(ROOT, **{compiled.OFF: "1"})


@pytest.mark.slow
def test_compiled_the_leaves_pass_the_tests_that_they_pass_as_python(tmp_path: Path) -> None:
    try:
        compiling.build()
    except compiling.NotBuilt as error:
        pytest.skip(f"no compiler here: {error}")
    run_leaves(ROOT)


def run_leaves(folder: Path, **more: str) -> None:
    names = [f"tests/signalling/test_{name}.py" for name in LEAVES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow", *names],
        cwd=folder, env=environment(folder, **more), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
