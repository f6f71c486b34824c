"""The README's commands exist, its twin names the same ones, and its figures are those of the last measurement."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README, TWIN = (ROOT / name for name in ("README.md", "README.zh-CN.md"))


def commands(text: str) -> set[str]:
    return set(re.findall(r"`court (\w+)", text))


def test_every_command_it_names_exists_and_none_is_missing() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "court", "--help"], capture_output=True, text=True, check=True
    ).stdout
    offered = set(re.findall(r"^  (\w+) ", shown.split("Commands:")[1], re.MULTILINE))
    assert commands(README.read_text()) == offered == commands(TWIN.read_text())


@pytest.mark.parametrize("readme", [README, TWIN], ids=lambda path: path.name)
def test_figures_are_those_of_the_last_measurement(readme: Path) -> None:
    latest = json.loads((ROOT / "benchmarks/latest.json").read_text())
    told = re.findall(r"^\| .*?`(\w+)\.([\w-]+)` \| ([\d.]+)", readme.read_text(), re.MULTILINE)
    assert {group for group, _, _ in told} >= {"main", "media", "outage", "papers"}
    for group, name, number in told:
        assert abs(float(number) - latest[group][name]) <= 0.0051, f"{group}.{name}"


@pytest.mark.parametrize("readme", [README, TWIN], ids=lambda path: path.name)
def test_its_links_and_pictures_are_there(readme: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", readme.read_text()):
        assert (ROOT / target).exists(), target
