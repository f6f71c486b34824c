"""The tree itself: no machine's paths, no registry's hosts, every public text in its place."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Written so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        ["(?<![\\w./])/" + "work/", "pypi" + r"\.org", "registry\\." + "npmjs", "deb\\.debian" + r"\.org"]
    )
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_no_machine_path_and_no_registry_host_is_written_down() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FOREIGN.finditer(text)]
    assert found == []


def test_no_source_file_is_longer_than_can_be_read_in_one_sitting() -> None:
    sources = [p for p in tracked() if p.suffix in {".py", ".js", ".css", ".html"} and "tests" not in p.parts]
    long = {str(p.relative_to(ROOT)): n for p in sources if (n := len(p.read_text().splitlines())) > 500}
    assert long == {}
