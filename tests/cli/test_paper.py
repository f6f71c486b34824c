"""`court paper`: kinds are listed, a paper is drawn from a file, and what is missing is named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from court import installation
from court.__main__ import main
from court.config import Config
from documents import registry


@pytest.fixture
def court(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["paper", *arguments])


def test_every_kind_is_listed_and_tells_its_fields(court: Path) -> None:
    listed = run().output
    for name, kind in registry.kinds().items():
        assert name in listed and kind.pattern.title in listed
    assert "必填" in run("people_agreement", "--fields").output
    assert json.loads(run("people_agreement", "--schema").output)["$defs"]["PeopleAgreement"]


def test_a_paper_is_drawn_from_the_example_as_it_is_printed(court: Path, fonts_dir: Path) -> None:
    (court / "f.json").write_text(run("people_agreement", "--example").output)
    assert "court init" in run("people_agreement", "--facts", "f.json").output
    config = Config(data_dir=court / "data")
    installation.make_folders(config)
    installation.make_authority(config, datetime.now(UTC))
    done = run("people_agreement", "--facts", "f.json", "-o", "out.pdf")
    assert done.exit_code == 0, done.output
    assert (court / "out.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert run("people_agreement", "--sample").exit_code == 0
    assert (court / "people_agreement.pdf").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing",), "people_agreement（人民调解协议书）"),
        (("people_agreement",), "--facts 文件.json"),
        (("people_agreement", "--facts", "f.json"), "“案由”（cause）"),
        (("people_agreement", "--facts", "g.json"), "不是JSON"),
    ],
)
def test_what_is_missing_is_named(court: Path, arguments: tuple[str, ...], says: str) -> None:
    told = json.loads(registry.sample_json("people_agreement"))
    del told["cause"]
    (court / "f.json").write_text(json.dumps(told))
    (court / "g.json").write_bytes(b"%PDF")
    done = run(*arguments)
    assert done.exit_code != 0
    assert says in done.output
    assert "Traceback" not in done.output
