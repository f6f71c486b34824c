"""The bad link does what its profile says; otherwise a test over it would prove nothing."""

import asyncio
import itertools
import random

import pytest

from signalling.messages import Source
from tests.signalling.badlink import MAX_QUEUE_S, PROFILES, BadLink, Pipe, Profile, Way, behind
from tests.signalling.conftest import Court


def sent(way: Way, packets: int, every_s: float, size: int = 1000) -> list[tuple[float, float | None]]:
    pipe = Pipe(way, random.Random(7))
    return [(i * every_s, pipe.admit(size, i * every_s)) for i in range(packets)]


def test_single_losses_are_as_many_as_asked_for() -> None:
    lost = [at for _, at in sent(Way(loss=0.1), 20_000, 0.01) if at is None]
    assert 0.09 < len(lost) / 20_000 < 0.11


def test_bursts_take_several_packets_in_a_row() -> None:
    gone = [at is None for _, at in sent(Way(burst=0.01, calm=0.2), 50_000, 0.01)]
    bursts = sum(1 for before, now in itertools.pairwise(gone) if now and not before)
    assert 4 < sum(gone) / bursts < 6
    assert 0.03 < sum(gone) / len(gone) < 0.07


def test_delay_and_jitter_stay_within_bounds_and_keep_the_order() -> None:
    out = [(now, at) for now, at in sent(Way(delay_s=0.05, jitter_s=0.02), 5000, 0.01) if at is not None]
    assert all(0.03 <= at - now <= 0.08 for now, at in out)
    assert [at for _, at in out] == sorted(at for _, at in out)


def test_no_more_passes_than_the_rate_and_the_queue_is_short() -> None:
    out = [(now, at) for now, at in sent(Way(bits_per_s=600_000), 10_000, 0.002) if at is not None]
    assert 8 * 1000 * len(out) / 20 == pytest.approx(600_000, rel=0.05)
    assert max(at - now for now, at in out) <= MAX_QUEUE_S + 0.02


async def test_a_page_that_names_no_address_of_use_is_found_by_its_own_checks(court: Court) -> None:
    link = BadLink(PROFILES["clean"])
    with behind({"party": link}):
        judge, party = await court.joined("judge", "party")
        await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 3)
        await party.wait_for(lambda p: p.frames("judge", Source.CAMERA) > 3)
        assert link.up.passed > 20 < link.down.passed
        for peer in (judge, party):
            await peer.close()
    await link.close()


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.sources = transport, set[object]()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.sources.add(addr)
        self.transport.sendto(data, addr)  # type: ignore[attr-defined]


async def test_datagrams_pass_both_ways_stop_in_the_tunnel_and_come_from_elsewhere_afterwards() -> None:
    loop = asyncio.get_running_loop()
    transport, echo = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    link = BadLink(Profile(name="plain"))
    port = link.udp(transport.get_extra_info("sockname")[1])
    got: asyncio.Queue[bytes] = asyncio.Queue()

    class Page(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            got.put_nowait(data)

    page, _ = await loop.create_datagram_endpoint(Page, remote_addr=("127.0.0.1", port))
    page.sendto(b"one")
    assert await asyncio.wait_for(got.get(), 5) == b"one"
    link.cut()
    page.sendto(b"lost")
    await asyncio.sleep(0.05)
    link.restore()
    link.change_address()
    page.sendto(b"two")
    assert await asyncio.wait_for(got.get(), 5) == b"two"
    assert len(echo.sources) == 2
    assert link.up.dropped == 1
    page.close()
    transport.close()
    await link.close()


async def test_a_stream_waits_for_the_end_of_the_tunnel_and_breaks_with_the_address() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    link = BadLink(PROFILES["clean"])
    port = await link.tcp(server.sockets[0].getsockname()[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    link.cut()
    writer.write(b"late")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(10), 0.2)
    link.restore()
    assert await asyncio.wait_for(reader.read(10), 5) == b"late"
    link.change_address()
    with pytest.raises(ConnectionError):
        assert await asyncio.wait_for(reader.read(10), 5) == b""
        raise ConnectionResetError
    writer.close()
    server.close()
    await link.close()
