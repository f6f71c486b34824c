"""Private talks at the database: one seat in one room, every step in the journal, nothing of what was said."""

import json
from typing import Any

import pytest

from court.domain.admission import AdmissionAction
from court.domain.caucus import Caucus, InvitationState
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, Place, Seat, SeatRole, SuspendReason
from court.domain.lifecycle import Actor, ActorKind, Role
from court.services import caucus, hearing, order, seat, standing, transcript
from tests.services.world import World, bodies

ONCE = "a-room-of-its-own-"


async def refused(doing: Any, code: str) -> None:
    with pytest.raises(CourtError) as caught:
        await doing
    assert caught.value.code == code


def sits(one: Seat) -> Actor:
    return Actor(kind=ActorKind.SEAT, id=one.id, role=Role.PARTY, name=one.name)


class Talk:
    """A live mediation: the applicant in the vehicle, the respondent far away, everybody connected."""

    def __init__(self, world: World, live: Hearing, seats: tuple[Seat, ...]) -> None:
        self.world, self.hearing = world, live
        by_role = {one.role: one for one in seats}
        self.vehicle, self.clerk, self.host = (
            by_role[role] for role in (SeatRole.VEHICLE, SeatRole.CLERK, SeatRole.MEDIATOR)
        )
        parties = [one for one in seats if one.role is SeatRole.PARTY]
        self.far = next(one for one in parties if one.place is Place.REMOTE)
        self.near = next(one for one in parties if one.place is Place.VEHICLE)
        self.where = {"hearing_id": live.id}

    async def room(self, minute: float = 31, number: int = 1) -> Caucus:
        once = f"{ONCE}{number}"
        return await self.world.do(caucus.open_room, "mediator", minute, once=once, **self.where)

    async def ask(self, room: Caucus, who: Seat, minute: float = 31, **facts: Any) -> Any:
        asked = {"caucus_id": room.id, "seat_id": who.id, **facts}
        return await self.world.do(caucus.invite, "mediator", minute, **asked)

    async def say(self, room: Caucus, who: Actor, minute: float = 31, accept: bool = True) -> Any:
        return await self.world.do(caucus.answer, who, minute, caucus_id=room.id, accept=accept, **self.where)

    async def areas(self) -> dict[str, str]:
        return await self.world.db.read(standing.areas, **self.where)

    async def types(self) -> list[str]:
        return [row["type"] for row in await bodies(self.world.db) if row["subject"] == self.hearing.id]


async def talk(world: World) -> Talk:
    live = await world.opened(remote=True)
    for one in await world.db.read(hearing.seats, hearing_id=live.id):
        await world.db.write(seat.linked, now=world.at(30), seat_id=one.id, state="joined")
        if one.place is Place.REMOTE:
            at = {"hearing_id": live.id, "seat_id": one.id, "action": AdmissionAction.ADMIT}
            await world.do(order.let, "mediator", 30, **at)
    return Talk(world, live, await world.db.read(hearing.seats, hearing_id=live.id))


async def test_one_is_asked_in_talks_and_everybody_is_back_at_the_end(either_world: World) -> None:
    at = await talk(either_world)
    room = await at.room()
    assert (await at.room()).id == room.id
    asked = await at.ask(room, at.far)
    assert asked.state is InvitationState.INVITED
    assert (await at.areas())[at.far.id] == "main"
    for _ in range(2):
        assert (await at.say(room, sits(at.far))).state is InvitationState.ACCEPTED
    await either_world.do(caucus.enter, "mediator", 32, caucus_id=room.id)
    areas = await at.areas()
    assert areas[at.far.id] == areas[at.host.id] == room.area
    assert areas[at.vehicle.id] == areas[at.clerk.id] == "main"
    await either_world.do(caucus.leave, "mediator", 33, **at.where)
    assert (await at.areas())[at.host.id] == "main"
    await either_world.do(caucus.enter, "mediator", 34, caucus_id=room.id)
    closed = await either_world.do(caucus.close, "mediator", 36, caucus_id=room.id)
    assert set((await at.areas()).values()) == {"main"}
    spent = [(one.seat_id, one.from_at, one.to_at) for one in closed.visits]
    minute = either_world.at
    assert spent == [
        (at.far.id, minute(31), minute(36)),
        (at.host.id, minute(32), minute(33)),
        (at.host.id, minute(34), minute(36)),
    ]
    kinds = await at.types()
    for kind, times in (
        ("caucus.opened", 1),
        ("caucus.invited", 1),
        ("caucus.accepted", 1),
        ("caucus.entered", 3),
    ):
        assert kinds.count(kind) == times
    assert kinds.count("caucus.returned") == 3 and kinds.count("caucus.closed") == 1
    lines = (await either_world.db.read(transcript.get, **at.where)).lines
    assert [one.text[1:6] for one in lines] == ["背对背调解", "背对背调解"]


async def test_no_answer_no_and_a_locked_door(world: World) -> None:
    at = await talk(world)
    room = await at.room()
    await at.ask(room, at.far)
    assert await world.db.read(caucus.waits_until, **at.where) == world.at(31.5)
    assert await world.db.write(caucus.expire, now=world.at(31.4), **at.where) == 0
    await refused(at.say(room, sits(at.far), 31.5), "caucus.too_late")
    assert await world.db.write(caucus.expire, now=world.at(31.5), **at.where) == 1
    assert await world.db.write(caucus.expire, now=world.at(31.5), **at.where) == 0
    await at.ask(room, at.far, 32)
    assert (await at.say(room, sits(at.far), 32, accept=False)).state is InvitationState.DECLINED
    await at.ask(room, at.far, 33)
    await world.do(caucus.lock, "mediator", 33, caucus_id=room.id, locked=True)
    await refused(at.say(room, sits(at.far), 33), "caucus.locked")
    await refused(at.ask(room, at.vehicle, 33, stays=(at.near.id,), cleared=True), "caucus.locked")
    await world.do(caucus.lock, "mediator", 33, caucus_id=room.id, locked=False)
    back = await world.do(caucus.withdraw, "mediator", 33, caucus_id=room.id, seat_id=at.far.id)
    assert back.of(at.far.id).state is InvitationState.WITHDRAWN
    await refused(at.say(room, sits(at.far), 33), "invitation.wrong_state")
    assert "caucus.no_answer" in await at.types()


async def test_a_seat_is_in_one_room_and_the_mediator_moves_between_several(world: World) -> None:
    at = await talk(world)
    first, second = await at.room(), await at.room(number=2)
    await at.ask(first, at.far)
    await refused(at.ask(second, at.far), "caucus.elsewhere")
    await at.say(first, sits(at.far))
    await refused(at.ask(second, at.vehicle), "caucus.who_stays")
    await at.ask(second, at.vehicle, stays=(at.near.id,), cleared=True)
    vehicle = Actor(kind=ActorKind.TERMINAL, id=world.kiosk.id, role=Role.PARTY, name="车载终端")
    await at.say(second, vehicle)
    for room in (first, second, first):
        await world.do(caucus.enter, "mediator", 33, caucus_id=room.id)
        assert (await at.areas())[at.host.id] == room.area
    told = next(
        row
        for row in await bodies(world.db)
        if row["type"] == "caucus.invited" and at.near.id in json.dumps(row)
    )
    assert told is not None
    rooms = await world.db.read(caucus.rooms, **at.where)
    stay = next(one for one in rooms[1].visits if one.seat_id == at.vehicle.id)
    assert stay.stays == (at.near.id,) and stay.cleared_by == world.people["mediator"].name
    await world.do(caucus.close, "mediator", 34, caucus_id=first.id)
    areas = await at.areas()
    assert (areas[at.far.id], areas[at.vehicle.id]) == ("main", second.area)


async def test_whoever_is_not_asked_finds_nothing(world: World) -> None:
    at = await talk(world)
    room = await at.room()
    await refused(world.do(caucus.open_room, "clerk", 31, once=ONCE + "9", **at.where), "caucus.not_mediator")
    for verb in (caucus.enter, caucus.close):
        await refused(world.do(verb, "clerk", 31, caucus_id=room.id), "caucus.not_found")
    await refused(at.say(room, sits(at.far)), "caucus.not_found")
    for wrong in (at.clerk, at.near, at.host):
        await refused(at.ask(room, wrong), "caucus.not_invitable")
    await world.db.write(seat.linked, now=world.at(31), seat_id=at.far.id, state="lost")
    await refused(at.ask(room, at.far), "caucus.away")


async def test_leaving_the_courtroom_or_the_end_of_the_session_ends_the_talk(world: World) -> None:
    at = await talk(world)
    room = await at.room()
    await at.ask(room, at.far)
    await at.say(room, sits(at.far))
    out = {"seat_id": at.far.id, "action": AdmissionAction.DISMISS, **at.where}
    await world.do(order.let, "mediator", 32, **out)
    assert (await at.areas())[at.far.id] == "lobby"
    assert (await world.db.read(caucus.rooms, **at.where))[0].inside() == frozenset()
    await world.do(order.let, "mediator", 33, **{**out, "action": AdmissionAction.ADMIT})
    await at.ask(room, at.far, 33)
    await at.say(room, sits(at.far), 33)
    await world.do(hearing.suspend, "mediator", 34, reason=SuspendReason.ADJOURNMENT, **at.where)
    assert set((await at.areas()).values()) == {"main"}
    assert (await world.db.read(caucus.rooms, **at.where))[0].closed_at == world.at(34)
    await refused(at.room(35, 2), "hearing.wrong_state")


async def test_figures_stand_once_and_say_when_they_are_not_whole(either_world: World) -> None:
    world = either_world
    at = await talk(world)
    used, empty, cut = await at.room(), await at.room(number=2), await at.room(number=3)
    for room in (used, cut):
        await at.ask(room, at.far)
        await at.say(room, sits(at.far))
        await world.do(caucus.leave, sits(at.far), 32, **at.where)
    await world.do(caucus.close, "mediator", 33, caucus_id=used.id)
    found = {"packets": 500, "crossed": 0, "recorded_ms": 0}
    read = await world.db.write(caucus.counted, now=world.at(33), caucus_id=used.id, **found)
    assert read.figures.complete and not read.figures.alarming
    assert await world.db.write(caucus.lost, now=world.at(34), **at.where) == 1
    for room in (empty, cut):
        await world.do(caucus.close, "mediator", 35, caucus_id=room.id)
    assert [one.id for one in await world.db.read(caucus.uncounted, **at.where)] == [empty.id, cut.id]
    unread = {"packets": None, "crossed": None, "recorded_ms": None}
    read = await world.db.write(caucus.counted, now=world.at(35), caucus_id=empty.id, **unread)
    assert (read.figures.packets, read.figures.complete) == (0, True)
    leak = {"packets": 5, "crossed": 3, "recorded_ms": 0}
    read = await world.db.write(caucus.counted, now=world.at(35), caucus_id=cut.id, **leak)
    assert read.figures.alarming and not read.figures.complete
    again = await world.db.write(caucus.counted, now=world.at(36), caucus_id=cut.id, **found)
    assert again.figures.crossed == 3
    assert (await at.types()).count("caucus.alarm") == 1
