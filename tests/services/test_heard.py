"""What a machine heard is a suggestion: only a writer makes a line of it, once, with the recording's time."""

from typing import Any

import pytest

from court.domain.errors import CourtError
from court.domain.heard import Heard, HeardWord
from court.domain.hearing import Hearing, SeatRole
from court.services import heard, hearing, recording, transcript
from tests.services.world import World, bodies

WORDS = (HeardWord(text="路", confidence=0.9), HeardWord(text="是我修的", confidence=0.4))


async def recorded(world: World) -> tuple[Hearing, str]:
    """A session that is being recorded, and the seat of a party."""
    live = await world.opened()
    await world.db.write(recording.started, now=world.at(30), hearing_id=live.id, directory=live.id)
    seats = await world.db.read(hearing.seats, hearing_id=live.id)
    return live, next(seat.id for seat in seats if seat.role is SeatRole.PARTY)


async def offer(
    world: World, live: Hearing, seat: str, start_ms: int = 60_000, **changes: Any
) -> Heard | None:
    facts = {
        "seat_id": seat,
        "text": "路是我修的",
        "words": WORDS,
        "start_ms": start_ms,
        "end_ms": start_ms + 900,
    }
    made: Heard | None = await world.db.write(
        heard.offer, now=world.at(40), hearing_id=live.id, **facts | changes
    )
    return made


async def refused(doing: Any, code: str) -> None:
    with pytest.raises(CourtError) as caught:
        await doing
    assert caught.value.code == code


async def test_a_sentence_is_taken_as_the_clerk_lets_it_stand(either_world: World) -> None:
    world = either_world
    live, seat = await recorded(world)
    first, second = await offer(world, live, seat), await offer(world, live, seat, 70_000)
    assert first is not None and second is not None
    assert await offer(world, live, seat) is None, "the same moment of the same microphone is one sentence"
    waiting = await world.db.read(heard.offered, hearing_id=live.id)
    assert [one.words for one in waiting] == [WORDS, WORDS]
    assert (await world.db.read(transcript.get, hearing_id=live.id)).lines == ()
    facts = {
        "hearing_id": live.id,
        "heard_id": first.id,
        "speaker": "申请人 王秀英",
        "text": "路是我98年修的",
    }
    line = await world.do(heard.take, "clerk", 41, **facts)
    again = await world.do(heard.take, "clerk", 42, **facts)
    assert again == line
    assert (line.text, line.offset_ms, line.at) == ("路是我98年修的", 60_000, world.at(31))
    assert [one.id for one in await world.db.read(heard.offered, hearing_id=live.id)] == [second.id]
    assert await world.db.read(heard.reached, hearing_id=live.id) == {seat: 70_900}
    rows = [row for row in await bodies(world.db) if row["type"].startswith("heard.")]
    assert [row["type"] for row in rows] == ["heard.offered", "heard.offered", "heard.taken"]
    assert "路" not in str(rows), "the journal names no words"


async def test_a_dropped_sentence_is_gone_and_can_not_be_taken(world: World) -> None:
    live, seat = await recorded(world)
    one = await offer(world, live, seat)
    assert one is not None
    where = {"hearing_id": live.id, "heard_id": one.id}
    await world.do(heard.dismiss, "clerk", 41, **where)
    await world.do(heard.dismiss, "clerk", 41, **where)
    await refused(world.do(heard.take, "clerk", 42, speaker="王秀英", text="路", **where), "heard.dismissed")
    assert await world.db.read(heard.offered, hearing_id=live.id) == ()


async def test_only_writers_check_and_only_in_their_own_session(world: World) -> None:
    live, seat = await recorded(world)
    one = await offer(world, live, seat)
    assert one is not None
    elsewhere = {"hearing_id": "0" * 36, "heard_id": one.id}
    await refused(world.do(heard.dismiss, "clerk", 41, **elsewhere), "hearing.not_found")
    where = {"hearing_id": live.id, "heard_id": one.id}
    await refused(world.do(heard.dismiss, world.kiosk, 41, **where), "transcript.not_allowed")


async def test_nothing_is_offered_outside_a_session_nor_kept_after_the_final_text(world: World) -> None:
    live, seat = await recorded(world)
    one = await offer(world, live, seat)
    assert one is not None
    facts = {"hearing_id": live.id, "heard_id": one.id, "speaker": "王秀英", "text": "路是我修的"}
    await world.do(heard.take, "clerk", 41, **facts)
    await offer(world, live, seat, 80_000)
    await world.do(hearing.close, "mediator", 50, hearing_id=live.id)
    assert await offer(world, live, seat, 90_000) is None
    await world.do(transcript.finalise, "clerk", 51, hearing_id=live.id)
    assert await world.db.read(heard.offered, hearing_id=live.id) == ()
    assert await world.db.read(heard.reached, hearing_id=live.id) == {}
