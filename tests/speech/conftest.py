"""A FunASR simulator on a real port."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.speech.funasr_server import Server


@pytest.fixture
async def funasr() -> AsyncIterator[tuple[Server, str]]:
    server = Server()
    app = web.Application()
    app.router.add_get("/", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield server, f"ws://{host}:{port}/"
    await runner.cleanup()
