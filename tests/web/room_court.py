"""A running application with one case in it, and a browser-like client for each person of the case."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp.test_utils import TestClient, TestServer

from court import app
from court.config import Config
from court.web.keys import DB
from tests.prepared import prepare
from tests.web.room_case import RoomCase, ready

SECRET = "a-secret-of-the-tests-of-the-room"
TOKEN = hmac.new(SECRET.encode(), b"court csrf", hashlib.sha256).hexdigest()


class Court:
    """`get` and `post` act as a named person of the case; both give (status, JSON)."""

    def __init__(self, client: TestClient[Any, Any], case: RoomCase) -> None:
        self.client, self.case = client, case

    def headers(self, who: str) -> dict[str, str]:
        cookies = {"court_csrf": SECRET, **self.case.cookies[who]}
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRF-Token": TOKEN,
            "Accept": "application/json",
            "Origin": str(self.client.make_url("")).rstrip("/"),
        }

    async def get(self, who: str, path: str = "") -> tuple[int, Any]:
        async with self.client.get(self.at(path), headers=self.headers(who)) as answer:
            body = await answer.read()
            return answer.status, msgspec.json.decode(body) if "json" in answer.content_type else body

    async def post(self, who: str, path: str, **body: Any) -> tuple[int, Any]:
        async with self.client.post(self.at(path), json=body, headers=self.headers(who)) as answer:
            return answer.status, await answer.json(content_type=None)

    def at(self, path: str) -> str:
        return path if path.startswith(("/hearings", "/desk")) else f"{self.case.path}{path}"


@asynccontextmanager
async def sitting(
    folder: Path, fonts: Path, *, turn_urls: Sequence[str] = (), **options: Any
) -> AsyncIterator[Court]:
    """The application on a private data folder, with the case of `room_case` made in it."""
    config = msgspec.structs.replace(
        Config(),
        data_dir=folder / "data",
        fonts_dir=fonts,
        signing_workers=1,
        media_workers=0,
        turn_urls=list(turn_urls),
    )
    prepare(config)
    built = app.build(config)
    async with TestClient(TestServer(built)) as client:
        yield Court(client, await ready(built[DB], **options))
