"""The running set of rooms: carries the effects of each Room out on its sockets, relay and recording."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, assert_never

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import messages as m
from .aiortc_seams import check_versions, limit_ice_addresses
from .effects import Connect, Deliver, Disconnect, Effect, Gate, Kick, Route, Tell
from .messages import Kind, Phase, Source
from .recorder import Recording, RecordingSummary
from .relay import Relay
from .room import Room
from .seat import Seat
from .segments import Gap, Segment, Track

log = logging.getLogger(__name__)

TICK_S = 0.5


class Observer(Protocol):
    """What the application hears. Called in the event loop; must be quick and must not raise."""

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None:
        """`state`: joined, lost, back, left. `at`: seconds since 1970."""

    def segment_closed(self, room_id: str, segment: Segment) -> None: ...

    def gap_closed(self, room_id: str, gap: Gap) -> None: ...

    def durable(self, room_id: str, track: Track, until: float) -> None:
        """This track is safely on disk up to `until` seconds from the start of the recording."""


class Socket(Protocol):
    """One page's WebSocket, as the room sees it."""

    page: str

    def deliver(self, message: m.ServerMessage) -> None: ...

    def close(self, code: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStatus:
    """`level` in -dBov (0 loud, 127 silent); `silent_s` since the last packet; `durable_s` since the start."""

    seat_id: str
    source: Source
    packets: int
    level: int
    silent_s: float
    durable_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomStatus:
    """`recording` is off, on, paused or failed; `problem` says why in a stable code."""

    room_id: str
    phase: Phase
    reason: str
    recording: str
    recorded_s: float
    problem: str
    seats: tuple[m.SeatView, ...]
    tracks: tuple[TrackStatus, ...]


@dataclass(slots=True)
class _Running:
    room: Room
    relay: Relay
    sockets: dict[str, Socket] = field(default_factory=dict)
    slots: dict[str, dict[str, list[tuple[str, Kind, int]]]] = field(default_factory=dict)
    recording: Recording | None = None
    problem: str = ""


class Rooms:
    """One per process; `start` and `close` inside the running event loop.

    :param key: signs checkpoints of recordings; `origin` names it in them.
    :param ice_addresses: addresses ICE may bind to; None leaves the choice to the library.
    """

    def __init__(
        self,
        *,
        observer: Observer,
        key: Ed25519PrivateKey,
        origin: str = "mobile-court",
        ice_addresses: tuple[str, ...] | None = ("127.0.0.1",),
        slots: int = 5,
    ) -> None:
        check_versions()
        limit_ice_addresses(ice_addresses)
        self._observer = observer
        self._key, self._origin, self._slots = key, origin, slots
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None

    # -- for the application

    def open(self, room_id: str) -> None:
        """Idempotent."""
        if room_id in self._running:
            return
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())

        def changed(seat_id: str, connection: str, connected: bool) -> None:
            self._media_changed(room_id, seat_id, connection, connected)

        self._running[room_id] = _Running(Room(room_id, slots=self._slots), Relay(changed))

    def is_open(self, room_id: str) -> bool:
        return room_id in self._running

    def phase(self, room_id: str, phase: Phase, reason: str = "") -> None:
        """Tell everyone; CLOSED also ends all connections of the room."""
        running = self._running[room_id]
        self._carry_out(running, running.room.set_phase(phase, reason))

    def floor(self, room_id: str, seat_id: str, allowed: bool) -> None:
        running = self._running[room_id]
        self._carry_out(running, running.room.set_floor(seat_id, allowed))

    def notify(self, room_id: str, topic: str, body: Any, only: Iterable[str] | None = None) -> None:
        """An event to the pages of a room, in order; to nobody if the room is not open."""
        running = self._running.get(room_id)
        if running is not None:
            self._carry_out(running, running.room.notify(topic, body, only))

    async def start_recording(self, room_id: str, directory: Path, hearing_id: str) -> None:
        """From this moment on, every publication is written. Continues a recording that was cut short.

        :raises OSError: the directory cannot be written. :raises ValueError: its manifest is damaged.
        """
        running = self._running[room_id]
        if running.recording is not None:
            return
        running.recording = recording = Recording(
            directory,
            hearing_id=hearing_id,
            room_id=room_id,
            key=self._key,
            origin=self._origin,
            wall=time.time(),
            events=_RecordingEvents(self, room_id),
        )
        try:
            await asyncio.to_thread(recording.start)
        except BaseException:
            running.recording = None
            raise
        running.relay.tap = recording
        for publication in running.room.publications():
            self._expect(running, publication.seat_id, publication.source)
        for inlet in running.relay.inlets():
            running.relay.ask_key_frame(inlet)
        self._carry_out(running, running.room.set_recording(True))

    def pause_recording(self, room_id: str, reason: str) -> None:
        """`reason`: adjournment, closed_evidence or mediation_unsuited (法释〔2017〕5号 第三条)."""
        running = self._running[room_id]
        if running.recording is not None:
            running.recording.pause(reason)
            self._carry_out(running, running.room.set_recording(False))

    def resume_recording(self, room_id: str) -> None:
        running = self._running[room_id]
        if running.recording is not None:
            running.recording.resume()
            for inlet in running.relay.inlets():
                running.relay.ask_key_frame(inlet)
            self._carry_out(running, running.room.set_recording(True))

    async def stop_recording(self, room_id: str) -> RecordingSummary:
        """Everything on disk, hashed and signed.

        :raises LookupError: nothing is being recorded.
        """
        running = self._running[room_id]
        recording, running.recording = running.recording, None
        if recording is None:
            raise LookupError(f"no recording in {room_id}")
        running.relay.tap = None
        summary = await asyncio.to_thread(recording.stop)
        self._carry_out(running, running.room.set_recording(False))
        return summary

    def checkpoint(self, room_id: str) -> str:
        """A signed note over everything recorded and closed so far.

        :raises LookupError: nothing is being recorded.
        """
        recording = self._running[room_id].recording
        if recording is None:
            raise LookupError(f"no recording in {room_id}")
        return recording.checkpoint()

    def recording_offset(self, room_id: str) -> float | None:
        """Seconds since the recording began, None when nothing is recorded."""
        running = self._running.get(room_id)
        return running.recording.elapsed() if running is not None and running.recording else None

    def status(self, room_id: str) -> RoomStatus:
        running = self._running[room_id]
        now = asyncio.get_running_loop().time()
        recording = running.recording
        tracks = tuple(
            TrackStatus(
                seat_id=i.seat_id,
                source=i.source,
                packets=i.packets,
                level=i.level,
                silent_s=round(now - i.last_arrival, 3) if i.packets else float("inf"),
                durable_s=recording.durable(Track(i.seat_id, i.source)) if recording else None,
            )
            for i in running.relay.inlets()
        )
        return RoomStatus(
            room_id=room_id,
            phase=running.room.phase,
            reason=running.room.reason,
            recording=recording.state if recording is not None else "off",
            recorded_s=recording.elapsed() if recording is not None else 0.0,
            problem=running.problem,
            seats=running.room.snapshot().seats,
            tracks=tracks,
        )

    async def close_room(self, room_id: str) -> None:
        """Stops a running recording too."""
        running = self._running.get(room_id)
        if running is None:
            return
        if running.recording is not None:
            await self.stop_recording(room_id)
        self.phase(room_id, Phase.CLOSED)
        await running.relay.close()
        self._running.pop(room_id, None)

    async def close(self) -> None:
        for room_id in list(self._running):
            await self.close_room(room_id)
        tasks = [*self._tasks, *([self._ticker] if self._ticker else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._ticker = None

    # -- for the endpoint

    def enter(self, seat: Seat, hello: m.Hello, socket: Socket) -> bool:
        """Seat a page. False when it was turned away (its socket is then closing)."""
        running = self._running.get(seat.room_id)
        if running is None:
            socket.deliver(m.refusal("room.closed", "hello"))
            socket.close(m.CloseCode.ROOM_CLOSED)
            return False
        effects = running.room.hello(seat, hello, self._now())
        if isinstance(effects[0], Kick) and effects[0].page == hello.page:
            if effects[0].last_word is not None:
                socket.deliver(effects[0].last_word)
            socket.close(effects[0].code)
            return False
        older = running.sockets.get(seat.seat_id)
        kicks = [e for e in effects if isinstance(e, Kick)]
        self._carry_out(running, list(kicks))
        if older is not None and older.page == hello.page:
            older.close(1000)
        running.sockets[seat.seat_id] = socket
        self._carry_out(running, [e for e in effects if not isinstance(e, Kick)])
        return True

    def say(self, seat: Seat, message: m.ClientMessage, socket: Socket) -> None:
        running = self._running.get(seat.room_id)
        if running is None or running.sockets.get(seat.seat_id) is not socket:
            return
        if isinstance(message, m.Ping):
            socket.deliver(m.Pong(n=message.n, at=time.time()))
        self._carry_out(running, running.room.message(seat.seat_id, message, self._now()))

    def drop(self, seat: Seat, socket: Socket) -> None:
        """The socket is gone; the seat stays, and is `lost` only after the grace period."""
        running = self._running.get(seat.room_id)
        if running is not None and running.sockets.get(seat.seat_id) is socket:
            del running.sockets[seat.seat_id]

    # -- effects

    def _carry_out(self, running: _Running, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Deliver():
                    socket = running.sockets.get(effect.seat_id)
                    if socket is not None:
                        socket.deliver(effect.message)
                case Kick():
                    self._kick(running, effect)
                case Connect():
                    self._spawn(self._connect(running, effect))
                case Disconnect():
                    running.relay.disconnect(effect.seat_id)
                case Route():
                    self._route(running, effect.seat_id)
                case Gate():
                    self._gate(running, effect)
                case Tell():
                    self._observer.seat_changed(
                        running.room.room_id, effect.seat_id, effect.event, time.time()
                    )
                    self._tell_absence(running, effect.seat_id)
                case _:
                    assert_never(effect)

    def _kick(self, running: _Running, kick: Kick) -> None:
        socket = running.sockets.get(kick.seat_id)
        if socket is not None and socket.page == kick.page:
            if kick.last_word is not None:
                socket.deliver(kick.last_word)
            socket.close(kick.code)
            del running.sockets[kick.seat_id]

    async def _connect(self, running: _Running, effect: Connect) -> None:
        seat_id, offer = effect.seat_id, effect.offer
        socket = running.sockets.get(seat_id)
        try:
            text, slots = await running.relay.connect(seat_id, offer)
        except m.Malformed as exc:
            if socket is not None:
                socket.deliver(m.refusal(exc.code, "offer"))
            return
        running.slots[seat_id] = {offer.connection: slots}
        if socket is not None:
            socket.deliver(m.Answer(connection=offer.connection, sdp=text))
        self._route(running, seat_id)
        for send in offer.sends:
            self._expect(running, seat_id, send.source)

    def _route(self, running: _Running, seat_id: str) -> None:
        subscriptions = running.room.peers[seat_id].subscriptions
        running.relay.route(seat_id, subscriptions)
        socket = running.sockets.get(seat_id)
        for connection, slots in running.slots.get(seat_id, {}).items():
            views = tuple(
                m.SlotView(mid=mid, kind=kind, seat=s.seat_id, source=s.source)
                for mid, kind, index in slots
                if (s := subscriptions.get((kind, index))) is not None
            )
            if socket is not None:
                socket.deliver(m.Slots(connection=connection, slots=views))

    def _gate(self, running: _Running, gate: Gate) -> None:
        p = gate.publication
        running.relay.gate(p.seat_id, p.source, passes=p.passes)
        self._tell_absence(running, p.seat_id)

    def _expect(self, running: _Running, seat_id: str, source: Source) -> None:
        if running.recording is not None:
            running.recording.expect(Track(seat_id, source), running.room.absence(seat_id, source))

    def _tell_absence(self, running: _Running, seat_id: str) -> None:
        if running.recording is not None:
            for source in Source:
                running.recording.absence(Track(seat_id, source), running.room.absence(seat_id, source))

    def _media_changed(self, room_id: str, seat_id: str, connection: str, connected: bool) -> None:
        running = self._running.get(room_id)
        if running is None:
            return
        socket = running.sockets.get(seat_id)
        if socket is not None:
            socket.deliver(m.MediaState(connection=connection, connected=connected))

    # -- from the recording, in the event loop

    def recorded(self, room_id: str, event: Segment | Gap) -> None:
        if isinstance(event, Segment):
            self._observer.segment_closed(room_id, event)
        else:
            self._observer.gap_closed(room_id, event)

    def made_durable(self, room_id: str, track: Track, until: float) -> None:
        self._observer.durable(room_id, track, until)

    def recording_problem(self, room_id: str, code: str) -> None:
        """Disk full, disk error, overload; the room goes on. An empty code: it is over."""
        running = self._running.get(room_id)
        if running is not None and running.problem != code:
            running.problem = code
            self.notify(room_id, "recording", {"problem": code})

    def want_key_frame(self, room_id: str, track: Track) -> None:
        running = self._running.get(room_id)
        inlet = running.relay.inlet((track.seat_id, track.source)) if running is not None else None
        if running is not None and inlet is not None:
            running.relay.ask_key_frame(inlet)

    # -- inside

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for running in list(self._running.values()):
                self._carry_out(running, running.room.tick(self._now()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _RecordingEvents:
    """Brings what the writer thread says back into the event loop."""

    def __init__(self, rooms: Rooms, room_id: str) -> None:
        self._rooms, self._room_id = rooms, room_id
        self._loop = asyncio.get_running_loop()

    def closed(self, event: Segment | Gap) -> None:
        self._call(self._rooms.recorded, self._room_id, event)

    def durable(self, track: Track, until: float) -> None:
        self._call(self._rooms.made_durable, self._room_id, track, until)

    def problem(self, code: str) -> None:
        self._call(self._rooms.recording_problem, self._room_id, code)

    def want_key_frame(self, track: Track) -> None:
        self._call(self._rooms.want_key_frame, self._room_id, track)

    def _call(self, function: Any, *args: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)
