"""Other people's programs that the outbox speaks to, as small real servers: a gateway of text messages, a mail server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiohttp import web

from court.sending import signature


@dataclass
class SmsCentre:
    """Takes text messages over HTTP, knows an idempotency key again, checks the court's signature. `answers` are the
    statuses of the next requests, 200 when it is empty; `taken` what reached the network, once per key."""

    secret: str
    url: str = ""
    answers: list[int] = field(default_factory=list)
    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: int = 0
    forged: int = 0

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests += 1
        stamp = request.headers["X-Court-Time"]
        if request.headers["X-Court-Signature"] != signature(self.secret, stamp, body):
            self.forged += 1
            return web.json_response({"code": "1"}, status=401)
        status = self.answers.pop(0) if self.answers else 200
        if status == -1:  # taken, but the answer is lost on the way
            self._keep(request, body)
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if status != 200:
            return web.json_response({"code": str(status)}, status=status)
        self._keep(request, body)
        key = request.headers["Idempotency-Key"]
        return web.json_response({"code": "0", "data": {"id": f"sms-{key}"}})

    def _keep(self, request: web.Request, body: bytes) -> None:
        self.taken.setdefault(request.headers["Idempotency-Key"], json.loads(body))


@asynccontextmanager
async def sms_centre(secret: str) -> AsyncIterator[SmsCentre]:
    """A running gateway on this machine."""
    centre = SmsCentre(secret)
    application = web.Application()
    application.router.add_post("/send", centre.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    centre.url = f"http://{host}:{port}/send"
    try:
        yield centre
    finally:
        await runner.cleanup()


@dataclass
class PostOffice:
    """A mail server without encryption. `answers` are the replies to the next RCPT, 250 when it is empty."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    mails: list[tuple[str, str, str]] = field(default_factory=list)  # Message-ID, subject, text

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 post.test ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                say("250-post.test")
                say("250 8BITMIME")
            elif verb == "RCPT":
                say(self.answers.pop(0) if self.answers else "250 ok")
            elif verb == "DATA":
                say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                mail = message_from_bytes(data[:-5].replace(b"\r\n..", b"\r\n."), policy=policy.default)
                content = mail.get_content()
                self.mails.append((str(mail["Message-ID"]), str(mail["Subject"]), str(content)))
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """A running mail server on this machine."""
    office = PostOffice()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    async with server:
        yield office
