"""Seats while a session stands: added with their note, moved to another place, taken back while nobody came."""

from court.domain.admission import Admission, AdmissionAction
from court.domain.hearing import Place, SeatInput, SeatRole
from court.domain.seating import SeatAct
from court.services import attendance, hearing, order, seat, seating, transcript
from tests.services.test_order import refused, seats, types
from tests.services.world import World


def person(role: SeatRole, name: str, place: Place = Place.REMOTE) -> SeatInput:
    return SeatInput(role=role, name=name, place=place)


async def written(world: World, hearing_id: str) -> list[str]:
    return [line.text for line in (await world.db.read(transcript.get, hearing_id=hearing_id)).lines]


async def test_one_more_is_added_moved_and_taken_back_while_the_session_stands(either_world: World) -> None:
    world = either_world
    live = await world.opened()
    where = {"hearing_id": live.id}
    await refused(
        world.do(seating.add_seat, "clerk", 31, seat=person(SeatRole.MEDIATOR, "孙某"), **where),
        "order.not_a_person",
    )
    late = await world.do(seating.add_seat, "clerk", 31, seat=person(SeatRole.WITNESS, "周某"), **where)
    assert late.admission is Admission.WAITING
    await refused(
        world.do(seating.add_seat, "clerk", 31, seat=person(SeatRole.WITNESS, " 周某 "), **where),
        "seat.twice",
    )
    token = (await world.do(seat.create_link, "clerk", 31, seat_id=late.id)).token
    moved = await world.do(seating.move, "clerk", 32, seat_id=late.id, place=Place.VEHICLE)
    assert (moved.place, moved.admission) == (Place.VEHICLE, Admission.WAITING)
    with_link = world.db.write(seat.redeem, now=world.at(33), token=token, device=None)
    await refused(with_link, "seat.revoked")
    assert await world.db.read(seating.possible, hearing=live, seat=moved) == (
        SeatAct.TO_REMOTE,
        SeatAct.WITHDRAW,
    )
    await world.do(seating.remove_seat, "clerk", 34, seat_id=late.id)
    assert late.id not in {one.id for one in await world.db.read(hearing.seats, hearing_id=live.id)}
    assert await written(world, live.id) == [
        "增加席位：证人 周某（用自己的设备）。",
        "证人 周某改为在车上参加。",
        "撤下席位：证人 周某（没有到场）。",
    ]
    kinds = await types(world, live.id)
    for one in ("hearing.seat_added", "hearing.seat_moved", "hearing.seat_removed"):
        assert kinds.count(one) == 1


async def test_who_came_or_whom_the_record_names_keeps_the_seat(world: World) -> None:
    live = await world.opened(remote=True)
    came = await world.do(
        seating.add_seat, "clerk", 31, hearing_id=live.id, seat=person(SeatRole.AGENT, "赵某")
    )
    await world.db.write(seat.linked, now=world.at(32), seat_id=came.id, state="joined")
    await refused(world.do(seating.remove_seat, "clerk", 33, seat_id=came.id), "seat.occupied")
    await refused(world.do(seating.move, "clerk", 33, seat_id=came.id, place=Place.VEHICLE), "seat.connected")
    told = await world.do(
        seating.add_seat,
        "clerk",
        33,
        hearing_id=live.id,
        seat=person(SeatRole.WITNESS, "周某", Place.VEHICLE),
    )
    facts = {"hearing_id": live.id, "seat_id": told.id, "told_by": "郑某", "place": "村委会"}
    await world.do(attendance.report, "officer", 34, act=attendance.CrewAct.SET_APART, **facts)
    await refused(world.do(seating.remove_seat, "clerk", 35, seat_id=told.id), "seat.occupied")
    away = await world.do(
        seating.add_seat, "clerk", 35, hearing_id=live.id, seat=person(SeatRole.WITNESS, "钱某")
    )
    out = {"hearing_id": live.id, "seat_id": away.id, "action": AdmissionAction.REMOVE}
    await world.do(order.let, "mediator", 36, **out)
    await refused(world.do(seating.remove_seat, "clerk", 37, seat_id=away.id), "seat.occupied")
    judge = (await seats(world, live.id))[SeatRole.MEDIATOR][0]
    await refused(world.do(seating.remove_seat, "clerk", 37, seat_id=judge.id), "order.not_a_person")
