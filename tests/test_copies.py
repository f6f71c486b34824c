"""The two copies on real folders: judged, media removed but never the proof."""

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


def test_media_go_and_the_manifest_stays(first: Path) -> None:
    assert copies.remove_media(first) == 2
    assert [path.name for path in first.iterdir()] == ["manifest.ndjson"]
    assert copies.remove_media(first) == 0
    assert copies.remove_media(first / "nowhere") == 0


def test_a_missing_folder_is_a_problem_and_no_error(tmp_path: Path) -> None:
    assert judged(tmp_path / "nowhere").problems == ("录音录像文件夹不在。",)
