"""The archive ledger and the page of one record, as the people of a case meet them."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from court.domain.archive import ArchiveState
from court.services import archive
from court.store import tables as t
from court.web import archiving
from court.web.archiving import CopyFacts
from court.web.keys import DB
from signalling.messages import Source
from signalling.status import TrackStatus
from tests.web.record_court import closed, config_of, form, text
from tests.web.room_court import Court


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with closed(tmp_path, fonts_dir, recordings_copy_dir=str(tmp_path / "second")) as running:
        yield running


async def swept(court: Court) -> archive.Archive:
    assert court.client.app is not None
    app = court.client.app
    await archiving.sweep(app)
    return await app[DB].read(archive.get, hearing_id=court.case.hearing.id)


async def test_a_closed_session_is_copied_checked_and_listed(court: Court) -> None:
    found = await swept(court)
    assert (found.state, found.problems) == (ArchiveState.ARCHIVED, ())
    config = config_of(court)
    names = [
        {path.name for path in (place / court.case.hearing.id).iterdir()}
        for place in (config.recordings_dir, Path(config.recordings_copy_dir))
    ]
    assert names[0] == names[1]
    status, page = await text(court, "clerk", "/desk/recordings")
    assert (status, "已归档" in page, "应存和实存一致" in page) == (200, True, True)
    assert "在同一块磁盘上" in page
    for who, wanted in (("admin", 200), ("stranger", 200), ("vehicle", 303), ("remote", 303)):
        status, page = await text(court, who, "/desk/recordings")
        assert status == wanted, who
        assert "张德贵" not in page, "an administrator and a stranger read no party's name"


async def test_a_damaged_copy_comes_to_the_top_with_the_file_named(court: Court) -> None:
    await swept(court)
    second = Path(config_of(court).recordings_copy_dir) / court.case.hearing.id
    victim = sorted(second.glob("*.webm"))[0]
    damaged = bytearray(victim.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    victim.write_bytes(damaged)
    path = f"/desk/recordings/{court.case.hearing.id}"
    assert (await form(court, "judge", f"{path}/check"))[0] == 303
    status, page = await text(court, "judge", path)
    assert (status, "有问题" in page, victim.name in page) == (200, True, True)
    assert (await text(court, "stranger", path))[0] == 404


async def test_without_a_second_place_nothing_counts_as_archived(tmp_path: Path, fonts_dir: Path) -> None:
    async with closed(tmp_path, fonts_dir) as court:
        found = await swept(court)
        assert found.state is ArchiveState.FAULTY
        assert found.problems == (f"第二份：{archiving.NO_SECOND}",)
        assert "没有配置第二份" in (await text(court, "clerk", "/desk/recordings"))[1]


async def test_term_hold_and_removal_are_acts_with_reasons(court: Court) -> None:
    await swept(court)
    path = f"/desk/recordings/{court.case.hearing.id}"
    assert (await form(court, "clerk", f"{path}/retention", retention="permanent"))[0] == 303
    status, page = await form(court, "clerk", f"{path}/retention", retention="short")
    assert (status, "书记员不能缩短保管期限" in page) == (403, True)
    assert (await form(court, "clerk", f"{path}/hold", **{"hold-reason": ""}))[0] == 422
    assert (await form(court, "clerk", f"{path}/hold", **{"hold-reason": "再审"}))[0] == 303
    assert "暂缓销毁" in (await text(court, "clerk", "/desk/recordings"))[1]
    status, page = await form(court, "admin", f"{path}/remove", **{"remove-reason": "期满"})
    assert (status, "暂缓" in page) == (409, True)
    assert (await form(court, "clerk", f"{path}/remove", **{"remove-reason": "期满"}))[0] == 403
    assert sorted((config_of(court).recordings_dir / court.case.hearing.id).glob("*.webm"))


async def test_the_second_copy_grows_while_the_session_runs(tmp_path: Path, fonts_dir: Path) -> None:
    options = {"recordings_copy_dir": str(tmp_path / "second"), "over": False}
    async with closed(tmp_path, fonts_dir, **options) as court:
        assert court.client.app is not None
        app, hearing_id = court.client.app, court.case.hearing.id
        open_again = t.recording.update().values(ended_at=None, root="", checkpoint="")
        await app[DB].write(lambda tx: tx.conn.execute(open_again) and None)
        mirrors, config = archiving.Mirrors(), config_of(court)
        judge = TrackStatus(
            seat_id=court.case.seats["judge"].id, source=Source.MIC,
            packets=1, lost=0, level=40, silent_s=0.0, durable_s=24.0,
        )  # fmt: skip
        assert mirrors.facts(config, hearing_id, [judge]) == CopyFacts(lag_s=24.0, problem="mirror.late")
        await mirrors.step(app)
        query = sa.select(sa.func.max(t.recording_segment.c.end_ms)).where(
            t.recording_segment.c.participant == judge.seat_id, t.recording_segment.c.media == Source.MIC
        )
        copied_s = await app[DB].read(lambda rx: rx.conn.execute(query).scalar_one()) / 1000
        for ahead_s, problem in ((3.0, ""), (21.0, "mirror.late")):
            ahead = dataclasses.replace(judge, durable_s=copied_s + ahead_s)
            assert mirrors.facts(config, hearing_id, [ahead]) == CopyFacts(lag_s=ahead_s, problem=problem)
        quiet = dataclasses.replace(judge, durable_s=None)
        assert mirrors.facts(config, hearing_id, [quiet]) == CopyFacts(lag_s=0.0, problem="")
        places = [config_of(court).recordings_dir / hearing_id, tmp_path / "second" / hearing_id]
        names = [{path.name for path in place.glob("*.webm")} for place in places]
        assert names[0] == names[1] != set()
