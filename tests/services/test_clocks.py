"""Clocks on a track: counted with reasons, paused, extended by who may, announced once by the sweep."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from court import jobs
from court.domain.clock import Clock, ClockState, Lamp, lamp, lamp_words
from court.domain.errors import CourtError
from court.domain.filing import FilingDetails
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.track import Track
from court.services import clocks, filing
from court.store.views.tracks import clock_row
from tests.services.world import NOON, World, bodies

PRESIDENT = Actor(kind=ActorKind.STAFF, id="p", role=Role.PRESIDENT, name="院长 王公明")


async def refused(call: Any, code: str) -> CourtError:
    with pytest.raises(CourtError) as error:
        await call
    assert error.value.code == code
    return error.value


async def received(world: World, at: datetime = NOON) -> Track:
    receipt = await world.assigned()
    return await world.do(filing.receive, "clerk", matter_id=receipt.id, known=FilingDetails(received_at=at))


async def first(world: World, track: Track) -> Clock:
    return (await world.db.read(clocks.of_track, track_id=track.id))[0]


async def test_the_seven_days_of_acceptance_run_with_every_reason(world: World) -> None:
    # 2026-11-22 is a Sunday: the day itself is not counted, the seventh is again a Sunday and moves to Monday.
    one = await first(world, await received(world))
    assert (one.rule, one.due_on) == ("SU-01", date(2026, 11, 30))
    told = [step.text for step in clock_row(one, NOON).steps]
    assert "当日不计算在内" in told[1] and "顺延到休假日后的第一个工作日2026年11月30日" in told[3]
    assert lamp_words(one, NOON) == ("还有8天", "neutral")
    assert lamp(one, NOON + timedelta(days=7)) is Lamp.SOON
    assert lamp_words(one, NOON + timedelta(days=8)) == ("今天到期", "warn")
    # The last day ends at midnight of the court's clock, 16:00 UTC.
    assert lamp(one, datetime(2026, 11, 30, 15, 59, tzinfo=UTC)) is Lamp.TODAY
    assert lamp_words(one, datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == ("已超期1天", "bad")


async def test_the_same_start_again_is_the_same_clock(world: World) -> None:
    track = await received(world)
    facts = {"track_id": track.id, "rule": "SU-01", "since": NOON}
    again = await world.do(clocks.start, "clerk", 5, **facts)
    assert again == await first(world, track)
    assert len(await world.db.read(clocks.of_track, track_id=track.id)) == 1


async def test_the_sweep_tells_each_lamp_once_and_in_order(world: World) -> None:
    track = await received(world)
    assert clocks.sweep in jobs.SWEEPS
    for days, wanted in ((1, 0), (7, 1), (7, 0), (8, 1), (9, 1), (9, 0), (30, 0)):
        assert await world.db.write(clocks.sweep, now=NOON + timedelta(days=days)) == wanted, days
    told = [row["type"] for row in await bodies(world.db) if row["type"].startswith("clock.")]
    assert told == ["clock.started", "clock.soon", "clock.due_today", "clock.overdue"]
    assert (await first(world, track)).told is Lamp.OVERDUE


async def test_a_term_of_trial_is_paused_and_only_the_president_extends_it(world: World) -> None:
    track = await received(world)
    one = await world.do(clocks.start, "clerk", track_id=track.id, rule="SU-18", since=NOON)
    assert one.due_on == date(2027, 2, 22)
    day = 24 * 60
    paused = await world.do(
        clocks.pause, "judge", 3 * day, clock_id=one.id, first=date(2026, 11, 25), reason="委托鉴定", rev=1
    )
    assert paused.state is ClockState.PAUSED
    await refused(
        world.do(clocks.resume, "judge", 13 * day, clock_id=one.id, on=date(2026, 12, 5), rev=1),
        "clock.stale",
    )
    back = await world.do(clocks.resume, "judge", 13 * day, clock_id=one.id, on=date(2026, 12, 5), rev=2)
    assert back.due_on == date(2027, 3, 4)
    await refused(
        world.do(clocks.ask, "judge", 20 * day, clock_id=one.id, amount=2, reason="案情复杂"),
        "deadline.too_long",
    )
    await world.do(clocks.ask, "judge", 20 * day, clock_id=one.id, amount=1, reason="案情复杂")
    await refused(
        world.do(clocks.decide, "judge", 21 * day, clock_id=one.id, grant=True), "clock.president_only"
    )
    done = await world.do(clocks.decide, PRESIDENT, 21 * day, clock_id=one.id, grant=True, note="同意")
    assert done.due_on == date(2027, 4, 1)
    words = " ".join(step.text for step in clock_row(done, world.at(21 * day)).steps)
    assert "委托鉴定" in words and "院长 王公明" in words and "案情复杂" in words


async def test_a_limit_that_knows_no_pause_refuses_one(world: World) -> None:
    one = await first(world, await received(world))
    call = world.do(clocks.pause, "clerk", clock_id=one.id, first=date(2026, 11, 22), reason="等待")
    await refused(call, "deadline.no_pause")


async def test_what_is_done_late_says_so_and_a_restart_keeps_the_old_one(world: World) -> None:
    track = await received(world)
    one = await first(world, track)
    fresh = await world.do(
        clocks.restart, "clerk", 60, clock_id=one.id, since=world.at(60), reason="收到补正材料，重新计算"
    )
    assert (fresh.since, fresh.state) == (world.at(60), ClockState.RUNNING)
    assert (await first(world, track)).state is ClockState.DROPPED
    late = await world.do(clocks.meet, "clerk", 20 * 24 * 60, clock_id=fresh.id)
    assert lamp_words(late, world.at(20 * 24 * 60)) == ("超期后完成", "warn")
    assert await world.do(clocks.meet, "clerk", 21 * 24 * 60, clock_id=fresh.id) == late
