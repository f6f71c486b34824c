"""Killed in mid-recording: at most the last second is gone, the rest is readable, and the chain goes on."""

import asyncio
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling.manifest import NAME
from signalling.messages import Source
from signalling.recovery import recover
from signalling.segments import Gap, GapReason, Part, Segment
from signalling.verify_recording import verify_recording
from tests.signalling.conftest import Court
from tests.signalling.test_recording import events, ffprobe

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))  # the one of tests.signalling.node


def kill_in_mid_recording(directory: Path, seconds: float) -> float:
    """Seconds of recording at the moment of the kill."""
    command = [sys.executable, "-m", "tests.signalling.node", "--peers", "judge", "party"]
    process = subprocess.Popen([*command, "--record", str(directory)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    started = datetime.fromisoformat(json.loads(process.stdout.readline())["at"])
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.send_signal(signal.SIGKILL)
    killed = (datetime.now(UTC) - started).total_seconds()
    process.wait()
    process.stdout.close()
    return killed


def test_a_killed_recorder_loses_at_most_a_second_and_the_rest_is_readable(tmp_path: Path) -> None:
    killed = kill_in_mid_recording(tmp_path, 5.2)
    raw = {p.name: p.read_bytes() for p in tmp_path.glob("*.webm")}
    added = recover(tmp_path, datetime.now(UTC), key=KEY, origin="mobile-court")
    report = verify_recording(tmp_path, KEY.public_key())
    assert report.problems == () and report.finished and report.signed
    saved = [e for e in added if isinstance(e, Segment)]
    assert {s.track for s in saved} == {
        t for s in ("judge", "party") for t in ((s, Source.MIC), (s, Source.CAMERA))
    }
    for segment in saved:
        assert segment.recovered and segment.raw is not None
        assert raw[segment.raw] == (tmp_path / segment.raw).read_bytes(), "the raw file stays as it was"
        assert segment.end > killed - 1.0, "more than the last second is gone"
        seen = ffprobe(tmp_path / segment.file)
        assert abs(float(seen["format"]["duration"]) - (segment.end - segment.start)) < 0.002
        assert int(seen["streams"][0]["nb_read_frames"]) == segment.frames
    crashes = [e for e in added if isinstance(e, Gap)]
    assert {g.reason for g in crashes} == {GapReason.CRASH} and len(crashes) == 4
    assert recover(tmp_path, datetime.now(UTC), key=KEY, origin="mobile-court") == ()


async def test_a_recording_goes_on_after_the_crash_in_the_same_chain(court: Court, tmp_path: Path) -> None:
    await asyncio.to_thread(kill_in_mid_recording, tmp_path, 2.0)
    (tmp_path / "party-mic-01-00009.webm").write_bytes(b"\x1a\x45\xdf\xa3")  # killed while it was opened
    with (tmp_path / NAME).open("ab") as manifest:
        manifest.write(b'{"record":{"end_ms":1')  # the power went in the middle of a line
    judge, _ = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 0)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    assert (court.rooms.recording_offset("room") or 0) > 2.0
    await asyncio.sleep(1.5)
    summary = await court.rooms.stop_recording("room", "closed")
    report = verify_recording(tmp_path)
    assert report.problems == ()
    for track in report.tracks:
        assert track.recovered == 1 and track.segments == 2
        assert abs(track.seconds + track.missing - report.seconds) < 0.001
    assert [t.segments for t in summary.tracks] == [2] * 4
    assert any(e.file.endswith("-02-00001.webm") for e in events(tmp_path) if isinstance(e, Segment))
    assert (tmp_path / "party-mic-01-00009.broken").exists()
    assert b'"type":"part"' in (tmp_path / NAME).read_bytes() and Part.__struct_config__.tag == "part"


def test_a_damaged_manifest_is_not_continued_but_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"nonsense\n{}\n")
    with pytest.raises(ValueError, match="damaged"):
        recover(tmp_path, datetime.now(UTC), key=KEY, origin="mobile-court")
