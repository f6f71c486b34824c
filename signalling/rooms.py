"""The running set of rooms: what the application and the endpoint may ask of them. Keeps no rule of its own."""

import asyncio
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import messages as m
from .aiortc_seams import check_versions, limit_ice_addresses
from .frames import RoomView
from .messages import Phase
from .nat import announce_addresses
from .plane import Socket
from .recorder import Recording
from .running import RunningRoom
from .seat import Seat
from .segments import StopReason
from .status import AreaReport, Observer, RoomStatus, TrackStatus
from .summary import RecordingSummary
from .terms import MAIN

__all__ = ["AreaReport", "Observer", "RecordingSummary", "RoomStatus", "Rooms", "TrackStatus"]

TICK_S = 0.1


class Rooms:
    """The MediaPlane of one process: rooms, relay and recordings live in its event loop.

    :param key: signs checkpoints of recordings; `origin` names it in them.
    :param ice_addresses: addresses ICE may bind to; None leaves the choice to the library.
    :param public_addresses: what NAT makes of them, told to pages beside them.
    """

    def __init__(
        self,
        *,
        observer: Observer,
        key: Ed25519PrivateKey,
        origin: str = "mobile-court",
        ice_addresses: tuple[str, ...] | None = ("127.0.0.1",),
        public_addresses: tuple[str, ...] = (),
        slots: int = 5,
    ) -> None:
        check_versions()
        limit_ice_addresses(ice_addresses)
        announce_addresses(public_addresses)
        self._observer = observer
        self._key, self._origin, self._slots = key, origin, slots
        self._running: dict[str, RunningRoom] = {}
        self._ticker: asyncio.Task[None] | None = None
        self._hears = True
        self._closing = False

    # -- for the application

    def open(self, room_id: str) -> None:
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())
        if room_id not in self._running:
            self._running[room_id] = RunningRoom(room_id, self._observer, self._slots)

    def is_open(self, room_id: str) -> bool:
        return room_id in self._running

    def rooms(self) -> tuple[str, ...]:
        return tuple(self._running)

    def phase(self, room_id: str, phase: Phase, reason: str = "") -> None:
        running = self._running[room_id]
        running.carry_out(running.room.bench.phase(phase, reason))

    def place(self, room_id: str, seat_id: str, area: str) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.place(seat_id, area))

    def floor(self, room_id: str, seat_id: str, allowed: bool, until: float | None = None) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.floor(seat_id, allowed, until, running.moment()))

    def mute(self, room_id: str, seat_id: str | None, muted: bool, locked: bool) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.mute(seat_id, muted, locked))

    def lower_hand(self, room_id: str, seat_id: str) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.lower_hand(seat_id))

    def arrange(self, room_id: str, spotlight: tuple[str, str] | None, layout: str) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.arrange(spotlight, layout))

    def interpret(self, room_id: str, links: dict[str, tuple[str, bool]]) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.interpret(links))

    def stage(self, room_id: str, code: str) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.stage(code))

    def countdown(self, room_id: str, opens_at: float | None) -> None:
        if (running := self._running.get(room_id)) is not None:
            running.carry_out(running.room.bench.countdown(opens_at, running.moment()))

    async def area_report(self, room_id: str, area: str) -> AreaReport | None:
        return self._running[room_id].area_report(area)

    def evict(self, room_id: str, seat_id: str) -> None:
        running = self._running.get(room_id)
        if running is not None:
            running.carry_out(running.room.evict(seat_id))

    def notify(
        self,
        room_id: str,
        topic: str,
        body: Any,
        only: Collection[str] | None = None,
        areas: Collection[str] = (MAIN,),
    ) -> None:
        running = self._running.get(room_id)
        if running is not None:
            running.carry_out(running.room.notify(topic, body, only, areas))

    async def start_recording(self, room_id: str, directory: Path, hearing_id: str) -> None:
        running = self._running[room_id]
        async with running.starting:
            if running.recording is not None:
                return
            recording = Recording(
                directory,
                hearing_id=hearing_id,
                room_id=room_id,
                key=self._key,
                origin=self._origin,
                events=running,
            )
            await asyncio.to_thread(recording.start)
            # Only now is there something to ask for its state.
            running.recording_started(recording)

    def pause_recording(self, room_id: str, reason: str) -> None:
        running = self._running[room_id]
        if running.recording is not None:
            running.recording.pause(reason)
            running.carry_out(running.room.set_recording(False))

    def resume_recording(self, room_id: str) -> None:
        running = self._running[room_id]
        if running.recording is not None:
            running.recording.resume()
            running.ask_key_frames()
            running.carry_out(running.room.set_recording(True))

    async def stop_recording(self, room_id: str, reason: str) -> RecordingSummary:
        why = StopReason(reason)
        running = self._running[room_id]
        recording = running.recording_stopped()
        if recording is None:
            raise LookupError(f"no recording in {room_id}")
        try:
            return await asyncio.to_thread(recording.stop, why)
        finally:
            running.carry_out(running.room.set_recording(False))

    async def checkpoint(self, room_id: str) -> str:
        recording = self._running[room_id].recording
        if recording is None:
            raise LookupError(f"no recording in {room_id}")
        return recording.checkpoint()

    def recording_offset(self, room_id: str) -> float | None:
        running = self._running.get(room_id)
        return running.recording.elapsed() if running is not None and running.recording else None

    async def status(self, room_id: str) -> RoomStatus:
        return self._running[room_id].status()

    async def close_room(self, room_id: str) -> None:
        if room_id not in self._running:
            return
        try:
            await self._cut_recording(room_id)
        finally:
            self.phase(room_id, Phase.CLOSED)
            await self._leave(room_id)

    async def close(self) -> None:
        """The sessions are not over: pages are sent away so that they come back when there is somebody to come back to."""
        self._closing = True
        rooms = list(self._running)
        cut = await asyncio.gather(*map(self._cut_recording, rooms), return_exceptions=True)
        for room_id in rooms:
            self._running[room_id].send_away(WSCloseCode.SERVICE_RESTART)
            await self._leave(room_id)
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
            self._ticker = None
        for failed in cut:
            if failed is not None:
                raise failed

    async def _cut_recording(self, room_id: str) -> None:
        if self._running[room_id].recording is not None:
            await self.stop_recording(room_id, StopReason.SHUTDOWN)

    async def _leave(self, room_id: str) -> None:
        await self._running[room_id].relay.close()
        self._running.pop(room_id, None)

    # -- for the endpoint

    def enter(self, seat: Seat, hello: m.Hello, socket: Socket) -> None:
        running = self._running.get(seat.room_id)
        if self._closing:
            socket.close(WSCloseCode.SERVICE_RESTART)
        elif running is None:
            socket.deliver(m.refusal("room.closed", "hello"))
            socket.close(m.CloseCode.ROOM_CLOSED)
        else:
            running.enter(seat, hello, socket)

    def say(self, seat: Seat, message: m.ClientMessage, socket: Socket) -> None:
        running = self._running.get(seat.room_id)
        if running is not None:
            running.say(seat, message, socket)

    def drop(self, seat: Seat, socket: Socket) -> None:
        running = self._running.get(seat.room_id)
        if running is not None:
            running.drop(seat, socket)

    # -- for the worker this runs in

    def views(self) -> tuple[RoomView, ...]:
        """The open rooms."""
        found = []
        for room_id, running in self._running.items():
            offset = self.recording_offset(room_id)
            zero = None if offset is None else time.monotonic() - offset
            found.append(RoomView(room_id, running.room.hall.order.phase, zero))
        return tuple(found)

    def packets(self) -> int:
        """Received from everybody who is connected now."""
        return sum(i.packets for running in self._running.values() for i in running.relay.inlets())

    def hear(self, hearing: bool) -> None:
        """Whether pages can be heard at all. While they cannot, their silence says nothing about their links."""
        self._hears = hearing

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for running in list(self._running.values()):
                if not self._hears:
                    running.room.excuse(running.moment().now)
                running.tick()
