"""A running court of media on loopback: real sockets, real peers; only the authoriser is the test's own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling.client import HeadlessPeer
from signalling.endpoint import Seat, websocket_handler
from signalling.rooms import Rooms
from signalling.segments import Gap, Segment, Track
from signalling.status import RoomStatus


@dataclass
class Witness:
    """The observer: remembers everything it is told."""

    seats: list[tuple[str, str]] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    until: dict[Track, float] = field(default_factory=dict)
    turns: list[tuple[str, float, float, float | None]] = field(default_factory=list)
    orders: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None:
        self.seats.append((seat_id, state))

    def quality(self, room_id: str, seat_id: str, step: str, at: float) -> None:
        self.steps.append((seat_id, step))

    def segment_closed(self, room_id: str, segment: Segment) -> None:
        self.segments.append(segment)

    def gap_closed(self, room_id: str, gap: Gap) -> None:
        self.gaps.append(gap)

    def turn(
        self, room_id: str, seat_id: str, started_at: float, ended_at: float, offset: float | None
    ) -> None:
        self.turns.append((seat_id, started_at, ended_at, offset))

    def order(self, room_id: str, seat_id: str, event: str, at: float) -> None:
        self.orders.append((seat_id, event))

    def durable(self, room_id: str, tracks: tuple[tuple[Track, float], ...]) -> None:
        self.until |= dict(tracks)

    def room_lost(self, room_id: str) -> None:
        self.lost.append(room_id)


class BySeatHeader:
    """Admits whoever names a seat; `judge` moderates, `guest` only watches, `onlooker` watches unseen."""

    async def admit(self, request: web.Request) -> Seat:
        seat_id = request.query["seat"]
        return Seat(
            room_id=request.query.get("room", "room"),
            seat_id=seat_id,
            name=seat_id,
            caption=f"席位 {seat_id}",
            role=seat_id,
            may_publish=seat_id not in {"guest", "onlooker"},
            onlooker=seat_id == "onlooker",
            may_moderate=seat_id == "judge",
        )


@dataclass
class Court:
    rooms: Rooms
    witness: Witness
    key: Ed25519PrivateKey
    port: int
    peers: list[HeadlessPeer] = field(default_factory=list)

    def peer(self, seat: str, **options: Any) -> HeadlessPeer:
        peer = HeadlessPeer(f"ws://127.0.0.1:{self.port}/ws?seat={seat}", **options)
        self.peers.append(peer)
        return peer

    def status(self) -> RoomStatus:
        """Of the room, at once."""
        return self.rooms._running["room"].status()

    async def joined(self, *seats: str, **options: Any) -> list[HeadlessPeer]:
        peers = [self.peer(seat, **options) for seat in seats]
        await asyncio.gather(*(p.join() for p in peers))
        return peers


@pytest.fixture
async def court() -> AsyncIterator[Court]:
    witness, key = Witness(), Ed25519PrivateKey.generate()
    rooms = Rooms(observer=witness, key=key)
    rooms.open("room")
    app = web.Application()
    app.router.add_get("/ws", websocket_handler(rooms, BySeatHeader()))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    running = Court(rooms, witness, key, port)
    yield running
    for peer in running.peers:
        await peer.close()
    await rooms.close()
    await runner.cleanup()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Any]:
    async def wait(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.02)

    return wait
