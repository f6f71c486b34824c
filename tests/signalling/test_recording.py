"""The recording of a real session: complete, readable by others, and every change to it is found."""

import asyncio
import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from blockbuster import blockbuster_ctx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling import disk_guard, recorder, writing
from signalling import messages as m
from signalling.client import HeadlessPeer
from signalling.ledger import consistency_proof, consistent, leaf_hash, read_checkpoint
from signalling.manifest import NAME, read_manifest
from signalling.messages import Source
from signalling.segments import BLOCK_BYTES, Gap, GapReason, Segment, Track
from signalling.verify_recording import verify_recording
from tests.conftest import need
from tests.signalling.conftest import Court

NODE = [sys.executable, "-m", "tests.signalling.node"]
NODE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()  # of tests.signalling.node


def ffprobe(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file; any complaint of it is an error."""
    options = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-count_frames"]
    done = subprocess.run(
        [need("ffprobe"), *options, str(path)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


def said(peer: HeadlessPeer) -> list[bool]:
    return [x.on for x in peer.inbox if isinstance(x, m.RecordingChanged)]


def events(directory: Path) -> list[Segment | Gap]:
    records = [e.record for e in read_manifest(directory).entries]
    return [r for r in records if isinstance(r, Segment | Gap)]


async def test_a_recorded_session_is_complete_and_readable_by_ffprobe(court: Court, tmp_path: Path) -> None:
    judge, party = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 0)
    await party.wait_for(lambda p: p.frames("judge", Source.CAMERA) > 0)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await asyncio.sleep(5.5)
    summary = await court.rooms.stop_recording("room", "closed")
    report = verify_recording(tmp_path, court.key.public_key())
    assert report.problems == () and report.ok and report.signed and report.finished
    assert (report.root, report.hearing_id) == (summary.root, "hearing-1")
    assert {(t.seat_id, t.source) for t in summary.tracks} == {
        (seat, source) for seat in ("judge", "party") for source in (Source.MIC, Source.CAMERA)
    }
    for track in report.tracks:
        assert track.segments >= 2
        assert abs(track.seconds + track.missing - report.seconds) < 0.001
        assert track.missing < report.seconds / 2
    for segment in (e for e in events(tmp_path) if isinstance(e, Segment)):
        seen = ffprobe(tmp_path / segment.file)
        assert abs(float(seen["format"]["duration"]) - (segment.end - segment.start)) < 0.002, segment
        stream = seen["streams"][0]
        assert stream["codec_name"] == ("opus" if segment.source is Source.MIC else "vp8")
        assert int(stream["nb_read_frames"]) == segment.frames
    assert court.witness.until[Track("party", Source.MIC)] > 4.0
    assert len(court.witness.segments) == sum(t.segments for t in report.tracks)


async def test_recording_never_blocks_the_event_loop(court: Court, tmp_path: Path) -> None:
    judge, _ = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 0)
    with blockbuster_ctx("signalling"):
        await court.rooms.start_recording("room", tmp_path, "hearing-1")
        await asyncio.sleep(1.0)
        await court.rooms.checkpoint("room")
        court.rooms.pause_recording("room", "adjournment")
        court.rooms.resume_recording("room")
        court.status()
        summary = await court.rooms.stop_recording("room", "closed")
    assert summary.seconds > 0.9


async def test_a_recording_that_is_still_being_opened_may_be_asked_for(
    court: Court, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = recorder.Recording.start

    def slowly(self: recorder.Recording) -> recorder.Recording:
        time.sleep(0.3)
        return opened(self)

    monkeypatch.setattr(recorder.Recording, "start", slowly)
    court.rooms.open("asked")
    beginnings = [
        asyncio.create_task(court.rooms.start_recording("asked", tmp_path / "recording", "hearing"))
        for _ in range(2)
    ]
    await asyncio.sleep(0.1)
    assert (await court.rooms.status("asked")).recording == "off"
    await asyncio.gather(*beginnings)
    assert (await court.rooms.status("asked")).recording == "on"
    await court.rooms.stop_recording("asked", "closed")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished recording of 5 s made by another process, for the tests that damage copies of it."""
    directory = tmp_path_factory.mktemp("finished")
    done = subprocess.run(
        [*NODE, "--peers", "judge", "party", "--record", str(directory), "--stop-after", "5"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x40
    path.write_bytes(data)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_one_flipped_byte_in_a_segment_is_found_and_located(copy: Path, share: float) -> None:
    assert verify_recording(copy).problems == ()
    victim = max((e for e in events(copy) if isinstance(e, Segment)), key=lambda s: s.size)
    at = int(victim.size * share)
    flip(copy / victim.file, at)
    (problem,) = verify_recording(copy).problems
    assert (problem.code, problem.file) == ("recording.file_changed", victim.file)
    assert problem.first_byte is not None and problem.last_byte is not None
    assert problem.first_byte <= at <= problem.last_byte
    assert problem.last_byte - problem.first_byte < BLOCK_BYTES
    assert victim.file in str(problem) and "字节" in str(problem)


def test_any_flipped_byte_of_the_manifest_is_found(copy: Path) -> None:
    path = copy / NAME
    original = path.read_bytes()
    for at in range(0, len(original), max(1, len(original) // 150)):
        flip(path, at)
        assert not verify_recording(copy, NODE_KEY).ok, f"byte {at}: {original[at : at + 1]!r}"
        path.write_bytes(original)


def test_a_missing_a_cut_and_a_strange_file_are_named(copy: Path) -> None:
    first, second, *_ = (e for e in events(copy) if isinstance(e, Segment))
    (copy / first.file).unlink()
    (copy / second.file).write_bytes((copy / second.file).read_bytes()[:-1])
    (copy / "planted.webm").write_bytes(b"x")
    found = {(p.code, p.file) for p in verify_recording(copy).problems}
    assert found == {
        ("recording.file_missing", first.file),
        ("recording.file_changed", second.file),
        ("recording.unknown_file", "planted.webm"),
    }


def test_a_dropped_last_record_is_found(copy: Path) -> None:
    lines = (copy / NAME).read_bytes().splitlines(keepends=True)
    (copy / NAME).write_bytes(b"".join(lines[:-3]))
    codes = {p.code for p in verify_recording(copy).problems}
    assert "recording.not_stopped" in codes


def test_another_key_does_not_pass(copy: Path) -> None:
    report = verify_recording(copy, Ed25519PrivateKey.generate().public_key())
    assert "recording.checkpoint_unsigned" in {p.code for p in report.problems} and not report.signed


def test_nothing_at_all_is_a_verdict_and_not_an_exception(tmp_path: Path) -> None:
    (problem,) = verify_recording(tmp_path / "nowhere").problems
    assert problem.code == "recording.no_manifest"
    (tmp_path / NAME).write_bytes(os.urandom(5000))
    assert not verify_recording(tmp_path).ok


async def test_a_checkpoint_in_mid_recording_is_a_prefix_of_the_final_one(
    court: Court, tmp_path: Path
) -> None:
    await court.joined("judge", "party")
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await asyncio.sleep(1.0)
    early = read_checkpoint(await court.rooms.checkpoint("room"), court.key.public_key())
    await asyncio.sleep(1.0)
    summary = await court.rooms.stop_recording("room", "closed")
    final = read_checkpoint(summary.checkpoint, court.key.public_key())
    leaves = [leaf_hash(e.raw) for e in read_manifest(tmp_path).entries if e.record is not None]
    assert early.size < final.size == len(leaves)
    proof = consistency_proof(leaves, early.size)
    assert consistent(early.size, final.size, early.root, final.root, proof)


async def test_what_is_missing_has_its_reason(court: Court, tmp_path: Path) -> None:
    judge, party = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 0)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await asyncio.sleep(1.0)
    court.rooms.floor("room", "party", False)
    await asyncio.sleep(0.8)
    court.rooms.floor("room", "party", True)
    await asyncio.sleep(0.8)
    court.rooms.pause_recording("room", "adjournment")
    assert court.status().recording == "paused"
    await asyncio.sleep(0.8)
    court.rooms.resume_recording("room")
    await asyncio.sleep(0.8)
    await court.rooms.stop_recording("room", "closed")
    assert verify_recording(tmp_path, court.key.public_key()).problems == ()
    gaps = [e for e in events(tmp_path) if isinstance(e, Gap)]
    assert {t for g in gaps if g.reason is GapReason.MUTE for t in [g.track]} == {("party", Source.MIC)}
    paused = [g for g in gaps if g.reason is GapReason.ADJOURNMENT and g.end - g.start > 0.7]
    assert len({g.track for g in paused}) == 4 == len(paused)
    await party.wait_for(lambda p: said(p) == [True, False, True, False])


async def test_a_full_disk_is_reported_and_the_room_goes_on(
    court: Court, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Callable[..., Any]
) -> None:
    monkeypatch.setattr(writing, "RETRY_S", 0.5)
    monkeypatch.setattr(recorder, "CHECK_S", 0.3)
    monkeypatch.setattr(disk_guard, "LOW_BYTES", 0)
    monkeypatch.setattr(disk_guard, "LOW_S", 0)
    judge, party = await court.joined("judge", "party")
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await asyncio.sleep(1.0)
    written = os.pwrite

    def full(fd: int, data: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    await until(lambda: court.status().problem == "recording.disk_full")
    assert court.status().recording == "failed"
    before = judge.frames("party", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before + 10)
    monkeypatch.setattr(os, "pwrite", written)
    await until(lambda: court.status().problem == "")
    await asyncio.sleep(1.5)
    await court.rooms.stop_recording("room", "closed")
    said = [x.body["problem"] for x in party.inbox if isinstance(x, m.Notice) and x.topic == "recording"]
    assert "recording.disk_full" in said and said[-1] == ""
    report = verify_recording(tmp_path, court.key.public_key())
    assert report.problems == ()
    assert all(t.seconds > 1.0 and t.missing > 0.5 for t in report.tracks)
    reasons = {e.reason for e in events(tmp_path) if isinstance(e, Gap) and e.end - e.start > 0.5}
    assert GapReason.DISK in reasons


async def test_a_disk_that_hangs_for_seconds_neither_cuts_nor_loses_anything(
    court: Court, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await court.joined("judge", "party")
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await asyncio.sleep(1.5)
    synced, stalls, begun = os.fdatasync, iter([2.5]), time.monotonic()

    def slow(fd: int) -> None:
        time.sleep(next(stalls, 0.0))
        synced(fd)

    monkeypatch.setattr(os, "fdatasync", slow)
    starved, last = 0.0, time.monotonic()  # the senders live in this loop: when it stands still, so do they
    while last - begun < 4.0:
        await asyncio.sleep(0.01)
        starved, last = max(starved, time.monotonic() - last), time.monotonic()
    summary = await court.rooms.stop_recording("room", "closed")
    assert next(stalls, None) is None
    assert verify_recording(tmp_path, court.key.public_key()).problems == ()
    gaps = [e for e in events(tmp_path) if isinstance(e, Gap)]
    assert [
        g for g in gaps if g.reason is not GapReason.NOT_JOINED and g.end - g.start > 0.3 + 2 * starved
    ] == []
    sound = [e for e in events(tmp_path) if isinstance(e, Segment) and e.source is Source.MIC]
    assert starved > 0.1 or len(sound) <= 6, "two persons, five seconds, segments of four"
    assert all(t.seconds > 4.5 - 4 * starved for t in summary.tracks if t.source is Source.MIC)
