"""A witness in the vehicle over HTTP: kept apart by the crew; while he sits there its screen holds back what went before."""

import uuid
from datetime import UTC, datetime
from typing import Any

from court.domain.hearing import Place, SeatInput, SeatRole
from court.services import hearing as hearings
from court.services import standing
from court.web.keys import BRIDGE, DB
from tests.web.test_exhibit import Table, of_pages, table

__all__ = ["table"]
BEFORE, AFTER = "墙是去年砌的", "我看见他砌的"


async def aboard(table: Table) -> str:
    """A witness without a device of his own, added by the clerk while the session stands; his seat."""
    given = SeatInput(role=SeatRole.WITNESS, name="周证人", place=Place.VEHICLE)
    clerk = table.case.people["clerk"].actor()
    facts = {"actor": clerk, "now": datetime.now(UTC), "hearing_id": table.case.hearing.id, "seat": given}
    return str((await table.court.client.app[DB].write(hearings.add_seat, **facts)).id)  # type: ignore[index]


async def report(table: Table, seat: str, act: str, who: str = "vehicle", **more: str) -> tuple[int, Any]:
    told = {"told_by": "郑行远", "place": "村委会办公室"} | more
    return await table.court.post(who, "/attendance", seat=seat, act=act, **told)


async def write(table: Table, words: str) -> None:
    line = {"id": str(uuid.uuid4()), "speaker": "申请人 王秀英", "text": words}
    status, answer = await table.court.post("clerk", "/transcript", at=datetime.now(UTC).isoformat(), **line)
    assert status == 200, answer


async def lines(table: Table, who: str) -> list[str]:
    found = []
    for path in ("/state", "/transcript"):
        status, answer = await table.court.get(who, path)
        assert status == 200, answer
        found.append([line["text"] for line in answer["lines"]])
    assert found[0] == found[1]
    return found[0]


async def test_the_vehicles_screen_holds_back_while_the_witness_sits_before_it(table: Table) -> None:
    seat = await aboard(table)
    made, other = [await table.submit("vehicle", table.applicant, of_pages(n)) for n in (2, 1)]
    await table.post("judge", "/show", exhibit=other["id"])
    await write(table, BEFORE)
    status, answer = await table.court.post("judge", "/admit", seat=seat)
    assert (status, answer["code"]) == (409, "attendance.untold")
    assert (await report(table, seat, "set_apart", "remote"))[0] in {401, 403}, "a party's page"
    assert (await report(table, seat, "set_apart"))[0] == 200
    status, _ = await table.court.post("judge", "/admit", seat=seat)
    assert status == 200
    assert BEFORE in await lines(table, "vehicle"), "nobody sits there yet"
    await table.refused("attendance.not_here", "judge", f"/{made['id']}/identify", witness=seat)
    assert (await report(table, seat, "seat"))[0] == 200
    await write(table, AFTER)
    held = await lines(table, "vehicle")
    assert BEFORE not in held and AFTER in held
    assert BEFORE in await lines(table, "remote")
    _, state = await table.court.get("vehicle", "/state")
    assert state["shielded"] and state["exhibits"]["exhibits"] == [] and state["exhibits"]["showing"] is None
    assert await table.picture("vehicle", other["id"]) == 404
    await table.post("judge", f"/{made['id']}/identify", witness=seat, page=1)
    _, state = await table.court.get("vehicle", "/state")
    assert state["exhibits"]["showing"]["exhibit"] == made["id"]
    assert await table.picture("vehicle", made["id"], 1) == 200
    assert await table.picture("vehicle", other["id"]) == 404
    status, _ = await table.court.post("judge", "/excuse", seat=seat)
    assert BEFORE not in await lines(table, "vehicle"), "he still sits there"
    assert (await report(table, seat, "lead_out"))[0] == 200
    assert {BEFORE, AFTER} <= set(await lines(table, "vehicle"))
    assert await table.picture("vehicle", other["id"]) == 200


async def test_bench_clerk_and_vehicle_are_told_where_he_is_and_whose_word_it_is(table: Table) -> None:
    seat = await aboard(table)
    await report(table, seat, "set_apart")
    for who in ("judge", "clerk", "vehicle"):
        _, state = await table.court.get(who, "/state")
        (witness,) = state["crew"]["witnesses"]
        assert witness["words"] == "在村委会办公室等候，看不到也听不到这里的情况（郑行远报告）"
        assert [one["act"] for one in witness["may"]] == ["overhear"], "he was not called yet"
        (alone,) = state["crew"]["speakers"]
        assert alone["caption"] == "申请人 王秀英"
    _, state = await table.court.get("remote", "/state")
    assert state["crew"] is None
    bridge, vehicle = table.court.client.app[BRIDGE], table.case.seats["vehicle"].id  # type: ignore[index]
    now = datetime.now(UTC).timestamp()
    bridge.turn(table.case.hearing.id, vehicle, now - 3, now, 1.0)
    await bridge.settled()
    db = table.court.client.app[DB]  # type: ignore[index]
    turns = await db.read(standing.turns, hearing_id=table.case.hearing.id)
    assert [one.seat_id for one in turns] == [alone["seat"]]
    status, answer = await table.court.post("clerk", "/speaking", seat=seat)
    assert (status, answer["code"]) == (409, "attendance.not_here")
    card = {"seat": seat, "method": "id_card", "number": "11010519491231002X"}
    assert (await table.court.post("clerk", "/identity", **card))[0] == 200
    _, state = await table.court.get("clerk", "/state")
    assert state["crew"]["checked"][seat] == "核验身份证 110105********002X"
