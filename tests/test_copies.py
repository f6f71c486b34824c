"""The two copies on real folders: completed, every damage named, media removed but never the proof."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from court import copies
from court.domain.archive import Copy, CopyCheck
from signalling.messages import Source
from tests.recorded import make

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def first(tmp_path: Path) -> Path:
    folder = tmp_path / "first"
    make(folder, KEY, "hearing", {("judge", Source.MIC): ((0, 1000, None), (1000, 2000, None))})
    return folder


def judged(folder: Path) -> CopyCheck:
    return copies.check(Copy.SECOND, folder, KEY.public_key())


def test_the_second_copy_is_completed_and_equal(first: Path, tmp_path: Path) -> None:
    second = tmp_path / "disk" / "second"
    assert copies.complete(first, second) == 3
    assert judged(second) == CopyCheck(copy=Copy.SECOND, root=judged(first).root)
    assert copies.complete(first, second) == 0
    victim = sorted(second.glob("*.webm"))[0]
    victim.write_bytes(victim.read_bytes()[:-7])
    assert copies.complete(first, second) == 1, "a file cut short is copied again"
    assert judged(second).problems == ()


def test_a_changed_file_is_told_and_not_overwritten(first: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    copies.complete(first, second)
    victim = sorted(second.glob("*.webm"))[0]
    damaged = bytearray(victim.read_bytes())
    damaged[-3] ^= 1
    victim.write_bytes(damaged)
    assert copies.complete(first, second) == 0
    assert any(victim.name in problem for problem in judged(second).problems)
    assert victim.read_bytes() == damaged


def test_media_go_and_the_manifest_stays(first: Path) -> None:
    assert copies.remove_media(first) == 2
    assert [path.name for path in first.iterdir()] == ["manifest.ndjson"]
    assert copies.remove_media(first) == 0
    assert copies.remove_media(first / "nowhere") == 0


def test_a_missing_folder_is_a_problem_and_no_error(tmp_path: Path) -> None:
    assert judged(tmp_path / "nowhere").problems == ("录音录像文件夹不在。",)
