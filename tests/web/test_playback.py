"""Playback of a recording made by a real peer: who sees it, byte ranges, integrity, every viewing written down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import hdrs

from court.config import Config
from court.store import tables
from court.store.database import Read
from court.web.keys import CONFIG, DB
from signalling.client import HeadlessPeer
from tests.web.room_court import Court, sitting


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    """A closed hearing of some three seconds in which the judge spoke and was seen."""
    async with sitting(tmp_path, fonts_dir) as running:
        address = str(running.client.make_url(f"{running.case.path}/ws")).replace("http", "ws", 1)
        headers = {name: running.headers("judge")[name] for name in ("Cookie", "Origin")}
        peer = HeadlessPeer(address, headers=headers)
        await peer.join()
        assert (await running.post("judge", "/open"))[0] == 200
        await asyncio.sleep(3)
        assert (await running.post("judge", "/close"))[0] == 200
        await peer.close()
        yield running


def config_of(court: Court) -> Config:
    assert court.client.app is not None
    return court.client.app[CONFIG]


async def test_a_recording_is_replayed_whole_by_ranges_and_found_sound(court: Court) -> None:
    base = f"/hearings/{court.case.hearing.id}"
    status, manifest = await court.get("clerk", f"{base}/playback.json")
    assert status == 200
    assert {track["media"] for track in manifest["tracks"]} == {"audio", "video"}
    for track in manifest["tracks"]:
        covered = [*track["segments"], *track["gaps"]]
        assert sum(part["end_ms"] - part["start_ms"] for part in covered) >= manifest["length_ms"] - 250
        for segment in track["segments"]:
            await check_segment(court, segment["url"], track["media"])
    status, report = await court.get("judge", f"{base}/recording/integrity")
    assert status == 200
    assert report["sound"], report
    assert len(report["root"]) == 64
    await check_page_is_journaled(court, base)


async def check_segment(court: Court, url: str, media: str) -> None:
    status, whole = await court.get("judge", url)
    assert status == 200
    assert whole[:4] == b"\x1a\x45\xdf\xa3", "a WebM file of its own"
    headers = {**court.headers("judge"), hdrs.RANGE: "bytes=0-3"}
    async with court.client.get(url, headers=headers) as part:
        assert part.status == 206
        assert part.content_type == f"{media}/webm"
        assert await part.read() == whole[:4]
    for who in ("stranger", "remote", "vehicle"):
        assert (await court.get(who, url))[0] in (401, 403, 404), who


async def check_page_is_journaled(court: Court, base: str) -> None:
    def viewings(rx: Read) -> int:
        journal = tables.journal
        query = journal.select().where(journal.c.type == "recording.viewed")
        return len(rx.conn.execute(query).all())

    assert court.client.app is not None
    db = court.client.app[DB]
    before = await db.read(viewings)
    headers = {**court.headers("clerk"), "Accept": "text/html"}
    async with court.client.get(f"{base}/playback", headers=headers) as page:
        assert page.status == 200
        assert "录音录像回放" in await page.text()
    assert await db.read(viewings) == before + 1


async def test_one_changed_byte_is_found_and_its_place_named(court: Court) -> None:
    base = f"/hearings/{court.case.hearing.id}"
    folder = config_of(court).recordings_dir / court.case.hearing.id
    victim = next(iter(sorted(folder.rglob("*.webm"))))
    damaged = bytearray(victim.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    victim.write_bytes(damaged)
    status, report = await court.get("judge", f"{base}/recording/integrity")
    assert status == 200
    assert not report["sound"]
    assert any(victim.name in text and "字节" in text for text in report["problems"]), report
    victim.unlink()
    _, manifest = await court.get("judge", f"{base}/playback.json")
    urls = [segment["url"] for track in manifest["tracks"] for segment in track["segments"]]
    answers = [await court.get("judge", url) for url in urls]
    gone = [body["code"] for status, body in answers if status == 404]
    assert gone == ["recording.segment_not_found"]


async def test_a_hearing_without_a_recording_has_no_playback(tmp_path: Path, fonts_dir: Path) -> None:
    async with sitting(tmp_path, fonts_dir) as court:
        status, answer = await court.get("judge", f"/hearings/{court.case.hearing.id}/playback.json")
        assert (status, answer["code"]) == (404, "recording.not_found")
