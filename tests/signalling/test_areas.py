"""Nothing leaves its area: tones at every receiver and in the recording, packets by count, moves under load."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from signalling import messages as m
from signalling.client import HeadlessPeer
from signalling.messages import Source
from signalling.outlet import Outlet
from signalling.segments import Gap, GapReason, Segment, StopReason
from signalling.status import AreaReport
from signalling.verify_recording import verify_recording
from tests.signalling.conftest import Court
from tests.signalling.test_recording import events
from tests.signalling.tones import heard, loudest, recorded

QUIET_DB = 60  # below the same tone where it may be heard
TONES = {"judge": 600.0, "party": 910.0, "other": 1330.0, "witness": 1970.0}
SECRET = {"judge": 1130.0, "party": 1610.0}  # sounded only inside the caucus
SOUND = (Source.MIC,)


async def enter(court: Court) -> dict[str, HeadlessPeer]:
    court.rooms.place("room", "witness", "lobby")
    peers = {s: court.peer(s, sources=SOUND, hertz=TONES[s], keep_sound=True, decode=False) for s in TONES}
    await asyncio.gather(*(p.join() for p in peers.values()))
    await peers["other"].wait_for(
        lambda p: p.packets("judge", Source.MIC) > 5 and p.packets("party", Source.MIC) > 5
    )
    return peers


async def quiet(*peers: HeadlessPeer) -> None:
    """Until nothing that was sent before is still on its way to them, however late this process is."""
    same, before = 0, -1
    while same < 10:
        now = sum(len(peer.sound) for peer in peers)
        same, before = (same + 1 if now == before else 0), now
        await asyncio.sleep(0.05)


async def more(peers: Iterable[HeadlessPeer], packets: int) -> None:
    """Until each has heard so many packets more; 50 are a second."""
    wanted = [(peer, len(peer.sound) + packets) for peer in peers]
    for peer, count in wanted:
        await peer.wait_for(lambda p, count=count: len(p.sound) >= count, timeout_s=60)  # type: ignore[misc]


async def confer(court: Court, peers: dict[str, HeadlessPeer]) -> tuple[float, float]:
    """Judge and party in a private room, with tones of their own; the monotonic seconds of going and coming back."""
    for seat in SECRET:
        court.rooms.place("room", seat, "caucus-1")
    await quiet(peers["other"], peers["witness"])
    inside = [peers[seat] for seat in SECRET]
    went = time.monotonic()
    for seat, hertz in SECRET.items():
        peers[seat].tone.tune(hertz)
    await more(inside, 125)
    for seat in SECRET:
        peers[seat].tone.tune(TONES[seat])
    await more(inside, 50)  # what an encoder still holds
    back = time.monotonic()
    for seat in SECRET:
        court.rooms.place("room", seat, "main")
    return went, back


async def report(court: Court, area: str) -> AreaReport:
    found = await court.rooms.area_report("room", area)
    assert found is not None
    return found


async def test_no_tone_of_a_caucus_or_to_a_witness_is_heard_anywhere_else(
    court: Court, tmp_path: Path
) -> None:
    peers = await enter(court)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await more((peers["other"],), 150)
    went, back = await confer(court, peers)
    await more((peers["other"],), 100)
    assert peers["witness"].sound == [], "not one packet before being called"
    court.rooms.place("room", "witness", "main")
    await peers["witness"].wait_for(lambda p: p.packets("judge", Source.MIC) > 50)
    court.rooms.place("room", "witness", "lobby")
    await quiet(peers["witness"])
    told = len(peers["witness"].sound)
    await more((peers["other"],), 100)
    assert len(peers["witness"].sound) == told, "not one packet after being dismissed"
    await court.rooms.stop_recording("room", StopReason.CLOSED)

    tapes = {seat: heard(peer.sound) for seat, peer in peers.items()}
    private = {seat: heard(peers[seat].sound, went, back) for seat in SECRET}
    for speaker, listener in (("judge", "party"), ("party", "judge")):
        reference = loudest(private[listener], SECRET[speaker])
        assert reference > -40, "inside, the other is heard"
        for seat in ("other", "witness"):
            assert loudest(tapes[seat], SECRET[speaker]) < reference - QUIET_DB, seat
        files = [tmp_path / e.file for e in events(tmp_path) if isinstance(e, Segment)]
        assert loudest(recorded(files), SECRET[speaker]) < reference - QUIET_DB
        assert loudest(private[listener], TONES["other"]) < reference - QUIET_DB
    assert [s for s in peers["other"].sound if went < s[1] < back] == []
    assert loudest(tapes["other"], TONES["party"]) > -40 and loudest(tapes["witness"], TONES["judge"]) > -40

    caucus = await report(court, "caucus-1")
    assert {v.seat_id for v in caucus.visits} == {"judge", "party"} and caucus.closed_at is not None
    assert caucus.packets > 150 and caucus.recorded_s == 0.0
    assert caucus.crossed == (await report(court, "main")).crossed == 0
    assert verify_recording(tmp_path, court.key.public_key()).problems == ()
    await absent_from_the_recording(court, tmp_path, caucus)


async def absent_from_the_recording(court: Court, directory: Path, caucus: AreaReport) -> None:
    spent = min(v.left_at or 0.0 for v in caucus.visits) - max(v.came_at for v in caucus.visits)
    for seat in SECRET:
        gaps = [
            e
            for e in events(directory)
            if isinstance(e, Gap) and e.seat == seat and e.reason is GapReason.CAUCUS
        ]
        assert sum(g.end - g.start for g in gaps) == pytest.approx(spent, abs=0.5), seat


async def test_in_a_storm_of_moves_each_packet_stays_where_it_was_spoken(court: Court) -> None:
    peers = await enter(court)
    room = court.rooms._running["room"].room
    strays: list[tuple[str, str]] = []
    sent = 0

    def watched(outlet: Outlet, original: Callable[[bytes], bool], packet: bytes) -> bool:
        nonlocal sent
        sent += 1
        viewer, speaker = room.peers[outlet.seat_id], room.peers[outlet.inlet.seat_id if outlet.inlet else ""]
        if not viewer.stands_with(speaker):
            strays.append((speaker.seat.seat_id, outlet.seat_id))
        return original(packet)

    for connection in court.rooms._running["room"].relay._all:
        for outlet in connection.outlets.values():
            outlet.send = partial(watched, outlet, outlet.send)
    rng = random.Random(7)
    for _ in range(120):
        court.rooms.place("room", rng.choice([*peers]), rng.choice(["main", "caucus-1", "caucus-2", "lobby"]))
        await asyncio.sleep(0.02)
    assert strays == [] and sent > 50
    for area in ("main", "caucus-1", "caucus-2"):
        assert (await report(court, area)).crossed == 0


async def test_a_room_that_errs_is_stopped_at_the_border_and_counted(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second lock: were the slots wrong, the relay would still let nothing across."""
    peers = await enter(court)
    monkeypatch.setattr("signalling.peer.Peer.stands_with", lambda *_: True)
    for seat in SECRET:
        court.rooms.place("room", seat, "caucus-1")
    await asyncio.sleep(0.3)
    before = len(peers["other"].sound)
    await asyncio.sleep(1.0)
    assert (await report(court, "caucus-1")).crossed > 50
    assert len(peers["other"].sound) == before


async def test_what_is_missing_of_who_came_back_muted_has_each_reason_for_its_own_time(
    court: Court, tmp_path: Path
) -> None:
    await enter(court)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await asyncio.sleep(0.5)
    court.rooms.mute("room", "party", True, True)
    for area, seconds in (("caucus-1", 1.5), ("lobby", 1.0), ("main", 1.0)):
        court.rooms.place("room", "party", area)
        await asyncio.sleep(seconds)
    await court.rooms.stop_recording("room", StopReason.CLOSED)
    gaps = [e for e in events(tmp_path) if isinstance(e, Gap) and e.seat == "party" and e.end - e.start > 0.4]
    lengths = {g.reason: g.end - g.start for g in gaps}
    assert lengths == {
        GapReason.CAUCUS: pytest.approx(1.5, abs=0.4),
        GapReason.OUTSIDE: pytest.approx(1.0, abs=0.4),
        GapReason.MUTE: pytest.approx(1.0, abs=0.4),
    }


async def test_an_interpreters_tone_reaches_who_chose_the_channel_and_all_when_the_bench_says_so(
    court: Court, tmp_path: Path
) -> None:
    tones = TONES | {"interpreter": 2450.0}
    peers = {
        s: court.peer(s, sources=SOUND, hertz=hz, keep_sound=True, decode=False) for s, hz in tones.items()
    }
    court.rooms.interpret("room", {"interpreter": ("party", False)})
    await asyncio.gather(*(p.join() for p in peers.values()))
    await peers["interpreter"].wait_for(lambda p: p.packets("party", Source.MIC) > 5)
    await court.rooms.start_recording("room", tmp_path, "hearing-1")
    await peers["judge"].say(m.Listen(channel=m.Channel.INTERPRETER))
    await peers["witness"].say(m.Listen(channel=m.Channel.BOTH))
    await peers["judge"].wait_for(lambda p: p.packets("interpreter", Source.MIC) > 5)
    since = time.monotonic() + 0.3
    await asyncio.sleep(2.3)
    until = time.monotonic()
    court.rooms.interpret("room", {"interpreter": ("party", True)})
    await peers["other"].wait_for(lambda p: p.packets("interpreter", Source.MIC) > 5)
    await asyncio.sleep(2.0)
    await court.rooms.stop_recording("room", StopReason.CLOSED)

    chosen = {seat: heard(peer.sound, since, until) for seat, peer in peers.items()}
    mine, theirs = tones["interpreter"], tones["party"]
    loud = loudest(chosen["judge"], mine)
    assert loud > -40 and loudest(chosen["witness"], mine) > loud - 10
    for seat in ("other", "party"):
        assert loudest(chosen[seat], mine) < loud - QUIET_DB, f"{seat} did not choose the channel"
    assert loudest(chosen["judge"], theirs) < loud - QUIET_DB, "in place of the person interpreted"
    for seat in ("witness", "other", "interpreter"):
        assert loudest(chosen[seat], theirs) > loud - 10, seat
    assert loudest(heard(peers["other"].sound, until + 0.5), mine) > loud - 10, "the bench said so"
    files = [
        tmp_path / e.file for e in events(tmp_path) if isinstance(e, Segment) and e.seat == "interpreter"
    ]
    taped = recorded(files)
    assert loudest(taped, mine) > loud - 10, "all of it is recorded"
