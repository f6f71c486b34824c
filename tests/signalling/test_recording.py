"""The recording of a real session: complete, readable by others, and every change to it is found."""

import asyncio
import json
import subprocess
from pathlib import Path

from signalling.manifest import read_manifest
from signalling.messages import Source
from signalling.segments import Segment
from signalling.verify_recording import verify_recording
from tests.conftest import need
from tests.signalling.conftest import Court


def ffprobe(path: Path) -> dict[str, object]:
    command = [
        need("ffprobe"),
        "-v",
        "error",
        "-of",
        "json",
        "-show_format",
        "-show_streams",
        "-count_frames",
    ]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


async def record(court: Court, directory: Path, seconds: float) -> None:
    await court.joined("judge", "party")
    await court.rooms.start_recording("room", directory, "hearing-1")
    await asyncio.sleep(seconds)


async def test_a_recorded_session_is_complete_and_readable_by_ffprobe(court: Court, tmp_path: Path) -> None:
    await record(court, tmp_path, 6.0)
    summary = await court.rooms.stop_recording("room")
    report = verify_recording(tmp_path, court.key.public_key())
    assert report.problems == () and report.signed and report.finished
    assert report.root == summary.root
    assert {(t.seat_id, t.source) for t in summary.tracks} == {
        (seat, source) for seat in ("judge", "party") for source in (Source.MIC, Source.CAMERA)
    }
    for track in report.tracks:
        assert track.segments == 2
        assert abs(track.seconds + track.missing - report.seconds) < 0.001
        assert track.missing < 1.0
    records = [e.record for e in read_manifest(tmp_path).entries]
    for segment in (r for r in records if isinstance(r, Segment)):
        seen = ffprobe(tmp_path / segment.file)
        assert abs(float(seen["format"]["duration"]) - (segment.end - segment.start)) < 0.002, segment
        stream = seen["streams"][0]
        assert stream["codec_name"] == ("opus" if segment.source is Source.MIC else "vp8")
        assert int(stream["nb_read_frames"]) == segment.frames
