"""The HTTP door: bytes that are no request are answered in words; slow, silent or too many callers are let go. No routes."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from court.domain.errors import CourtError
from court.web.entrance import ENTRANCES, Entrances, Held
from court.web.middleware import HEADERS

log = structlog.get_logger("court.web")

# A whole request head arrives at once; who drips it in holds a connection and nothing else.
HEAD_SECONDS = 20.0
# Between two requests of one connection.
IDLE_SECONDS = 75.0
_TURNED_AWAY = (
    b"HTTP/1.1 %d Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
    b"Connection: close\r\nCache-Control: no-store\r\nServer: mobile-court\r\n\r\n"
)


class Caller(RequestHandler):
    """One connection."""

    entrances: Entrances
    counted = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts the wait for the first request; one too many of an address is told so and let go."""
        super().connection_made(transport)
        self._waiting = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._let_go)
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        if not address or self.entrances.is_proxy(address):
            return
        if self.entrances.take(Held.CONNECTIONS, address):
            self.counted = address
        else:
            self._turn_away()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Ends it."""
        self._waiting.cancel()
        if self.counted:
            self.entrances.give_back(Held.CONNECTIONS, self.counted)
        super().connection_lost(exc)

    def _turn_away(self) -> None:
        refusal = CourtError("web.too_many_connections")
        log.info("web.crowded")
        text = f"{refusal.text}（{refusal.code}）\n".encode()
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.write(_TURNED_AWAY % (refusal.status, len(text)) + text)
        self.force_close()

    def _let_go(self) -> None:
        if self._request_count == 0:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """aiohttp would repeat the malformed bytes, a cookie among them, to the caller and in the log."""
        if not isinstance(exc, HttpProcessingError) or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        log.info("web.malformed", fault=type(exc).__name__)
        refusal = CourtError("web.bad_request")
        answer = web.Response(
            status=refusal.status,
            text=f"{refusal.text}（{refusal.code}）\n",
            content_type="text/plain",
            charset="utf-8",
            headers={**HEADERS, "Server": "mobile-court", "Cache-Control": "no-store"},
        )
        answer.force_close()
        return answer


class _Callers(web.Server):
    entrances: Entrances

    def __call__(self) -> RequestHandler:
        caller = Caller(self, loop=self._loop, **self._kwargs)
        caller.entrances = self.entrances
        return caller


class Runner(web.AppRunner):
    """`web.AppRunner` with this door in front of the application."""

    def __init__(self, app: web.Application, **settings: Any) -> None:
        super().__init__(app, access_log=None, keepalive_timeout=IDLE_SECONDS, **settings)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        callers = _Callers(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=asyncio.get_running_loop(),
            **made._kwargs,
        )
        callers.entrances = self.app[ENTRANCES]
        return callers
