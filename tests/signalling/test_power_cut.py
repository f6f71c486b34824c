"""Whatever was said to be safe on disk is there after a kill, a power cut or a full disk. On a real file system."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signalling import disk_guard
from signalling.recovery import never_began, recover
from signalling.segments import Gap, GapReason, Segment, Track
from signalling.verify_recording import verify_recording
from tests.conftest import need
from tests.signalling.studio import CAMERA, KEY, MIC, Device, Line, Studio
from tests.signalling.test_recording import events
from tests.signalling.test_writing import decode_errors

LEFT_MS = 1000  # of the promise nothing may be missing, of the moment at most the last second


class Disk:
    """An ext4 file system in a file, mounted through a loop device."""

    def __init__(self, image: Path, mounted: Path) -> None:
        self.image, self.path = image, mounted

    def mount(self) -> "Disk":
        self.path.mkdir(exist_ok=True)
        run("mount", "-o", "loop", str(self.image), str(self.path))
        return self

    def unmount(self) -> None:
        run("umount", "--lazy", str(self.path))  # a test that failed may still hold a file of it


def run(*command: str) -> None:
    done = subprocess.run([need(command[0]), *command[1:]], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(done.stderr.strip())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if os.geteuid() != 0:
        pytest.skip("a loop device is set up by root only")
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(48 * 2**20)
    run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
    found = Disk(image, tmp_path / "disk")
    try:
        found.mount()
    except OSError as exc:
        pytest.skip(f"no loop device here: {exc}")
    yield found
    found.unmount()


class Live:
    """The recorder's process and what it has promised so far."""

    def __init__(self, directory: Path) -> None:
        command = [sys.executable, "-m", "tests.signalling.live_writer", str(directory)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.safe: dict[str, float] = {}
        self.started = threading.Event()
        self.began = 0.0
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        assert self.started.wait(30)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if said["what"] == "durable":
                self.safe |= said["until"]
            elif said["what"] == "started":
                self.began = said["at"]
                self.started.set()

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def check(directory: Path, promised: dict[str, float], moment_ms: float | None) -> None:
    """Repair, then: it verifies, nothing promised is missing, and what is there can be decoded."""
    if never_began(directory):
        assert promised == {}
        return
    remains = {p.name: p.read_bytes() for p in directory.glob("*.webm")}
    recover(directory, datetime.now(UTC), key=KEY, origin="mobile-court")
    report = verify_recording(directory, KEY.public_key())
    assert report.problems == () and report.finished and report.signed
    ends: dict[str, int] = {}
    found = [e for e in events(directory) if isinstance(e, Segment)]
    for segment in found:
        ends[str(segment.track)] = max(ends.get(str(segment.track), 0), segment.end_ms)
    for track, until in promised.items():
        assert ends.get(track, 0) >= until * 1000, f"{track}: promised {until}, there is {ends}"
        if moment_ms is not None:
            assert ends[track] >= moment_ms - LEFT_MS, "more than the last second is gone"
    for name, data in remains.items():
        kept = directory / name
        broken = kept.with_suffix(".broken")
        assert (kept if kept.exists() else broken).read_bytes() == data, "damaged files are kept as they were"
    assert decode_errors(directory, [s for s in found if s.recovered]) == ""


def cut_at_random_moments(disk: Disk, tmp_path: Path, cuts: int, over_s: float, seed: int) -> None:
    rng = random.Random(seed)
    moments = sorted(rng.uniform(0.3, over_s) for _ in range(cuts))
    live = Live(disk.path / "recording")
    taken: list[tuple[Path, dict[str, float]]] = []
    try:
        for number, moment in enumerate(moments):
            time.sleep(max(0.0, live.began + moment - time.time()))
            promised = dict(live.safe)
            image = tmp_path / f"cut-{number}.img"
            shutil.copyfile(disk.image, image)  # what the device has: unsynced pages are not in it
            taken.append((image, promised))
    finally:
        live.kill()
    for image, promised in taken:
        after = Disk(image, tmp_path / image.stem).mount()  # replays the journal, as a start does
        try:
            directory = after.path / "recording"
            if directory.exists():
                check(directory, promised, None)
            else:
                assert promised == {}
        finally:
            after.unmount()
        image.unlink()


def test_a_power_cut_takes_nothing_that_was_said_to_be_safe(disk: Disk, tmp_path: Path) -> None:
    cut_at_random_moments(disk, tmp_path, cuts=4, over_s=6.0, seed=random.randrange(2**32))


@pytest.mark.slow
def test_twenty_five_power_cuts_at_random_moments(disk: Disk, tmp_path: Path) -> None:
    cut_at_random_moments(disk, tmp_path, cuts=25, over_s=45.0, seed=random.randrange(2**32))


def kill_at(directory: Path, seconds: float) -> None:
    live = Live(directory)
    time.sleep(max(0.0, live.began + seconds - time.time()))
    live.kill()
    check(directory, dict(live.safe), None)


def test_a_kill_takes_nothing_that_was_said_to_be_safe(tmp_path: Path) -> None:
    kill_at(tmp_path, random.uniform(0.1, 5.0))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(8))
def test_kills_at_random_moments(tmp_path: Path, number: int) -> None:
    kill_at(tmp_path, random.uniform(0.0, 10.0))


def fill(directory: Path) -> Path:
    """Another program takes everything that is left."""
    path = directory / "another-program"
    with path.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as exc:
                assert exc.errno == errno.ENOSPC
    return path


def test_on_a_disk_that_is_really_full_video_gives_way_and_sound_goes_on(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_guard, "VIDEO_STOPS_BYTES", 6 * 2**20)
    monkeypatch.setattr(disk_guard, "LOW_BYTES", 0)
    monkeypatch.setattr(disk_guard, "LOW_S", 0)
    directory = disk.path / "recording"
    directory.mkdir()
    studio = Studio(directory)
    mic, camera = Device(Track("party", MIC)), Device(Track("party", CAMERA))
    studio.join(mic, camera)
    sent = (mic, Line(jitter_ms=1)), (camera, Line(seed=2, jitter_ms=1))
    studio.run(20_000, *sent)
    filler = fill(disk.path)
    studio.run(120_000, *sent)
    assert studio.troubles == ["recording.video_stopped"]
    assert studio.until[mic.track] > 119.0, "sound is still written to the full disk"
    filler.unlink()
    studio.run(160_000, *sent)
    assert studio.troubles[-1] == ""
    at = studio.stop()
    report = verify_recording(directory, KEY.public_key())
    assert report.problems == () and report.signed
    found = events(directory)
    lost = [e for e in found if isinstance(e, Gap) and e.track == mic.track and e.start_ms > 0]
    assert lost == [], "not a moment of sound"
    dark = [e for e in found if isinstance(e, Gap) and e.track == camera.track and e.start_ms > 0]
    assert [g.reason for g in dark] == [GapReason.DISK]
    assert dark[0].start_ms < 22_500 and 118_000 < dark[0].end_ms < 130_000
    assert at == 160_000
    assert decode_errors(directory, [e for e in found if isinstance(e, Segment)][::6]) == ""


def test_when_not_even_sound_can_be_written_it_is_told_and_its_time_is_kept(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_guard, "LOW_BYTES", 0)
    monkeypatch.setattr(disk_guard, "LOW_S", 0)
    monkeypatch.setattr(disk_guard, "VIDEO_STOPS_BYTES", 0)
    directory = disk.path / "recording"
    directory.mkdir()
    studio, mic = Studio(directory), Device(Track("party", MIC))
    studio.join(mic)
    studio.run(10_000, (mic, Line(jitter_ms=1)))
    filler = fill(disk.path)
    (directory / "reserve").unlink()
    fill(disk.path)
    studio.run(30_000, (mic, Line(jitter_ms=1)))
    assert "recording.disk_full" in studio.troubles and studio.writing.troubles.failed
    filler.unlink()
    studio.run(50_000, (mic, Line(jitter_ms=1)))
    assert studio.troubles[-1] == ""
    studio.stop()
    assert verify_recording(directory, KEY.public_key()).problems == ()
    gaps = [e for e in events(directory) if isinstance(e, Gap) and e.start_ms > 0]
    assert {g.reason for g in gaps} == {GapReason.DISK}
    assert 15_000 < sum(g.end_ms - g.start_ms for g in gaps) < 27_000
