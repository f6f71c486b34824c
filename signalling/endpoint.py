"""WebSocket <-> MediaPlane. Reads, bounds and refuses; decides nothing about the room."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from . import messages as m
from .allowance import Allowance
from .plane import MediaPlane
from .seat import Seat

__all__ = ["Authoriser", "Seat", "websocket_handler"]

log = logging.getLogger(__name__)

HELLO_WITHIN_S = 10.0
SILENCE_S = 30.0  # a socket that says nothing for this long is dead
MAX_MALFORMED = 20
MAX_OUTGOING = 1024  # messages waiting for a slow page
RATE_PER_S, BURST = 20.0, 60.0


class Authoriser(Protocol):
    async def admit(self, request: web.Request) -> Seat:
        """The seat this request may take.

        :raises aiohttp.web.HTTPException: with the application's own refusal.
        """


class PageSocket:
    """One page's socket with its bounded queue of outgoing messages."""

    def __init__(self, ws: web.WebSocketResponse, page: str) -> None:
        self.ws, self.page = ws, page
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()
        self._closing = False

    def deliver(self, message: m.ServerMessage) -> None:
        self.pass_on(m.encode(message))

    def pass_on(self, text: str) -> None:
        if self._closing:
            return
        if self._queue.qsize() >= MAX_OUTGOING:
            self.close(m.CloseCode.OVERFLOW)
            return
        self._queue.put_nowait(text)

    def close(self, code: int) -> None:
        if not self._closing:
            self._closing = True
            self._queue.put_nowait(code)

    async def write(self) -> None:
        """Until closed; a vanished peer ends it quietly."""
        with contextlib.suppress(ConnectionError):
            while True:
                item = await self._queue.get()
                if isinstance(item, int):
                    await self.ws.close(code=item)
                    return
                await self.ws.send_str(item)


def websocket_handler(
    rooms: MediaPlane, authoriser: Authoriser
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """An aiohttp handler for GET …/ws."""
    return _Pages(rooms, authoriser).handle


class _Pages:
    def __init__(self, rooms: MediaPlane, authoriser: Authoriser) -> None:
        self._rooms, self._authoriser = rooms, authoriser

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        seat = await self._authoriser.admit(request)
        ws = web.WebSocketResponse(max_msg_size=m.MAX_MESSAGE_BYTES, heartbeat=None, compress=False)
        try:
            await ws.prepare(request)
        except ConnectionError:  # the page went while it was asked who it is
            raise web.HTTPRequestTimeout from None
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                hello = await self._hello(ws)
        except TimeoutError:
            hello = None
        if hello is None:
            await ws.close(code=m.CloseCode.SILENT)
            return ws
        socket = PageSocket(ws, hello.page)
        writer = asyncio.create_task(socket.write())
        try:
            self._rooms.enter(seat, hello, socket)
            await self._listen(ws, seat, socket)
        finally:
            self._rooms.drop(seat, socket)
            socket.close(WSCloseCode.OK)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(writer, 5)
        return ws

    async def _hello(self, ws: web.WebSocketResponse) -> m.Hello | None:
        """The first message must be a hello of this protocol; a few attempts are answered."""
        for _ in range(MAX_MALFORMED):
            received = await ws.receive()
            if received.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return None
            try:
                message = _read(received.type, received.data)
            except m.Malformed as exc:
                await ws.send_str(m.encode(m.refusal(exc.code)))
                continue
            if not isinstance(message, m.Hello):
                await ws.send_str(m.encode(m.refusal("signal.hello_first")))
            elif message.protocol != m.PROTOCOL:
                await ws.send_str(m.encode(m.refusal("signal.protocol", "hello")))
            else:
                return message
        return None

    async def _listen(self, ws: web.WebSocketResponse, seat: Seat, socket: PageSocket) -> None:
        loop, malformed = asyncio.get_running_loop(), 0
        allowance = Allowance(BURST, RATE_PER_S)
        while not ws.closed:
            try:
                received = await ws.receive(timeout=SILENCE_S)
            except TimeoutError:
                socket.close(m.CloseCode.SILENT)
                return
            if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            if not allowance.take(loop.time()):
                socket.deliver(m.refusal("signal.too_fast"))
                malformed += 1
            else:
                try:
                    self._rooms.say(seat, _read(received.type, received.data), socket)
                    continue
                except m.Malformed as exc:
                    if not malformed:
                        log.warning("signal.malformed", extra={"room": seat.room_id, "seat": seat.seat_id})
                    malformed += 1
                    socket.deliver(m.refusal(exc.code))
            if malformed >= MAX_MALFORMED:
                log.warning("signal.too_many_errors", extra={"room": seat.room_id, "seat": seat.seat_id})
                socket.close(m.CloseCode.TOO_MANY_ERRORS)
                return


def _read(kind: WSMsgType, data: str | bytes) -> m.ClientMessage:
    if kind is not WSMsgType.TEXT:
        raise m.Malformed("signal.not_text")
    return m.decode(data)
