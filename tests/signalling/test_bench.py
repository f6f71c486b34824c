"""Order in the room, decided alone: areas, floor, mute, countdown, hands, spotlight. Orders in, effects out."""

from typing import Any

import pytest

from signalling import messages as m
from signalling.effects import Connect, Deliver, Effect, Gate, Kick, Place, Remark, Spoke
from signalling.messages import Kind, Layout, Phase, Source
from signalling.room import MAX_ONLOOKERS, Room
from signalling.terms import Channel, OrderEvent
from tests.signalling.test_room import at, delivered, join, seat

MEDIA = (Source.MIC, Source.CAMERA)


@pytest.fixture
def room() -> Room:
    room = Room("room")
    join(room, "judge", *MEDIA, moderate=True)
    join(room, "party", *MEDIA)
    join(room, "other", *MEDIA)
    return room


def passing(room: Room, seat_id: str) -> set[Source]:
    return {p.source for p in room.publications() if p.seat_id == seat_id and p.passes}


def sees(room: Room, seat_id: str) -> set[str]:
    return {s.seat_id for s in room.peers[seat_id].subscriptions.values()}


def remarks(effects: list[Effect]) -> list[tuple[str, str]]:
    return [(e.seat_id, e.event) for e in effects if isinstance(e, Remark)]


def states(effects: list[Effect], to: str) -> list[m.State]:
    return [x for x in delivered(effects, to) if isinstance(x, m.State)]


# -- areas


def test_slots_carry_only_sources_of_the_own_area(room: Room) -> None:
    room.bench.place("party", "caucus-1")
    room.bench.place("judge", "caucus-1")
    assert (sees(room, "party"), sees(room, "judge"), sees(room, "other")) == ({"judge"}, {"party"}, set())
    room.bench.place("judge", "main")
    assert (sees(room, "party"), sees(room, "judge"), sees(room, "other")) == (set(), {"other"}, {"judge"})


def test_everyone_in_the_lobby_is_alone(room: Room) -> None:
    for seat_id in ("party", "other"):
        room.bench.place(seat_id, "lobby")
    assert sees(room, "party") == sees(room, "other") == sees(room, "judge") == set()
    assert passing(room, "party") == set()


def test_packets_are_moved_before_anything_is_told(room: Room) -> None:
    effects = room.bench.place("party", "caucus-1")
    assert effects[0] == Place("party", "caucus-1")


def test_a_witness_in_the_lobby_knows_of_nobody_and_hears_no_notice(room: Room) -> None:
    join(room, "witness", *MEDIA, area="lobby")
    (state,) = states(room.hall.show_all(room.peers["witness"]), "witness")
    assert [s.seat for s in state.seats] == ["witness"]
    room.bench.arrange(("party", "camera"), "speaker")
    later: list[Effect] = [
        *room.notify("transcript", {"text": "x"}),
        *room.bench.floor("party", False, None, at(2.0)),
        *room.message("party", m.Hand(raised=True), at(2.0)),
        *room.bench.arrange(None, "grid"),
        *room.leave("other"),
    ]
    assert delivered(later, "witness") == []
    stage = room.bench.stage("inquiry") + room.bench.phase(Phase.IN_SESSION, "")
    assert [type(x) for x in delivered(stage, "witness")] == [m.StageChanged, m.PhaseChanged]
    assert states(room.hall.show_all(room.peers["witness"]), "witness")[0].spotlight is None


def test_a_witness_called_in_gets_everything_and_called_out_knows_nothing_again(room: Room) -> None:
    join(room, "witness", *MEDIA, area="lobby")
    (state,) = states(room.bench.place("witness", "main"), "witness")
    assert {s.seat for s in state.seats} == {"judge", "party", "other", "witness"}
    assert sees(room, "witness") == {"judge", "party", "other"}
    (state,) = states(room.bench.place("witness", "lobby"), "witness")
    assert {s.seat for s in state.seats} == {"witness"} and sees(room, "witness") == set()


def test_a_caucus_is_listed_elsewhere_without_sources_or_hand(room: Room) -> None:
    room.bench.place("party", "caucus-1")
    room.message("party", m.Hand(raised=True), at(1.0))
    (view,) = [s for s in room.hall.snapshot(room.peers["other"]).seats if s.seat == "party"]
    assert (view.area, view.sources, view.hand) == ("caucus-1", (), None)


def test_notices_go_to_main_unless_others_are_named(room: Room) -> None:
    room.bench.place("party", "caucus-1")
    assert delivered(room.notify("line", 1), "party") == []
    assert delivered(room.notify("line", 1, areas=["caucus-1"]), "other") == []
    assert len(delivered(room.notify("line", 1, areas=["main", "caucus-1"]), "party")) == 1
    assert len(delivered(room.notify("line", 1, only=["party"]), "party")) == 1


def test_a_seat_keeps_its_area_whatever_the_page_does(room: Room) -> None:
    room.bench.place("party", "lobby")
    join(room, "party", *MEDIA, page="p", area="main")
    assert room.peers["party"].area == "lobby" and sees(room, "party") == set()
    room.leave("party")
    join(room, "party", *MEDIA, page="q", area="main")
    assert room.peers["party"].area == "lobby" and passing(room, "party") == set()


def test_orders_for_a_seat_not_yet_taken_hold_from_its_first_moment(room: Room) -> None:
    room.bench.place("late", "caucus-2")
    room.bench.mute("late", True, True)
    room.bench.floor("late", True, 1_000_060.0, at(0.0))
    join(room, "late", *MEDIA)
    peer = room.peers["late"]
    assert (peer.area, peer.muted, peer.locked, peer.floor_until) == ("caucus-2", True, True, 1_000_060.0)
    assert remarks(room.tick(at(60.0))) == [("late", OrderEvent.FLOOR_ENDED)]


def test_orders_to_all_spare_the_clerk(room: Room) -> None:
    join(room, "clerk", *MEDIA, party=False)
    room.bench.mute(None, True, True)
    room.bench.countdown(1_000_030.0, at(0.0))
    assert passing(room, "clerk") == passing(room, "judge") == set(MEDIA)
    assert passing(room, "party") == {Source.CAMERA}


@pytest.mark.parametrize(
    "name", ["", "hall", "caucus-", "caucus", "caucus-a b", "caucus-" + "x" * 60, "caucus-席"]
)
def test_what_is_no_area_is_refused(room: Room, name: str) -> None:
    with pytest.raises(ValueError, match="not an area"):
        room.bench.place("party", name)


@pytest.mark.parametrize(("area", "reason"), [("lobby", "outside"), ("caucus-1", "caucus"), ("main", "loss")])
def test_the_recording_knows_why_nothing_comes(room: Room, area: str, reason: str) -> None:
    room.bench.place("party", area)
    assert room.absence("party", Source.MIC) == reason


# -- microphones


def test_a_muted_person_may_open_the_microphone_unless_it_is_locked(room: Room) -> None:
    room.bench.mute("party", True, False)
    assert passing(room, "party") == {Source.CAMERA}
    assert remarks(room.message("party", m.Unmute(), at(1.0))) == [("party", OrderEvent.UNMUTED)]
    assert passing(room, "party") == set(MEDIA)
    room.bench.mute("party", True, True)
    effects = room.message("party", m.Unmute(), at(2.0))
    (error,) = delivered(effects, "party")
    assert isinstance(error, m.Error) and error.code == "room.locked"
    assert remarks(effects) == [("party", OrderEvent.ATTEMPT)]
    assert passing(room, "party") == {Source.CAMERA}


def test_muting_all_spares_who_moderates_and_holds_for_who_comes_later(room: Room) -> None:
    room.bench.mute(None, True, True)
    join(room, "late", *MEDIA)
    assert [passing(room, s) for s in ("judge", "party", "late")] == [
        set(MEDIA),
        {Source.CAMERA},
        {Source.CAMERA},
    ]
    room.bench.mute(None, False, False)
    assert passing(room, "late") == passing(room, "party") == set(MEDIA)


@pytest.mark.parametrize("trick", ["live", "offer", "drop", "leave"])
def test_no_trick_of_a_page_opens_a_locked_microphone(room: Room, trick: str) -> None:
    if trick == "drop":  # offered without the microphone while it is shut
        room.message("party", m.Offer(connection="a", sdp="v=0", sends=()), at(1.0))
    if trick == "leave":
        room.leave("party")
    room.bench.mute("party", True, True)
    if trick == "live":
        for live in (False, True):
            room.message("party", m.Live(source=Source.MIC, live=live), at(1.0))
    else:
        join(room, "party", *MEDIA, page="again", now=2.0)
    assert passing(room, "party") == {Source.CAMERA}


def test_what_is_given_up_is_shut_before_it_can_come_back_under_another_order(room: Room) -> None:
    effects = room.message("party", m.Offer(connection="a", sdp="v=0", sends=()), at(1.0))
    shut = [(e.publication.source, e.publication.passes) for e in effects if isinstance(e, Gate)]
    assert shut == [(Source.MIC, False), (Source.CAMERA, False)]
    effects = room.leave("other")
    assert len([e for e in effects if isinstance(e, Gate) and not e.publication.passes]) == 2


def test_the_word_given_for_a_time_ends_by_itself(room: Room) -> None:
    room.bench.floor("party", False, None, at(0.0))
    room.bench.floor("party", True, 1_000_060.0, at(0.0))
    view = room.hall.view(room.peers["party"])
    assert view.floor and view.floor_until == 1_000_060.0
    assert remarks(room.tick(at(59.9))) == []
    assert remarks(room.tick(at(60.0))) == [("party", OrderEvent.FLOOR_ENDED)]
    view = room.hall.view(room.peers["party"])
    assert (view.floor, view.floor_until) == (False, None) and Source.MIC not in passing(room, "party")
    assert remarks(room.tick(at(61.0))) == []


def test_the_deadline_follows_the_clock_that_never_jumps(room: Room) -> None:
    room.bench.floor("party", True, 1_000_060.0, at(0.0))
    jumped = at(10.0)._replace(at=2_000_000.0)
    assert remarks(room.tick(jumped)) == []


def test_until_the_countdown_ends_only_the_bench_is_heard(room: Room) -> None:
    effects = room.bench.countdown(1_000_030.0, at(0.0))
    assert [x.opens_at for x in delivered(effects, "party") if isinstance(x, m.Countdown)] == [1_000_030.0]
    assert [passing(room, s) for s in ("judge", "party")] == [set(MEDIA), {Source.CAMERA}]
    assert remarks(room.tick(at(29.9))) == []
    effects = room.tick(at(30.0))
    assert remarks(effects) == [("", OrderEvent.OPENED)] and passing(room, "party") == set(MEDIA)
    assert [x.opens_at for x in delivered(effects, "party") if isinstance(x, m.Countdown)] == [None]


def test_opening_ends_the_countdown(room: Room) -> None:
    room.bench.countdown(1_000_030.0, at(0.0))
    room.bench.phase(Phase.IN_SESSION, "")
    assert passing(room, "party") == set(MEDIA) and room.hall.snapshot().opens_at is None


def test_order_is_of_the_main_room_and_waits_there(room: Room) -> None:
    room.bench.mute("party", True, True)
    room.bench.floor("party", False, None, at(0.0))
    room.bench.place("party", "caucus-1")
    assert passing(room, "party") == set(MEDIA)
    room.bench.place("party", "main")
    assert passing(room, "party") == {Source.CAMERA}


def test_a_seat_comes_back_with_word_hand_and_mute(room: Room) -> None:
    room.bench.floor("party", True, 1_000_060.0, at(0.0))
    room.bench.mute("party", True, True)
    room.message("party", m.Hand(raised=True), at(1.0))
    before = room.hall.view(room.peers["party"])
    room.tick(at(50.0))
    join(room, "party", *MEDIA, page="another device", now=51.0)
    assert room.hall.view(room.peers["party"]) == before


# -- what is shown and heard of


def test_a_hand_is_lowered_by_the_bench_and_by_leaving_the_room(room: Room) -> None:
    for seat_id in ("party", "other"):
        room.message(seat_id, m.Hand(raised=True), at(1.0))
    room.bench.lower_hand("party")
    assert room.hall.view(room.peers["other"]).hand == 1
    room.bench.place("other", "lobby")
    assert room.hall.order.hands == []
    room.message("other", m.Hand(raised=True), at(2.0))
    assert room.hall.order.hands == []


def test_the_spotlit_picture_has_a_slot_and_ends_with_its_seat() -> None:
    room = Room("room", slots=2)
    join(room, "viewer")
    for name in "abc":
        join(room, name, Source.CAMERA)
    effects = room.bench.arrange(("c", "camera"), "speaker")
    assert sees(room, "viewer") == {"a", "c"}
    told = [x for x in delivered(effects, "viewer") if isinstance(x, m.Arranged)]
    assert told[0].layout is Layout.SPEAKER and told[0].spotlight == m.Spotlight(
        seat="c", source=Source.CAMERA
    )
    effects = room.leave("c")
    assert [x.spotlight for x in delivered(effects, "viewer") if isinstance(x, m.Arranged)] == [None]


def speak(room: Room, seat_id: str, seconds: float, level: int = 20) -> list[Effect]:
    effects: list[Effect] = []
    for i in range(round(seconds * 10) + 20):
        effects += room.sound({seat_id: level if i < seconds * 10 else 127}, 100 + i / 10)
    return effects


def test_speech_with_an_open_microphone_is_a_turn(room: Room) -> None:
    (spoke,) = [e for e in speak(room, "party", 2.0) if isinstance(e, Spoke)]
    assert spoke.seat_id == "party" and spoke.turn.ended - spoke.turn.started == pytest.approx(1.9)


@pytest.mark.parametrize(
    ("order", "remarked"),
    [
        (lambda b: b.mute("party", True, False), [("party", OrderEvent.MUTED_SOUND)]),
        (lambda b: b.floor("party", False, None, at(0.0)), [("party", OrderEvent.MUTED_SOUND)]),
        (lambda b: b.countdown(1_999_999.0, at(0.0)), [("party", OrderEvent.MUTED_SOUND)]),
        (lambda b: b.place("party", "lobby"), []),
        (lambda b: b.place("party", "caucus-1"), []),
    ],
)
def test_speech_that_does_not_pass_is_no_turn_and_is_remarked(room: Room, order: Any, remarked: Any) -> None:
    order(room.bench)
    effects = speak(room, "party", 3.0)
    assert remarks(effects) == remarked
    assert not any(isinstance(e, Spoke) for e in effects)


# -- interpreters


@pytest.mark.parametrize(
    ("channel", "heard"),
    [
        (Channel.FLOOR, {"judge", "party"}),
        (Channel.INTERPRETER, {"judge", "interpreter"}),
        (Channel.BOTH, {"judge", "party", "interpreter"}),
    ],
)
def test_an_interpreter_is_heard_by_who_listens_to_the_channel(
    room: Room, channel: Channel, heard: set[str]
) -> None:
    join(room, "interpreter", *MEDIA)
    room.bench.interpret({"interpreter": ("party", False)})
    room.message("other", m.Listen(channel=channel), at(1.0))
    slots = room.peers["other"].subscriptions.values()
    assert {s.seat_id for s in slots if s.kind is Kind.AUDIO} == heard
    assert {s.seat_id for s in slots if s.kind is Kind.VIDEO} == {"judge", "party", "interpreter"}


def hears(room: Room, seat_id: str) -> set[str]:
    return {s.seat_id for s in room.peers[seat_id].subscriptions.values() if s.kind is Kind.AUDIO}


def test_the_bench_makes_everybody_hear_an_interpreter_and_takes_it_back(room: Room) -> None:
    join(room, "interpreter", *MEDIA)
    assert "interpreter" in hears(room, "other"), "nobody is interpreted yet: a seat like all"
    room.bench.interpret({"interpreter": ("party", False)})
    assert "interpreter" not in hears(room, "other")
    shown = room.bench.interpret({"interpreter": ("party", True)})
    assert hears(room, "other") == {"judge", "party", "interpreter"}
    assert any(isinstance(e, Deliver) for e in shown)
    room.bench.interpret({})
    assert "interpreter" in hears(room, "other")


def test_a_choice_of_channel_is_remarked_once_and_kept_from_flapping(room: Room) -> None:
    join(room, "interpreter", *MEDIA)
    room.bench.interpret({"interpreter": ("party", False)})
    chosen = room.message("other", m.Listen(channel=Channel.BOTH), at(1.0))
    assert remarks(chosen) == [("other", OrderEvent.HEARS_BOTH)]
    told = [e.message for e in chosen if isinstance(e, Deliver)]
    assert [x.seat.channel for x in told if isinstance(x, m.SeatChanged)] == [Channel.BOTH], (
        "only the own page"
    )
    assert room.message("other", m.Listen(channel=Channel.BOTH), at(1.1)) == []
    assert remarks(room.message("other", m.Listen(channel=Channel.FLOOR), at(1.2))) == []
    assert "interpreter" in hears(room, "other")
    room.message("other", m.Listen(channel=Channel.FLOOR), at(3.0))
    assert "interpreter" not in hears(room, "other")


def test_who_interprets_hears_the_floor_and_chooses_nothing(room: Room) -> None:
    join(room, "interpreter", *MEDIA)
    join(room, "second", *MEDIA)
    room.message("interpreter", m.Listen(channel=Channel.INTERPRETER), at(1.0))
    room.bench.interpret({"interpreter": ("party", False), "second": ("judge", False)})
    assert {"judge", "party", "other"} <= hears(room, "interpreter")
    assert remarks(room.message("interpreter", m.Listen(channel=Channel.BOTH), at(9.0))) == [
        ("interpreter", OrderEvent.ATTEMPT)
    ]


# -- onlookers


def test_an_onlooker_sends_nothing_and_asks_for_nothing(room: Room) -> None:
    join(room, "watcher", onlooker=True, party=False)
    asked: list[m.ClientMessage] = [
        m.Offer(connection="c", sdp="v=0", sends=(m.Send(mid="0", source=Source.MIC),)),
        m.Hand(raised=True),
        m.Listen(channel=Channel.BOTH),
    ]
    for n, message in enumerate(asked):
        effects = room.message("watcher", message, at(20.0 * n + 1))
        assert remarks(effects) == [("watcher", OrderEvent.ATTEMPT)], message
        assert not any(isinstance(e, Connect | Gate) for e in effects)
    assert not room.peers["watcher"].publications
    assert "watcher" not in room.hall.order.hands


def test_an_onlooker_is_shown_to_nobody_and_told_masked_names_only(room: Room) -> None:
    effects = room.hello(seat("watcher", onlooker=True), m.Hello(page="p"), 1.0)
    assert {e.seat_id for e in effects if isinstance(e, Deliver)} == {"watcher"}
    (state,) = [e.message for e in effects if isinstance(e, Deliver) and isinstance(e.message, m.State)]
    assert {s.seat for s in state.seats} == {"judge", "party", "other", "watcher"}
    assert {s.name for s in state.seats} == {""}
    assert {s.caption for s in state.seats if s.seat != "watcher"} == {
        "masked judge",
        "masked party",
        "masked other",
    }
    changed = room.bench.mute("party", True, False)
    (told,) = [e.message for e in changed if isinstance(e, Deliver) and e.seat_id == "watcher"]
    assert isinstance(told, m.SeatChanged) and (told.seat.name, told.seat.caption) == ("", "masked party")
    assert all(
        "watcher" not in {s.seat for s in room.hall.snapshot(room.peers[p]).seats} for p in ("judge", "party")
    )


def test_no_notice_reaches_an_onlooker_unless_it_is_named(room: Room) -> None:
    join(room, "watcher", onlooker=True)
    assert "watcher" not in {e.seat_id for e in room.notify("turn", {}) if isinstance(e, Deliver)}
    assert {e.seat_id for e in room.notify("x", {}, ["watcher"]) if isinstance(e, Deliver)} == {"watcher"}


def test_onlookers_take_no_seat_from_those_who_take_part(room: Room) -> None:
    for n in range(MAX_ONLOOKERS):
        join(room, f"watcher-{n}", onlooker=True)
    turned = room.hello(seat("one-more", onlooker=True), m.Hello(page="p"), 1.0)
    assert [e.code for e in turned if isinstance(e, Kick)] == [m.CloseCode.NOT_ADMITTED]
    assert not any(isinstance(e, Kick) for e in room.hello(seat("agent"), m.Hello(page="p"), 1.0))
