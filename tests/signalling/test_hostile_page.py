"""A page that says and sends whatever it likes changes nothing for others, and the court knows of the attempt."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signalling import messages as m
from signalling.client import HeadlessPeer
from signalling.messages import Source
from signalling.rtp import build
from signalling.segments import Segment, StopReason
from tests.signalling.conftest import Court
from tests.signalling.test_endpoint import errors
from tests.signalling.test_recording import events

SOUND = (Source.MIC,)


async def heard_for(seconds: float, who: HeadlessPeer, whom: str) -> int:
    """Packets of `whom` that come to `who`, after those on their way."""
    await asyncio.sleep(0.3)
    before = who.packets(whom, Source.MIC)
    await asyncio.sleep(seconds)
    return who.packets(whom, Source.MIC) - before


async def trio(court: Court) -> list[HeadlessPeer]:
    peers = await court.joined("judge", "party", "other", sources=SOUND)
    for peer, whom in zip(peers, ("party", "judge", "party"), strict=True):
        await peer.wait_for(lambda p, w=whom: p.packets(w, Source.MIC) > 10)  # type: ignore[misc]
    return peers


async def test_packets_sent_on_while_shut_reach_nobody(court: Court) -> None:
    _, _, other = await trio(court)
    rooms, relay = court.rooms, court.rooms._running["room"].relay
    orders: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "mute": (
            lambda: rooms.mute("room", "party", True, False),
            lambda: rooms.mute("room", "party", False, False),
        ),
        "floor": (lambda: rooms.floor("room", "party", False), lambda: rooms.floor("room", "party", True)),
        "countdown": (
            lambda: rooms.countdown("room", time.time() + 60),
            lambda: rooms.countdown("room", None),
        ),
    }
    for name, (shut, opened) in orders.items():
        shut()
        assert await heard_for(0.5, other, "party") == 0, name
        inlet = relay.inlet(("party", Source.MIC))
        assert inlet is not None and inlet.last_arrival > relay.loop.time() - 0.5, "it still sends"
        assert other.packets("judge", Source.MIC) > 0, "the bench is heard"
        opened()
        before = other.packets("party", Source.MIC)
        await other.wait_for(lambda p, n=before: p.packets("party", Source.MIC) > n)  # type: ignore[misc]


async def test_a_locked_microphone_stays_shut_and_its_speech_is_noticed(
    court: Court, until: Callable[..., Any]
) -> None:
    _, party, other = await trio(court)
    court.rooms.mute("room", None, True, True)
    await until(lambda: ("party", "muted_sound") in court.witness.orders)
    await party.say(m.Unmute())
    await party.wait_for(lambda p: "room.locked" in errors(p))
    assert await heard_for(0.5, other, "party") == 0
    assert ("party", "attempt") in court.witness.orders
    assert await heard_for(0.3, other, "judge") > 0, "the bench is heard"


async def test_words_for_others_and_made_up_words_change_nothing(
    court: Court, caplog: pytest.LogCaptureFixture
) -> None:
    judge, party, other = await trio(court)
    court.rooms.place("room", "other", "lobby")
    court.rooms.mute("room", "party", True, True)
    await party.wait_for(lambda p: p.seats["party"].locked)
    await judge.wait_for(lambda p: p.seats["other"].area == "lobby")
    before = dict(judge.seats)
    made_up: list[dict[str, Any]] = [
        {"type": "floor", "seat": "other", "allowed": False},
        {"type": "floor", "seat": "party", "allowed": True, "until": 9e9},
        {"type": "live", "source": "mic", "live": True, "seat": "judge"},
        {"type": "hand", "raised": False, "seat": "judge"},
        {"type": "hello", "page": "p", "seat": "judge", "area": "main", "take_over": True},
        {"type": "place", "seat": "party", "area": "caucus-1"},
        {"type": "mute", "seat": "judge", "muted": True},
        {"type": "arrange", "spotlight": {"seat": "party", "source": "camera"}, "layout": "speaker"},
        {"type": "listen", "channel": "caucus-1"},
        {"type": "notice", "topic": "transcript", "body": {"text": "x"}},
    ]
    for words in made_up:
        for peer in (judge, party, other):
            await peer.say_raw(json.dumps(words))
    await party.wait_for(lambda p: len(errors(p)) >= 8)
    await judge.wait_for(lambda p: len(errors(p)) >= 8)
    assert set(errors(party)) == {"signal.malformed"}
    assert judge.seats == before
    assert [r.msg for r in caplog.records if r.msg == "signal.malformed"] == ["signal.malformed"] * 3
    assert other.seats.keys() == {"other"}
    assert not any(isinstance(x, m.Notice) for x in judge.inbox)


async def test_offering_anew_does_not_open_what_the_bench_shut(court: Court) -> None:
    _, party, other = await trio(court)
    party.sources = ()
    await asyncio.wait_for((await party.offer()).connected.wait(), 10)
    court.rooms.mute("room", "party", True, True)
    party.sources = SOUND
    media = await party.offer()
    await asyncio.wait_for(media.connected.wait(), 10)
    assert await heard_for(0.8, other, "party") == 0


async def test_speech_of_a_muted_person_is_not_in_the_recording(court: Court, tmp_path: Path) -> None:
    await trio(court)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    court.rooms.mute("room", "party", True, True)
    await asyncio.sleep(2.5)
    await court.rooms.stop_recording("room", StopReason.CLOSED)
    written = [e for e in events(tmp_path) if isinstance(e, Segment) and e.seat == "party"]
    assert sum(s.end - s.start for s in written) < 0.3


@pytest.mark.slow
async def test_speaking_turns_are_told_with_their_place_in_the_recording(
    court: Court, tmp_path: Path, until: Callable[..., Any]
) -> None:
    _, party, _ = await trio(court)
    court.rooms.floor("room", "party", False)
    await asyncio.sleep(2.0)
    court.witness.turns.clear()
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    started, zero = time.time(), court.rooms.recording_offset("room")
    court.rooms.floor("room", "party", True, time.time() + 2.5)
    await party.wait_for(lambda p: p.seats["party"].floor_until)
    await until(lambda: any(t[0] == "party" for t in court.witness.turns))
    assert ("party", "floor_ended") in court.witness.orders
    (turn,) = [t for t in court.witness.turns if t[0] == "party"]
    assert turn[1] == pytest.approx(started, abs=1.0) and turn[2] - turn[1] == pytest.approx(2.4, abs=0.8)
    assert zero is not None and turn[3] == pytest.approx(zero + turn[1] - started, abs=0.2)
    await court.rooms.stop_recording("room", StopReason.CLOSED)


class Sly(HeadlessPeer):
    """Says that it sends nothing, and sends."""

    async def push(self, packets: int) -> None:
        """Speech on whatever line there is, by a made-up source and by that of a slot."""
        (media,) = self._media.values()
        slots = [t for t in media.pc.getTransceivers() if t.direction == "recvonly"]
        for n in range(packets):
            for ssrc in (4711, 815):
                packet = build(111, True, n, 960 * n, ssrc, b"\xf8\xff\xfe" * 20)
                await slots[0].receiver.transport._send_rtp(packet)
            await asyncio.sleep(0.005)


async def test_nothing_of_an_onlooker_reaches_anybody_or_the_recording_whatever_it_sends(
    court: Court, tmp_path: Path
) -> None:
    judge, party, _ = await trio(court)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    honest = court.peer("onlooker", sources=SOUND)
    await honest.open_socket()
    await honest.offer()
    await honest.wait_for(lambda p: "media.not_allowed" in errors(p))
    sly = Sly(honest.url, sources=(), take_over=True)
    court.peers.append(sly)
    await sly.join()
    await sly.wait_for(lambda p: p.packets("judge", Source.MIC) > 10)
    await sly.push(60)
    await asyncio.sleep(0.5)
    assert await heard_for(0.3, judge, "party") > 0, "the session goes on"
    relay = court.rooms._running["room"].relay
    assert not [i for i in relay.inlets() if i.seat_id == "onlooker"]
    for peer in (judge, party):
        assert peer.packets("onlooker", Source.MIC) == 0
        assert "onlooker" not in peer.seats
    await court.rooms.stop_recording("room", StopReason.CLOSED)
    assert not [e for e in events(tmp_path) if isinstance(e, Segment) and e.seat == "onlooker"]
