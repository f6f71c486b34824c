"""背对背 over the web: the page of each seat learns its own part alone, and no other hand opens the door."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from court.domain.caucus import Caucus, Figures
from court.services import caucus, seat
from court.store import journal
from court.store.database import Read
from court.web.keys import BRIDGE, DB, ROOMS
from signalling.areas import Areas
from tests.web.room_court import Court, sitting

ONCE = "room-made-by-the-page-1"


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with sitting(tmp_path, fonts_dir, opened=True) as running:
        db = running.client.app[DB]  # type: ignore[index]
        for one in running.case.seats.values():
            facts = {"now": running.case.hearing.starts_at, "seat_id": one.id, "state": "joined"}
            await db.write(seat.linked, **facts)
        await running.client.app[BRIDGE].follow(running.case.hearing.id)  # type: ignore[index]
        yield running


async def opened(court: Court) -> str:
    status, facts = await court.post("judge", "/caucus/open", once=ONCE)
    assert status == 200, facts
    return str(facts["rooms"][0]["id"])


async def facts_of(court: Court, who: str) -> Any:
    status, facts = await court.get(who, "/caucus")
    assert status == 200
    return facts


async def test_each_page_learns_its_own_part_and_nothing_more(court: Court) -> None:
    room, remote = await opened(court), court.case.seats["remote"].id
    status, told = await court.post("judge", "/caucus/invite", caucus=room, seat=remote)
    assert status == 200 and told["rooms"][0]["guests"][0]["state"] == "invited"
    call = (await facts_of(court, "remote"))["call"]
    assert call["caucus"] == room and call["host"].endswith("李正言")
    nothing = {"may_host": False, "talking": False, "here": None, "call": None, "rooms": [], "seats": []}
    for other in ("clerk", "vehicle"):
        assert await facts_of(court, other) == nothing
    status, told = await court.post("remote", "/caucus/answer", caucus=room, accept=True)
    assert status == 200 and told["here"] == {"caucus": room, "alone": True, "stays": []}
    for other in ("clerk", "vehicle"):
        assert await facts_of(court, other) == nothing | {"talking": True}
    status, told = await court.post("judge", "/caucus/enter", caucus=room)
    assert told["here"]["alone"] is False and not told["talking"]
    status, state = await court.get("vehicle", "/state")
    assert state["caucus"]["talking"] and "张德贵" not in str(state["caucus"])
    status, told = await court.post("remote", "/caucus/leave")
    assert status == 200 and told["here"] is None and told["talking"]
    status, told = await court.post("judge", "/caucus/close", caucus=room)
    assert status == 200 and told["rooms"] == [] and not told["talking"]
    status, state = await court.get("vehicle", "/state")
    assert [line["text"][1:6] for line in state["lines"]] == ["背对背调解", "背对背调解"]


async def test_clerk_and_the_other_party_neither_read_nor_join(court: Court) -> None:
    room, remote = await opened(court), court.case.seats["remote"].id
    await court.post("judge", "/caucus/invite", caucus=room, seat=remote)
    for path, body in (
        ("open", {"once": ONCE + "2"}),
        ("invite", {"caucus": room, "seat": remote}),
        ("enter", {"caucus": room}),
        ("lock", {"caucus": room, "locked": True}),
        ("close", {"caucus": room}),
        ("withdraw", {"caucus": room, "seat": remote}),
    ):
        for who in ("clerk", "vehicle", "remote"):
            status, told = await court.post(who, f"/caucus/{path}", **body)
            assert status in {401, 403}, (who, path, told)
        status, told = await court.post("stranger", f"/caucus/{path}", **body)
        assert status in {403, 404}, (path, told)
    status, told = await court.post("vehicle", "/caucus/answer", caucus=room, accept=True)
    assert (status, told["code"]) == (404, "caucus.not_found")
    status, told = await court.post("clerk", "/caucus/answer", caucus=room, accept=True)
    assert status in {401, 403}
    status, told = await court.post("judge", "/caucus/enter", caucus="no-such-room")
    assert (status, told["code"]) == (404, "caucus.not_found")
    status, told = await court.post("judge", "/caucus/open", once="短")
    assert (status, told["code"]) == (400, "web.bad_request")


async def test_the_vehicle_says_who_stays(court: Court) -> None:
    room = await opened(court)
    vehicle, applicant = (court.case.seats[name].id for name in ("vehicle", "applicant"))
    asked = {"caucus": room, "seat": vehicle}
    status, told = await court.post("judge", "/caucus/invite", **asked, stays=[applicant])
    assert (status, told["code"]) == (422, "caucus.who_stays")
    status, told = await court.post("judge", "/caucus/invite", **asked, stays=[applicant], cleared=True)
    assert status == 200
    call = (await facts_of(court, "vehicle"))["call"]
    assert len(call["stays"]) == 1 and "王秀英" in call["stays"][0]
    status, told = await court.post("vehicle", "/caucus/answer", caucus=room, accept=True)
    assert status == 200 and told["here"]["stays"] == call["stays"]


async def rooms_of(court: Court) -> tuple[Caucus, ...]:
    db = court.client.app[DB]  # type: ignore[index]
    return await db.read(caucus.rooms, hearing_id=court.case.hearing.id)


async def talking(court: Court) -> Caucus:
    """The party far away stands in a private room, and the relay knows it."""
    room, remote = await opened(court), court.case.seats["remote"].id
    await court.post("judge", "/caucus/invite", caucus=room, seat=remote)
    await court.post("remote", "/caucus/answer", caucus=room, accept=True)
    (one,) = await rooms_of(court)
    areas_of(court).place(remote, one.area, court.case.hearing.starts_at.timestamp())
    return one


def areas_of(court: Court) -> Areas:
    rooms = court.client.app[ROOMS]  # type: ignore[index]
    areas: Areas = rooms._running[court.case.hearing.id].relay.areas
    return areas


async def journal_of(court: Court) -> list[str]:
    def read(rx: Read) -> list[str]:
        return [row.type for row in journal.entries(rx.conn, subject=court.case.hearing.id)]

    return await court.client.app[DB].read(read)  # type: ignore[index]


async def test_an_interruption_brings_everybody_back_and_reads_the_figures(court: Court) -> None:
    await talking(court)
    status, _ = await court.post("judge", "/suspend", reason="adjournment")
    assert status == 200
    told = await facts_of(court, "remote")
    assert told["here"] is None and not told["talking"]
    (one,) = await rooms_of(court)
    assert one.figures == Figures(packets=0, crossed=0, recorded_ms=0, complete=True)
    assert "caucus.alarm" not in await journal_of(court)


async def test_a_packet_at_the_wall_is_counted_and_alarms(court: Court) -> None:
    one = await talking(court)
    area = areas_of(court).named(one.area)
    assert area is not None
    area.crossed += 3
    assert (await court.post("judge", "/caucus/close", caucus=one.id))[0] == 200
    (one,) = await rooms_of(court)
    assert one.figures is not None and one.figures.crossed == 3
    assert "caucus.alarm" in await journal_of(court)


async def test_who_stood_there_stands_there_again_after_a_crash_and_the_figures_say_so(court: Court) -> None:
    one = await talking(court)
    bridge, rooms = court.client.app[BRIDGE], court.client.app[ROOMS]  # type: ignore[index]
    placed: list[tuple[str, str]] = []
    await rooms.close_room(court.case.hearing.id)
    place, rooms.place = (
        rooms.place,
        lambda room, seat, area: (placed.append((seat, area)), place(room, seat, area)),
    )
    bridge.room_lost(court.case.hearing.id)
    while (court.case.seats["remote"].id, one.area) not in placed:
        await asyncio.sleep(0.05)
    await bridge.settled()
    # The relay of the new process counts as if nothing had been before.
    areas_of(court).place(court.case.seats["remote"].id, one.area, court.case.hearing.starts_at.timestamp())
    assert (await court.post("judge", "/caucus/close", caucus=one.id))[0] == 200
    (one,) = await rooms_of(court)
    assert one.figures == Figures(packets=0, crossed=0, recorded_ms=0, complete=False)


async def test_nobody_answers_and_the_invitation_ends_by_itself(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caucus, "ANSWER_WITHIN", timedelta(seconds=0.4))
    room, remote = await opened(court), court.case.seats["remote"].id
    await court.post("judge", "/caucus/invite", caucus=room, seat=remote)
    while (await facts_of(court, "judge"))["rooms"][0]["guests"][0]["state"] != "no_answer":
        await asyncio.sleep(0.05)
    assert (await facts_of(court, "remote"))["call"] is None
