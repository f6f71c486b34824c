"""The web process or the media process of a court in session is killed: what the other holds goes on, nothing is lost."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import sqlalchemy as sa

from court import installation
from court.config import load
from court.rehearsal import session
from court.store import tables as t
from signalling.client import HeadlessPeer
from signalling.manifest import read_manifest
from signalling.messages import Notice, Welcome
from signalling.segments import Gap, GapReason, Part, Segment
from signalling.verify_recording import verify_recording
from tests.journeys.at_the_table import Table, opened
from tests.journeys.at_work import Camera
from tests.node import Node


def _safe(judge: HeadlessPeer) -> float:
    """The last second that the judge was told is on disk."""
    told = [x.body["tracks"] for x in judge.inbox if isinstance(x, Notice) and x.topic == "durable"]
    return max((track["until"] for tracks in told for track in tracks), default=0.0)


async def _web_process_dies(node: Node, judge: HeadlessPeer, vehicle: HeadlessPeer) -> None:
    """Sound goes on without it; with the next one the pages sit where they sat."""
    (worker,) = node.media_workers()
    await asyncio.to_thread(node.kill_web)
    before = sum(r.packets for r in judge.received.values())
    await judge.wait_for(lambda p: sum(r.packets for r in p.received.values()) > before + 150)
    await asyncio.to_thread(node.start)
    assert node.media_workers() == [worker]
    for peer in (judge, vehicle):
        await peer.open_socket()
    safe = _safe(judge)
    await judge.wait_for(lambda p: _safe(p) > safe + 1)
    assert [x.resumed for x in judge.inbox if isinstance(x, Welcome)] == [False, True], "not the seat it had"


async def _media_process_dies(node: Node, judge: HeadlessPeer, vehicle: HeadlessPeer) -> None:
    """Another takes the room up; the pages are told to come back, and the recording goes on."""
    (worker,) = node.media_workers()
    os.kill(worker, signal.SIGKILL)
    for peer in (judge, vehicle):
        await peer.wait_for(lambda p: p.close_code == 1012)
        await peer.join(30)
    safe = _safe(judge)
    await judge.wait_for(lambda p: _safe(p) > safe + 1)
    assert node.media_workers() not in ([], [worker])


def _recorded(node: Node, table: Table) -> None:
    config = load(node.config)
    directory = config.recordings_dir / table.hearing_id
    report = verify_recording(directory, installation.recording_public_key(config.authority_dir))
    assert report.problems == () and report.finished and report.signed
    records = [e.record for e in read_manifest(directory).entries]
    assert sum(isinstance(r, Part) for r in records) == 1, "only the media process ended a part"
    crashes = [r for r in records if isinstance(r, Gap) and r.reason is GapReason.CRASH]
    assert len({r.track for r in crashes}) == len(crashes) > 0
    engine = sa.create_engine(config.database)
    with engine.connect() as conn:
        for table_, kind in ((t.recording_segment, Segment), (t.recording_gap, Gap)):
            rows = conn.execute(sa.select(sa.func.count()).select_from(table_)).scalar()
            assert rows == sum(isinstance(r, kind) for r in records)
        kinds = list(conn.execute(sa.select(t.journal.c.type)).scalars())
        assert kinds.count("recording.continued") == 1
    engine.dispose()


async def test_a_session_outlives_its_web_process_and_its_media_process(
    tmp_path: Path, fonts_dir: Path
) -> None:
    node = Node(tmp_path, fonts_dir=str(fonts_dir), signing_workers=1, media_workers=1)
    await asyncio.to_thread(node.start)
    node.config.write_text(node.config.read_text() + "demonstration = false\n")
    try:
        async with opened(node) as table, AsyncExitStack() as stack:
            camera = Camera(table)
            judge = await camera.join(stack)
            vehicle = camera.vehicle
            await judge.wait_for(lambda p: _safe(p) > 1 and any(r.frames for r in p.received.values()))
            await _web_process_dies(node, judge, vehicle)
            await _media_process_dies(node, judge, vehicle)
            await session.order(table.judge, table.hearing_id, "close")
            await asyncio.to_thread(_recorded, node, table)
    finally:
        await asyncio.to_thread(node.stop)
    assert node.media_workers() == []
