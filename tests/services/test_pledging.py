"""保证书 at the database: no witness of a trial is called without it; each act stands in journal and transcript once."""

from typing import Any

from court.domain.admission import Admission, AdmissionAction
from court.domain.hearing import Hearing, Place, Seat, SeatInput, SeatRole
from court.domain.pledge import PledgeAct, PledgeState
from court.services import hearing, order, pledges, pledging, transcript
from tests.services.test_order import refused, trial, types
from tests.services.world import World

ADMIT = AdmissionAction.ADMIT


async def witness_of(world: World, live: Hearing, name: str) -> Seat:
    given = SeatInput(role=SeatRole.WITNESS, name=name, place=Place.REMOTE)
    added: Seat = await world.do(hearing.add_seat, "judge", 31, hearing_id=live.id, seat=given)
    return added


async def test_a_witness_is_called_after_his_pledge_and_led_out_when_he_refuses_it(
    either_world: World,
) -> None:
    world = either_world
    live, _ = await trial(world)
    witness = await witness_of(world, live, "赵某")
    where: dict[str, Any] = {"hearing_id": live.id, "seat_id": witness.id}
    call = where | {"action": ADMIT}
    await refused(world.do(order.let, "judge", 32, **call), "pledge.missing")
    note = {"act": PledgeAct.CALL, "offset_ms": 60_000}
    assert await world.do(pledging.note, "judge", 32, **where, **note) is PledgeState.CALLED
    assert (await world.do(order.let, "judge", 33, **call)).admission is Admission.ADMITTED
    refusal = {"act": PledgeAct.REFUSE, "words": "怕得罪邻居"}
    assert await world.do(pledging.note, "judge", 34, **where, **refusal) is PledgeState.REFUSED
    out = next(s for s in await world.db.read(hearing.seats, hearing_id=live.id) if s.id == witness.id)
    assert out.admission is Admission.EXCUSED
    await refused(world.do(order.let, "judge", 35, **call), "pledge.refused")
    assert await world.do(pledging.note, "clerk", 36, **where, act=PledgeAct.SIGN) is PledgeState.SIGNED
    assert (await world.do(order.let, "judge", 37, **call)).admission is Admission.ADMITTED
    assert await world.do(pledging.note, "clerk", 38, **where, act=PledgeAct.READ) is PledgeState.GIVEN
    assert await world.db.read(pledges.standing, seat=witness) is PledgeState.GIVEN
    said = [line.text for line in (await world.db.read(transcript.get, hearing_id=live.id)).lines]
    assert [words[:4] for words in said if "保证书" in words] == ["传证人 ", "证人 赵", "证人 赵", "证人 赵"]
    assert any("怕得罪邻居" in words and "不得作证，并自行承担相关费用" in words for words in said)
    assert (await types(world, live.id)).count("pledge.noted") == 4


async def test_who_has_no_full_capacity_is_called_without_one_and_says_why(world: World) -> None:
    live, _ = await trial(world)
    child = await witness_of(world, live, "钱某")
    where: dict[str, Any] = {"hearing_id": live.id, "seat_id": child.id}
    exempt = {"act": PledgeAct.EXEMPT, "exception": "limited_capacity"}
    await refused(world.do(pledging.note, "judge", 32, **where, **exempt), "pledge.reason")
    assert await world.do(pledging.note, "judge", 32, **where, **exempt, words="十二岁") is PledgeState.EXEMPT
    let_in = await world.do(order.let, "judge", 33, **where, action=ADMIT)
    assert let_in.admission is Admission.ADMITTED
