"""The one module that touches the insides of aiortc 1.16.0 and aioice 0.13.0. No policy, only the seam.

The parts of ORTC are used alone: an ICE gatherer and transport and a DTLS transport, no sender, receiver or
decoder. Datagrams are taken at the socket, before aiortc's queue; media packets go out past its coroutines.
tests/signalling/test_aiortc_seams.py fails loudly when another version or a changed attribute is installed.
"""

import asyncio
import contextlib
import logging
import os
import queue
import socket
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import aioice.ice
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc import sdp as aiortc_sdp
from aiortc.rtcdtlstransport import RTCDtlsParameters as DtlsParameters
from aiortc.rtcicetransport import RTCIceCandidate as Candidate
from aiortc.rtcicetransport import RTCIceParameters as IceParameters

from .allowance import Allowance
from .datagrams import MAX_DATAGRAM, Datagrams
from .nat import seen_outside
from .patience import PatientBuffer
from .rtp import is_rtcp
from .srtp import SrtpError, protector, rtcp_protector, rtcp_unprotector, unprotector

__all__ = [
    "Candidate",
    "DtlsParameters",
    "IceParameters",
    "MediaTransport",
    "check_versions",
    "limit_ice_addresses",
    "parse_sdp",
    "tap_receiver",
]

PINNED = {"aiortc": "1.16.0", "aioice": "0.13.0"}
_RELAYED = {"host": False, "srflx": False, "relay": True}  # types of candidates
STUN_BURST, STUN_PER_S = 200, 50  # from addresses that ICE does not know yet; a page sends some tens in all
MAX_QUEUED = 64  # DTLS datagrams waiting; a handshake needs fewer than ten

# aioice warns about every closed socket and lost check; the room tells the same in its own words.
logging.getLogger("aioice").setLevel(logging.WARNING)

_library_addresses = aioice.ice.get_host_addresses


def check_versions() -> None:
    """:raises RuntimeError: another version than the one this seam was written against."""
    for name, wanted in PINNED.items():
        if (found := version(name)) != wanted:
            raise RuntimeError(f"{name} {found} is installed, the media seam is written for {wanted}")


def limit_ice_addresses(addresses: Sequence[str] | None) -> None:
    """Bind ICE to these addresses only, for the whole process; None gives the library's choice back."""
    if addresses is None:
        aioice.ice.get_host_addresses = _library_addresses
        return
    chosen = list(addresses)

    def only_chosen(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return [a for a in chosen if (use_ipv6 if ":" in a else use_ipv4)]

    aioice.ice.get_host_addresses = only_chosen


def parse_sdp(text: str) -> Any:
    """:raises ValueError: whatever aiortc's parser stumbles over."""
    try:
        return aiortc_sdp.SessionDescription.parse(text)
    except ValueError:
        raise
    except (AssertionError, LookupError, StopIteration, AttributeError, TypeError) as exc:
        raise ValueError("malformed SDP") from exc


class MediaTransport:
    """ICE + DTLS + SRTP to one page. Media is handed on and sent synchronously, as decrypted packets.

    `on_rtp(packet, arrival)` and `on_rtcp(packet)` are called from the socket's own callback; `arrival` is
    the event loop's clock, seconds. `on_state` gets "connected" once and "closed" once.
    """

    def __init__(
        self,
        *,
        on_rtp: Callable[[bytes, float], None],
        on_rtcp: Callable[[bytes], None],
        on_state: Callable[[str], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [RTCCertificate.generateCertificate()])
        self._connection = self._ice._connection
        self._connection._queue = _BoundedQueue(MAX_QUEUED)
        self._on_rtp, self._on_rtcp, self._on_state = on_rtp, on_rtcp, on_state
        self._unprotect: Callable[[bytes], bytes] | None = None
        self._unprotect_rtcp: Callable[[bytes], bytes] | None = None
        self._protect: Callable[[bytes], bytes] | None = None
        self._protect_rtcp: Callable[[bytes], bytes] | None = None
        self._pair: Any = None  # the nominated one, and the way it sends
        self._sendto: Callable[[bytes, tuple[str, int]], None] = lambda *_: None
        self._address = ("", 0)
        self._source: tuple[str, int] | None = None
        self._strangers = Allowance(STUN_BURST, STUN_PER_S)
        self._told_closed = False
        self.dropped = 0  # datagrams refused at the door or not sent
        self._dtls.on("statechange", self._dtls_changed)
        self._ice.on("statechange", self._ice_changed)

    async def gather(self) -> None:
        """Open the sockets and stand guard at each."""
        await self._gatherer.gather()
        for protocol in self._connection._protocols:
            self._take_over(protocol)

    @property
    def ice_parameters(self) -> IceParameters:
        return self._gatherer.getLocalParameters()

    @property
    def dtls_parameters(self) -> DtlsParameters:
        return self._dtls.getLocalParameters()

    @property
    def candidates(self) -> list[str]:
        own = self._gatherer.getLocalCandidates()
        return [aiortc_sdp.candidate_to_sdp(c) for c in (*own, *seen_outside(own))]

    @property
    def state(self) -> str:
        return str(self._dtls.state)

    @property
    def relayed(self) -> bool | None:
        """Whether the page sends through a relay; None while no pair is nominated, or its kind is not told."""
        pair = self._connection._nominated.get(1)
        # A candidate that was only seen in a check (RFC 8445 prflx) may be either.
        return None if pair is None else _RELAYED.get(pair.remote_candidate.type)

    async def start(
        self, ice: IceParameters, dtls: DtlsParameters, candidates: Sequence[Candidate], *, role: str
    ) -> None:
        """Connect; `role` is "client" or "server" of DTLS. Ends when connected or failed; never raises."""
        self._connection.ice_controlling = bool(ice.iceLite)
        self._ice._role_set = True
        self._dtls._set_role(role)
        for candidate in candidates:
            with contextlib.suppress(ValueError):
                await self._ice.addRemoteCandidate(candidate)
        # No end of candidates: a page may name none that is of use (mDNS, NAT) and is found by its own checks.
        await self._ice.start(ice)
        if self._ice.state == "completed":
            await self._dtls.start(dtls)
        if self._dtls.state != "connected":
            self._closed()

    def send_rtp(self, packet: bytes) -> bool:
        """Protect and send now. False when there is no way out."""
        pair = self._connection._nominated.get(1)
        if pair is not self._pair:
            self._turn_to(pair)
        if self._protect is None or pair is None:
            return False
        try:
            self._sendto(self._protect(packet), self._address)
            return True
        except SrtpError:  # a repeat too old for the window
            self.dropped += 1
            return False

    def send_rtcp(self, packet: bytes) -> bool:
        pair = self._connection._nominated.get(1)
        if pair is not self._pair:
            self._turn_to(pair)
        if self._protect_rtcp is None or pair is None:
            return False
        self._sendto(self._protect_rtcp(packet), self._address)
        return True

    async def close(self) -> None:
        self._protect = self._protect_rtcp = None
        await self._dtls.stop()
        await self._ice.stop()
        self._closed()

    # -- inside

    def _take_over(self, protocol: Any) -> None:
        """The same socket under our own reader and writer; the library's transport ends unnoticed."""
        library, lost = protocol.transport, protocol.connection_lost
        taken = socket.socket(fileno=os.dup(library.get_extra_info("socket").fileno()))
        protocol.connection_lost = lambda _exc: None
        library.close()
        protocol.datagram_received = self._guard(protocol, protocol.datagram_received)
        protocol.transport = Datagrams(taken, protocol.datagram_received, lost)

    def _guard(self, protocol: Any, library: Callable[..., None]) -> Callable[..., None]:
        """Media and DTLS only from the address ICE agreed on; everything else only if it is STUN."""

        def datagram_received(data: bytes, addr: tuple[Any, ...]) -> None:
            if not 0 < len(data) <= MAX_DATAGRAM:
                self.dropped += 1
                return
            first = data[0]
            if first < 4:  # STUN; aioice authenticates it, which has its price
                if addr[:2] == self._source or self._strangers.take(self._loop.time()):
                    library(data, addr)
                else:
                    self.dropped += 1
            elif not self._known(protocol, (addr[0], addr[1])):
                self.dropped += 1
            elif 128 <= first < 192:
                self._media(data)
            elif 20 <= first < 64:
                self._connection.data_received(data, 1)
            else:
                self.dropped += 1

        return datagram_received

    def _known(self, protocol: Any, addr: tuple[str, int]) -> bool:
        if addr == self._source:
            return True
        for pair in self._connection._check_list:
            if pair.protocol is protocol and pair.remote_addr == addr and pair.state.name == "SUCCEEDED":
                self._source = addr
                return True
        return False

    def _media(self, data: bytes) -> None:
        if self._unprotect is None or self._unprotect_rtcp is None:
            return
        try:
            if is_rtcp(data):
                self._on_rtcp(self._unprotect_rtcp(data))
            else:
                self._on_rtp(self._unprotect(data), self._loop.time())
        except SrtpError:
            self.dropped += 1

    def _turn_to(self, pair: Any) -> None:
        self._pair = pair
        if pair is not None:
            self._sendto, self._address = pair.protocol.transport.sendto, pair.remote_addr

    def _dtls_changed(self) -> None:
        if self._dtls.state == "connected":
            receive, send = self._dtls._rx_srtp, self._dtls._tx_srtp
            self._unprotect, self._unprotect_rtcp = unprotector(receive), rtcp_unprotector(receive)
            self._protect, self._protect_rtcp = protector(send), rtcp_protector(send)
            self._on_state("connected")
        elif self._dtls.state in ("closed", "failed"):
            self._closed()

    def _ice_changed(self) -> None:
        if self._ice.state in ("closed", "failed"):
            self._closed()

    def _closed(self) -> None:
        self._protect = self._protect_rtcp = None
        if not self._told_closed:
            self._told_closed = True
            self._on_state("closed")


def tap_receiver(
    receiver: Any, *, on_packet: Callable[[bytes], None], on_frame: Callable[[], None], decode: bool
) -> None:
    """Count what a receiver of a real peer gets, before its connection starts; decode the frames or not."""
    library = receiver._handle_rtp_packet

    async def counted(packet: Any, arrival_time_ms: int) -> None:
        on_packet(packet.payload)
        await library(packet, arrival_time_ms=arrival_time_ms)

    receiver._handle_rtp_packet = counted
    if receiver._RTCRtpReceiver__kind == "video":
        receiver._RTCRtpReceiver__jitter_buffer = PatientBuffer(on_frame)
        on_frame = _counted_already
    receiver._RTCRtpReceiver__decoder_queue = _FrameQueue(on_frame, decode=decode)


def _counted_already() -> None:
    """The buffer counts: several frames may become whole at once, and come here one by one."""


class _FrameQueue(queue.Queue[Any]):
    """Sees every assembled frame on its way to the decoder thread."""

    def __init__(self, on_frame: Callable[[], None], *, decode: bool) -> None:
        super().__init__()
        self._on_frame, self._decode = on_frame, decode

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is not None:
            self._on_frame()
            if not self._decode:
                return
        super().put(item, block, timeout)


class _BoundedQueue(asyncio.Queue[Any]):
    """aioice's queue grows without bound; a full one here drops the datagram, except the end mark."""

    def put_nowait(self, item: Any) -> None:
        if item is None and self.full():
            self.get_nowait()
        if not self.full():
            super().put_nowait(item)
