"""A page whose line was gone finds the court again: while its handshakes hang, after a refusal, and never in a storm."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext

JS = Path(__file__).parents[2] / "court" / "static" / "js"
PAGE = """<!doctype html><html lang="zh"><title>line</title><script type="module">
import { RoomSocket } from "/js/link-socket.js";
window.ended = [];
const socket = new RoomSocket({ message: () => 0, lost: () => 0, elsewhere: () => 0,
  ended: (why) => { window.ended.push(why); socket.close(); } });
socket.open("/ws", "/state");
window.socket = socket;
</script></html>"""


@dataclass
class Court:
    """Says welcome to each hello. `hung`: handshakes and questions get no answer; `refusing`: handshakes get this status."""

    hung: bool = False
    refusing: int = 0
    state: int = 200
    port: int = 0
    asked: int = 0
    tried: int = 0
    open: list[web.WebSocketResponse] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    async def ws(self, request: web.Request) -> web.StreamResponse:
        self.tried += 1
        if self.hung:
            await self.over.wait()
        if self.refusing:
            return web.Response(status=self.refusing)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self.open.append(ws)
        async for message in ws:
            if not self.hung:
                kind = message.json()["type"]
                await ws.send_json(
                    {"type": "welcome"} if kind == "hello" else message.json() | {"type": "pong", "at": 0}
                )
        return ws

    async def told(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.hung:
            await self.over.wait()
        return web.Response(status=self.state)

    async def cut(self) -> None:
        for ws in self.open:
            await ws.close()
        self.open.clear()

    def drop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.cut(), self.loop).result(10)

    async def stop(self) -> None:
        self.over.set()
        await self.cut()
        await self.runner.cleanup()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/", _page)
        app.router.add_get("/ws", self.ws)
        app.router.add_get("/state", self.told)
        app.router.add_static("/js", JS)
        self.runner = web.AppRunner(app, shutdown_timeout=0)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.port = self.runner.addresses[0][1]


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


@pytest.fixture
def court() -> Iterator[Court]:
    made = Court()
    thread = threading.Thread(target=made.loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(made.start(), made.loop).result(10)
    yield made
    asyncio.run_coroutine_threadsafe(made.stop(), made.loop).result(30)
    made.loop.call_soon_threadsafe(made.loop.stop)
    thread.join()
    made.loop.close()


STANDS = "() => window.socket && window.socket.standing"


def test_a_line_that_is_back_is_found_though_a_handshake_hangs(
    court: Court, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(f"http://127.0.0.1:{court.port}/")
    page.wait_for_function(STANDS)
    court.hung = True
    court.drop()
    page.wait_for_function("() => !window.socket.standing")
    deadline = time.monotonic() + 60
    while court.asked < 2:
        assert time.monotonic() < deadline, "it asks again while nothing answers"
        page.wait_for_timeout(100)
    asked, tried = court.asked, court.tried
    court.hung = False
    page.wait_for_function(STANDS)
    # The attempt that hung was given up for the one that came through, by the first question that was answered.
    assert court.asked - asked <= 4 and court.tried - tried <= 4
    asked = court.asked
    page.wait_for_timeout(1500)
    assert court.asked == asked, "nobody asks while the socket stands"


def test_a_court_that_answers_but_refuses_the_socket_is_not_stormed_and_a_lost_session_is_told(
    court: Court, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(f"http://127.0.0.1:{court.port}/")
    page.wait_for_function(STANDS)
    court.refusing, before = 503, court.tried
    court.drop()
    page.wait_for_timeout(5000)
    assert court.tried - before <= 6 and court.asked <= 2
    court.state = 401
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_function("() => window.ended.length")
    assert page.evaluate("() => window.ended") == ["signed_out"]
