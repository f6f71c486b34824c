"""Copies of a recording: made by the real encoder, as long as the session, handed out by rule, resumed after a restart."""

import asyncio
import io
import json
import shutil
import subprocess
import time
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from court.domain.export import Export, ExportKind, ExportState
from court.services import exports
from court.store.load import record
from court.video import maker
from court.web.keys import DB
from tests.conftest import need
from tests.web.record_court import SECONDS, closed, config_of, form, text
from tests.web.room_court import Court


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with closed(tmp_path, fonts_dir) as running:
        yield running


def base(court: Court) -> str:
    return f"/desk/recordings/{court.case.hearing.id}"


async def known(court: Court) -> tuple[Export, ...]:
    assert court.client.app is not None
    hearing_id = court.case.hearing.id
    return await court.client.app[DB].read(lambda rx: record.exports(rx.conn, hearing_id))


async def asked(court: Court, kind: ExportKind, who: str = "clerk") -> int:
    fields = {"kind": kind.value, "export-reason": "当事人要求复制"}
    return (await form(court, who, f"{base(court)}/exports", **fields))[0]


async def ended(court: Court, seconds: float = 90) -> Export:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        newest = (await known(court))[0]
        if newest.state not in (ExportState.QUEUED, ExportState.RUNNING):
            return newest
        await asyncio.sleep(0.1)
    raise AssertionError((await known(court))[0])


def probe(path: Path) -> dict[str, Any]:
    options = ["-v", "error", "-of", "json", "-show_format", "-show_streams"]
    done = subprocess.run(
        [need("ffprobe"), *options, str(path)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


async def test_a_party_gets_the_sound_whole_and_it_is_written_down_to_whom(court: Court) -> None:
    for who, status in (("stranger", 404), ("remote", 401), ("vehicle", 401)):
        headers = court.headers(who)
        path = f"{base(court)}/exports"
        async with court.client.post(path, data={"kind": "audio"}, headers=headers) as answer:
            assert answer.status == status, who
    assert await asked(court, ExportKind.AUDIO) == 303
    done = await ended(court)
    assert (done.state, done.progress, done.detail) == (ExportState.DONE, 1000, "")
    facts = probe(config_of(court).exports_dir / done.id / done.file)
    assert [stream["codec_name"] for stream in facts["streams"]] == ["aac"]
    assert abs(float(facts["format"]["duration"]) - SECONDS) <= 0.04
    file = f"/hearings/{court.case.hearing.id}/exports/{done.id}/file"
    assert file in (await text(court, "clerk", base(court)))[1]
    assert (await court.get("clerk", file))[0] == 200
    assert (await court.get("vehicle", file))[1]["code"] == "recording.no_copy"
    given = {"receiver": "王秀英", "relation": "申请人"}
    assert (await form(court, "clerk", f"{base(court)}/exports/{done.id}/handout", **given))[0] == 303
    handout = (await known(court))[0].handouts[0]
    assert (handout.receiver, handout.by) == ("王秀英", "陈书宁")
    status, page = await text(court, "judge", base(court))
    assert (status, "王秀英（申请人）" in page, "取走复制件" in page) == (200, True, True)


async def test_no_party_gets_a_picture_by_any_door(tmp_path: Path, fonts_dir: Path) -> None:
    async with closed(tmp_path, fonts_dir, over=False) as court:
        await no_picture(court)


async def no_picture(court: Court) -> None:
    hearing = f"/hearings/{court.case.hearing.id}"
    _, manifest = await court.get("judge", f"{hearing}/playback.json")
    urls = [segment["url"] for track in manifest["tracks"] for segment in track["segments"]]
    for who in ("remote", "vehicle"):
        for url in (urls[0], urls[-1], f"{hearing}/playback.json", f"{hearing}/playback"):
            status, answer = await court.get(who, url)
            assert (status, answer["code"]) == (403, "recording.no_copy"), (who, url)


async def test_a_missing_encoder_and_a_full_disk_are_said_in_words(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "ffmpeg" else real(name))
    assert "没有安装 ffmpeg" in (await text(court, "clerk", base(court)))[1]
    assert await asked(court, ExportKind.AUDIO) == 303
    failed = await ended(court)
    assert (failed.state, "没有安装 ffmpeg" in failed.detail) == (ExportState.FAILED, True)
    monkeypatch.setattr(shutil, "which", real)
    monkeypatch.setattr(maker, "need_space", lambda folder, needed, reserve=0: _full())
    path = f"{base(court)}/exports/{failed.id}"
    assert (await form(court, "clerk", f"{path}/retry"))[0] == 303
    assert "磁盘空间不够" in (await ended(court)).detail
    assert await asked(court, ExportKind.AUDIO, "judge") == 303
    status, page = await form(court, "clerk", f"{path}/handout", receiver="王秀英", relation="申请人")
    assert (status, "没有找到" in page) == (404, True)


def _full() -> None:
    raise exports.CourtError("export.no_space", needed="3.0", free="0.1")


async def test_video_is_for_the_court_and_as_long_as_the_session(court: Court, tmp_path: Path) -> None:
    assert await asked(court, ExportKind.VIDEO, "judge") == 303
    assert await asked(court, ExportKind.VIDEO, "clerk") == 409, "the same copy is being made"
    done = await ended(court)
    assert (done.state, done.detail) == (ExportState.DONE, "")
    film = config_of(court).exports_dir / done.id / done.file
    facts = probe(film)
    kinds = {stream["codec_type"]: stream for stream in facts["streams"]}
    assert (kinds["video"]["codec_name"], kinds["audio"]["codec_name"]) == ("h264", "aac")
    assert int(kinds["video"]["nb_frames"]) == SECONDS * 25
    assert abs(float(facts["format"]["duration"]) - SECONDS) <= 0.04
    light = {ms: bright(film, ms, "420:44:850:2") for ms in (500, 4500)}
    assert all(count > 300 for count in light.values()), "the local time is burned in"
    assert bright(film, 500, "400:44:8:2") > 300, "the case number is burned in"
    assert bright(film, 500, "400:44:420:2") == 0, "and nothing between them"
    given = {"receiver": "王秀英", "relation": "申请人"}
    status, page = await form(court, "clerk", f"{base(court)}/exports/{done.id}/handout", **given)
    assert (status, "录像文件不交给当事人" in page) == (409, True)


def bright(film: Path, ms: int, crop: str) -> int:
    """How many nearly white points stand in this part (w:h:x:y) of the picture at this moment."""
    order = ["-v", "error", "-ss", str(ms / 1000), "-i", str(film), "-frames:v", "1"]
    order += ["-vf", f"crop={crop},format=gray", "-f", "rawvideo", "-"]
    picture = subprocess.run([need("ffmpeg"), *order], capture_output=True, timeout=30, check=True).stdout
    return sum(point > 200 for point in picture)


@pytest.mark.slow
async def test_a_disc_carries_the_proof_and_leaves_as_one_file(court: Court) -> None:
    assert await asked(court, ExportKind.DISC) == 303
    done = await ended(court)
    assert (done.state, done.detail) == (ExportState.DONE, "")
    status, packed = await court.get("clerk", f"/hearings/{court.case.hearing.id}/exports/{done.id}/file")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        names = {name.removeprefix("disc/") for name in archive.namelist()}
        sheet = archive.read("disc/SHA256SUMS.txt").decode()
    wanted = {"index.html", "player.js", "data.js", "video.mp4", "audio.m4a", "transcript.txt", "VERIFY.txt"}
    assert wanted <= names
    assert {"original/manifest.ndjson", "original/recording.pub"} <= names
    folder = config_of(court).exports_dir / done.id / "disc"
    checked = await asyncio.to_thread(
        subprocess.run, ["sha256sum", "--strict", "-c", "SHA256SUMS.txt"], cwd=folder, capture_output=True
    )
    assert checked.returncode == 0
    assert len(sheet.splitlines()) == len(names) - 2
    sm3 = need("openssl")
    line = next(x for x in (folder / "SM3SUMS.txt").read_text().splitlines() if x.endswith("  video.mp4"))
    said = subprocess.run(
        [sm3, "dgst", "-sm3", "video.mp4"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert said.stdout.split()[-1] == line.split()[0]
