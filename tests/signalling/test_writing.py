"""What the recorder makes of hours, bad lines, lying clocks and layers that change; ffmpeg is the judge of the media."""

import subprocess
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from signalling import disk_guard, reserve
from signalling.manifest import read_manifest
from signalling.segments import Clock, Gap, GapReason, Segment, StopReason, Track
from signalling.verify_recording import verify_recording
from tests.conftest import need
from tests.signalling.studio import CAMERA, KEY, MIC, WALL, Device, Line, Studio, ntp


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory, as large as hours need."""
    monkeypatch.setattr(disk_guard, "VIDEO_STOPS_BYTES", 0)
    monkeypatch.setattr(reserve, "RESERVE_BYTES", 1)
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as name:
        yield Path(name)


def complete(directory: Path, at: int) -> dict[Track, list[Segment | Gap]]:
    """Every track fills the whole time, and the folder passes its own check."""
    report = verify_recording(directory, KEY.public_key())
    assert report.problems == () and report.signed and report.finished
    tracks: dict[Track, list[Segment | Gap]] = defaultdict(list)
    for entry in read_manifest(directory).entries:
        if isinstance(entry.record, Segment | Gap):
            tracks[entry.record.track].append(entry.record)
    for events in tracks.values():
        assert events[0].start_ms == 0 and events[-1].end_ms == at
        assert all(a.end_ms == b.start_ms for a, b in pairwise(events))
    return tracks


def decode_errors(directory: Path, files: list[Segment]) -> str:
    """What ffmpeg complains of when it decodes these files one by one."""
    said = ""
    for segment in files:
        command = [need("ffmpeg"), "-v", "warning", "-i", str(directory / segment.file), "-f", "null", "-"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        said += done.stderr
    return said


def of(tracks: dict[Track, list[Segment | Gap]], track: Track) -> list[Segment]:
    return [e for e in tracks[track] if isinstance(e, Segment)]


def errors(segments: list[Segment], device: Device) -> list[float]:
    """How much too late (ms) each segment begins, against the real moment of capture of its first frame."""
    return [s.start_ms - device.captured(s.first_rtp, s.start_ms) for s in segments]


def hearing(minutes: float, directory: Path) -> float:
    """Two persons whose devices run apart by 100 ppm and whose pictures are late; the worst spread between any two
    tracks after the first minute, in ms."""
    studio = Studio(directory)
    devices = [
        Device(Track("judge", MIC), ppm=80),
        Device(Track("judge", CAMERA), ppm=-20, late_ms=90),
        Device(Track("party", MIC), ppm=-100),
        Device(Track("party", CAMERA), ppm=0, late_ms=60),
    ]
    lines = [Line(seed=i, jitter_ms=25) for i in range(4)]
    studio.join(*devices)
    offsets = {"judge": -3_600_000.0, "party": 1234.0}  # nobody's clock is right

    def reports(device: Device, at: float) -> int:
        return ntp(at, offset_ms=offsets[device.track.seat_id])

    studio.run(minutes * 60_000, *zip(devices, lines, strict=True), reports=reports)
    tracks = complete(directory, studio.stop())
    by_minute: dict[int, list[float]] = defaultdict(list)
    for device in devices:
        segments = of(tracks, device.track)
        assert sum(e.end_ms - e.start_ms for e in tracks[device.track] if isinstance(e, Gap)) < 500
        for segment, error in zip(segments, errors(segments, device), strict=True):
            if segment.start_ms > 60_000:
                by_minute[segment.start_ms // 60_000].append(error)
        drift = segments[-1].drift_ppm
        assert drift is not None and abs(drift + device.ppm) < (250 if minutes < 60 else 20), "slow is +"
    return max(max(found) - min(found) for found in by_minute.values())


def test_tracks_of_several_devices_stay_together_for_four_minutes(memory: Path) -> None:
    assert hearing(4, memory) <= 40


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_tracks_of_several_devices_stay_together_for_two_hours(memory: Path) -> None:
    assert hearing(120, memory) <= 40


def test_without_reports_each_track_follows_its_own_arrival(memory: Path) -> None:
    studio, mic = Studio(memory), Device(Track("party", MIC), ppm=200)
    studio.join(mic)
    studio.run(300_000, (mic, Line(jitter_ms=30)))
    found = errors(of(complete(memory, studio.stop()), mic.track), mic)
    assert all(25 <= error <= 60 for error in found), "the way of 30 ms, not the jitter, not 60 ms of drift"


@pytest.mark.parametrize("lie_ms", [86_400_000.0, -7000.0, 450.0])
def test_a_sender_that_lies_about_its_time_moves_nothing_far(memory: Path, lie_ms: float) -> None:
    studio = Studio(memory)
    mic, camera = Device(Track("party", MIC)), Device(Track("party", CAMERA), late_ms=50)
    studio.join(mic, camera)
    lines = (mic, Line(seed=1)), (camera, Line(seed=2))
    studio.run(60_000, *lines, reports=lambda d, at: ntp(at + (lie_ms if d is camera else 0)))
    tracks = complete(memory, studio.stop())
    for device in (mic, camera):
        found = errors(of(tracks, device.track), device)
        assert all(abs(error) < 600 for error in found)
        if abs(lie_ms) > 500:
            assert all(0 <= error < 130 for error in found), "not believed at all"


def test_a_microphone_that_stood_still_leaves_a_gap_and_is_not_shortened(memory: Path) -> None:
    """The device's sample clock stops for two seconds while the network does not: its timestamps say nothing of it."""
    studio, mic = Studio(memory), Device(Track("party", MIC))
    studio.join(mic)
    studio.run(20_000, (mic, Line(jitter_ms=1)))
    mic.base -= 2000 * 48  # the same timestamps, two seconds later
    studio.now = 22_000
    studio.run(60_000, (mic, Line(jitter_ms=1)))
    tracks = complete(memory, studio.stop())
    last = of(tracks, mic.track)[-1]
    assert abs(errors([last], mic)[0] - 30) < 20
    missing = sum(e.end_ms - e.start_ms for e in tracks[mic.track] if isinstance(e, Gap))
    assert 1800 <= missing <= 2400


@pytest.mark.parametrize(("loss", "kept"), [(0.1, 0.9), (0.2, 0.79)])
def test_loss_costs_only_what_was_lost_and_nothing_that_cannot_be_decoded(
    memory: Path, loss: float, kept: float
) -> None:
    studio = Studio(memory)
    mic, camera = Device(Track("party", MIC)), Device(Track("party", CAMERA))
    studio.join(mic, camera)
    sound, view = Line(seed=7, loss=loss), Line(seed=4, loss=loss)
    studio.run(60_000, (mic, sound), (camera, view), reports=lambda _, at: ntp(at))
    tracks = complete(memory, studio.stop())
    heard = of(tracks, mic.track)
    frames = sum(s.frames for s in heard)
    assert frames >= mic.sent - sound.lost - 5, "what arrived is kept"
    assert frames / mic.sent >= kept - 0.012, "the share of the line's own loss"
    assert sum(s.lost for s in heard) >= sound.lost - 5
    assert len(heard) <= 16, "loss alone does not cut"
    seen = of(tracks, camera.track)
    assert sum(s.frames for s in seen) / camera.sent > (0.7 if loss < 0.15 else 0.35)
    assert decode_errors(memory, heard[:4] + seen[:8]) == ""


def test_a_camera_that_changes_its_layer_goes_on_without_a_gap(memory: Path) -> None:
    """High, low and high again, as a page with two encodings sends them; late packets of the old one do not disturb."""
    studio, track = Studio(memory), Track("party", CAMERA)
    high, low = Device(track, ssrc=11, size=(320, 240)), Device(track, ssrc=22, size=(160, 120), base=77)
    studio.join(high)
    reports = lambda _, at: ntp(at)  # noqa: E731
    for until, device in ((10_000, high), (20_000, low), (30_000, high)):
        studio.run(until, (device, Line(seed=until)), reports=reports)
    tracks = complete(memory, studio.stop())
    gaps = [e for e in tracks[track] if isinstance(e, Gap)]
    assert sum(g.end_ms - g.start_ms for g in gaps) < 300, "only before the first frame"
    segments = of(tracks, track)
    assert {(s.width, s.height) for s in segments} == {(320, 240), (160, 120)}
    assert sum(s.frames for s in segments) >= high.sent + low.sent - 8
    assert decode_errors(memory, segments) == ""


def test_a_picture_that_changes_its_size_at_every_key_frame_does_not_make_thousands_of_files(
    memory: Path,
) -> None:
    studio, track = Studio(memory), Track("party", CAMERA)
    sizes = [Device(track, ssrc=5, size=(160, 120)), Device(track, ssrc=5, size=(320, 240))]
    studio.join(sizes[0])
    for step in range(100):
        device, other = sizes[step % 2], sizes[1 - step % 2]
        device.seq = other.seq if step else device.seq
        studio.run(100.0 * (step + 1), (device, Line(jitter_ms=0.1)))
    segments = of(complete(memory, studio.stop()), track)
    assert len(segments) <= 11
    assert decode_errors(memory, segments) == ""


def test_without_a_key_frame_segments_are_still_bounded_and_play_in_a_row(memory: Path) -> None:
    studio, camera = Studio(memory), Device(Track("party", CAMERA), keys=False)
    studio.join(camera)
    studio.run(95_000, (camera, Line()))
    segments = of(complete(memory, studio.stop()), camera.track)
    assert [s.dependent for s in segments] == [False, True, True, True]
    assert all(s.end_ms - s.start_ms < 31_000 for s in segments)
    assert camera.track in studio.asked
    joined = memory / "joined.txt"
    joined.write_text("".join(f"file '{memory / s.file}'\n" for s in segments))
    command = [need("ffmpeg"), "-v", "warning", "-f", "concat", "-safe", "0", "-i", str(joined)]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True)
    assert "decode" not in done.stderr.lower() and "error" not in done.stderr.lower(), done.stderr


class SetClock:
    """A wall clock that somebody sets."""

    def __init__(self) -> None:
        self.studio: Studio | None = None
        self.ahead = 0.0

    def __call__(self) -> float:
        return WALL + (self.studio.now / 1000 if self.studio else 0.0) + self.ahead


def test_the_wall_clock_may_jump_an_hour_and_back(memory: Path) -> None:
    """Times of the recording do not move; the manifest notes both steps."""
    wall = SetClock()
    studio = wall.studio = Studio(memory, wall=wall)
    mic = Device(Track("party", MIC))
    studio.join(mic)
    for until, wall.ahead in ((20_000, 0.0), (40_000, 3600.0), (60_000, -3600.0)):
        studio.run(until, (mic, Line(jitter_ms=1)))
    tracks = complete(memory, studio.stop())
    steps = [e.record for e in read_manifest(memory).entries if isinstance(e.record, Clock)]
    assert [s.step_ms for s in steps] == [3_600_000, -7_200_000]
    assert all(abs(s.at_ms - at) <= 5500 for s, at in zip(steps, (20_000, 40_000), strict=True))
    found = of(tracks, mic.track)
    assert all(abs(error - 30) < 5 for error in errors(found, mic))
    assert found[0].wall_ms // 60_000 == int(WALL // 60)


def test_who_comes_during_a_pause_was_absent_before_it_and_paused_in_it(memory: Path) -> None:
    studio, late = Studio(memory), Device(Track("witness", MIC))
    studio.now = 5000
    studio.writing.pause(GapReason.ADJOURNMENT, 5000)
    studio.join(late)
    studio.run(9000, (late, Line()))
    studio.writing.resume(9000)
    studio.run(12_000, (late, Line()))
    found = complete(memory, studio.stop())[late.track]
    gaps = [(e.reason, e.start_ms, e.end_ms) for e in found if isinstance(e, Gap)]
    assert gaps[:2] == [(GapReason.NOT_JOINED, 0, 5000), (GapReason.ADJOURNMENT, 5000, 9000)]
    assert isinstance(found[-1], Segment) and found[-1].start_ms < 9100


def test_a_short_mute_is_a_mute_however_late_it_is_noticed(memory: Path) -> None:
    """Frames from before it were still waiting for a hole when it was over."""
    studio, mic = Studio(memory), Device(Track("party", MIC))
    studio.join(mic)
    studio.run(3000, (mic, Line(jitter_ms=1)))
    studio.writing.absent(mic.track, GapReason.MUTE, 3000)
    studio.writing.absent(mic.track, GapReason.LOSS, 3600)
    studio.now = 3650
    studio.run(6000, (mic, Line(jitter_ms=1)))
    gaps = [e for e in complete(memory, studio.stop())[mic.track] if isinstance(e, Gap)]
    assert [g.reason for g in gaps] == [GapReason.NOT_JOINED, GapReason.MUTE]


def test_a_stop_names_its_reason(memory: Path) -> None:
    studio = Studio(memory)
    studio.stop()
    assert '"reason":"closed"' in (memory / "manifest.ndjson").read_text()
    assert {r.value for r in StopReason} == {"closed", "cancelled", "shutdown", "crash"}
