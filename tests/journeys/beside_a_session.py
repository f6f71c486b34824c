"""An open session that goes on while somebody else misbehaves: fixtures and words for tests of bad input."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from court.rehearsal.visitor import Visitor
from signalling import messages as m
from signalling.client import HeadlessPeer
from signalling.messages import Source
from tests.journeys.at_the_table import Table, opened
from tests.node import Node

AS_SCRIPT = {"Accept": "application/json"}


@dataclass
class Sitting:
    """An open session with two peers that send and receive."""

    table: Table
    vehicle: HeadlessPeer
    judge: HeadlessPeer

    @property
    def port(self) -> int:
        return self.table.node.port

    @property
    def room(self) -> str:
        return f"/room/{self.table.hearing_id}"

    def pictures(self) -> tuple[int, int]:
        """Whole pictures that the judge has of the vehicle, and the vehicle of the judge."""
        return _pictures(self.judge), _pictures(self.vehicle)

    def sdp(self) -> str:
        """The court's answer to the judge: its UDP addresses."""
        return next(one.sdp for one in reversed(self.judge.inbox) if isinstance(one, m.Answer))


def _pictures(peer: HeadlessPeer) -> int:
    return sum(got.frames for (_, source), got in peer.received.items() if source is Source.CAMERA)


def _peer(visitor: Visitor, hearing_id: str) -> HeadlessPeer:
    url = f"{visitor.base_url.replace('http', 'ws', 1)}/room/{hearing_id}/ws"
    return HeadlessPeer(url, headers={"Cookie": visitor.cookie_header(), "Origin": visitor.origin}, slots=2)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(node: Node) -> AsyncIterator[Sitting]:
    async with opened(node) as table, AsyncExitStack() as stack:
        peers = [_peer(visitor, table.hearing_id) for visitor in (table.vehicle, table.judge)]
        for peer in peers:
            await peer.join()
            stack.push_async_callback(peer.leave)
        yield Sitting(table, *peers)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def nobody_else_suffers(sitting: Sitting) -> AsyncIterator[None]:
    """After every test: both peers still receive pictures, the clerk writes a line and it stands in the transcript."""
    yield
    before = sitting.pictures()
    async with asyncio.timeout(20):
        while not all(now > then + 5 for now, then in zip(sitting.pictures(), before, strict=True)):
            await asyncio.sleep(0.1)
    line = await write(sitting, "旁边的人在捣乱，这里照常进行。")
    assert line["text"] in [one["text"] for one in await lines(sitting)]


async def post(visitor: Visitor, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """What a page script sends and is told, refusals too."""
    token = visitor.page.meta("csrf") if visitor.page else ""
    headers = {"Origin": visitor.origin, "X-CSRF-Token": token, **AS_SCRIPT}
    async with visitor.session.post(visitor.base_url + path, json=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def write(sitting: Sitting, text: str) -> dict[str, Any]:
    body = {"id": str(uuid.uuid4()), "speaker": "申请人", "text": text, "at": datetime.now(UTC).isoformat()}
    status, answer = await post(sitting.table.clerk, f"{sitting.room}/transcript", body)
    assert status == 200, answer
    return dict(answer["line"])


async def lines(sitting: Sitting) -> list[dict[str, Any]]:
    return list((await sitting.table.judge.get_json(f"{sitting.room}/transcript"))["lines"])


def refused(answer: dict[str, Any], code: str) -> None:
    """The stable code, and a sentence in Chinese."""
    assert answer["code"] == code, answer
    assert any("\u4e00" <= c <= "\u9fff" for c in answer["detail"]), answer
