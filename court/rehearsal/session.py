"""In the room: three real peers send sound and picture, the bench opens, the clerk writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from court.domain.ids import new_id
from court.rehearsal.steps import Failed
from court.rehearsal.visitor import Visitor
from signalling.client import HeadlessPeer
from signalling.messages import Source

LINES = (
    ("审判员", "现在核对当事人身份，告知调解的权利和义务。双方是否听清楚？"),
    ("申请人", "听清楚了。我要求把墙拆开一米，让大家都能过路。"),
    ("被申请人", "听清楚了。墙可以拆开一米，但路要大家一起修。"),
    ("审判员", "双方意见接近。请书记员记录，现在宣读协议。"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The peers of one room, by who sits there."""

    vehicle: HeadlessPeer
    judge: HeadlessPeer
    clerk: HeadlessPeer

    @property
    def all(self) -> tuple[HeadlessPeer, ...]:
        return self.vehicle, self.judge, self.clerk


def _peer(visitor: Visitor, hearing_id: str, hertz: float) -> HeadlessPeer:
    url = f"{visitor.base_url.replace('http', 'ws', 1)}/room/{hearing_id}/ws"
    headers = {"Cookie": visitor.cookie_header(), "Origin": visitor.origin}
    return HeadlessPeer(url, headers=headers, hertz=hertz, decode=False)


@asynccontextmanager
async def peers(hearing_id: str, *, vehicle: Visitor, judge: Visitor, clerk: Visitor) -> AsyncIterator[Cast]:
    """Join three peers, and leave with them at the end."""
    cast = Cast(
        vehicle=_peer(vehicle, hearing_id, 330.0),
        judge=_peer(judge, hearing_id, 440.0),
        clerk=_peer(clerk, hearing_id, 550.0),
    )
    async with AsyncExitStack() as stack:
        for peer in cast.all:
            await peer.join()
            stack.push_async_callback(peer.leave)
        yield cast


def first_frames(cast: Cast) -> list[float]:
    """Seconds from joining to the first whole picture, for each picture that arrived at each peer."""
    return [
        counted.first_frame_at - peer.joined_at
        for peer in cast.all
        for (_, source), counted in peer.received.items()
        if source is Source.CAMERA and counted.first_frame_at is not None
    ]


async def everybody_sees_everybody(cast: Cast, timeout_s: float = 15.0) -> list[float]:
    """Wait until each peer has a picture of both others. Errors: Failed."""
    wanted = len(cast.all) * (len(cast.all) - 1)
    try:
        async with asyncio.timeout(timeout_s):
            while len(first_frames(cast)) < wanted:
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise Failed(f"{len(first_frames(cast))} of {wanted} pictures arrived in {timeout_s:.0f} s") from None
    return first_frames(cast)


async def order(bench: Visitor, hearing_id: str, verb: str, **body: Any) -> Any:
    """One of the bench's orders: open, suspend, resume, close."""
    return await bench.post(f"/room/{hearing_id}/{verb}", body)


async def write_transcript(clerk: Visitor, hearing_id: str) -> int:
    """Type the lines as the clerk's page sends them. Returns how many the server has on disk."""
    await clerk.get(f"/room/{hearing_id}")
    for speaker, text in LINES:
        answer = await clerk.post(
            f"/room/{hearing_id}/transcript",
            {"id": new_id(), "speaker": speaker, "text": text, "at": datetime.now(UTC).isoformat()},
        )
        if not answer.get("line"):
            raise Failed("a line was not acknowledged")
    return len(LINES)
