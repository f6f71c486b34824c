"""One running room: carries the effects of its Room out on sockets, relay and recording. Decides nothing."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, assert_never

from . import messages as m
from .bench import Moment
from .effects import (
    Connect,
    Deliver,
    Disconnect,
    Effect,
    Gate,
    Kick,
    Place,
    Remark,
    Route,
    Spoke,
    Tell,
    Watching,
)
from .figures import room_status
from .ladder import Step
from .messages import Kind, SeatState, Source
from .plane import Socket
from .recorder import Recording
from .relay import Relay
from .room import Room
from .seat import Seat
from .segments import Gap, Segment, Track
from .status import AreaReport, Observer, RoomStatus
from .terms import MAIN

DURABLE_EVERY_S = 1.0


class RunningRoom:
    """Made and used inside the event loop, except for the four methods that the recording calls."""

    def __init__(self, room_id: str, observer: Observer, slots: int) -> None:
        self.room = Room(room_id, slots=slots)
        self.relay = Relay(self)
        self.recording: Recording | None = None
        self.starting = asyncio.Lock()  # of a recording
        self.problem = ""
        self._durable: dict[Track, float] = {}  # not yet told
        self._durable_told = 0.0
        self._observer = observer
        self._loop = asyncio.get_running_loop()
        self._sockets: dict[str, Socket] = {}
        self._offered: dict[str, str] = {}  # the newest connection of each seat
        self._slots: dict[str, tuple[str, list[tuple[str, Kind, int]]]] = {}
        self._effects: deque[Effect] = deque()
        self._carrying = False

    # -- pages

    def enter(self, seat: Seat, hello: m.Hello, socket: Socket) -> None:
        """Seat a page, or turn it away (its socket is then closing)."""
        first, *rest = effects = self.room.hello(seat, hello, self._loop.time())
        if isinstance(first, Kick) and first.page == hello.page:
            turn_away(socket, first)
            return
        older = self._sockets.get(seat.seat_id)
        if isinstance(first, Kick):
            self.carry_out([first])
            effects = rest
        elif older is not None:
            older.close(1000)  # the same page on a new socket
        self._sockets[seat.seat_id] = socket
        self.carry_out(effects)
        self._catch_up(seat.seat_id)

    def _catch_up(self, seat_id: str) -> None:
        """What carries no number was lost with the socket before."""
        if seat_id in self._slots:
            self._tell_slots(seat_id)
            self.relay.tell_again(seat_id, self._slots[seat_id][0])

    def say(self, seat: Seat, message: m.ClientMessage, socket: Socket) -> None:
        """Ignored when the socket no longer holds the seat."""
        if self._sockets.get(seat.seat_id) is not socket:
            return
        if isinstance(message, m.Ping):
            socket.deliver(m.Pong(n=message.n, at=time.time()))
        self.carry_out(self.room.message(seat.seat_id, message, self.moment()))

    def drop(self, seat: Seat, socket: Socket) -> None:
        """The socket is gone; the seat stays, and is `lost` only after the grace period."""
        if self._sockets.get(seat.seat_id) is socket:
            del self._sockets[seat.seat_id]
            self.room.unplugged(seat.seat_id)

    def send_away(self, code: int) -> None:
        """Every page; `code` of the close says whether it comes back by itself."""
        for socket in self._sockets.values():
            socket.close(code)
        self._sockets.clear()

    # -- time

    def moment(self) -> Moment:
        return Moment(self._loop.time(), time.time())

    def tick(self) -> None:
        """Several times a second."""
        moment = self.moment()
        levels = {i.seat_id: i.take_loudest() for i in self.relay.inlets() if i.source is Source.MIC}
        self.carry_out([*self.room.tick(moment), *self.room.sound(levels, moment.now)])

    # -- what the relay tells

    def media_lost(self, seat_id: str, connection: str) -> None:
        self._deliver(seat_id, m.MediaState(connection=connection, connected=False))

    def missing_changed(self, seat_id: str, connection: str, missing: tuple[Source, ...]) -> None:
        self._deliver(seat_id, m.MediaState(connection=connection, connected=True, missing=missing))

    def encodings_wanted(self, seat_id: str, connection: str, encodings: tuple[m.Encoding, ...]) -> None:
        self._deliver(seat_id, m.Encodings(connection=connection, encodings=encodings))

    def step_changed(self, seat_id: str, step: Step) -> None:
        self.carry_out(self.room.set_quality(seat_id, step))
        self._observer.quality(self.room.room_id, seat_id, step, time.time())

    def pictures_held(self, seat_id: str, held: bool) -> None:
        self.carry_out(self.room.hold_pictures(seat_id, held))
        self._tell_absence(seat_id)

    # -- recording

    def recording_started(self, recording: Recording) -> None:
        self.recording = recording
        self.relay.areas.main.tap = recording
        for publication in self.room.publications():
            self._expect(publication.seat_id, publication.source)
        self.ask_key_frames()
        self.carry_out(self.room.set_recording(True))

    def recording_stopped(self) -> Recording | None:
        """The ear is taken away at once; the recording itself still has to be closed."""
        recording, self.recording = self.recording, None
        self.relay.areas.main.tap = None
        return recording

    def ask_key_frames(self) -> None:
        for inlet in self.relay.inlets():
            self.relay.ask_key_frame(inlet)

    def closed(self, event: Segment | Gap) -> None:
        """From the writer thread."""
        tell = self._observer.segment_closed if isinstance(event, Segment) else self._observer.gap_closed
        self._in_loop(tell, self.room.room_id, event)

    def durable(self, until: dict[Track, float]) -> None:
        """From the writer thread; passed on once a second."""
        self._durable |= until
        now = time.monotonic()
        if now - self._durable_told >= DURABLE_EVERY_S:
            self._durable_told = now
            tracks, self._durable = tuple(self._durable.items()), {}
            self._in_loop(self._observer.durable, self.room.room_id, tracks)

    def trouble(self, code: str) -> None:
        """From the writer thread. Disk full, disk error, overload; the room goes on. Empty: it is over."""
        self._in_loop(self._troubled, code)

    def want_key_frame(self, track: Track) -> None:
        """From the writer thread."""
        self._in_loop(self._want_key_frame, track)

    # -- what is true now

    def area_report(self, area: str) -> AreaReport | None:
        """None when nobody ever stood there."""
        found, main = self.relay.areas.named(area), self.relay.areas.main
        if found is None:
            return None
        recorded_s = self.recording.elapsed() if found is main and self.recording is not None else 0.0
        return found.report(self.room.room_id, recorded_s)

    def status(self) -> RoomStatus:
        return room_status(self.room, self.relay, self.recording, self.problem, self._loop.time())

    # -- effects

    def carry_out(self, effects: list[Effect]) -> None:
        """In order, also when the observer acts on the room while it is being told of it."""
        self._effects += effects
        if self._carrying:
            return
        self._carrying = True
        try:
            while self._effects:
                self._carry_out(self._effects.popleft())
        finally:
            self._carrying = False

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Deliver():
                self._deliver(effect.seat_id, effect.message)
            case Kick():
                socket = self._sockets.get(effect.seat_id)
                if socket is not None and socket.page == effect.page:
                    turn_away(socket, effect)
                    del self._sockets[effect.seat_id]
            case Connect():
                self._offered[effect.seat_id] = effect.offer.connection
                self.relay.spawn(self._connect(effect))
            case Disconnect():
                self.relay.disconnect(effect.seat_id)
            case Route():
                self._route(effect.seat_id)
            case Place():
                self.relay.place(effect.seat_id, effect.area, time.time())
                self._tell_absence(effect.seat_id)
                for source in self.room.peers[effect.seat_id].publications:
                    self._expect(effect.seat_id, source)
            case Gate():
                p = effect.publication
                self.relay.gate(p.seat_id, p.source, passes=p.passes)
                self._tell_absence(p.seat_id)
            case Watching():
                self.relay.watch(effect.seat_id, effect.watch)
            case Tell():
                self._told(effect)
            case Spoke():
                self._spoke(effect)
            case Remark():
                self._observer.order(self.room.room_id, effect.seat_id, effect.event, time.time())
            case _:
                assert_never(effect)

    def _told(self, effect: Tell) -> None:
        seat_id, at = effect.seat_id, time.time()
        peer = self.room.peers[seat_id]
        if peer.state is SeatState.LEFT:
            self.relay.areas.left(seat_id, at)
        else:
            self.relay.areas.place(seat_id, peer.area, at)
        self._tell_absence(seat_id)
        self._observer.seat_changed(self.room.room_id, seat_id, effect.event, at)

    def _spoke(self, effect: Spoke) -> None:
        turn, moment = effect.turn, self.moment()
        ago = moment.now - turn.started
        started_at = moment.at - ago
        offset = max(0.0, self.recording.elapsed() - ago) if self.recording is not None else None
        ended_at = started_at + turn.ended - turn.started
        self._observer.turn(self.room.room_id, effect.seat_id, started_at, ended_at, offset)

    def _deliver(self, seat_id: str, message: m.ServerMessage) -> None:
        socket = self._sockets.get(seat_id)
        if socket is not None:
            socket.deliver(message)

    async def _connect(self, effect: Connect) -> None:
        seat_id, offer = effect.seat_id, effect.offer
        try:
            text, slots = await self.relay.connect(seat_id, offer)
        except m.Malformed as exc:
            self._deliver(seat_id, m.refusal(exc.code, "offer"))
            return
        if self._offered[seat_id] != offer.connection:
            return  # the page has made another offer meanwhile, and knows this one no more
        self._slots[seat_id] = (offer.connection, slots)
        self._deliver(seat_id, m.Answer(connection=offer.connection, sdp=text))
        self._route(seat_id)
        for send in offer.sends:
            self._expect(seat_id, send.source)

    def _route(self, seat_id: str) -> None:
        self.relay.route(seat_id, self.room.peers[seat_id].subscriptions)
        if seat_id in self._slots:
            self._tell_slots(seat_id)

    def _tell_slots(self, seat_id: str) -> None:
        subscriptions = self.room.peers[seat_id].subscriptions
        connection, slots = self._slots[seat_id]
        views = tuple(
            m.SlotView(mid=mid, kind=kind, seat=s.seat_id, source=s.source)
            for mid, kind, index in slots
            if (s := subscriptions.get((kind, index))) is not None
        )
        self._deliver(seat_id, m.Slots(connection=connection, slots=views))

    def _expect(self, seat_id: str, source: Source) -> None:
        """Who never stood in the main room has no track."""
        if self.recording is not None and self.room.peers[seat_id].area == MAIN:
            self.recording.expect(Track(seat_id, source), self.room.absence(seat_id, source))

    def _tell_absence(self, seat_id: str) -> None:
        if self.recording is not None:
            for source in Source:
                self.recording.absence(Track(seat_id, source), self.room.absence(seat_id, source))

    def _troubled(self, code: str) -> None:
        if self.problem != code:
            self.problem = code
            self.carry_out(self.room.notify("recording", {"problem": code}))

    def _want_key_frame(self, track: Track) -> None:
        inlet = self.relay.inlet((track.seat_id, track.source))
        if inlet is not None:
            self.relay.ask_key_frame(inlet)

    def _in_loop(self, function: Callable[..., None], *args: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)


def turn_away(socket: Socket, kick: Kick) -> None:
    if kick.last_word is not None:
        socket.deliver(kick.last_word)
    socket.close(kick.code)
