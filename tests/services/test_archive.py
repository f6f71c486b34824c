"""Archiving: two sound copies, the term, the hold, and that nothing goes before its day or without a reason."""

from datetime import date, timedelta

import pytest

from court.domain.archive import ArchiveState, Copy, CopyCheck, retentions
from court.domain.errors import CourtError
from court.services import archive, hearing, recording
from court.store import journal
from court.store.views import ledger
from tests.services.world import World

ROOT = "ab" * 32
SOUND = (CopyCheck(copy=Copy.FIRST, root=ROOT), CopyCheck(copy=Copy.SECOND, root=ROOT))
YEARS_61 = 61 * 366 * 24 * 60.0


async def closed(world: World, *, recorded: bool = True) -> str:
    live = await world.opened()
    if recorded:
        await world.db.write(recording.started, now=world.at(30), hearing_id=live.id, directory=live.id)
        ended = {"hearing_id": live.id, "root": ROOT, "checkpoint": "note"}
        await world.db.write(recording.finished, now=world.at(60), **ended)
    await world.do(hearing.close, "mediator", 60, hearing_id=live.id)
    return live.id


async def types(world: World, hearing_id: str) -> list[str]:
    def read(rx):  # type: ignore[no-untyped-def]
        rows = journal.entries(rx.conn, subject=hearing_id)
        return [row.type for row in rows if row.type.startswith("archive.")]

    return await world.db.read(read)


async def test_two_sound_copies_make_it_archived_and_the_same_answer_is_journaled_once(
    either_world: World,
) -> None:
    world = either_world
    hearing_id = await closed(world)
    due = await world.db.read(archive.expected, now=world.at(61))
    assert [(one.hearing_id, one.root) for one in due] == [(hearing_id, ROOT)]
    for minute in (61, 62):
        found = await world.db.write(
            archive.checked, now=world.at(minute), hearing_id=hearing_id, checks=SOUND
        )
    assert (found.state, found.problems) == (ArchiveState.ARCHIVED, ())
    assert found.archived_at == world.at(61)
    assert found.checked_at == world.at(62)
    assert await types(world, hearing_id) == ["archive.opened", "archive.checked"]
    assert await world.db.read(archive.expected, now=world.at(63)) == ()
    later = world.at() + archive.CHECK_AGAIN + timedelta(days=1)
    assert len(await world.db.read(archive.expected, now=later)) == 1, "read again now and then"


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ((SOUND[0], CopyCheck(copy=Copy.SECOND, root="", problems=("文件夹不在。",))), "第二份：文件夹不在。"),
        ((SOUND[0], CopyCheck(copy=Copy.SECOND, root="cd" * 32)), "第二份：文件算出的校验值与登记的不一致。"),
    ],
)  # fmt: skip
async def test_one_bad_copy_keeps_it_out_of_the_archive_and_on_top(
    world: World, checks: tuple[CopyCheck, ...], words: str
) -> None:
    hearing_id = await closed(world)
    found = await world.db.write(archive.checked, now=world.at(61), hearing_id=hearing_id, checks=checks)
    assert (found.state, found.problems) == (ArchiveState.FAULTY, (words,))
    seen = await world.db.read(ledger, actor=world.people["clerk"])
    assert (seen.troubled, seen.rows[0].hearing.id) == (1, hearing_id)
    assert (await world.db.read(ledger, actor=world.people["judge2"])).rows == ()


async def test_a_session_that_ran_without_a_recording_is_a_problem(world: World) -> None:
    hearing_id = await closed(world, recorded=False)
    due = await world.db.read(archive.expected, now=world.at(61))
    assert [one.root for one in due] == [None]
    found = await world.db.write(archive.checked, now=world.at(61), hearing_id=hearing_id, checks=())
    assert found.problems == ("这一场已经开始过，却没有录音录像。",)


async def test_nothing_is_removed_before_its_day_nor_held_nor_without_reason(either_world: World) -> None:
    world = either_world
    hearing_id = await closed(world)
    await world.db.write(archive.checked, now=world.at(61), hearing_id=hearing_id, checks=SOUND)
    await refused(world, "admin", 62, hearing_id, "archive.not_due")
    held = await world.do(archive.hold, "clerk", 63, hearing_id=hearing_id, reason="当事人申请再审")
    assert held.held
    await refused(world, "admin", YEARS_61, hearing_id, "archive.held")
    with pytest.raises(CourtError, match="书记员"):
        await world.do(archive.release, "clerk", 64, hearing_id=hearing_id, hold_id=held.holds[0].id)
    await world.do(archive.release, "mediator", 64, hearing_id=hearing_id, hold_id=held.holds[0].id)
    for who in ("clerk", "mediator"):
        await refused(world, who, YEARS_61, hearing_id, "archive.not_allowed")
    await refused(world, "admin", YEARS_61, hearing_id, "form.invalid", reason=" ")
    gone = await world.do(archive.remove, "admin", YEARS_61, hearing_id=hearing_id, reason="期满，院长批准")
    assert gone.state is ArchiveState.REMOVED
    assert await world.db.read(archive.removed) == (hearing_id,)
    assert (await world.db.read(recording.get, hearing_id=hearing_id)).root == ROOT, "the ledger stays"
    assert (await types(world, hearing_id))[-1] == "archive.removed"
    await refused(world, "admin", YEARS_61, hearing_id, "archive.wrong_state")


async def refused(
    world: World, who: str, minute: float, hearing_id: str, code: str, reason: str = "期满，院长批准"
) -> None:
    with pytest.raises(CourtError) as refusal:
        await world.do(archive.remove, who, minute, hearing_id=hearing_id, reason=reason)
    assert refusal.value.code == code


async def test_a_term_runs_from_the_year_after_and_a_clerk_may_only_lengthen_it(world: World) -> None:
    hearing_id = await closed(world)
    await world.db.write(archive.checked, now=world.at(61), hearing_id=hearing_id, checks=SOUND)
    longer = await world.do(archive.classify, "clerk", 61, hearing_id=hearing_id, retention="permanent")
    assert longer.due_on is None
    await refused(world, "admin", YEARS_61, hearing_id, "archive.kept_for_ever")
    with pytest.raises(CourtError) as refusal:
        await world.do(archive.classify, "clerk", 61, hearing_id=hearing_id, retention="short")
    assert refusal.value.code == "archive.not_shorter"
    short = await world.do(archive.classify, "mediator", 61, hearing_id=hearing_id, retention="short")
    assert short.due_on == date(2057, 1, 1)
    assert [one.years for one in retentions().values()] == [30, 60, None]
    with pytest.raises(CourtError):
        await world.do(archive.classify, "judge2", 61, hearing_id=hearing_id, retention="long")
