"""Carries packets from each publication to its subscribers as they came: forwarded, never decoded."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any

from .areas import Areas
from .connection import Connection
from .messages import Kind, Offer, Source
from .peer import Subscription
from .rtp import RtpPacket, SenderReport
from .sdp import read_offer
from .streams import Inlet, Outlet

REPORT_EVERY_S = 1.0
LINGER_S = 1.0  # the old connection after its successor took over

MAX_WAITING = 2  # connections of one seat that are not yet, or no longer, in use

Track = tuple[str, Source]


class Relay:
    """The media of one room. `changed(seat, connection, connected)` is called as connections come and go."""

    def __init__(self, changed: Callable[[str, str, bool], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.areas = Areas()
        self._changed = changed
        self._current: dict[str, Connection] = {}
        self._all: list[Connection] = []
        self._passing: set[Track] = set()
        self._wanted: dict[str, dict[tuple[Kind, int], Subscription]] = {}
        self._fan: dict[Track, list[Outlet]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_ssrc = secrets.randbits(28) << 3 | 1
        self._reports = self.loop.call_later(REPORT_EVERY_S, self._report)
        self.forwarded = 0  # packets sent to viewers

    # -- connections

    async def connect(self, seat_id: str, offer: Offer) -> tuple[str, list[tuple[str, Kind, int]]]:
        """(answer, slots of this connection as (mid, kind, index)).

        :raises Malformed: the offer is not usable.
        """
        session = read_offer(offer, self._next_ssrc)
        self._next_ssrc = (self._next_ssrc + len(session.lines)) & 0x7FFFFFFF
        connection = Connection(self, seat_id, offer.connection, session)
        self._all.append(connection)
        waiting = [c for c in self._all if c.seat_id == seat_id and c is not self._current.get(seat_id)]
        for stale in waiting[:-MAX_WAITING]:
            self.spawn(self._retire(stale, 0))
        text = await connection.answer()
        return text, [(s.mid, s.kind, s.index) for s in session.slots]

    def connection_changed(self, connection: Connection, state: str) -> None:
        seat_id = connection.seat_id
        if state == "connected":
            older = self._current.get(seat_id)
            self._current[seat_id] = connection
            self._rewire()
            if older is not None:
                self.spawn(self._retire(older, LINGER_S))
            self._changed(seat_id, connection.name, True)
            return
        if self._current.get(seat_id) is connection:
            del self._current[seat_id]
            self._rewire()
        self._changed(seat_id, connection.name, False)
        self.spawn(self._retire(connection, 0))

    async def _retire(self, connection: Connection, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await connection.transport.close()
        if connection in self._all:
            self._all.remove(connection)

    def disconnect(self, seat_id: str) -> None:
        for connection in [c for c in self._all if c.seat_id == seat_id]:
            self.spawn(self._retire(connection, 0))

    async def close(self) -> None:
        self._reports.cancel()
        await asyncio.gather(*(c.transport.close() for c in list(self._all)))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what the room decided

    def place(self, seat_id: str, area: str, at: float) -> None:
        """`at`: seconds since 1970."""
        self.areas.place(seat_id, area, at)
        for connection in self._all:
            if connection.seat_id == seat_id:
                for outlet in connection.outlets.values():
                    outlet.forget()
        self._rewire()

    def gate(self, seat_id: str, source: Source, *, passes: bool) -> None:
        track = (seat_id, source)
        if passes:
            self._passing.add(track)
        else:
            self._passing.discard(track)
            for outlet in self._fan.get(track, ()):
                outlet.pause()

    def route(self, seat_id: str, wanted: dict[tuple[Kind, int], Subscription]) -> None:
        self._wanted[seat_id] = dict(wanted)
        self._rewire()

    def _rewire(self) -> None:
        """Plug every outlet into the inlet it should carry now, and ask for the key frames that takes."""
        fan: dict[Track, list[Outlet]] = {}
        for seat_id, viewer in self._current.items():
            wanted = self._wanted.get(seat_id, {})
            for place, outlet in viewer.outlets.items():
                subscription = wanted.get(place)
                inlet = None
                if subscription is not None:
                    track = (subscription.seat_id, subscription.source)
                    inlet = self.inlet(track)
                    fan.setdefault(track, []).append(outlet)
                changed = outlet.inlet is not inlet
                outlet.carry(inlet)
                if changed and inlet is not None:
                    self.ask_key_frame(inlet)
        self._fan = fan

    # -- packets

    def forward(self, inlet: Inlet, packet: RtpPacket, arrival: float) -> None:
        track = (inlet.seat_id, inlet.source)
        area = self.areas.of(inlet.seat_id)
        if track not in self._passing or area is None:
            return
        for outlet in self._fan.get(track, ()):
            if outlet.inlet is inlet:
                there = self.areas.of(outlet.seat_id)
                if there is not area:
                    area.crossed += 1
                    if there is not None:
                        there.crossed += 1
                elif outlet.forward(packet, arrival):
                    self.forwarded += 1
                    area.inside += 1
                elif outlet.waits_for_key_frame:
                    self.ask_key_frame(inlet)
        if self.inlet(track) is inlet:
            area.passed(inlet, packet, arrival)

    def inlet(self, track: Track) -> Inlet | None:
        connection = self._current.get(track[0])
        return connection.inlets.get(track[1]) if connection is not None else None

    def connected(self, seat_id: str) -> bool:
        return seat_id in self._current

    def inlets(self) -> list[Inlet]:
        return [i for c in self._current.values() for i in c.inlets.values()]

    def ask_key_frame(self, inlet: Inlet) -> None:
        """Throttled per publication; a request that comes too early is made when its time comes."""
        if inlet.kind is not Kind.VIDEO or not inlet.ssrc or inlet.key_frame_planned:
            return
        wait = inlet.key_frame_due(self.loop.time())
        if wait > 0:
            inlet.key_frame_planned = True
            self.loop.call_later(wait, self._ask_planned, inlet)
            return
        connection = self._current.get(inlet.seat_id)
        if connection is not None:
            connection.ask_key_frame(inlet)

    def _ask_planned(self, inlet: Inlet) -> None:
        inlet.key_frame_planned = False
        self.ask_key_frame(inlet)

    def carry_report(self, inlet: Inlet, report: SenderReport) -> None:
        area = self.areas.of(inlet.seat_id)
        if area is not None:
            area.reported(inlet, report)
        for outlet in self._fan.get((inlet.seat_id, inlet.source), ()):
            if outlet.inlet is not inlet or self.areas.of(outlet.seat_id) is not area:
                continue
            data, viewer = outlet.sender_report(report.ntp, report.timestamp), self._current[outlet.seat_id]
            if data is not None:
                viewer.transport.send_rtcp(data)

    def _report(self) -> None:
        now = self.loop.time()
        for connection in self._current.values():
            connection.report(now)
        self._reports = self.loop.call_later(REPORT_EVERY_S, self._report)
