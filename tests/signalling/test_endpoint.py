"""The WebSocket: malformed words harm nobody, a cut link keeps its seat, a second page takes over."""

import asyncio
from collections.abc import Callable
from itertools import groupby
from typing import Any

import aiohttp
import pytest
from aiohttp import WSCloseCode, web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling import messages as m
from signalling import room as room_module
from signalling.endpoint import Seat, websocket_handler
from signalling.messages import Source
from signalling.rooms import Rooms
from tests.signalling.conftest import Court, Witness


def errors(peer: Any) -> list[str]:
    return [x.code for x in peer.inbox if isinstance(x, m.Error)]


async def test_malformed_messages_are_answered_and_harm_nobody(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    for text in ("{", '{"type":"x"}', '{"type":"ping","n":"a"}'):
        await party.say_raw(text)
    await party.wait_for(lambda p: len(errors(p)) == 3)
    assert set(errors(party)) == {"signal.malformed"}
    before = judge.frames("party", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before + 5)
    for _ in range(20):
        await party.say_raw("{")
    await party.wait_for(lambda p: p.close_code is not None)
    assert party.close_code == m.CloseCode.TOO_MANY_ERRORS
    assert judge.close_code is None


@pytest.mark.parametrize(
    "sdp",
    [
        "v=0",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 999\r\n",
        "m=video 9 X 96\r\na=rtpmap:96\r\na=fmtp:97 x\r\na=ssrc:1\r\na=extmap:z\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=sendonly\r\na=rtpmap:0 PCMU/8000\r\n",
    ],
)
async def test_an_offer_that_is_no_offer_is_refused_in_words(court: Court, sdp: str) -> None:
    party = court.peer("party")
    await party.open_socket()
    await party.say(m.Offer(connection="c", sdp=sdp, sends=(m.Send(mid="0", source=Source.MIC),)))
    await party.wait_for(lambda p: errors(p))
    assert errors(party)[0] in {"media.offer", "media.codec"}
    assert court.rooms._running["room"].relay._all == []


async def test_the_first_word_must_be_hello(court: Court) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://127.0.0.1:{court.port}/ws?seat=party") as ws,
    ):
        await ws.send_str(m.encode(m.Ping(n=1)))
        first = m.decode_server(await ws.receive_str())
        await ws.send_bytes(b"x")
        second = m.decode_server(await ws.receive_str())
        await ws.send_str(m.encode(m.Hello(page="p", protocol=99)))
        third = m.decode_server(await ws.receive_str())
        codes = [x.code for x in (first, second, third) if isinstance(x, m.Error)]
        assert codes == ["signal.hello_first", "signal.not_text", "signal.protocol"]
        await ws.send_str("x" * (m.MAX_MESSAGE_BYTES + 10))
        closed = await ws.receive()
        assert closed.type is aiohttp.WSMsgType.CLOSE and closed.data == 1009


async def test_a_second_page_takes_the_seat_over(court: Court) -> None:
    judge, first = await court.joined("judge", "party")
    second = court.peer("party", take_over=True)
    await second.join()
    await first.wait_for(lambda p: p.close_code is not None)
    assert first.close_code == m.CloseCode.TAKEN_OVER and isinstance(first.inbox[-1], m.TakenOver)
    before = judge.frames("party", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before + 10)
    assert ("party", "lost") not in court.witness.seats


async def test_a_cut_link_keeps_the_seat_and_comes_back_with_what_it_missed(
    court: Court, until: Callable[..., Any]
) -> None:
    court.rooms._running["room"].room.grace_s = 0.6
    judge, party = await court.joined("judge", "party")
    tasks = asyncio.create_task(keep_talking(judge))
    await party.close_socket()
    await until(lambda: ("party", "lost") in court.witness.seats)
    await judge.wait_for(lambda p: p.seats["party"].state == "lost")
    for i in range(5):
        court.rooms.notify("room", "line", i)
    await party.open_socket()
    await party.wait_for(lambda p: sum(isinstance(x, m.Notice) for x in p.inbox) == 5)
    assert [x.body for x in party.inbox if isinstance(x, m.Notice)] == list(range(5))
    assert [x.resumed for x in party.inbox if isinstance(x, m.Welcome)] == [False, True]
    assert [s for s in court.witness.seats if s[0] == "party"] == [
        ("party", "joined"),
        ("party", "lost"),
        ("party", "back"),
    ]
    tasks.cancel()


async def test_who_came_while_the_socket_was_away_is_seen_and_heard_after_it(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    await party.close_socket()
    clerk = court.peer("clerk")
    await clerk.join()
    await judge.wait_for(lambda p: p.packets("clerk", Source.MIC) > 5)
    assert party.packets("clerk", Source.MIC) == 0, "its page knows of nobody new"
    await party.open_socket()
    await party.wait_for(lambda p: p.packets("clerk", Source.MIC) > 5)
    await party.wait_for(lambda p: p.frames("clerk", Source.CAMERA) > 5)
    assert [x.resumed for x in party.inbox if isinstance(x, m.Welcome)] == [False, True]


async def test_a_page_that_missed_the_end_of_its_connection_is_told_when_it_comes_back(court: Court) -> None:
    (party,) = await court.joined("party")
    await party.wait_for(lambda p: missing(p) is not None)
    name = court.rooms._running["room"].relay._current["party"].name
    await party.close_socket()
    court.rooms._running["room"].relay.disconnect("party")
    await party.open_socket()
    lost = m.MediaState(connection=name, connected=False)
    await party.wait_for(lambda p: lost in p.inbox)
    assert [x.resumed for x in party.inbox if isinstance(x, m.Welcome)] == [False, True]


def missing(peer: Any) -> tuple[Source, ...] | None:
    """What the court said last of the peer's sources; None before it spoke of a connection that stands."""
    told = [x for x in peer.inbox if isinstance(x, m.MediaState)]
    return told[-1].missing if told and told[-1].connected else None


def party_senders(peer: Any) -> list[Any]:
    (media,) = peer._media.values()
    return list(media.pc.getSenders())


async def test_a_page_is_told_which_of_its_sources_reach_the_court(court: Court) -> None:
    _judge, party = await court.joined("judge", "party")
    await party.wait_for(lambda p: missing(p) == ())
    (camera,) = [s for s in party_senders(party) if s.track is not None and s.track.kind == "video"]
    picture = camera.track
    camera.replaceTrack(None)
    await party.wait_for(lambda p: missing(p) == (Source.CAMERA,))
    camera.replaceTrack(picture)
    await party.wait_for(lambda p: missing(p) == ())
    told = [x.missing for x in party.inbox if isinstance(x, m.MediaState) and x.connected]
    assert [one for one, _ in groupby(told)][-3:] == [(), (Source.CAMERA,), ()], "said once, when it changes"


async def test_an_older_connection_that_is_late_does_not_replace_the_one_that_stands(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    await party.wait_for(lambda p: missing(p) is not None)
    relay = court.rooms._running["room"].relay
    older = relay._current["party"]
    media = await party.offer()
    await party.wait_for(
        lambda p: any(isinstance(x, m.MediaState) and x.connection == media.name for x in p.inbox)
    )
    newer = relay._current["party"]
    assert newer is not older and newer.name == media.name
    relay.connection_changed(older, "connected")
    assert relay._current["party"] is newer
    before = judge.frames("party", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before + 5)


async def keep_talking(peer: Any) -> None:
    while True:
        await peer.say(m.Ping(n=0))
        await asyncio.sleep(0.1)


async def test_offering_again_and_again_does_not_pile_up_connections(court: Court) -> None:
    party = court.peer("party")
    await party.join()
    for _ in range(6):
        media = await party.offer()
    await asyncio.wait_for(media.connected.wait(), 10)
    relay = court.rooms._running["room"].relay
    async with asyncio.timeout(10):
        while len(relay._all) > 1:
            await asyncio.sleep(0.05)
    assert relay._current["party"].name == media.name


async def test_a_chatterer_is_slowed_down(court: Court) -> None:
    party = court.peer("party")
    await party.open_socket()
    for i in range(70):
        await party.say(m.Hand(raised=bool(i % 2)))
    await party.wait_for(lambda p: "signal.too_fast" in errors(p))
    assert party.close_code is None, "it is slowed down and not sent away"


async def test_closing_the_room_ends_every_socket_with_its_code(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    await court.rooms.close_room("room")
    for peer in (judge, party):
        await peer.wait_for(lambda p: p.close_code == m.CloseCode.ROOM_CLOSED)
    late = court.peer("party")
    await late.open_socket()
    await late.wait_for(lambda p: p.close_code == m.CloseCode.ROOM_CLOSED)
    assert errors(late) == ["room.closed"]


async def test_a_court_that_stops_in_order_sends_its_pages_away_to_come_back(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    await court.rooms.close()
    for peer in (judge, party):
        await peer.wait_for(lambda p: p.close_code == WSCloseCode.SERVICE_RESTART)
        assert not any(isinstance(x, m.PhaseChanged) for x in peer.inbox), "the session is not over"
    late = court.peer("party")
    await late.open_socket()
    await late.wait_for(lambda p: p.close_code == WSCloseCode.SERVICE_RESTART)


def test_the_grace_period_is_three_pings() -> None:
    assert room_module.GRACE_S == 3 * m.PING_S


async def test_an_observer_that_speaks_while_it_is_told_does_not_disturb_the_order(court: Court) -> None:
    told = court.witness.seat_changed

    def speaks(room_id: str, seat_id: str, state: str, at: float) -> None:
        told(room_id, seat_id, state, at)
        court.rooms.notify(room_id, "seat", {"seat": seat_id})

    court.witness.seat_changed = speaks  # type: ignore[method-assign]
    judge = court.peer("judge")
    await judge.open_socket()
    for seat in ("party", "clerk"):
        await court.peer(seat).open_socket()
    await judge.wait_for(lambda p: sum(isinstance(x, m.Notice) for x in p.inbox) == 3)
    seqs = [x.seq for x in judge.inbox if isinstance(x, m.Sequenced)]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_a_page_that_went_while_it_was_asked_who_it_is_leaves_no_error(
    until: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    class Gone:
        async def admit(self, request: web.Request) -> Seat:
            seen.append(request.path)
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0.05)
            return Seat(room_id="room", seat_id="party", name="party", caption="party", role="party")

    rooms = Rooms(observer=Witness(), key=Ed25519PrivateKey.generate())
    app = web.Application()
    app.router.add_get("/ws", websocket_handler(rooms, Gone()))
    async with TestClient(TestServer(app)) as client:
        with pytest.raises(aiohttp.ClientError):
            await client.ws_connect("/ws")
        await until(lambda: bool(seen))
        await asyncio.sleep(0.2)
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []
    await rooms.close()
