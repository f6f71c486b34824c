"""The contract with the insides of aiortc and aioice: fails loudly when they change, and nothing bad gets in."""

import asyncio
import inspect
import random
import secrets
import socket
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import aioice.ice
import aiortc
import pytest
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from signalling import aiortc_seams
from signalling.aiortc_seams import (
    MAX_QUEUED,
    MediaTransport,
    limit_ice_addresses,
    parse_sdp,
)
from signalling.messages import Source
from signalling.nat import announce_addresses
from tests.signalling.conftest import Court


def test_the_pinned_versions_are_installed() -> None:
    aiortc_seams.check_versions()
    assert {name: version(name) for name in aiortc_seams.PINNED} == aiortc_seams.PINNED


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(aiortc_seams.PINNED, "aiortc", "1.17.0")
    with pytest.raises(RuntimeError, match=r"written for 1\.17\.0"):
        aiortc_seams.check_versions()


async def test_every_attribute_the_seam_touches_is_there() -> None:
    gatherer = aiortc.RTCIceGatherer(iceServers=[])
    ice = aiortc.RTCIceTransport(gatherer)
    dtls = RTCDtlsTransport(ice, [aiortc.RTCCertificate.generateCertificate()])
    for name in ("_rx_srtp", "_tx_srtp", "_set_role", "state", "start", "stop"):
        assert hasattr(dtls, name), name
    assert ice._connection is gatherer._connection and ice._role_set is False
    connection = ice._connection
    assert isinstance(connection._queue, asyncio.Queue)
    assert connection._nominated == {} and connection._check_list == [] and connection._protocols == []
    assert list(inspect.signature(connection.data_received).parameters) == ["data", "component"]
    datagram = inspect.signature(aioice.ice.StunProtocol.datagram_received)
    assert list(datagram.parameters) == ["self", "data", "addr"]
    addresses = inspect.signature(aiortc_seams._library_addresses)
    assert list(addresses.parameters) == ["use_ipv4", "use_ipv6"]
    receiver = RTCRtpReceiver("audio", dtls)
    assert hasattr(receiver, "_RTCRtpReceiver__decoder_queue")
    assert receiver._RTCRtpReceiver__kind == "audio"
    buffer = receiver._RTCRtpReceiver__jitter_buffer
    assert list(inspect.signature(buffer.add).parameters) == ["packet"]
    assert list(inspect.signature(receiver._handle_rtp_packet).parameters) == ["packet", "arrival_time_ms"]
    await ice.stop()


def test_ice_binds_only_where_it_may() -> None:
    limit_ice_addresses(["127.0.0.1", "::1"])
    assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False) == ["127.0.0.1"]
    assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == ["127.0.0.1", "::1"]
    limit_ice_addresses(None)
    assert aioice.ice.get_host_addresses is aiortc_seams._library_addresses


async def gathered(got: list[bytes]) -> MediaTransport:
    limit_ice_addresses(["127.0.0.1"])
    transport = MediaTransport(
        on_rtp=lambda data, arrival: got.append(data), on_rtcp=got.append, on_state=lambda state: None
    )
    await transport.gather()
    return transport


def port_of(transport: MediaTransport) -> int:
    return int(transport.candidates[0].split()[5])


async def test_behind_nat_the_address_seen_outside_is_told_with_the_same_port() -> None:
    announce_addresses(["203.0.113.7", "2001:db8::7"])
    try:
        transport = await gathered([])
        own, outside = (line.split() for line in transport.candidates)
        assert outside[4:] == ["203.0.113.7", own[5], "typ", "srflx", "raddr", "127.0.0.1", "rport", own[5]]
        assert int(outside[3]) < int(own[3]), "who is inside takes the short way"
        assert parse_sdp(f"v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=candidate:{' '.join(outside)}\r\n")
        await transport.close()
    finally:
        announce_addresses([])


@pytest.mark.parametrize(
    ("kind", "relayed"), [("host", False), ("srflx", False), ("relay", True), ("prflx", None)]
)
async def test_the_pair_in_use_tells_whether_a_relay_is_between(kind: str, relayed: bool | None) -> None:
    transport = await gathered([])
    assert transport.relayed is None
    offered = aioice.Candidate.from_sdp(f"1 1 udp 1 203.0.113.9 40000 typ {kind}")
    pair = aioice.ice.CandidatePair(transport._connection._protocols[0], offered)
    transport._connection._nominated[1] = pair
    assert transport.relayed is relayed
    await transport.close()


async def test_a_strangers_datagrams_get_no_further_than_the_door(until: Callable[..., Any]) -> None:
    got: list[bytes] = []
    transport = await gathered(got)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for data in (b"", b"\x16" + bytes(50), b"\x80" + bytes(50), b"\xff", bytes([20]) + bytes(3000)):
            stranger.sendto(data, ("127.0.0.1", port_of(transport)))
    await until(lambda: transport.dropped == 5)
    assert got == [] and transport._connection._queue.empty()
    await transport.close()


async def test_the_queue_of_dtls_datagrams_is_bounded() -> None:
    transport = await gathered([])
    queue = transport._connection._queue
    for _ in range(10 * MAX_QUEUED):
        transport._connection.data_received(b"\x16", 1)
    assert queue.qsize() == MAX_QUEUED
    queue.put_nowait(None)
    items = [queue.get_nowait() for _ in range(queue.qsize())]
    assert items[-1] is None, "the end mark must always get in"
    await transport.close()


def malformed(rng: random.Random) -> bytes:
    """STUN-like, DTLS-like, RTP-like and plain noise of every length."""
    stun, dtls = [b"\x00\x01", b"\x01\x01"], [b"\x16\xfe\xff", b"\x14\xfe\xfd"]
    head = rng.choice([*stun, *dtls, b"\x80\x60", b"\x80\xc8", b"", b"\x40"])
    body = rng.randbytes(rng.choice([0, 1, 3, 11, 12, 20, 100, 1200]))
    if head.startswith((b"\x00", b"\x01")) and rng.random() < 0.7:
        return head + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + body
    return head + body


async def test_four_thousand_malformed_datagrams_disturb_nobody(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 3)
    relay = court.rooms._running["room"].relay
    transports = [c.transport for c in relay._current.values()]
    rng = random.Random(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for i in range(4000):
            transport = transports[i % 2]
            stranger.sendto(malformed(rng), ("127.0.0.1", port_of(transport)))
            if i % 4 == 0:  # as if they came from the page itself
                data = malformed(rng)
                if data[:1] not in (b"\x14", b"\x16"):
                    transport._connection._nominated[1].protocol.datagram_received(data, transport._source)
            if i % 50 == 0:
                await asyncio.sleep(0)
    before = judge.frames("party", Source.CAMERA), party.frames("judge", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before[0] + 15)
    await party.wait_for(lambda p: p.frames("judge", Source.CAMERA) > before[1] + 15)
    assert sum(t.dropped for t in transports) > 1000


async def test_a_malformed_dtls_record_from_the_page_itself_does_not_end_the_session(court: Court) -> None:
    judge, _ = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 3)
    transport = court.rooms._running["room"].relay._current["party"].transport
    protocol = transport._connection._nominated[1].protocol
    for _ in range(50):
        protocol.datagram_received(b"\x16\xfe\xfd" + secrets.token_bytes(60), transport._source)
        protocol.datagram_received(b"", transport._source)
    before = judge.frames("party", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before + 15)
    assert court.rooms._running["room"].relay._current["party"].transport is transport, "it is the same one"
