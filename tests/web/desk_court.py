"""The real application on a private data folder, and people who use it as a browser would. Needs no pytest."""

import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, FormData, TCPConnector, web
from aiohttp.test_utils import TestClient, TestServer

from court import app as wiring
from court import demonstration
from court.config import Config
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, Role
from court.services import accounts, sessions, terminal
from court.web.keys import CLOCK, DB
from court.web.sessions import STAFF_COOKIE, TERMINAL_COOKIE

PEOPLE = {
    "judge": ("李正言", Role.JUDGE),
    "mediator": ("周和平", Role.MEDIATOR),
    "clerk": ("陈书宁", Role.CLERK),
    "petition": ("吴心诚", Role.PETITION_OFFICIAL),
    "officer": ("郑行远", Role.OFFICER),
    "registrar": ("罗立新", Role.REGISTRAR),
    "president": ("王公明", Role.PRESIDENT),
    "keeper": ("孙守印", Role.OFFICE),
    "auditor": ("钱明审", Role.OFFICE),
    "admin": ("何守正", Role.ADMIN),
    "stranger": ("赵无关", Role.MEDIATOR),
}
INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Clock:
    """The application's clock, which a test may put forward."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Answer:
    """A response with its body read. `hidden` are the hidden fields of its forms, the last of each name."""

    status: int
    url: str
    text: str
    headers: Any
    location: str

    @property
    def hidden(self) -> dict[str, str]:
        return {name: unescape(value) for name, value in INPUT.findall(self.text)}

    @property
    def csrf(self) -> str:
        found = re.search(r'<meta name="csrf" content="([^"]+)">', self.text)
        assert found, self.text[:2000]
        return found.group(1)


class Person:
    """One browser: its cookies, its CSRF token, pages followed like a person follows them."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        self.csrf = ""

    async def get(self, path: str, **options: Any) -> Answer:
        return await self._read(await self.client.get(path, allow_redirects=False, **options))

    async def open(self, path: str) -> Answer:
        """A page, redirects followed, that must be there; its CSRF token is kept."""
        answer = await self._read(await self.client.get(path, headers={"Accept": "text/html"}))
        assert answer.status == 200, (path, answer.status, answer.text[-1500:])
        self.csrf = answer.csrf
        return answer

    async def post(self, path: str, data: dict[str, Any] | FormData | None = None, **options: Any) -> Answer:
        """A form sent with the token this browser holds and a fresh key unless one is given."""
        if not self.csrf:
            await self.open("/login" if "?" not in path else "/")
        body: Any = data if isinstance(data, FormData) else {"csrf": self.csrf, "once": _key()} | (data or {})
        response = await self.client.post(path, data=body, allow_redirects=False, **options)
        return await self._read(response)

    async def send(self, path: str, body: Any) -> Answer:
        """A script's JSON."""
        if not self.csrf:
            await self.open("/verify")
        headers = {"X-CSRF-Token": self.csrf, "Accept": "application/json"}
        return await self._read(await self.client.post(path, json=body, headers=headers))

    async def _read(self, response: ClientResponse) -> Answer:
        kind = response.content_type
        text = await response.text() if kind.startswith("text/") or "json" in kind else ""
        if not text:
            await response.read()
        return Answer(
            response.status,
            str(response.url.path_qs),
            text,
            response.headers,
            response.headers.get("Location", ""),
        )


def _key() -> str:
    return str(uuid.uuid4())


@dataclass
class Court:
    """The running application and how to come in."""

    application: web.Application
    server: TestServer
    clock: Clock
    folder: Path
    tokens: dict[str, str]
    secrets: dict[str, accounts.Credentials]
    terminal_token: str
    actors: dict[str, Actor]
    browsers: list[TestClient[web.Request, web.Application]] = field(default_factory=list)

    async def write(self, fn: Callable[..., Any], **facts: Any) -> Any:
        return await self.application[DB].write(fn, **facts)

    async def read(self, fn: Callable[..., Any], **facts: Any) -> Any:
        return await self.application[DB].read(fn, **facts)

    def now(self) -> datetime:
        return self.application[CLOCK]()

    async def browser(self, *, address: str = "127.0.0.1", **cookies: str) -> Person:
        """A fresh browser with these cookies, at this address of the loopback."""
        connector = TCPConnector(local_addr=(address, 0))
        client = TestClient(self.server, cookies=cookies, connector=connector)
        self.browsers.append(client)
        return Person(client)

    async def staff(self, login: str) -> Person:
        """A browser signed in as this person."""
        person = await self.browser(**{STAFF_COOKIE: self.tokens[login]})
        await person.open("/login/password")
        return person

    async def vehicle(self) -> Person:
        """The enrolled terminal."""
        return await self.browser(**{TERMINAL_COOKIE: self.terminal_token})


def _people(
    tx: Any, now: datetime, made: dict[str, accounts.Credentials]
) -> tuple[dict[str, str], dict[str, Actor]]:
    tokens, actors = {}, {}
    for login, (name, role) in PEOPLE.items():
        account = accounts.create(
            tx, actor=SYSTEM_ACTOR, now=now, login=login, name=name, role=role, credentials=made[login]
        )
        tokens[login] = sessions.start(tx, now=now, account=account).token
        actors[login] = account.actor()
    return tokens, actors


def _terminal(tx: Any, now: datetime) -> str:
    invited = terminal.invite(tx, actor=SYSTEM_ACTOR, now=now, name="车载终端", vehicle="渝A12345")
    return terminal.enrol(tx, now=now, code=invited.code, address="127.0.0.1").token


@asynccontextmanager
async def running(config: Config, port: int | None = None) -> AsyncIterator[Court]:
    """The application of a prepared data folder, with one account of each role and an enrolled terminal."""
    clock = Clock()
    application = wiring.build(config, clock=clock)
    server = TestServer(application, port=port)
    await server.start_server()
    made = {login: accounts.new_credentials() for login in PEOPLE}
    db = application[DB]
    tokens, actors = await db.write(_people, clock(), made)
    terminal_token = await db.write(_terminal, clock())
    await db.write(demonstration.appoint, now=clock(), bodies=config.seal_bodies)
    court = Court(application, server, clock, config.data_dir, tokens, made, terminal_token, actors)
    yield court
    for client in court.browsers:
        await client.session.close()
    await server.close()
