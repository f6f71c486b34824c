"""Templates are compiled once for all starts; neither a full disk nor what lies in the folder can spoil a page."""

import errno
from pathlib import Path

import pytest

from court.config import Config, compiled_pages_dir
from court.web import pages

PAGE = "base.html"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return compiled_pages_dir()


def test_a_second_start_compiles_no_template_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.environment(Config()).get_template(PAGE)
    assert list(folder.iterdir()) and folder.stat().st_mode & 0o777 == 0o700
    again = pages.environment(Config())
    monkeypatch.setattr(again, "compile", lambda *_: pytest.fail("compiled again"))
    again.get_template(PAGE)


def test_what_was_made_from_another_text_or_is_damaged_is_not_used(folder: Path) -> None:
    pages.environment(Config()).get_template(PAGE)
    whole = {path: path.read_bytes() for path in folder.iterdir()}
    for path, data in whole.items():
        path.write_bytes(data[: len(data) // 2])
    pages.environment(Config()).get_template(PAGE)
    assert {path: path.read_bytes() for path in folder.iterdir()} == whole


def test_a_full_disk_costs_no_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    made = pages.environment(Config())
    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert made.get_template(PAGE).name == PAGE
    assert list(folder.iterdir()) == []


def test_without_a_folder_of_its_own_nothing_is_kept(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    made = pages.environment(Config())
    assert made.bytecode_cache is None and made.get_template(PAGE).name == PAGE
