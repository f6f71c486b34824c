"""One peer connection of one seat: its transport, its inlets and its outlets. Where packets go is the relay's."""

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any, Protocol

from . import rtp
from .aiortc_seams import MediaTransport
from .downlink import LEAST_SAMPLE, Downlink
from .messages import Kind
from .outlet import Outlet, Quality
from .rtp import Estimate, KeyFrameRequest, Nack, ReportBlock, RtpPacket, SenderReport
from .sdp import OfferedSession, write_answer
from .streams import Feed, Inlet
from .terms import Layer, Path
from .uplink import Uplink

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
        self.feeds = {line.source: Feed(seat_id, line) for line in session.sends}
        self.inlets = [i for feed in self.feeds.values() for i in feed.layers.values()]
        self.by_ssrc = {i.ssrc: i for i in self.inlets if i.ssrc}
        self.by_rtx = {i.rtx_ssrc: i for i in self.inlets if i.rtx_ssrc}
        self.uplink = Uplink(sum(i.kind is Kind.VIDEO and i.layer is Layer.HIGH for i in self.inlets))
        send = self.transport.send_rtp
        self.outlets = {(line.kind, line.index): Outlet(seat_id, line, send) for line in session.slots}
        self.outlet_by_ssrc = {o.line.ssrc: o for o in self.outlets.values()}
        self._repairing = False
        self.born = relay.loop.time()
        self.downlink = Downlink(list(self.outlets.values()), relay.loop.time())
        self._measured = relay.loop.time()

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
        inlet = self.by_ssrc.get(packet.ssrc) or self._learned(packet)
        if inlet is not None:
            if packet.payload_type != inlet.line.payload_type:
                return
            inlet.accept(packet, arrival, repeated=False)
            if packet.marker and inlet.send_time_id:
                sent = rtp.extension(packet, inlet.send_time_id)
                if sent is not None:
                    self.uplink.passed(int.from_bytes(sent, "big") * rtp.SEND_TIME_UNIT_S, arrival)
        else:
            inlet = self.by_rtx.get(packet.ssrc)
            if inlet is None:
                return
            original = rtp.unwrap_rtx(packet, inlet.line.payload_type, inlet.ssrc)
            if original is None or not original.payload:
                return  # padding that probes the bandwidth
            packet = original
            if not inlet.accept(packet, arrival, repeated=True):
                return
        if inlet.has_holes and not self._repairing:
            self._repairing = True
            self.relay.loop.call_later(REPAIR_DELAY_S, self._repair)
        if packet.payload:
            self.relay.forward(inlet, packet, arrival)

    def _learned(self, packet: RtpPacket) -> Inlet | None:
        """Whose an unknown SSRC is: by its line and encoding (RFC 8852), else by its payload type alone.

        That of retransmissions is noted, but its packets are not those of the inlet: None.
        """
        if packet.ssrc in self.by_rtx:
            return None
        for feed in self.feeds.values() if packet.extensions else ():
            line = feed.line
            if rtp.extension(packet, line.id_of(rtp.MID_URI)) != line.mid.encode() or not line.layers:
                continue
            repaired = packet.payload_type == line.rtx_payload_type
            rid = rtp.extension(packet, line.id_of(rtp.REPAIRED_RID_URI if repaired else rtp.RID_URI))
            inlet = next((i for i in feed.layers.values() if i.layer.encode() == rid), None)
            if inlet is None:
                return None
            if repaired:
                inlet.rtx_ssrc = packet.ssrc
                self.by_rtx[packet.ssrc] = inlet
                return None
            return self._named(inlet, packet.ssrc)
        nameless = [i for i in self.inlets if not i.ssrc and not i.line.layers]
        fitting = [i for i in nameless if i.line.payload_type == packet.payload_type]
        return self._named(fitting[0], packet.ssrc) if len(fitting) == 1 else None

    def _named(self, inlet: Inlet, ssrc: int) -> Inlet:
        if inlet.ssrc:
            self.by_ssrc.pop(inlet.ssrc, None)
        inlet.ssrc = ssrc
        self.by_ssrc[ssrc] = inlet
        return inlet

    def _repair(self) -> None:
        """Ask the publisher for what is missing, until nothing is or it is given up."""
        self._repairing = False
        now = self.relay.loop.time()
        again = False
        for inlet in self.inlets:
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
                        outlet.repeat(item.lost, self.relay.loop.time())
                case KeyFrameRequest():
                    outlet = self.outlet_by_ssrc.get(item.ssrc)
                    if outlet is not None and outlet.inlet is not None and outlet.quality > Quality.STILL:
                        self.relay.ask_key_frame(outlet.inlet)
                case ReportBlock():
                    self.downlink.reported(item, self.relay.loop.time())
                case Estimate():
                    self.downlink.estimated(item.bits_per_s, self.relay.loop.time())

    def path(self, told: Path | None) -> str:
        """The way of its packets, empty while unknown: what the court sees, and what only the page can know (`told`)."""
        relayed = self.transport.relayed
        if relayed is None:
            return told or ""
        if not relayed:
            return Path.DIRECT
        return Path.RELAY_TCP if told is Path.RELAY_TCP else Path.RELAY

    def report(self, now: float) -> None:
        """To the page: what of its packets arrived, and how much it may send."""
        blocks = [b for b in (i.report(now) for i in self.inlets) if b is not None]
        if not blocks:
            return
        data = rtp.receiver_report(self.own_ssrc, blocks)
        pictures = [i.ssrc for i in self.inlets if i.kind is Kind.VIDEO and i.ssrc]
        if pictures:
            data += rtp.estimate(self.own_ssrc, self.uplink.rate, pictures)
        self.transport.send_rtcp(data)

    def measure(self, now: float) -> None:
        """What arrived since the last time: the rates of the inlets and what the page may send."""
        seconds, self._measured = now - self._measured, now
        if seconds <= 0:
            return
        octets = expected = lost = 0
        for inlet in self.inlets:
            counts = inlet.measure(seconds)
            octets, expected, lost = octets + counts[0], expected + counts[1], lost + counts[2]
        self.uplink.tick(
            now, seconds, octets * 8 / seconds, lost / expected if expected >= LEAST_SAMPLE else 0
        )

    def ask_key_frame(self, inlet: Inlet) -> None:
        self.transport.send_rtcp(rtp.picture_loss(self.own_ssrc, inlet.ssrc))
