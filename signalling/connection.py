"""One peer connection of one seat: its transport, its inlets and its outlets. Where packets go is the relay's."""

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any, Protocol

from . import rtp
from .aiortc_seams import MediaTransport
from .rtp import KeyFrameRequest, Nack, RtpPacket, SenderReport
from .sdp import OfferedSession, write_answer
from .streams import Inlet, Outlet

CONNECT_TIMEOUT_S = 30.0
REPAIR_DELAY_S = 0.02  # a packet that is merely late is not asked for again


class Exchange(Protocol):
    """The relay, as a connection sees it."""

    loop: asyncio.AbstractEventLoop

    def forward(self, inlet: Inlet, packet: RtpPacket, arrival: float) -> None: ...

    def carry_report(self, inlet: Inlet, report: SenderReport) -> None: ...

    def ask_key_frame(self, inlet: Inlet) -> None: ...

    def connection_changed(self, connection: "Connection", state: str) -> None: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...


class Connection:
    """`name` is the page's own; `seat_id` whose it is."""

    def __init__(self, relay: Exchange, seat_id: str, name: str, session: OfferedSession) -> None:
        self.relay, self.seat_id, self.name, self.session = relay, seat_id, name, session
        self.own_ssrc = secrets.randbits(31) | 1
        self.transport = MediaTransport(on_rtp=self._rtp, on_rtcp=self._rtcp, on_state=self._state)
        self.inlets = {line.source: Inlet(seat_id, line) for line in session.sends}
        self.by_ssrc = {i.ssrc: i for i in self.inlets.values() if i.ssrc}
        self.by_rtx = {i.line.rtx_ssrc: i for i in self.inlets.values() if i.line.rtx_ssrc}
        send = self.transport.send_rtp
        self.outlets = {(line.kind, line.index): Outlet(seat_id, line, send) for line in session.slots}
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
                case rtp.ReportBlock():
                    pass  # every viewer gets the publisher's one encoding, so there is nothing to adapt

    def report(self, now: float) -> None:
        blocks = [b for b in (i.report(now) for i in self.inlets.values()) if b is not None]
        if blocks:
            self.transport.send_rtcp(rtp.receiver_report(self.own_ssrc, blocks))

    def ask_key_frame(self, inlet: Inlet) -> None:
        self.transport.send_rtcp(rtp.picture_loss(self.own_ssrc, inlet.ssrc))
