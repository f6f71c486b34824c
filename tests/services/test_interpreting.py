"""翻译 at the database: linked by bench or clerk, audible to all by the bench alone, told to the room as microphones."""

import pytest

from court.domain.admission import Admission
from court.domain.hearing import Hearing, Place, SeatInput, SeatRole
from court.services import hearing, interpreting, order, seat
from tests.services.test_order import refused, remote_of, seats, types
from tests.services.world import World


async def interpreter(world: World, live: Hearing, place: Place = Place.REMOTE) -> str:
    given = SeatInput(role=SeatRole.INTERPRETER, name="石翻译", place=place)
    added = await world.do(hearing.add_seat, "clerk", 31, hearing_id=live.id, seat=given)
    assert added.caption == "翻译 石翻译"
    return str(added.id)


async def test_bench_and_clerk_link_and_only_the_bench_makes_all_hear(either_world: World) -> None:
    world = either_world
    live = await world.opened(remote=True)
    mine, person = await interpreter(world, live), await remote_of(world, live)
    what = {"hearing_id": live.id, "seat_id": mine}
    for _ in range(2):
        made = await world.do(interpreting.link, "clerk", 32, of=person.id, **what)
        assert (made.of_seat_id, made.to_all) == (person.id, False)
    await refused(
        world.do(interpreting.link, "clerk", 33, of=person.id, to_all=True, **what), "hearing.not_allowed"
    )
    await world.do(interpreting.link, "mediator", 33, of=person.id, to_all=True, **what)
    await refused(world.do(interpreting.release, "clerk", 34, **what), "hearing.not_allowed")
    told = await world.db.read(interpreting.lines, hearing_id=live.id)
    assert told == {mine: (person.id, True)}
    await world.do(interpreting.release, "mediator", 34, **what)
    await world.do(interpreting.release, "mediator", 35, **what)
    assert await world.db.read(interpreting.links, hearing_id=live.id) == ()
    kinds = await types(world, live.id)
    assert (kinds.count("interpreting.linked"), kinds.count("interpreting.released")) == (2, 1)


async def test_who_sits_in_the_vehicle_is_heard_by_its_microphone(world: World) -> None:
    live = await world.opened(remote=True)
    mine = await interpreter(world, live)
    known = await seats(world, live.id)
    inside = next(one for one in known[SeatRole.PARTY] if one.place is Place.VEHICLE)
    await world.do(interpreting.link, "clerk", 32, hearing_id=live.id, seat_id=mine, of=inside.id)
    vehicle = known[SeatRole.VEHICLE][0].id
    assert await world.db.read(interpreting.lines, hearing_id=live.id) == {mine: (vehicle, False)}


async def test_who_interprets_in_the_vehicle_does_so_aloud_for_all(world: World) -> None:
    live = await world.opened(remote=True)
    mine, person = await interpreter(world, live, Place.VEHICLE), await remote_of(world, live)
    what = {"hearing_id": live.id, "seat_id": mine}
    made = await world.do(interpreting.link, "clerk", 32, of=person.id, **what)
    assert made.to_all, "there is no channel to choose"
    assert await world.db.read(interpreting.lines, hearing_id=live.id) == {}
    await world.do(interpreting.release, "clerk", 33, **what)
    assert await world.db.read(interpreting.links, hearing_id=live.id) == ()


@pytest.mark.parametrize("code", ["interpreting.no_interpreter", "interpreting.of_whom", "seat.not_found"])
async def test_links_that_cannot_be(world: World, code: str) -> None:
    live = await world.opened(remote=True)
    person = await remote_of(world, live)
    vehicle = (await seats(world, live.id))[SeatRole.VEHICLE][0].id
    mine = await interpreter(world, live)
    seat_id, of = {
        "interpreting.no_interpreter": (person.id, mine),
        "interpreting.of_whom": (mine, vehicle),
        "seat.not_found": (mine, "no-seat"),
    }[code]
    link = world.do(interpreting.link, "mediator", 32, hearing_id=live.id, seat_id=seat_id, of=of)
    await refused(link, code)


async def test_an_interpreter_comes_by_a_link_waits_at_the_door_and_is_spared_by_orders_to_all(
    world: World,
) -> None:
    live = await world.opened(remote=True)
    mine = await interpreter(world, live)
    assert (await world.do(seat.create_link, "clerk", 32, seat_id=mine)).token
    known = {one.id: one for one in await world.db.read(hearing.seats, hearing_id=live.id)}
    assert known[mine].admission is Admission.WAITING
    silenced = await world.do(order.mute, "mediator", 32, hearing_id=live.id, seat_id=None, muted=True)
    assert mine not in {one.id for one in silenced}
