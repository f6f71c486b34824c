"""The second copy is at every moment a whole beginning of the original, whatever interrupts it."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from signalling import disk_guard
from signalling.manifest import NAME, Follower, read_manifest
from signalling.mirror import Mirror
from signalling.segments import Gap, Segment, Track
from signalling.verify_recording import verify_recording
from tests.signalling.studio import CAMERA, KEY, MIC, Device, Line, Studio


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.setattr(disk_guard, "VIDEO_STOPS_BYTES", 0)
    (tmp_path / "first").mkdir()
    return tmp_path / "first", tmp_path / "second"


def record(studio: Studio, *until_ms: float) -> None:
    mic, camera = Device(Track("party", MIC)), Device(Track("party", CAMERA))
    studio.join(mic, camera)
    for until in until_ms:
        studio.run(until, (mic, Line()), (camera, Line(seed=2)))


def codes(directory: Path) -> set[str]:
    return {p.code for p in verify_recording(directory, KEY.public_key()).problems}


def test_a_running_recording_is_copied_and_the_copy_passes_the_same_check(places: tuple[Path, Path]) -> None:
    first, second = places
    mirror, studio = Mirror(first, second), Studio(first)
    record(studio, 10_000)
    status = mirror.step()
    assert (status.trouble, status.waiting, status.finished) == ("", 0, False)
    closed = [e.record for e in read_manifest(first).entries if isinstance(e.record, Segment | Gap)]
    assert status.until == {t: max(r.end_ms for r in closed if str(r.track) == t) for t in status.until}
    assert set(status.until) == {"party-mic", "party-camera"} and min(status.until.values()) > 5000
    assert status.copied >= 2 and codes(second) <= {"recording.not_stopped", "recording.no_checkpoint"}
    record(studio, 20_000)
    studio.stop()
    (first / "party-mic-01-00099.broken").write_bytes(b"remains")
    status = mirror.step()
    assert status.finished and not status.trouble
    assert codes(second) == set() and verify_recording(second, KEY.public_key()).signed
    theirs = {p.name: p.read_bytes() for p in second.iterdir()}
    assert theirs == {p.name: p.read_bytes() for p in first.iterdir()}


def test_it_goes_on_where_it_was_cut_and_copies_nothing_twice(places: tuple[Path, Path]) -> None:
    first, second = places
    studio = Studio(first)
    record(studio, 9000)
    Mirror(first, second).step()
    made = {p.name: p.stat().st_mtime_ns for p in second.glob("*.webm")}
    (second / "party-mic-01-00003.webm.part").write_bytes(b"half")
    with (second / NAME).open("ab") as manifest:
        manifest.write(b'{"record":{"end_')  # the power went
    record(studio, 16_000)
    studio.stop()
    assert Mirror(first, second).step().finished
    assert codes(second) == set()
    assert {n: (second / n).stat().st_mtime_ns for n in made} == made


def test_what_the_second_place_lost_meanwhile_is_brought_again_and_what_differs_is_left_alone(
    places: tuple[Path, Path],
) -> None:
    first, second = places
    studio = Studio(first)
    record(studio, 16_000)
    studio.stop()
    assert Mirror(first, second).step().finished
    gone, short, changed = sorted(second.glob("*.webm"))[:3]
    gone.unlink()
    short.write_bytes(short.read_bytes()[:-7])
    flipped = changed.read_bytes()[:-1] + bytes([changed.read_bytes()[-1] ^ 1])
    changed.write_bytes(flipped)
    status = Mirror(first, second).step()
    assert (status.copied, status.finished, status.trouble) == (2, True, "")
    assert changed.read_bytes() == flipped, "the original may be the bad one"
    assert {p.file for p in verify_recording(second, KEY.public_key()).problems} == {changed.name}
    (second / NAME).unlink()
    assert Mirror(first, second).step().finished


def test_a_full_second_disk_is_told_and_made_up_for_later(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = places
    mirror, studio = Mirror(first, second), Studio(first)
    record(studio, 9000)
    synced = os.fsync

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status = mirror.step()
    assert status.trouble == "mirror.full" and status.waiting >= 3 and max(status.until.values()) < 2500
    monkeypatch.setattr(os, "fsync", synced)
    status = mirror.step()
    assert (status.trouble, status.waiting) == ("", 0) and min(status.until.values()) > 6000


def test_a_damaged_original_is_named_and_never_replaces_a_good_copy(places: tuple[Path, Path]) -> None:
    first, second = places
    studio = Studio(first)
    record(studio, 9000)
    victim = next(e.record for e in read_manifest(first).entries if isinstance(e.record, Segment))
    good = (first / victim.file).read_bytes()
    (first / victim.file).write_bytes(good[:-1] + b"\0")
    status = Mirror(first, second).step()
    assert (status.trouble, status.file) == ("mirror.source_changed", victim.file)
    assert not (second / victim.file).exists()
    (first / victim.file).write_bytes(good)
    assert Mirror(first, second).step().trouble == ""
    shutil.rmtree(first)
    assert Mirror(first, second).step().trouble == "mirror.source_error"


def test_another_recording_in_the_second_place_is_left_alone(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = places
    other = tmp_path / "other"
    other.mkdir()
    for directory, until in ((first, 5000.0), (other, 9000.0)):
        studio = Studio(directory)
        record(studio, until)
        studio.stop()
    Mirror(other, second).step()
    before = {p.name: p.read_bytes() for p in second.iterdir()}
    assert Mirror(first, second).step().trouble == "mirror.differs"
    assert {p.name: p.read_bytes() for p in second.iterdir()} == before


def test_a_growing_manifest_is_read_line_by_line(places: tuple[Path, Path]) -> None:
    first, _ = places
    follower = Follower(first)
    assert follower.poll() == []
    studio = Studio(first)
    record(studio, 5000)
    found = follower.poll()
    assert [e.number for e in found] == list(range(1, len(found) + 1))
    assert follower.poll() == []
    whole = (first / NAME).read_bytes()
    record(studio, 10_000)
    studio.stop()
    line = (first / NAME).read_bytes()[len(whole) :]
    (first / NAME).write_bytes(whole + line[:20])
    assert follower.poll() == [] and read_manifest(first).torn
    (first / NAME).write_bytes(whole + line)
    found += follower.poll()
    assert tuple(found) == read_manifest(first).entries
