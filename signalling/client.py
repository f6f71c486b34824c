"""A real headless peer on aiortc: sends a tone and a moving picture, counts what it receives. No user interface.

The dress rehearsal and the load tests use it; aiortc's own peer connection makes it a foreign stack to our relay.
"""

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)

from . import messages as m
from .aiortc_seams import tap_receiver
from .made_media import MovingPictureTrack, ToneTrack
from .messages import Kind, Source


@dataclass(slots=True)
class Received:
    """`frames` are whole encoded frames; `first_frame_at` in monotonic seconds."""

    packets: int = 0
    octets: int = 0
    frames: int = 0
    first_frame_at: float | None = None


@dataclass(slots=True)
class _Media:
    name: str
    pc: Any
    counters: dict[str, Received]  # by mid
    connected: asyncio.Event = field(default_factory=asyncio.Event)


class HeadlessPeer:
    """`url`: the room's WebSocket; `headers` carry whatever the authoriser wants.

    `received` counts by (seat, source) over all connections of this peer. `sound`: with `keep_sound`, every Opus packet
    that came, with its connection and m-line and the monotonic second, whatever the court says that it carries.
    """

    def __init__(
        self,
        url: str,
        *,
        sources: tuple[Source, ...] = (Source.MIC, Source.CAMERA),
        headers: Mapping[str, str] | None = None,
        slots: int = 5,
        decode: bool = False,
        hertz: float = 440.0,
        page: str | None = None,
        take_over: bool = False,
        keep_sound: bool = False,
    ) -> None:
        self.url, self.sources, self.slots, self.decode = url, sources, slots, decode
        self.page = page or secrets.token_hex(8)
        self.received: dict[tuple[str, Source], Received] = {}
        self.inbox: list[m.ServerMessage] = []
        self.seats: dict[str, m.SeatView] = {}
        self.last_seq: int | None = None
        self.close_code: int | None = None
        self.joined_at = 0.0
        self.take_over, self.keep_sound = take_over, keep_sound
        self.sound: list[tuple[str, float, bytes]] = []
        self.tone = ToneTrack(hertz)
        self._headers, self._hertz = dict(headers or {}), hertz
        self._session: aiohttp.ClientSession | None = None
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._media: dict[str, _Media] = {}

    # -- life

    async def join(self, timeout_s: float = 15.0) -> None:
        """Socket, hello, offer, connected. :raises TimeoutError: not within `timeout_s`."""
        self.joined_at = time.monotonic()
        async with asyncio.timeout(timeout_s):
            await self.open_socket()
            await (await self.offer()).connected.wait()

    async def open_socket(self) -> None:
        """:raises aiohttp.WSServerHandshakeError: not admitted."""
        self._session = self._session or aiohttp.ClientSession(headers=self._headers)
        self._ws = await self._session.ws_connect(self.url, max_msg_size=0)
        self.close_code = None
        await self.say(m.Hello(page=self.page, last_seq=self.last_seq, take_over=self.take_over))
        self._tasks += [
            asyncio.create_task(self._listen(self._ws)),
            asyncio.create_task(self._ping(self._ws)),
        ]

    async def offer(self) -> _Media:
        """A new peer connection for this seat; an older one is closed once the new one is connected."""
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        media = _Media(secrets.token_hex(6), pc, {})
        older = list(self._media.values())
        sending = []
        for source in self.sources:
            if source is Source.MIC:
                self.tone = ToneTrack(self._hertz)
            track = self.tone if source is Source.MIC else MovingPictureTrack()
            sending.append((pc.addTransceiver(track, direction="sendonly"), source))
        for kind in Kind:
            for _ in range(self.slots):
                pc.addTransceiver(kind.value, direction="recvonly")
        await pc.setLocalDescription(await pc.createOffer())
        for transceiver in pc.getTransceivers()[len(sending) :]:
            self._count(media, transceiver)

        @pc.on("connectionstatechange")
        def changed() -> None:
            if pc.connectionState == "connected":
                media.connected.set()
                for old in older:
                    self._tasks.append(asyncio.create_task(self._drop(old)))

        self._media[media.name] = media
        sends = tuple(m.Send(mid=str(t.mid), source=source) for t, source in sending)
        # Its sender repeats sound as well when asked, but does not offer to.
        sdp = re.sub(
            r"(a=rtpmap:(\d+) opus/48000/2\r\n)", r"\1a=rtcp-fb:\2 nack\r\n", pc.localDescription.sdp
        )
        await self.say(m.Offer(connection=media.name, sdp=sdp, sends=sends))
        return media

    async def close_socket(self) -> None:
        """Only the socket, as a cut link would."""
        if self._ws is not None:
            await self._ws.close()

    async def leave(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self.say(m.Leave())
        await self.close()

    async def close(self) -> None:
        """Without a farewell: the seat is kept."""
        for media in list(self._media.values()):
            await self._drop(media)
        if self._ws is not None:
            await self._ws.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _drop(self, media: _Media) -> None:
        self._media.pop(media.name, None)
        await media.pc.close()

    # -- words

    async def say(self, message: m.ClientMessage) -> None:
        await self.say_raw(m.encode(message))

    async def say_raw(self, text: str) -> None:
        """Whatever it is, as a text message."""
        if self._ws is None:
            raise ConnectionError("no socket")
        await self._ws.send_str(text)

    async def wait_for(self, condition: Callable[[Self], object], timeout_s: float = 10.0) -> None:
        """Until `condition(self)` is true; checked after each message and 20 times a second."""
        async with asyncio.timeout(timeout_s):
            while not condition(self):
                await asyncio.sleep(0.05)

    def frames(self, seat: str, source: Source) -> int:
        return self.received[seat, source].frames if (seat, source) in self.received else 0

    def packets(self, seat: str, source: Source) -> int:
        return self.received[seat, source].packets if (seat, source) in self.received else 0

    async def _ping(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        n = 0
        with contextlib.suppress(ConnectionError, RuntimeError):
            while not ws.closed:
                await ws.send_str(m.encode(m.Ping(n=n)))
                n += 1
                await asyncio.sleep(m.PING_S)

    async def _listen(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for received in ws:
            if received.type is aiohttp.WSMsgType.TEXT:
                await self._heard(m.decode_server(received.data))
        if ws is self._ws:
            self.close_code = ws.close_code

    async def _heard(self, message: m.ServerMessage) -> None:
        self.inbox.append(message)
        if isinstance(message, m.Sequenced):
            self.last_seq = message.seq
        match message:
            case m.State():
                self.seats = {s.seat: s for s in message.seats}
            case m.SeatChanged():
                self.seats[message.seat.seat] = message.seat
            case m.SeatGone():
                self.seats.pop(message.seat, None)
            case m.Answer() if message.connection in self._media:
                answer = RTCSessionDescription(sdp=message.sdp, type="answer")
                await self._media[message.connection].pc.setRemoteDescription(answer)
            case m.Slots() if message.connection in self._media:
                counters = self._media[message.connection].counters
                counters.clear()
                for slot in message.slots:
                    counters[slot.mid] = self.received.setdefault((slot.seat, slot.source), Received())

    def _count(self, media: _Media, transceiver: Any) -> None:
        mid = transceiver.mid

        keeps = self.keep_sound and transceiver.kind == Kind.AUDIO

        def packet(payload: bytes) -> None:
            if keeps:
                self.sound.append((f"{media.name}-{mid}", time.monotonic(), payload))
            counter = media.counters.get(mid)
            if counter is not None:
                counter.packets += 1
                counter.octets += len(payload)

        def frame() -> None:
            counter = media.counters.get(mid)
            if counter is not None:
                counter.frames += 1
                if counter.first_frame_at is None:
                    counter.first_frame_at = time.monotonic()

        tap_receiver(transceiver.receiver, on_packet=packet, on_frame=frame, decode=self.decode)
