"""docs/recording.md is true: its lists are complete and its commands, run by hand, find what the records say."""

import base64
import json
import re
import subprocess
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signalling import disk_guard, segments
from signalling.manifest import NAME, read_manifest
from signalling.segments import GapReason, Segment, StopReason, Track
from signalling.verify_recording import TEXTS, verify_recording
from tests.conftest import need
from tests.signalling.studio import CAMERA, KEY, MIC, Device, Line, Studio

TEXT = (Path(__file__).parents[2] / "docs" / "recording.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(disk_guard, "VIDEO_STOPS_BYTES", 0)
    studio = Studio(tmp_path)
    mic, camera = Device(Track("party", MIC)), Device(Track("party", CAMERA))
    studio.join(mic, camera)
    studio.run(9000, (mic, Line()), (camera, Line(seed=2)))
    studio.stop()
    return tmp_path


def shell(command: str, cwd: Path) -> str:
    return subprocess.run(
        [need("bash"), "-c", command], cwd=cwd, capture_output=True, text=True, check=True
    ).stdout


def test_every_reason_record_and_code_is_listed() -> None:
    for word in (*GapReason, *StopReason, *TEXTS):
        assert f"`{word}`" in TEXT, word
    for record in (
        segments.Header,
        segments.Part,
        segments.Clock,
        segments.Segment,
        segments.Gap,
        segments.Stop,
    ):
        (line,) = re.findall(rf"^\| `{record.__struct_config__.tag}` \|.*", TEXT, re.M)
        for field in msgspec.structs.fields(record):
            assert f"`{field.name}`" in line, f"{record.__name__}.{field.name}"


def test_the_chain_and_the_sums_come_out_by_hand(folder: Path) -> None:
    need("xxd")
    block = TEXT[TEXT.index("    PREVIOUS=") :].split("\n\n")[0]
    found = shell(block, folder).split()[0]
    assert found == json.loads((folder / NAME).read_text().splitlines()[0])["chain"]
    for entry in read_manifest(folder).entries:
        if isinstance(entry.record, Segment):
            assert shell(f"sha256sum {entry.record.file}", folder).split()[0] == entry.record.sha256


def test_the_signature_is_checked_by_openssl(folder: Path) -> None:
    note = next(e.checkpoint for e in reversed(read_manifest(folder).entries) if e.checkpoint)
    text, _, signature = note.partition("\n\n")
    (folder / "TEXT").write_text(text + "\n")
    (folder / "SIGNATURE").write_bytes(base64.b64decode(signature.split()[-1])[4:])
    (folder / "KEY.pem").write_bytes(
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (command,) = re.findall(r"^    (openssl .*)$", TEXT, re.M)
    assert "Verified Successfully" in shell(command, folder)


def test_damage_to_the_manifest_is_named_by_its_bytes(folder: Path) -> None:
    path = folder / NAME
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at] ^= 0x10
    path.write_bytes(data)
    first = verify_recording(folder, KEY.public_key()).problems[0]
    assert first.file == NAME and first.first_byte is not None and first.last_byte is not None
    assert first.first_byte <= at <= first.last_byte
    assert data[first.last_byte : first.last_byte + 1] == b"\n"
    assert "字节" in str(first)
