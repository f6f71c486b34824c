"""No address holds more open than it may, and a caller behind a trusted proxy is counted for itself."""

import asyncio
from collections.abc import Iterator

import msgspec
import pytest
from aiohttp import WSServerHandshakeError, web

from court.config import Config
from court.domain.errors import CourtError
from court.web.door import Runner
from court.web.entrance import ENTRANCES, Entrances, Held
from tests.web import steps
from tests.web.desk_court import Court


def entrances(**settings: object) -> Entrances:
    return Entrances(msgspec.structs.replace(Config(), **settings))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # a stranger's word about itself
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["6.6.6.6, 198.51.100.1, 10.0.0.3"], "198.51.100.1"),  # the first was made up
        ("10.0.0.2", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, nonsense"], "10.0.0.2"),
        ("::ffff:10.0.0.2", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: list[str], found: str) -> None:
    assert entrances(trusted_proxies=["10.0.0.0/24"]).address(peer, forwarded) == found


def test_each_address_has_its_own_room_and_gets_it_back() -> None:
    doors = entrances(uploads_per_address=1, sockets_per_address=1)
    with doors.holding(Held.UPLOADS, "198.51.100.1"), doors.holding(Held.UPLOADS, "198.51.100.2"):
        with pytest.raises(CourtError, match=r"最多1个") as refused:
            doors.holding(Held.UPLOADS, "198.51.100.1").__enter__()
        assert (refused.value.code, refused.value.status) == ("web.too_many_uploads", 429)
        with doors.holding(Held.SOCKETS, "198.51.100.1"):
            pass
    assert doors.take(Held.UPLOADS, "198.51.100.1")
    # One household has a whole network.
    assert doors.take(Held.UPLOADS, "2001:db8::1") and not doors.take(Held.UPLOADS, "2001:db8::2")


async def test_one_connection_too_many_is_turned_away_in_words() -> None:
    app = web.Application()
    app[ENTRANCES] = entrances(connections_per_address=2)
    app.router.add_get("/", _said)
    runner = Runner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        callers = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in callers:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            said = await reader.read()
        assert said.startswith(b"HTTP/1.1 429") and b"web.too_many_connections" in said
        writer.close()
        callers[0][1].close()
        await callers[0][1].wait_closed()
        async with asyncio.timeout(10):
            while True:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answered = await reader.read()
                writer.close()
                if answered.startswith(b"HTTP/1.1 200"):
                    break
        callers[1][1].close()
    finally:
        await runner.cleanup()


async def _said(_request: web.Request) -> web.Response:
    return web.Response(text="here")


@pytest.fixture
def crowded(court: Court) -> Iterator[Entrances]:
    """The court's own doors with room for one socket and no upload."""
    doors = court.server.app[ENTRANCES]
    before = dict(doors.most)
    doors.most |= {Held.SOCKETS: 1, Held.UPLOADS: 0}
    yield doors
    doors.most.update(before)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_room_and_an_upload_say_that_the_address_is_full(court: Court, crowded: Entrances) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    clerk = await court.staff("clerk")
    url = clerk.client.make_url("/")
    origin = {"Origin": f"{url.scheme}://{url.authority}"}
    first = await clerk.client.ws_connect(f"/room/{case.hearing}/ws", headers=origin)
    with pytest.raises(WSServerHandshakeError) as refused:
        await clerk.client.ws_connect(f"/room/{case.hearing}/ws", headers=origin)
    assert refused.value.status == 429
    await first.close()
    while crowded.held(Held.SOCKETS, "127.0.0.1"):
        await asyncio.sleep(0.05)
    again = await clerk.client.ws_connect(f"/room/{case.hearing}/ws", headers=origin)
    await again.close()
    await clerk.open("/verify")
    full = await clerk.post("/verify", {"paper": "x"}, headers={"Accept": "text/html"})
    assert full.status == 429 and "web.too_many_uploads" in full.text
