"""Carries packets from each publication to its subscribers as they came: forwarded, never decoded."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from . import rtp
from .aiortc_seams import MediaTransport
from .messages import Kind, Offer, Source
from .room import Subscription
from .rtp import KeyFrameRequest, Nack, RtpPacket, SenderReport
from .sdp import OfferedSession, read_offer, write_answer
from .streams import Inlet, Outlet

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 30.0
REPORT_EVERY_S = 1.0
REPAIR_DELAY_S = 0.02  # a packet that is merely late is not asked for again
LINGER_S = 1.0  # the old connection after its successor took over

Track = tuple[str, Source]


class Tap(Protocol):
    """The recorder's ear."""

    def packet(self, seat_id: str, source: Source, packet: RtpPacket, arrival: float) -> None: ...


class Connection:
    """One peer connection of one seat: its transport, its inlets and its outlets."""

    def __init__(self, relay: "Relay", seat_id: str, name: str, session: OfferedSession) -> None:
        self.relay, self.seat_id, self.name, self.session = relay, seat_id, name, session
        self.own_ssrc = secrets.randbits(31) | 1
        self.transport = MediaTransport(on_rtp=self._rtp, on_rtcp=self._rtcp, on_state=self._state)
        self.inlets = {line.source: Inlet(seat_id, line) for line in session.sends}
        self.by_ssrc = {i.ssrc: i for i in self.inlets.values() if i.ssrc}
        self.by_rtx = {i.line.rtx_ssrc: i for i in self.inlets.values() if i.line.rtx_ssrc}
        send = self.transport.send_rtp
        self.outlets = {(line.kind, line.index): Outlet(line, send) for line in session.slots}
        self.outlet_by_ssrc = {o.line.ssrc: o for o in self.outlets.values()}
        self._repairing = False

    async def answer(self) -> str:
        """Open sockets and write the answer; the connecting goes on by itself."""
        await self.transport.gather()
        setup = "passive" if self.session.dtls.role == "client" else "active"
        text = write_answer(
            self.session,
            ice=self.transport.ice_parameters,
            dtls=self.transport.dtls_parameters,
            candidates=self.transport.candidates,
            setup=setup,
            session_id=secrets.randbits(62),
        )
        role = "server" if setup == "passive" else "client"
        self.relay.spawn(self._connect(role))
        return text

    async def _connect(self, role: str) -> None:
        s = self.session
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self.transport.start(s.ice, s.dtls, s.candidates, role=role)
        except TimeoutError:
            await self.transport.close()

    def _state(self, state: str) -> None:
        self.relay.connection_changed(self, state)

    def _rtp(self, data: bytes, arrival: float) -> None:
        packet = rtp.parse(data)
        if packet is None:
            return
        inlet = self.by_ssrc.get(packet.ssrc)
        if inlet is not None:
            if packet.payload_type != inlet.line.payload_type:
                return
            inlet.accept(packet, arrival, repeated=False)
        else:
            inlet = self.by_rtx.get(packet.ssrc)
            if inlet is None:
                self._learn(packet)
                return
            original = rtp.unwrap_rtx(packet, inlet.line.payload_type, inlet.ssrc)
            if original is None or not original.payload:
                return  # padding that probes the bandwidth
            packet = original
            inlet.accept(packet, arrival, repeated=True)
        if inlet.has_holes and not self._repairing:
            self._repairing = True
            self.relay.loop.call_later(REPAIR_DELAY_S, self._repair)
        if packet.payload:
            self.relay.forward(inlet, packet, arrival)

    def _learn(self, packet: RtpPacket) -> None:
        """An SSRC the offer did not name belongs to the only line of that payload type without one."""
        nameless = [i for i in self.inlets.values() if not i.ssrc]
        fitting = [i for i in nameless if i.line.payload_type == packet.payload_type]
        if len(fitting) == 1:
            fitting[0].ssrc = packet.ssrc
            self.by_ssrc[packet.ssrc] = fitting[0]

    def _repair(self) -> None:
        """Ask the publisher for what is missing, until nothing is or it is given up."""
        self._repairing = False
        now = self.relay.loop.time()
        again = False
        for inlet in self.inlets.values():
            holes = inlet.holes_to_ask(now)
            if holes:
                self.transport.send_rtcp(rtp.nack(self.own_ssrc, inlet.ssrc, holes))
            again = again or inlet.has_holes
        if again:
            self._repairing = True
            self.relay.loop.call_later(REPAIR_DELAY_S, self._repair)

    def _rtcp(self, data: bytes) -> None:
        for item in rtp.parse_rtcp(data):
            match item:
                case SenderReport():
                    inlet = self.by_ssrc.get(item.ssrc)
                    if inlet is not None:
                        inlet.sender_report = (item.ntp, item.timestamp)
                        inlet.report_arrival = self.relay.loop.time()
                        self.relay.carry_report(inlet, item)
                case Nack():
                    outlet = self.outlet_by_ssrc.get(item.ssrc)
                    if outlet is not None:
                        outlet.repeat(item.lost)
                case KeyFrameRequest():
                    outlet = self.outlet_by_ssrc.get(item.ssrc)
                    if outlet is not None and outlet.inlet is not None:
                        self.relay.ask_key_frame(outlet.inlet)
                case rtp.ReportBlock() | rtp.Remb():
                    pass  # every viewer gets the publisher's one encoding, so there is nothing to adapt

    def report(self, now: float) -> None:
        blocks = [b for b in (i.report(now) for i in self.inlets.values()) if b is not None]
        if blocks:
            self.transport.send_rtcp(rtp.receiver_report(self.own_ssrc, blocks))

    def ask_key_frame(self, inlet: Inlet) -> None:
        self.transport.send_rtcp(rtp.picture_loss(self.own_ssrc, inlet.ssrc))


class Relay:
    """The media of one room. `changed(seat, connection, connected)` is called as connections come and go."""

    def __init__(self, changed: Callable[[str, str, bool], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.tap: Tap | None = None
        self._changed = changed
        self._current: dict[str, Connection] = {}
        self._all: set[Connection] = set()
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
        self._all.add(connection)
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
        self._all.discard(connection)
        if self._current.get(seat_id) is connection:
            del self._current[seat_id]
            self._rewire()
        self._changed(seat_id, connection.name, False)
        self.spawn(self._retire(connection, 0))

    async def _retire(self, connection: Connection, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await connection.transport.close()
        self._all.discard(connection)

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
        if track not in self._passing:
            return
        for outlet in self._fan.get(track, ()):
            if outlet.inlet is inlet:
                if outlet.forward(packet, arrival):
                    self.forwarded += 1
                elif outlet.waits_for_key_frame:
                    self.ask_key_frame(inlet)
        if self.tap is not None and self.inlet(track) is inlet:
            self.tap.packet(inlet.seat_id, inlet.source, packet, arrival)

    def inlet(self, track: Track) -> Inlet | None:
        connection = self._current.get(track[0])
        return connection.inlets.get(track[1]) if connection is not None else None

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
        for outlet in self._fan.get((inlet.seat_id, inlet.source), ()):
            data = outlet.sender_report(report.ntp, report.timestamp) if outlet.inlet is inlet else None
            viewer = self._viewer_of(outlet)
            if data is not None and viewer is not None:
                viewer.transport.send_rtcp(data)

    def _viewer_of(self, outlet: Outlet) -> Connection | None:
        return next((c for c in self._current.values() if outlet.line.ssrc in c.outlet_by_ssrc), None)

    def _report(self) -> None:
        now = self.loop.time()
        for connection in self._current.values():
            connection.report(now)
        self._reports = self.loop.call_later(REPORT_EVERY_S, self._report)
