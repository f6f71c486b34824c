"""The plan of the vehicle: what is booked moves with it, what is cancelled waits, others' sessions stay a secret."""

from datetime import timedelta
from typing import Any

import pytest

from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind, HearingState
from court.domain.tour import Halt
from court.services import feeds, hearing, outbox, petition, planning, tour
from court.store.views import tour as views
from court.web import pages
from tests.services.world import World

HOUR = 60


async def refused(call: Any, code: str) -> CourtError:
    with pytest.raises(CourtError) as error:
        await call
    assert error.value.code == code
    return error.value


async def told(world: World, session: Hearing) -> list[str]:
    """The text messages about a session, oldest first."""
    return [one.body for one in await world.db.read(outbox.of_ref, refs=(session.id,))]


async def planned(world: World, spot: str = "村委会院坝", hour: float = 24) -> Halt:
    stop = await world.do(
        tour.add_stop, "officer", village="凤鸣镇红星村", spot=spot, court_minutes=90, road="最后两公里机耕道"
    )
    return await world.do(
        tour.plan,
        "officer",
        stop_id=stop.id,
        vehicle="01号车",
        arrives_at=world.at(hour * HOUR),
        leaves_at=world.at((hour + 4) * HOUR),
    )


async def booked(world: World, halt: Halt, minute: int = 0, **more: Any) -> Hearing:
    case = await world.assigned()
    seats = await world.db.read(
        hearing.suggested_seats, subject_kind="matter", subject_id=case.id, kind=HearingKind.MEDIATION
    )
    return await world.do(
        planning.book,
        "mediator",
        subject_kind="matter",
        subject_id=case.id,
        rev=2,
        kind=HearingKind.MEDIATION,
        starts_at=halt.arrives_at + timedelta(minutes=minute),
        minutes=60,
        place="",
        seats=seats,
        open_to_public=False,
        halt_id=halt.id,
        **more,
    )


async def test_a_session_stands_at_the_stop_and_a_conflict_needs_a_reason(world: World) -> None:
    halt = await planned(world)
    first = await booked(world, halt)
    assert first.place == "凤鸣镇红星村村委会院坝"
    told = await refused(booked(world, halt, 30), "hearing.conflict")
    assert "01号车" in told.text and "某mediator" in told.text
    await booked(world, halt, 30, despite="同一家人的两件事一起谈")
    await refused(booked(world, halt, 200), "hearing.conflict")
    free = await world.db.read(planning.free, now=world.at(), halt=halt, minutes=60, people={})
    assert free[0] == halt.arrives_at + timedelta(minutes=105)


async def test_a_moved_halt_takes_its_sessions_along(world: World) -> None:
    halt = await planned(world)
    one = await booked(world, halt, 15)
    later = timedelta(hours=26)
    moved = await world.do(
        tour.move,
        "clerk",
        halt_id=halt.id,
        rev=1,
        arrives_at=halt.arrives_at + later,
        leaves_at=halt.leaves_at + later,
        reason="山路抢修",
    )
    assert moved.rev == 2
    now = await world.db.read(hearing.get, hearing_id=one.id)
    assert now.starts_at == one.starts_at + later
    assert await world.db.read(planning.troubles, booked=now) == ()
    first, *_, last = await told(world, one)
    assert "调解安排在11月23日12:15" in first and "调解改到11月24日14:15，凤鸣镇红星村村委会院坝" in last
    await refused(world.do(tour.cancel, "clerk", halt_id=halt.id, rev=1, reason="旧页面"), "halt.stale")


async def test_a_cancelled_halt_puts_its_sessions_on_the_waiting_list_first_come_first(world: World) -> None:
    halt = await planned(world)
    one = await booked(world, halt)
    await world.do(tour.cancel, "clerk", 5, halt_id=halt.id, rev=1, reason="暴雨塌方")
    assert (await world.db.read(hearing.get, hearing_id=one.id)).state is HearingState.CANCELLED
    assert "的调解取消，新的时间另行通知" in (await told(world, one))[-1]
    (waits,) = await world.db.read(planning.waiting_list, actor=world.people["clerk"])
    assert waits.subject_id == one.subject_id and "暴雨塌方" in waits.note
    await refused(booked(world, halt), "halt.cancelled")
    another = await planned(world, "学校操场", 48)
    seats = await world.db.read(
        hearing.suggested_seats, subject_kind="matter", subject_id=one.subject_id, kind=HearingKind.MEDIATION
    )
    await world.do(
        planning.book,
        "mediator",
        10,
        subject_kind="matter",
        subject_id=one.subject_id,
        rev=2,
        kind=HearingKind.MEDIATION,
        starts_at=another.arrives_at,
        minutes=60,
        place="",
        seats=seats,
        open_to_public=False,
        halt_id=another.id,
    )
    assert await world.db.read(planning.waiting_list, actor=world.people["clerk"]) == ()


async def test_whose_reception_takes_the_time_is_told_to_nobody_else(world: World) -> None:
    halt = await planned(world)
    case = await world.petitioned(petition_class="accusation")
    await world.do(petition.accept, "petitions", petition_id=case.id, rev=1)
    seats = await world.db.read(
        hearing.suggested_seats, subject_kind="petition", subject_id=case.id, kind=HearingKind.RECEPTION
    )
    made = await world.do(
        planning.book,
        "petitions",
        subject_kind="petition",
        subject_id=case.id,
        rev=2,
        kind=HearingKind.RECEPTION,
        starts_at=halt.arrives_at,
        minutes=60,
        place="",
        seats=seats,
        open_to_public=False,
        halt_id=halt.id,
    )
    told = await refused(booked(world, halt), "hearing.conflict")
    assert "一场接访" in told.text and case.number not in told.text
    day = pages.local(halt.arrives_at).date()
    for login, known in (("clerk", False), ("judge", False), ("petitions", True)):
        (one,) = await world.db.read(views.plan, actor=world.people[login], first=day, days=1)
        (session,) = one.vehicles[0].halts[0].sessions
        assert (session.id == made.id, session.title == case.number) == (known, known)
    # Another cannot move it either: it stays, and its own people are told that the vehicle does not come.
    await world.do(tour.cancel, "clerk", halt_id=halt.id, rev=1, reason="车辆检修")
    stands = await world.db.read(hearing.get, hearing_id=made.id)
    assert stands.state is HearingState.SCHEDULED
    assert "车辆检修" in (await world.db.read(planning.troubles, booked=stands))[0]


async def test_a_vehicle_is_not_sent_to_two_places_and_a_known_stop_is_not_entered_twice(
    world: World,
) -> None:
    await planned(world)
    assert "01号车" in (await refused(planned(world, "学校操场", 26), "halt.conflict")).text
    await refused(planned(world), "stop.known")
    await refused(planned(world, "晒谷场", -30), "halt.in_the_past")


async def test_a_feed_answers_to_its_token_alone_and_ends_with_its_account(world: World) -> None:
    halt = await planned(world)
    one = await booked(world, halt)
    feed, token = await world.do(feeds.make, "mediator")
    _, (event,) = await world.db.read(feeds.events, token=token, now=world.at())
    assert (event.uid, event.starts_at, event.cancelled) == (one.id, one.starts_at, False)
    assert "王" not in event.title + event.place, "no names in a calendar"
    await world.do(hearing.cancel, "mediator", hearing_id=one.id, reason="撤回")
    _, (event,) = await world.db.read(feeds.events, token=token, now=world.at())
    assert event.cancelled and event.revision > one.rev
    await world.do(feeds.end, "mediator", feed_id=feed.id)
    await refused(world.db.read(feeds.events, token=token, now=world.at()), "feed.not_found")
