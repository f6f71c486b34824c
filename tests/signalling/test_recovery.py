"""Killed in mid-recording: at most the last second is gone, the rest is readable, and the chain goes on."""

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling import disk_guard, recorder
from signalling.manifest import NAME, read_manifest
from signalling.messages import Source
from signalling.recorder import Recording
from signalling.recovery import recover
from signalling.segments import Clock, Gap, GapReason, Header, Part, Segment, Stop, StopReason, Track
from signalling.verify_recording import verify_recording
from tests.signalling.conftest import Court
from tests.signalling.studio import Device, Line, Studio
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


def recorded(directory: Path, seconds: float) -> Studio:
    studio = Studio(directory)
    mic, camera = Device(Track("party", Source.MIC)), Device(Track("party", Source.CAMERA))
    studio.join(mic, camera)
    studio.run(seconds * 1000, (mic, Line()), (camera, Line(seed=2)))
    return studio


def later(directory: Path, seconds: float) -> datetime:
    (header,) = (e.record for e in read_manifest(directory).entries if isinstance(e.record, Header))
    return datetime.fromisoformat(header.started) + timedelta(seconds=seconds)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(disk_guard, "VIDEO_STOPS_BYTES", 0)
    return tmp_path


def test_what_the_power_cut_left_of_the_last_write_is_told_from_what_reached_the_disk(room: Path) -> None:
    """Lengths reach the disk before contents: a cluster of zeros, and a manifest with zeros in its last lines."""
    studio = recorded(room, 6)
    studio.manifest.close()
    path = max(room.glob("party-mic-*.webm"))
    whole = path.read_bytes()
    last = whole.rindex(b"\x1f\x43\xb6\x75")
    torn = whole[: last + 40] + bytes(len(whole) - last - 40)
    path.write_bytes(torn)
    kept = sum(isinstance(e.record, Segment) for e in read_manifest(room).entries)
    with (room / NAME).open("ab") as manifest:
        manifest.write(bytes(300) + b'chain":"00"}\n{"record":{"bl' + bytes(80))
    recover(room, later(room, 60), key=KEY, origin="mobile-court")
    report = verify_recording(room, KEY.public_key())
    assert report.problems == () and report.signed
    found = [e for e in events(room) if isinstance(e, Segment)]
    assert len(found) == kept + 2
    (mic,) = (s for s in found if s.recovered and s.source is Source.MIC)
    assert (room / str(mic.raw)).read_bytes() == torn
    assert (room / mic.file).read_bytes()[-100:] == whole[last - 100 : last], "up to the torn cluster"
    assert int(ffprobe(room / mic.file)["streams"][0]["nb_read_frames"]) == mic.frames
    assert len(list(room.glob("manifest.ndjson.torn-*"))) == 1


def test_a_change_in_the_middle_of_the_manifest_is_no_power_cut(room: Path) -> None:
    recorded(room, 6).manifest.close()
    data = (room / NAME).read_bytes()
    (room / NAME).write_bytes(data.replace(b'"party"', b'"Party', 1))
    with pytest.raises(ValueError, match="damaged"):
        recover(room, later(room, 60), key=KEY, origin="mobile-court")
    assert (room / NAME).read_bytes() == data.replace(b'"party"', b'"Party', 1)


class Bench:
    """Remembers what was wrong."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def closed(self, event: Segment | Gap) -> None: ...
    def durable(self, until: dict[Track, float]) -> None: ...
    def trouble(self, code: str) -> None:
        self.troubles.append(code)

    def want_key_frame(self, track: Track) -> None: ...


def begin(directory: Path, wall: float = 0.0, bench: Bench | None = None) -> Recording:
    """`wall`: how far the wall clock is off."""
    return Recording(
        directory,
        hearing_id="h",
        room_id="r",
        key=KEY,
        origin="mobile-court",
        events=bench or Bench(),
        wall=lambda: time.time() + wall,
    ).start()


def test_an_orderly_restart_goes_on_and_is_repaired_again_when_it_is_killed_later(room: Path) -> None:
    first = begin(room)
    first.expect(Track("party", Source.MIC), "loss")
    assert first.stop(StopReason.SHUTDOWN).problem == ""
    assert verify_recording(room).finished
    second = begin(room)
    second.checkpoint()
    second._done = True
    second._thread.join()
    os.close(second._manifest._folder)  # as if its process were gone
    assert not verify_recording(room).finished
    recover(room, datetime.now(UTC), key=KEY, origin="mobile-court")
    report = verify_recording(room, KEY.public_key())
    assert report.problems == () and report.finished
    stops = [e.record for e in read_manifest(room).entries if isinstance(e.record, Stop)]
    assert [s.reason for s in stops] == [StopReason.SHUTDOWN, StopReason.CRASH]


def test_two_writers_of_one_folder_are_impossible(room: Path) -> None:
    first = begin(room)
    before = (room / NAME).read_bytes()
    with pytest.raises(BlockingIOError):
        begin(room)
    with pytest.raises(BlockingIOError):
        recover(room, datetime.now(UTC), key=KEY, origin="mobile-court")
    assert (room / NAME).read_bytes() == before
    first.stop(StopReason.CLOSED)
    assert verify_recording(room).ok


@pytest.mark.parametrize("hours", [1, -1])
def test_a_wall_clock_set_while_the_program_was_down_moves_nothing(room: Path, hours: int) -> None:
    first = begin(room)
    first.stop(StopReason.SHUTDOWN)
    second = begin(room, wall=hours * 3600.0)
    assert second.elapsed() < 60, "by the steady clock of the same running of the machine"
    second.stop(StopReason.CLOSED)
    (step,) = (e.record for e in read_manifest(room).entries if isinstance(e.record, Clock))
    assert abs(step.step_ms - hours * 3_600_000) < 3000
    assert verify_recording(room).ok


def test_only_lawful_reasons_pause(room: Path) -> None:
    recording = begin(room)
    for reason in ("mute", "link_lost", "caucus"):
        with pytest.raises(ValueError, match=reason):
            recording.pause(reason)
    assert recording.state == "on"
    recording.stop(StopReason.CLOSED)


def test_power_lost_before_the_first_line_does_not_forbid_the_recording(room: Path) -> None:
    (room / NAME).write_bytes(bytes(100))
    begin(room).stop(StopReason.CLOSED)
    assert verify_recording(room).ok
    assert (room / f"{NAME}.torn-0").read_bytes() == bytes(100)


def speak(recording: Recording, until: Callable[[], bool]) -> None:
    """Sound in real time, as long as needed."""
    limit = time.monotonic() + 20
    for _, packets in Device(Track("party", Source.MIC), ssrc=1).frames(0, 1e9):
        if until():
            return
        assert time.monotonic() < limit
        time.sleep(0.02)
        recording.packet(Track("party", Source.MIC), packets[0], time.monotonic())


def test_a_disk_that_hangs_is_told_within_seconds_and_so_is_its_return(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_guard, "LOW_BYTES", 0)
    monkeypatch.setattr(recorder, "BEHIND_S", 1.0)
    bench, synced, hangs = Bench(), os.fdatasync, threading.Event()
    recording = begin(room, bench=bench)

    def slow(fd: int) -> None:
        while hangs.is_set():
            time.sleep(0.02)
        synced(fd)

    monkeypatch.setattr(os, "fdatasync", slow)
    hangs.set()
    speak(recording, lambda: bench.troubles == ["recording.behind"])
    assert recording.state == "failed"
    hangs.clear()
    speak(recording, lambda: bench.troubles == ["recording.behind", ""])
    assert recording.state == "on"
    summary = recording.stop(StopReason.CLOSED)
    assert summary.problem == "" and verify_recording(room).ok


def test_an_end_that_cannot_be_written_is_told_and_made_up_for_at_the_next_start(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LAST_TRY_S", 0.01)
    bench, written = Bench(), os.pwrite
    recording = begin(room, bench=bench)
    speak(recording, lambda: (recording.durable(Track("party", Source.MIC)) or 0) > 0.5)

    def refused(fd: int, data: bytes, offset: int) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pwrite", refused)
    with pytest.raises(OSError, match="Input/output"):
        recording.stop(StopReason.CLOSED)
    assert bench.troubles[-1] == "recording.not_closed"
    monkeypatch.setattr(os, "pwrite", written)
    added = recover(room, datetime.now(UTC), key=KEY, origin="mobile-court")
    assert any(isinstance(e, Segment) and e.end_ms > 500 for e in added)
    assert verify_recording(room, KEY.public_key()).ok
