"""`court keys` and `court renew` on a node of their own: what stands, what changes, and papers that go on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding

from court import installation
from court.__main__ import main
from court.config import Config
from documents import archiving, pki, second
from documents.trust import trust
from documents.verify import Verdict, verify
from tests.documents.conftest import NOW, agreement, play
from tests.documents.signing_server import Foreign

COMMITTEE = "云阳县凤鸣镇人民调解委员会"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = Config(data_dir=tmp_path / "data")
    installation.make_folders(config)
    installation.make_authority(config, min(NOW, datetime.now(UTC)) - timedelta(days=1))
    settings = tmp_path / "court.toml"
    settings.write_text(f'data_dir = "{config.data_dir}"\n')
    return tmp_path


def court(folder: Path, *arguments: str) -> Result:
    command = [*arguments, "--config", str(folder / "court.toml")]
    if arguments == ("keys",):
        command = ["keys", "--config", str(folder / "court.toml")]
    return CliRunner().invoke(main, command)


def test_keys_are_listed_changed_and_revoked_in_words(folder: Path) -> None:
    listed = court(folder, "keys")
    assert listed.exit_code == 0, listed.output
    assert listed.output.count("印章") >= 2
    assert "正常" in listed.output
    place = installation.place(Config(data_dir=folder / "data"))
    before = pki.open_authority(place).seal(COMMITTEE).certificate.serial_number
    changed = court(folder, "keys", "rotate", "seal", "--body", COMMITTEE)
    assert changed.exit_code == 0, changed.output
    assert pki.open_authority(place).seal(COMMITTEE).certificate.serial_number != before
    gone = court(folder, "keys", "revoke", "seal", "--body", COMMITTEE, "--reason", "compromise")
    assert gone.exit_code == 0, gone.output
    after = court(folder, "keys")
    assert (after.exit_code, "已吊销" in after.output) == (1, True)
    later = court(folder, "keys", "revoke", "tsa", "--reason", "ceased", "--at", "2099-01-01T00:00")
    assert (later.exit_code, "keys.later" in later.output) == (1, True)
    assert court(folder, "keys", "revoke", "zzz", "--reason", "ceased").exit_code == 1
    for what in ("tsa", "court"):
        assert court(folder, "keys", "rotate", what).exit_code == 0
    assert court(folder, "keys").exit_code == 0


def test_keys_of_the_second_profile_are_made_listed_changed_and_revoked(folder: Path) -> None:
    config = Config(data_dir=folder / "data", second_profile="sm2")
    with (folder / "court.toml").open("a") as settings:
        settings.write('second_profile = "sm2"\n')
    installation.make_authority(config, datetime.now(UTC) - timedelta(hours=2))
    place = installation.place(config)
    before = second.seal(place, COMMITTEE).certificate.serial_number
    first = pki.open_authority(place).seal(COMMITTEE).certificate.serial_number
    changed = court(folder, "keys", "rotate", "seal", "--sm2", "--body", COMMITTEE)
    assert changed.exit_code == 0, changed.output
    assert second.seal(place, COMMITTEE).certificate.serial_number != before
    gone = court(folder, "keys", "revoke", "seal", "--sm2", "--body", COMMITTEE, "--reason", "compromise")
    assert gone.exit_code == 0, gone.output
    listed = court(folder, "keys")
    assert (listed.exit_code, listed.output.count("国密印章"), listed.output.count("已吊销 ")) == (1, 2, 1)
    assert court(folder, "keys", "rotate", "tsa", "--sm2").exit_code == 1
    assert court(folder, "keys", "rotate", "court", "--sm2").exit_code == 0
    again = court(folder, "keys")
    assert again.exit_code == 0 and "另做国密签名" in again.output
    assert pki.open_authority(place).seal(COMMITTEE).certificate.serial_number == first
    root = folder / "root.pem"
    root.write_bytes(second.open_second(place).root.public_bytes(Encoding.PEM))
    assert "keys.other_kind" in court(folder, "keys", "trust", str(root), "--for", "seal").output
    assert court(folder, "keys", "trust", str(root), "--for", "sm2").exit_code == 0


def test_another_authority_is_believed_for_one_thing(folder: Path) -> None:
    foreign = Foreign(datetime.now(UTC))
    file = folder / "root.pem"
    file.write_bytes(foreign.root.public_bytes(Encoding.PEM))
    unsaid = court(folder, "keys", "trust", str(file))
    assert (unsaid.exit_code, "--for" in unsaid.output) == (1, True)
    taken = court(folder, "keys", "trust", str(file), "--for", "stamp")
    assert taken.exit_code == 0, taken.output
    found = trust(folder / "data" / "authority")
    assert (len(found.stamp_roots), len(found.seal_roots)) == (1, 0)
    file.write_bytes(b"nothing of the kind")
    assert "keys.not_a_ca" in court(folder, "keys", "trust", str(file), "--for", "seal").output


def test_a_paper_is_renewed_in_its_place(folder: Path, fonts_dir: Path) -> None:
    place = installation.place(Config(data_dir=folder / "data"))
    pki.add_seal(place, agreement().body_name, now=min(NOW, datetime.now(UTC)))
    sealed = play(agreement(), place, fonts_dir).sealed
    file = folder / "paper.pdf"
    file.write_bytes(sealed)
    assert court(folder, "renew").exit_code == 1
    done = court(folder, "renew", str(file))
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(sealed)
    assert len(file.read_bytes()) > len(sealed)
    assert archiving.last_stamp(file.read_bytes()) is not None
    assert (
        verify(file.read_bytes(), trust(place.directory), now=datetime.now(UTC)).verdict is not Verdict.FAILED
    )
    file.write_bytes(b"%PDF-1.7\n")
    assert "renew.unreadable" in court(folder, "renew", str(file)).output
    everything = court(folder, "renew", "--all-due")
    assert (everything.exit_code, "续期 0 份" in everything.output) == (0, True)
