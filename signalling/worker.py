"""One media process: `Rooms` behind a Unix socket. Serves one web process at a time and outlives it, unless it is bound.

`python -m signalling.worker FOLDER DESCRIPTOR [--bound]`: a folder for its socket, the descriptor of which it inherits.
"""

import argparse
import asyncio
import contextlib
import gc
import inspect
import logging
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Any, assert_never

import msgspec
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import frames as f
from . import messages as m
from .channel import Channel, Malformed, Verbs, encode
from .plane import MediaPlane
from .reporter import Reporter
from .rooms import Rooms
from .seat import Seat

log = logging.getLogger(__name__)

ATTACH_WITHIN_S = 10.0
IDLE_ALONE_S = 30.0  # without a web process and without a room
BOUND_ALONE_S = 3.0  # without the web process it is bound to: nobody will come back for it
QUIET_ALONE_S = 3600.0  # without a web process, and nobody sends anything
SWITCH_S = 0.0005  # the recorder's thread keeps the loop waiting no longer than this
PRIORITY = -5  # before pages and signatures, where the system allows it

_LOCAL = ("is_open", "rooms", "recording_offset", "close", "enter", "say", "drop")
_verbs = Verbs(MediaPlane, without=_LOCAL)


class Page:
    """A page's socket, which is held by the web process."""

    def __init__(self, worker: "Worker", number: int, page: str) -> None:
        self._worker, self._number, self.page = worker, number, page

    def deliver(self, message: m.ServerMessage) -> None:
        self.pass_on(m.encode(message))

    def pass_on(self, text: str) -> None:
        self._worker.send(f.Deliver(self._number, text))

    def close(self, code: int) -> None:
        self._worker.send(f.Closed(self._number, code))


class Worker:
    """Lives in one event loop, until retired or long left alone; a bound one only as long as its web process."""

    def __init__(self, *, bound: bool = False) -> None:
        self._bound = bound
        self.rooms: Rooms | None = None
        self.ended = asyncio.Event()
        self._reporter = Reporter(self)
        self._channel: Channel[f.FromWeb] | None = None
        self._pages: dict[int, tuple[Seat, Page]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._cpu, self._cpu_at = time.process_time(), time.monotonic()

    @property
    def attached(self) -> bool:
        return self._channel is not None

    def send(self, frame: f.FromWorker) -> None:
        """Dropped while no web process is there."""
        if self._channel is not None:
            self._channel.send(frame)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One web process, until it is gone or another comes."""
        channel: Channel[f.FromWeb] = Channel(reader, writer, f.FromWeb)
        try:
            if _user_of(writer) == os.getuid():
                channel.send(f.Greeting(f.VERSION, os.getpid()))
                async with asyncio.timeout(ATTACH_WITHIN_S):
                    first = await channel.receive()
                if isinstance(first, f.Attach):
                    await self._attach(channel, first)
                    async for frame in channel.frames():
                        self._take(frame)
                elif isinstance(first, f.Retire):
                    self.ended.set()
        except (Malformed, TimeoutError) as error:
            log.warning("worker.channel: %s", error)
        finally:
            if self._channel is channel:
                self._detach()
            await channel.close()

    async def beat(self) -> None:
        """Heartbeats, and the end of a worker that nobody needs any more."""
        alone_since = quiet_since = time.monotonic()
        packets = 0
        while not self.ended.is_set():
            self._beat()
            now, heard = time.monotonic(), self.rooms.packets() if self.rooms else 0
            if self.attached:
                alone_since = now
            if self.attached or heard != packets:
                quiet_since, packets = now, heard
            idle = not (self.rooms and self.rooms.views()) and now - alone_since > IDLE_ALONE_S
            orphaned = self._bound and now - alone_since > BOUND_ALONE_S
            if idle or orphaned or now - quiet_since > QUIET_ALONE_S:
                self.ended.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), f.BEAT_S)

    async def close(self) -> None:
        """Finish every recording; what it reports still reaches the web process."""
        if self.rooms is not None:
            await self.rooms.close()
        if self._channel is not None:
            await self._channel.close()

    async def _attach(self, channel: Channel[f.FromWeb], first: f.Attach) -> None:
        if self._channel is not None:
            older = self._channel
            self._detach()
            await older.close()
        if self.rooms is None:
            key = Ed25519PrivateKey.from_private_bytes(first.key)
            settings = msgspec.structs.asdict(first.settings)
            self.rooms = Rooms(observer=self._reporter, key=key, **settings)
        self._channel = channel
        self.rooms.hear(True)
        self._beat()
        self._reporter.catch_up()

    def _detach(self) -> None:
        self._channel = None
        for seat, page in self._pages.values():
            if self.rooms is not None:
                self.rooms.drop(seat, page)
        self._pages.clear()
        if self.rooms is not None:
            self.rooms.hear(False)

    def _beat(self) -> None:
        cpu, now = time.process_time(), time.monotonic()
        busy = (cpu - self._cpu) / max(0.01, now - self._cpu_at)
        if now - self._cpu_at >= f.BEAT_S / 2:
            self._cpu, self._cpu_at = cpu, now
        self.send(f.Beat(self.rooms.views() if self.rooms else (), busy))

    def _take(self, frame: f.FromWeb) -> None:
        assert self.rooms is not None
        match frame:
            case f.Call():
                self._call(frame)
            case f.Enter():
                page = Page(self, frame.page, frame.hello.page)
                self._pages[frame.page] = (frame.seat, page)
                self.rooms.enter(frame.seat, frame.hello, page)
            case f.Say():
                if (known := self._pages.get(frame.page)) is not None:
                    self.rooms.say(known[0], frame.message, known[1])
            case f.Drop():
                if (known := self._pages.pop(frame.page, None)) is not None:
                    self.rooms.drop(*known)
            case f.Retire():
                self.ended.set()
            case f.Attach():
                raise Malformed("attached twice")
            case _:
                assert_never(frame)

    def _call(self, call: f.Call) -> None:
        """What returns at once is done before the next frame is read."""
        bound = _verbs.bind(self.rooms, call.verb, call.arguments)
        try:
            result = bound()
        except (LookupError, OSError, ValueError) as error:
            self._refuse(call, error)
            return
        if inspect.iscoroutine(result):
            task = asyncio.create_task(self._finish(call, result))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._answer(call, result)

    async def _finish(self, call: f.Call, work: Any) -> None:
        try:
            result = await work
        except Exception as error:
            self._refuse(call, error)
        else:
            self._answer(call, result)

    def _answer(self, call: f.Call, result: Any) -> None:
        if call.id:
            self._beat()
            self.send(f.Answer(call.id, msgspec.Raw(encode(result))))

    def _refuse(self, call: f.Call, error: Exception) -> None:
        if not call.id or not isinstance(error, LookupError | OSError | ValueError):
            log.error("worker.refused %s", call.verb, exc_info=error)
        if call.id:
            self._beat()
            number = error.errno if isinstance(error, OSError) else None
            kinds = (KeyError, LookupError, OSError, ValueError)
            kind = next((k.__name__ for k in kinds if isinstance(error, k)), "RuntimeError")
            text = (error.strerror or "") if isinstance(error, OSError) else str(error)
            self.send(f.Answer(call.id, error=kind, text=text, errno=number))


def _user_of(writer: asyncio.StreamWriter) -> int:
    """User id of the process at the other end."""
    made = writer.get_extra_info("socket")
    told = made.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", told)[1])


async def run(folder: Path, listener: socket.socket, *, bound: bool) -> None:
    worker = Worker(bound=bound)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, worker.ended.set)
    server = await asyncio.start_unix_server(worker.serve, sock=listener)
    gc.collect()
    gc.freeze()  # what is loaded now stays: later collections need not look at it
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(SWITCH_S)
    try:
        await worker.beat()
        server.close()
        await worker.close()
    finally:
        (folder / f"{os.getpid()}.sock").unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("descriptor", type=int)
    parser.add_argument("--bound", action="store_true", help="end with the web process")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s media %(process)d %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(PRIORITY)
    uvloop.run(run(options.folder, socket.socket(fileno=options.descriptor), bound=options.bound))


if __name__ == "__main__":
    main()
