"""A running court with one closed hearing whose recording was made in a moment; no live media."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from aiohttp.test_utils import TestClient, TestServer

from court import app
from court.config import Config
from court.domain.account import Account
from court.domain.lifecycle import Role
from court.services import hearing as hearings
from court.services import sessions
from court.store.database import Tx
from court.web import recording_rows
from court.web.keys import CONFIG, DB
from signalling.messages import Source
from signalling.segments import GapReason
from tests import recorded
from tests.prepared import prepare
from tests.web.room_case import RoomCase, account, build
from tests.web.room_court import TOKEN, Court

SECONDS = 6


def parts(*gaps: tuple[int, int, GapReason], length: int = SECONDS * 1000) -> recorded.PARTS:
    """Segments of two seconds with these gaps cut out of them, over the whole length."""
    cuts = sorted(
        {0, length, *range(0, length, 2000), *(ms for start, end, _ in gaps for ms in (start, end))}
    )
    found = []
    for start, end in pairwise(cuts):
        reason = next((why for a, b, why in gaps if a <= start < b), None)
        found.append((start, end, reason))
    return tuple(found)


def usual(judge: str, remote: str) -> dict[tuple[str, Source], recorded.PARTS]:
    """The judge whole; the remote party away for two seconds and, once, 休庭 for everyone is not in it."""
    lost = (2000, 4000, GapReason.LINK)
    return {
        (judge, Source.MIC): parts(),
        (judge, Source.CAMERA): parts(),
        (remote, Source.MIC): parts(lost),
        (remote, Source.CAMERA): parts(lost),
    }


def _case(tx: Tx, now: datetime, *, over: bool) -> tuple[RoomCase, dict[str, Account]]:
    case = build(tx, now, opened=True)
    if over:
        hearings.close(tx, actor=case.people["judge"].actor(), now=now, hearing_id=case.hearing.id)
    more = {
        "admin": account(tx, now, "room-admin", "何守正", Role.ADMIN),
        "colleague": account(tx, now, "room-colleague", "孙代录", Role.CLERK),
    }
    for name, one in more.items():
        case.cookies[name] = {"court_staff": sessions.start(tx, now=now, account=one).token}
    return case, more


@asynccontextmanager
async def closed(folder: Path, fonts: Path, **options: Any) -> AsyncIterator[Court]:
    """`options` are settings, `tracks`: a function of (judge's seat, remote seat), `over`: whether it was closed."""
    tracks, over = options.pop("tracks", usual), options.pop("over", True)
    config = msgspec.structs.replace(
        Config(), data_dir=folder / "data", fonts_dir=fonts, signing_workers=1, media_workers=0, **options
    )
    prepare(config)
    built = app.build(config)
    async with TestClient(TestServer(built)) as client:
        now = datetime.now(UTC)
        case, _ = await built[DB].write(_case, now, over=over)
        directory = config.recordings_dir / case.hearing.id
        seats = (case.seats["judge"].id, case.seats["remote"].id)
        note = recorded.make(directory, recording_rows.key(config), case.hearing.id, tracks(*seats))
        facts = {"hearing_id": case.hearing.id, "directory": directory, "note": note}
        await built[DB].write(recorded.register, now=now, **facts)
        yield Court(client, case)


def config_of(court: Court) -> Config:
    assert court.client.app is not None
    return court.client.app[CONFIG]


async def form(court: Court, who: str, path: str, **fields: str) -> tuple[int, str]:
    """A form sent as a browser does; (status, text)."""
    headers = court.headers(who) | {"Accept": "text/html"}
    body = {"csrf": TOKEN, "once": str(uuid.uuid4()), **fields}
    options: dict[str, Any] = {"headers": headers, "data": body, "allow_redirects": False}
    async with court.client.post(path, **options) as answer:
        return answer.status, await answer.text()


async def text(court: Court, who: str, path: str) -> tuple[int, str]:
    """A page as a browser asks for it; (status, text)."""
    headers = court.headers(who) | {"Accept": "text/html"}
    async with court.client.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()
