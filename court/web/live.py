"""Live updates: tells open pages that something changed, never what; the page then reads it again with its own rights."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from court.web.access import Routes, staff
from court.web.keys import DB

routes = Routes()
# Proxies and browsers give up on a silent stream; a comment every 15 s keeps it open.
HEARTBEAT_SECONDS = 15.0
MOST_STREAMS = 500
# The browser comes back at once with its cookies, and the session is looked at again.
LIFE_SECONDS = 600.0


@dataclass(slots=True)
class Streams:
    """The open streams, so that stopping the server ends them."""

    open: set[asyncio.Task[None]] = field(default_factory=set)


_OPEN: web.AppKey[Streams] = web.AppKey("LIVE_STREAMS", Streams)


def prepare(app: web.Application) -> None:
    """Give the application its set of open streams, closed when it shuts down."""
    app[_OPEN] = Streams()
    app.on_shutdown.append(_close_all)


async def _close_all(app: web.Application) -> None:
    for task in list(app[_OPEN].open):
        task.cancel()


@routes.get("/live", access=staff())
async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events `change` {seq, type, subject}; type and subject id only, no personal data."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    )
    streams = request.app[_OPEN].open
    if len(streams) >= MOST_STREAMS:
        raise web.HTTPServiceUnavailable
    await response.prepare(request)
    task = asyncio.create_task(_feed(request, response))
    streams.add(task)
    try:
        async with asyncio.timeout(LIFE_SECONDS):
            await task
    except (asyncio.CancelledError, ConnectionResetError, TimeoutError, StopAsyncIteration):
        task.cancel()
    finally:
        streams.discard(task)
    return response


async def _feed(request: web.Request, response: web.StreamResponse) -> None:
    await response.write(b"retry: 2000\n\n")
    with request.app[DB].subscribe() as feed:
        events = aiter(feed)
        while True:
            waiting = asyncio.ensure_future(anext(events))
            try:
                while not (await asyncio.wait({waiting}, timeout=HEARTBEAT_SECONDS))[0]:
                    await response.write(b": still here\n\n")
                event = waiting.result()
            finally:
                waiting.cancel()
            body = msgspec.json.encode({"seq": event.seq, "type": event.type, "subject": event.subject})
            await response.write(b"event: change\nid: %d\ndata: %s\n\n" % (event.seq, body))
