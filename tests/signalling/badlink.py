"""A bad link between a page and the node: loss, bursts, delay, jitter, rate, outages, another address. Real sockets.

Everything one seat sends and gets, the WebSocket's TCP as well as the media's UDP, passes a pair of sockets here. The
node is told nothing: it sees datagrams from an address that it was not offered, as behind any NAT.
"""

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from signalling.aiortc_seams import Candidate, MediaTransport
from signalling.connection import Connection

HERE = "127.0.0.1"
MAX_QUEUE_S = 0.4  # what a router of the field holds back before it drops


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One direction. `loss` of single packets (0..1); a burst begins with probability `burst`, ends with `calm`."""

    bits_per_s: float = 1e9
    delay_s: float = 0.0
    jitter_s: float = 0.0
    loss: float = 0.0
    burst: float = 0.0
    calm: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`outage_s` long, the link carries nothing; the test says when."""

    name: str
    up: Way = Way()
    down: Way = Way()
    outage_s: float = 0.0


_VILLAGE_UP = Way(bits_per_s=2e6, delay_s=0.05, jitter_s=0.02, loss=0.02)
_VILLAGE_DOWN = Way(bits_per_s=6e6, delay_s=0.05, jitter_s=0.02, loss=0.02)
_VALLEY = Way(bits_per_s=600e3, delay_s=0.08, jitter_s=0.03, burst=0.01, calm=0.2)  # 5 packets a burst, 5 %
PROFILES = {
    p.name: p
    for p in (
        Profile(name="clean"),
        Profile(name="village-4g", up=_VILLAGE_UP, down=_VILLAGE_DOWN),
        Profile(name="valley", up=_VALLEY, down=_VALLEY),
        Profile(name="tunnel-10s", up=_VILLAGE_UP, down=_VILLAGE_DOWN, outage_s=10),
        Profile(name="tunnel-45s", up=_VILLAGE_UP, down=_VILLAGE_DOWN, outage_s=45),
        # Longer than every timer of page, ICE and room: what is true then stays true for a day.
        Profile(name="day-offline", up=_VILLAGE_UP, down=_VILLAGE_DOWN, outage_s=100),
    )
}


@dataclass(slots=True)
class Pipe:
    """When a packet comes out, or that it never does. Knows no clock and no socket."""

    way: Way
    chance: random.Random
    passed: int = 0
    dropped: int = 0
    cut: bool = False
    _bad: bool = False
    _free: float = 0.0
    _last: float = 0.0

    def admit(self, size: int, now: float) -> float | None:
        """The time at which `size` bytes sent at `now` arrive; None when they are lost. Order is kept."""
        if self._bad:
            self._bad = self.chance.random() >= self.way.calm
        else:
            self._bad = self.chance.random() < self.way.burst
        waits = max(0.0, self._free - now)
        if self.cut or self._bad or waits > MAX_QUEUE_S or self.chance.random() < self.way.loss:
            self.dropped += 1
            return None
        self.passed += 1
        return self._out(size, now)

    def carry(self, size: int, now: float) -> float:
        """As `admit`, for a stream whose losses TCP repeats: each costs a round of delay."""
        lost = self.chance.random() < self.way.loss + self.way.burst / (self.way.burst + self.way.calm)
        return self._out(size, now, extra=2 * self.way.delay_s if lost else 0.0)

    def _out(self, size: int, now: float, extra: float = 0.0) -> float:
        self._free = max(self._free, now) + 8 * size / self.way.bits_per_s
        late = self.way.delay_s + self.chance.uniform(-1, 1) * self.way.jitter_s + extra
        self._last = max(self._last, self._free + late)
        return self._last


@dataclass(slots=True)
class _Flow:
    """The datagrams of one address of the page to one socket of the node."""

    front: socket.socket
    page: tuple[str, int]
    back: socket.socket


@dataclass
class BadLink:
    """Of one seat. Used inside the running loop; `close` at the end."""

    profile: Profile
    seed: int = 1
    _flows: dict[tuple[int, tuple[str, int]], _Flow] = field(default_factory=dict)
    _fronts: list[socket.socket] = field(default_factory=list)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _streams: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.up = Pipe(self.profile.up, random.Random(self.seed))
        self.down = Pipe(self.profile.down, random.Random(self.seed + 1))
        self._open = asyncio.Event()
        self._open.set()

    # -- what happens to the link

    def cut(self) -> None:
        """Into the tunnel: datagrams are lost, TCP waits."""
        self.up.cut = self.down.cut = True
        self._open.clear()

    def restore(self) -> None:
        self.up.cut = self.down.cut = False
        self._open.set()

    def change_address(self) -> None:
        """Wi-Fi to 4G: TCP breaks, datagrams come from elsewhere and what goes to the old address is lost."""
        for stream in list(self._streams):
            stream.transport.abort()
        for flow in self._flows.values():
            self._loop.remove_reader(flow.back)
            port = flow.back.getpeername()[1]
            flow.back.close()
            flow.back = self._back(flow, port)

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for stream in list(self._streams):
            stream.transport.abort()
        for one in (*self._fronts, *(flow.back for flow in self._flows.values())):
            self._loop.remove_reader(one)
            one.close()
        await asyncio.sleep(0)

    # -- datagrams

    def udp(self, port: int) -> int:
        """The port to which the page sends what shall reach the node's `port`."""
        front = self._bound()
        self._fronts.append(front)
        self._loop.add_reader(front, self._from_page, front, port)
        return int(front.getsockname()[1])

    def _bound(self) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.bind((HERE, 0))
        return made

    def _back(self, flow: _Flow, port: int) -> socket.socket:
        back = self._bound()
        back.connect((HERE, port))
        self._loop.add_reader(back, self._from_node, flow)
        return back

    def _from_page(self, front: socket.socket, port: int) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            data, page = front.recvfrom(4096)
            key = (front.fileno(), page)
            flow = self._flows.get(key)
            if flow is None:
                flow = self._flows[key] = _Flow(front, page, front)
                flow.back = self._back(flow, port)
            self._later(self.up, len(data), lambda: flow.back.send(data))

    def _from_node(self, flow: _Flow) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            data = flow.back.recv(4096)
            self._later(self.down, len(data), lambda: flow.front.sendto(data, flow.page))

    def _later(self, pipe: Pipe, size: int, send: Callable[[], Any]) -> None:
        def sent() -> None:
            with contextlib.suppress(OSError):  # closed meanwhile, or nobody there any more
                send()

        at = pipe.admit(size, self._loop.time())
        if at is not None:
            self._loop.call_at(at, sent)

    # -- the WebSocket

    async def tcp(self, port: int) -> int:
        """The port at which the page finds the node's `port`."""

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection(HERE, port)
            self._streams |= {writer, back}
            try:
                await asyncio.gather(
                    self._stream(reader, back, self.up), self._stream(there, writer, self.down)
                )
            finally:
                self._streams -= {writer, back}
                for one in (writer, back):
                    one.close()

        server = await asyncio.start_server(accepted, HERE, 0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pipe: Pipe) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1400):
                await self._open.wait()
                now = self._loop.time()
                await asyncio.sleep(pipe.carry(len(data), now) - now)
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(ConnectionError, RuntimeError):
            writer.close()


_seat: ContextVar[str] = ContextVar("seat", default="")


@contextlib.contextmanager
def behind(links: dict[str, BadLink]) -> Iterator[None]:
    """The media of these seats pass their link: the answer names its ports, the page's own are not believed."""
    answer, start = Connection.answer, MediaTransport.start
    candidates = MediaTransport.candidates

    async def answer_for(self: Connection) -> str:
        _seat.set(self.seat_id)
        return await answer(self)

    def told(self: MediaTransport) -> list[str]:
        link, own = links.get(_seat.get()), candidates.fget(self)  # type: ignore[attr-defined]
        return [through(link, line) for line in own] if link is not None else own

    async def start_behind(
        self: MediaTransport, ice: Any, dtls: Any, given: list[Candidate], *, role: str
    ) -> None:
        await start(self, ice, dtls, [] if _seat.get() in links else given, role=role)

    Connection.answer = answer_for  # type: ignore[method-assign]
    MediaTransport.candidates = property(told)  # type: ignore[method-assign, assignment]
    MediaTransport.start = start_behind  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Connection.answer = answer  # type: ignore[method-assign]
        MediaTransport.candidates = candidates  # type: ignore[method-assign]
        MediaTransport.start = start  # type: ignore[method-assign]


def through(link: BadLink, candidate: str) -> str:
    parts = candidate.split()
    parts[5] = str(link.udp(int(parts[5])))
    return " ".join(parts)
