"""A witness in the vehicle at the database: kept apart by the crew, called, seated, led out; whose words a turn is."""

from typing import Any

from court.domain.admission import AdmissionAction
from court.domain.attendance import CrewAct, Whereabouts
from court.domain.hearing import Hearing, IdentityMethod, Place, Seat, SeatInput, SeatRole
from court.services import attendance, hearing, order, standing, transcript
from tests.services.test_order import refused, seats, types
from tests.services.world import World

CARD = "11010519491231002X"


async def aboard(world: World, live: Hearing) -> Seat:
    """A witness without a device of his own."""
    given = SeatInput(role=SeatRole.WITNESS, name="周某", place=Place.VEHICLE)
    added: Seat = await world.do(hearing.add_seat, "clerk", 31, hearing_id=live.id, seat=given)
    return added


async def test_the_crew_keeps_a_witness_apart_and_each_step_stands_with_its_time(either_world: World) -> None:
    world = either_world
    live = await world.opened()
    seat = await aboard(world, live)
    where = {"hearing_id": live.id, "seat_id": seat.id}
    call: dict[str, Any] = where | {"action": AdmissionAction.ADMIT}
    await refused(world.do(order.let, "mediator", 32, **call), "attendance.untold")
    apart = where | {"act": CrewAct.SET_APART}
    await refused(world.do(attendance.report, world.kiosk, 32, place="村委会", **apart), "attendance.who")
    await refused(world.do(attendance.report, world.kiosk, 32, told_by="郑某", **apart), "attendance.where")
    for _ in range(2):
        told = await world.do(
            attendance.report, world.kiosk, 32, place="村委会", told_by="郑某", offset_ms=5, **apart
        )
        assert told is Whereabouts.APART
    sit = where | {"act": CrewAct.SEAT, "told_by": "郑某"}
    await refused(world.do(attendance.report, world.kiosk, 33, **sit), "attendance.not_called")
    await world.do(order.let, "mediator", 33, **call)
    assert await world.db.read(attendance.shielded, hearing_id=live.id) is None
    await world.do(attendance.report, world.kiosk, 34, **sit)
    assert await world.db.read(attendance.shielded, hearing_id=live.id) == world.at(34)
    assert await world.db.read(attendance.named, hearing_id=live.id) == seat.id
    await world.do(order.let, "mediator", 36, **where, action=AdmissionAction.EXCUSE)
    assert await world.db.read(attendance.named, hearing_id=live.id) == "", "his words are at an end"
    assert await world.db.read(attendance.shielded, hearing_id=live.id), "but he still sits there"
    await world.do(attendance.report, "clerk", 37, **where, act=CrewAct.LEAD_OUT, told_by="郑某")
    assert await world.db.read(attendance.shielded, hearing_id=live.id) is None
    written = [line.text for line in (await world.db.read(transcript.get, hearing_id=live.id)).lines]
    assert written[1:] == [
        "证人 周某在村委会等候，看不到也听不到这里的情况（随车人员郑某报告）。",
        "证人 周某已到车上就座，开始作证（随车人员郑某报告）。",
        "证人 周某已离开车厢（随车人员郑某报告）。",
    ]
    assert (await types(world, live.id)).count("attendance.reported") == 3


async def test_a_turn_at_the_vehicles_microphone_is_of_the_person_who_spoke(world: World) -> None:
    live = await world.opened()
    known = await seats(world, live.id)
    vehicle = known[SeatRole.VEHICLE][0].id
    first, second = [one for one in known[SeatRole.PARTY] if one.place is Place.VEHICLE]

    async def spoke(minute: float) -> str:
        turn = {"hearing_id": live.id, "from_at": world.at(minute), "to_at": world.at(minute + 0.5)}
        await world.db.write(standing.spoke, seat_id=vehicle, offset_ms=None, **turn)
        return (await world.db.read(standing.turns, hearing_id=live.id))[-1].seat_id

    assert await spoke(31) == vehicle, "two sit there and nobody was named"
    name = {"hearing_id": live.id}
    await world.do(attendance.name_speaker, "clerk", 32, seat_id=second.id, **name)
    assert await spoke(33) == second.id
    await world.do(attendance.name_speaker, "mediator", 34, seat_id=first.id, **name)
    assert await spoke(35) == first.id
    absent = await aboard(world, live)
    await refused(
        world.do(attendance.name_speaker, "clerk", 36, seat_id=absent.id, **name), "attendance.not_here"
    )


async def test_who_is_no_party_shows_a_card_and_only_its_ends_are_kept(either_world: World) -> None:
    world = either_world
    live = await world.opened()
    seat = await aboard(world, live)
    where: dict[str, Any] = {"hearing_id": live.id, "seat_id": seat.id, "method": IdentityMethod.ID_CARD}
    await refused(
        world.do(attendance.check_guest, "officer", 32, id_number="1", **where), "identity.malformed"
    )
    made = await world.do(attendance.check_guest, "officer", 32, id_number=CARD, **where)
    assert made.masked_number == "110105********002X"
    assert (await world.db.read(attendance.checks, hearing_id=live.id))[seat.id] == made
    party = (await seats(world, live.id))[SeatRole.PARTY][0].id
    await refused(
        world.do(attendance.check_guest, "officer", 32, **where | {"seat_id": party}), "attendance.party"
    )
