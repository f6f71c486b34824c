"""What a device self-test found, at the database: the newest counts, every one stands in the journal."""

import pytest

from court.domain.errors import CourtError
from court.domain.health import Line
from court.domain.hearing import Place, Seat, SeatRole
from court.domain.selftest import ASKED, CheckStep, troubles
from court.services import hearing, seat, selftest
from tests.services.world import World, bodies

GOOD = Line(connected=True, rtt_ms=35.4, loss=0.0)
YES = dict.fromkeys(ASKED, True)


def test_an_answer_that_was_not_given_is_a_trouble_and_so_is_a_slow_line() -> None:
    assert troubles(YES, GOOD) == ()
    assert troubles({}, GOOD) == ASKED
    assert troubles(YES, Line(connected=True, rtt_ms=900, loss=0)) == (CheckStep.LINE,)
    assert troubles(YES, Line(connected=False, rtt_ms=20, loss=0)) == (CheckStep.LINE,)


async def guest_of(world: World) -> Seat:
    live = await world.called(remote=True)
    seats = await world.db.read(hearing.seats, hearing_id=live.id)
    return next(one for one in seats if one.role is SeatRole.PARTY and one.place is Place.REMOTE)


async def test_the_newest_test_counts_and_a_new_device_is_asked_again(either_world: World) -> None:
    world = either_world
    guest = await guest_of(world)
    made = await world.do(seat.create_link, "mediator", 12, seat_id=guest.id, not_before=world.at(0))
    opened = await world.db.write(seat.redeem, now=world.at(13), token=made.token, device=None)
    held = await world.db.read(seat.session, now=world.at(13), device=opened.device)
    assert await world.db.read(selftest.is_wanted, seat_id=guest.id)
    found = {"seat_id": guest.id, "line": GOOD, "declared": True}
    deaf = YES | {CheckStep.SOUND: False}
    first = await world.do(selftest.keep, held.actor, 14, answers=deaf, **found)
    assert first.words == "自测有问题：听不到声音"
    assert not await world.db.read(selftest.is_wanted, seat_id=guest.id)
    await world.do(selftest.keep, held.actor, 15, answers=YES, **found)
    kept = await world.db.read(selftest.of_hearing, hearing_id=guest.hearing_id)
    assert list(kept) == [guest.id]
    assert (kept[guest.id].words, kept[guest.id].rtt_ms, kept[guest.id].at) == (
        "已自测，正常",
        35,
        world.at(15),
    )
    told = [row for row in await bodies(world.db) if row["type"] == "seat.self_tested"]
    assert [row["troubles"] for row in told] == ["sound", ""]
    again = await world.do(seat.release, "mediator", 16, seat_id=guest.id)
    await world.db.write(seat.redeem, now=world.at(17), token=again.token, device=None)
    assert await world.db.read(selftest.is_wanted, seat_id=guest.id)
    await world.do(hearing.remove_seat, "mediator", 18, seat_id=guest.id)
    assert not await world.db.read(selftest.of_hearing, hearing_id=guest.hearing_id)


async def test_nothing_is_kept_of_somebody_who_may_not_see_the_session_or_after_its_end(world: World) -> None:
    guest = await guest_of(world)
    facts = {"seat_id": guest.id, "answers": YES, "line": GOOD, "declared": True}
    with pytest.raises(CourtError) as hidden:
        await world.do(selftest.keep, "judge2", 14, **facts)
    assert hidden.value.code == "hearing.not_found"
    await world.do(hearing.cancel, "mediator", 15, hearing_id=guest.hearing_id, reason="改期")
    with pytest.raises(CourtError) as over:
        await world.do(selftest.keep, "mediator", 16, **facts)
    assert over.value.code == "hearing.wrong_state"
