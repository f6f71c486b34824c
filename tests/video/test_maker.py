"""The real encoder: killed in the middle it goes on with what it had, and the film is as long as the session."""

import asyncio
import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from court.video import maker
from tests.conftest import need
from tests.video import making


def start(folder: Path, fonts_dir: Path) -> "subprocess.Popen[str]":
    order = [sys.executable, "-m", "tests.video.making", str(folder), str(fonts_dir / "hei.ttf")]
    return subprocess.Popen(order, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_killed_export_goes_on_with_the_pieces_it_has(tmp_path: Path, fonts_dir: Path) -> None:
    with start(tmp_path, fonts_dir) as first:
        assert first.stdout is not None
        assert [first.stdout.readline().strip() for _ in range(2)] == ["158", "316"]
        first.kill()
    kept = tmp_path / "pieces-video"
    before = {name: (kept / name).stat().st_mtime_ns for name in ("00000.mp4", "00000.wav", "00001.mp4")}
    assert not (tmp_path / "video.mp4").exists()
    (kept / "half-picture.mp4").write_bytes(b"cut short")
    with start(tmp_path, fonts_dir) as second:
        assert second.stdout is not None
        assert second.stdout.readline().strip() == "158"
        now = {name: (kept / name).stat().st_mtime_ns for name in before}
        assert now == before, "made once"
        assert second.stdout.read().split()[-1] == "1000"
    check(tmp_path / "video.mp4")
    assert not kept.exists()


def check(film: Path) -> None:
    options = ["-v", "error", "-of", "json", "-count_frames", "-show_streams", "-show_format"]
    done = subprocess.run(
        [need("ffprobe"), *options, str(film)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    facts = json.loads(done.stdout)
    video = next(stream for stream in facts["streams"] if stream["codec_type"] == "video")
    assert int(video["nb_read_frames"]) == making.LENGTH * 25 // 1000
    assert abs(float(facts["format"]["duration"]) * 1000 - making.LENGTH) <= 40
    silent = subprocess.run(
        [need("ffmpeg"), "-i", str(film), "-af", "silencedetect=n=-50dB:d=1", "-f", "null", "-"],
        capture_output=True, text=True, timeout=60, check=True,
    ).stderr  # fmt: skip
    starts = [
        float(line.split("silence_start: ")[1]) for line in silent.splitlines() if "silence_start" in line
    ]
    assert len(starts) == 1, silent[-600:]
    assert abs(starts[0] - 4.0) < 0.06, "the gap is silence in its place"


async def test_a_cancelled_export_leaves_no_encoder_behind(
    tmp_path: Path, fonts_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    real = asyncio.create_subprocess_exec
    started: list[asyncio.subprocess.Process] = []

    async def spy(*words: str, **options: object) -> asyncio.subprocess.Process:
        started.append(await real(*words, **options))  # type: ignore[arg-type]
        begun.set()
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", spy)
    task = asyncio.create_task(making.make(tmp_path, fonts_dir / "hei.ttf"))
    await asyncio.wait_for(begun.wait(), 30)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert started[0].returncode is not None
    assert not (tmp_path / "video.mp4").exists()


def test_a_disk_that_would_run_full_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(maker.CourtError) as refusal:
        maker.need_space(tmp_path, 10**18)
    assert refusal.value.code == "export.no_space"
