"""The room decides alone: message in, effects out."""

from typing import Any

import pytest

from signalling import messages as m
from signalling.bench import Moment
from signalling.effects import Connect, Deliver, Disconnect, Effect, Gate, Kick, Remark, Tell
from signalling.messages import Kind, Phase, SeatState, Source
from signalling.peer import OUTBOX
from signalling.room import GRACE_S, SEAT_STEPS, Room
from signalling.seat import Seat
from signalling.terms import OrderEvent


def seat(
    seat_id: str,
    *,
    publish: bool = True,
    moderate: bool = False,
    area: str = "main",
    onlooker: bool = False,
    party: bool = True,
) -> Seat:
    return Seat(
        room_id="room",
        area=area,
        onlooker=onlooker,
        alias=f"masked {seat_id}",
        is_party=party,
        seat_id=seat_id,
        name=seat_id,
        caption=seat_id,
        role="party",
        may_publish=publish and not onlooker,
        may_moderate=moderate,
    )


def at(now: float) -> Moment:
    return Moment(now, 1_000_000 + now)


def join(room: Room, seat_id: str, *sources: Source, page: str = "p", now: float = 0.0, **facts: Any) -> None:
    room.hello(seat(seat_id, **facts), m.Hello(page=page), now)
    if sources:
        sends = tuple(m.Send(mid=str(i), source=s) for i, s in enumerate(sources))
        room.message(seat_id, m.Offer(connection="c", sdp="v=0", sends=sends), at(now))


def told(effects: list[Effect]) -> list[str]:
    return [e.event for e in effects if isinstance(e, Tell)]


def delivered(effects: list[Effect], to: str) -> list[m.ServerMessage]:
    return [e.message for e in effects if isinstance(e, Deliver) and e.seat_id == to]


@pytest.mark.parametrize("state", list(SeatState))
@pytest.mark.parametrize("event", ["hello", "silence", "leave"])
def test_only_a_farewell_leads_to_left(state: SeatState, event: str) -> None:
    step = SEAT_STEPS.get((state, event))
    if step is not None and step[0] is SeatState.LEFT:
        assert event == "leave"


def test_silence_makes_a_seat_lost_and_never_left_however_long() -> None:
    room = Room("room")
    join(room, "party", Source.MIC)
    assert told(room.tick(at(GRACE_S))) == []
    assert told(room.tick(at(GRACE_S + 0.1))) == ["lost"]
    assert told(room.tick(at(1e6))) == []
    assert room.peers["party"].state is SeatState.LOST
    assert list(room.publications())
    assert told(room.hello(seat("party"), m.Hello(page="p"), 1e6)) == ["back"]


def test_any_message_brings_a_lost_seat_back() -> None:
    room = Room("room")
    join(room, "party")
    room.tick(at(100.0))
    assert told(room.message("party", m.Ping(n=1), at(101.0))) == ["back"]


def test_a_second_page_takes_the_seat_over_and_the_first_is_told() -> None:
    room = Room("room")
    join(room, "party", page="first")
    effects = room.hello(seat("party"), m.Hello(page="second", take_over=True), 1.0)
    kick = next(e for e in effects if isinstance(e, Kick))
    assert (kick.page, kick.code, kick.last_word) == ("first", m.CloseCode.TAKEN_OVER, m.TakenOver())
    assert any(isinstance(e, Disconnect) for e in effects)
    assert told(effects) == []


def test_a_second_page_is_asked_while_the_first_is_there() -> None:
    room = Room("room")
    join(room, "party", page="first")
    (kick,) = room.hello(seat("party"), m.Hello(page="second"), 1.0)
    assert isinstance(kick, Kick)
    assert (kick.page, kick.code, kick.last_word) == ("second", m.CloseCode.ELSEWHERE, m.Elsewhere())
    assert room.peers["party"].page == "first"


@pytest.mark.parametrize("why", ["its socket is gone", "it is silent", "it said goodbye"])
def test_a_second_page_just_comes_in_when_the_first_is_not_there(why: str) -> None:
    room = Room("room")
    join(room, "party", page="first")
    match why:
        case "its socket is gone":
            room.unplugged("party")
        case "it is silent":
            room.tick(at(GRACE_S + 1))
        case _:
            room.leave("party")
    room.hello(seat("party"), m.Hello(page="second"), 8.0)
    assert room.peers["party"].page == "second"


def test_a_returning_page_hears_exactly_what_it_missed() -> None:
    room = Room("room")
    join(room, "party")
    seen = room.peers["party"].seq
    for i in range(3):
        room.notify("line", i)
    effects = room.hello(seat("party"), m.Hello(page="p", last_seq=seen), 1.0)
    welcome, *missed = delivered(effects, "party")
    assert isinstance(welcome, m.Welcome) and welcome.resumed
    assert [x.body for x in missed if isinstance(x, m.Notice)] == [0, 1, 2]
    assert [x.seq for x in missed if isinstance(x, m.Notice)] == [seen + 1, seen + 2, seen + 3]


@pytest.mark.parametrize("last_seq", [None, 0, 10_000_000])
def test_a_page_that_missed_too_much_gets_the_whole_state(last_seq: int | None) -> None:
    room = Room("room")
    join(room, "party")
    for i in range(OUTBOX + 1):
        room.notify("line", i)
    effects = room.hello(seat("party"), m.Hello(page="p", last_seq=last_seq), 1.0)
    welcome, *rest = delivered(effects, "party")
    assert isinstance(welcome, m.Welcome) and not welcome.resumed
    assert isinstance(rest[-1], m.State) and rest[-1].seq == room.peers["party"].seq


def test_without_the_floor_sound_is_shut_and_the_picture_stays() -> None:
    room = Room("room")
    join(room, "judge", moderate=True)
    join(room, "party", Source.MIC, Source.CAMERA)
    effects = room.bench.floor("party", False, None, at(1.0))
    assert [e.publication.source for e in effects if isinstance(e, Gate)] == [Source.MIC]
    assert {p.source: p.passes for p in room.publications()} == {Source.MIC: False, Source.CAMERA: True}
    assert room.absence("party", Source.MIC) == "mute"


def test_a_line_too_thin_for_pictures_is_seen_journalled_and_the_reason_of_their_gaps() -> None:
    room = Room("room")
    join(room, "judge")
    join(room, "party", Source.MIC, Source.CAMERA)
    effects = room.hold_pictures("party", True)
    assert [e.event for e in effects if isinstance(e, Remark)] == [OrderEvent.PICTURE_HELD]
    (seen,) = delivered(effects, "judge")
    assert isinstance(seen, m.SeatChanged) and seen.seat.held
    assert (room.absence("party", Source.CAMERA), room.absence("party", Source.MIC)) == ("bandwidth", "loss")
    assert room.hold_pictures("party", True) == []
    room.message("party", m.Live(source=Source.CAMERA, live=False), at(1.0))
    assert room.absence("party", Source.CAMERA) == "mute", "switched off by the person"
    room.message("party", m.Live(source=Source.CAMERA, live=True), at(2.0))
    assert [e.event for e in room.hold_pictures("party", False) if isinstance(e, Remark)] == [
        OrderEvent.PICTURE_BACK
    ]
    assert room.absence("party", Source.CAMERA) == "loss"


def test_a_watcher_neither_publishes_nor_gets_the_floor() -> None:
    room = Room("room")
    join(room, "guest", publish=False)
    send = m.Send(mid="0", source=Source.MIC)
    effects = room.message("guest", m.Offer(connection="c", sdp="v=0", sends=(send,)), at(1.0))
    assert not any(isinstance(e, Connect) for e in effects)
    assert room.bench.floor("guest", True, None, at(1.0)) == []


def test_hands_queue_in_order_and_the_floor_lowers_one() -> None:
    room = Room("room")
    for name in ("a", "b"):
        join(room, name, Source.MIC)
        room.message(name, m.Hand(raised=True), at(1.0))
    room.bench.floor("a", False, None, at(1.0))
    room.bench.floor("a", True, None, at(1.0))
    assert [room.hall.view(room.peers[x]).hand for x in ("a", "b")] == [None, 1]


def test_sound_and_picture_of_one_person_share_an_index_and_keep_it() -> None:
    room = Room("room", slots=3)
    join(room, "viewer")
    join(room, "a", Source.CAMERA, Source.MIC)
    join(room, "b", Source.MIC, Source.DOCUMENT, Source.CAMERA)
    first = {(s.seat_id, s.source): s.index for s in room.peers["viewer"].subscriptions.values()}
    assert first["a", Source.MIC] == first["a", Source.CAMERA]
    assert first["b", Source.MIC] == first["b", Source.CAMERA]
    assert first["b", Source.DOCUMENT] == 2
    room.leave("a")
    join(room, "c", Source.MIC, Source.CAMERA)
    later = {(s.seat_id, s.source): s.index for s in room.peers["viewer"].subscriptions.values()}
    assert all(later[k] == v for k, v in first.items() if k[0] == "b")
    assert later["c", Source.MIC] == later["c", Source.CAMERA]


def test_the_second_camera_of_a_place_takes_nobodys_voice_and_only_what_is_left() -> None:
    room = Room("room", slots=3)
    join(room, "viewer")
    join(room, "vehicle", Source.ROOM, Source.CAMERA, Source.MIC)
    join(room, "judge", Source.MIC, Source.CAMERA)
    shown = {(s.seat_id, s.source): s.index for s in room.peers["viewer"].subscriptions.values()}
    assert shown["vehicle", Source.MIC] == shown["vehicle", Source.CAMERA]
    assert shown["judge", Source.MIC] == shown["judge", Source.CAMERA]
    assert shown["vehicle", Source.ROOM] == 2


def test_more_publications_than_slots_leaves_the_last_ones_out() -> None:
    room = Room("room", slots=2)
    join(room, "viewer")
    for name in "abc":
        join(room, name, Source.MIC)
    slots = room.peers["viewer"].subscriptions
    assert {s.seat_id for s in slots.values()} == {"a", "b"} and all(k is Kind.AUDIO for k, _ in slots)


def test_a_closed_room_admits_nobody_and_lets_nothing_pass() -> None:
    room = Room("room")
    join(room, "party", Source.MIC)
    room.bench.phase(Phase.CLOSED, "")
    assert not any(p.passes for p in room.publications())
    (kick,) = room.hello(seat("late"), m.Hello(page="x"), 2.0)
    assert isinstance(kick, Kick) and kick.code == m.CloseCode.ROOM_CLOSED


@pytest.mark.parametrize("bad", ["", "../x", "a/b", ".hidden", "x" * 65, "席位"])
def test_a_seat_id_that_could_not_be_a_file_name_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a room or seat id"):
        seat(bad)


def test_a_seat_whose_right_ended_is_sent_away_with_its_media() -> None:
    room = Room("room")
    join(room, "party", Source.MIC)
    join(room, "judge", moderate=True)
    effects = room.evict("party")
    assert Kick("party", "p", m.CloseCode.NOT_ADMITTED) in effects
    assert Disconnect("party") in effects
    assert told(effects) == ["left"]
    assert not list(room.publications())
    assert room.evict("party") == room.evict("nobody") == []


def test_a_page_that_connects_anew_again_and_again_has_to_wait() -> None:
    room = Room("room")
    join(room, "party")
    offer = m.Offer(connection="c", sdp="v=0", sends=())

    def connects(now: float) -> bool:
        effects = room.message("party", offer, at(now))
        refused = [r for r in delivered(effects, "party") if isinstance(r, m.Error)]
        assert [r.code for r in refused] in ([], ["signal.too_many_offers"])
        return any(isinstance(e, Connect) for e in effects)

    assert sum(connects(1.0) for _ in range(100)) == 8
    assert not connects(3.0) and connects(12.0) and connects(12.1) and not connects(12.2)
