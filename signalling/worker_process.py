"""One media worker as the web process sees it: started or found, spoken with, watched, seen off. Knows no room."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Any, Protocol, Self

from . import frames as f
from .channel import Channel, Malformed, SocketFolder
from .questions import Questions

log = logging.getLogger(__name__)

GREETING_S = 30.0  # a start takes a second or two on a quiet machine
FOUND_GREETING_S = 5.0  # it runs already
LOOK_S = 0.5
UNHEARD_LOOKS = 10  # looks without a sign of life: five seconds in which this process ran itself
LEAVING_S = 20.0  # for finishing its recordings
MAX_WAITING = 10_000  # frames for a worker that does not listen yet
AGAIN, STEADY_S = 3, 60.0  # so many short-lived channels to a living process, and it is given up


class Employer(Protocol):
    """Who hears of a worker. Called in the event loop."""

    def told(self, worker: "WorkerProcess", frame: f.Told | f.Deliver | f.Closed) -> None: ...

    def knows(self, worker: "WorkerProcess") -> None:
        """It told for the first time on a channel what rooms it holds."""

    def cut(self, worker: "WorkerProcess") -> None:
        """The channel is gone, the process may live: the pages it had in hand are gone."""

    def gone(self, worker: "WorkerProcess") -> None:
        """The process has ended, and with it everything it held; said once."""


def start_process(folder: SocketFolder, *, bound: bool) -> tuple[subprocess.Popen[bytes], str]:
    """(process, name of its socket). It has a session of its own and outlives this process, unless `bound`.

    Errors: OSError.
    """
    first = f"new-{secrets.token_hex(4)}.sock"
    with folder.listen(first) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "signalling.worker", str(folder.path), str(listener.fileno())]
            + ["--bound"] * bound,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(listener.fileno(),),
            start_new_session=True,
        )
    name = f"{process.pid}.sock"
    (folder.path / first).rename(folder.path / name)
    return process, name


class WorkerProcess:
    """`rooms` by id as the worker last told them; `found`: left behind by an earlier web process.

    What is sent before it listens waits. `bound`: one that is started ends with this process.
    """

    def __init__(
        self, folder: SocketFolder, attach: f.Attach, employer: Employer, *, bound: bool = False
    ) -> None:
        self.rooms: dict[str, f.RoomView] = {}
        self.busy = 0.0
        self.pid = 0
        self.known = asyncio.Event()  # it told what it holds, or is gone
        self._folder, self._attach, self._employer, self._bound = folder, attach, employer, bound
        self._name = ""
        self.found = False
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel[f.FromWorker] | None = None
        self._waiting: deque[f.FromWeb] = deque(maxlen=MAX_WAITING)
        self._questions = Questions()
        self._unheard = 0
        self._retired = False
        self._exited = asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    def start(self, after_s: float = 0.0) -> Self:
        """A new process, after a while."""
        self._life = asyncio.create_task(self._live(after_s))
        return self

    def take_up(self, name: str) -> Self:
        """A process that was left behind, by the name of its socket."""
        self._name, self.found = name, True
        stem = name.removesuffix(".sock")
        if stem.isdigit() and _is_worker(int(stem), self._folder.path):
            self._watch(int(stem))
        self._life = asyncio.create_task(self._live(0.0))
        return self

    def send(self, frame: f.FromWeb) -> None:
        """In order; also to a worker that is not there yet."""
        if self._channel is None:
            self._waiting.append(frame)
        else:
            self._channel.send(frame)

    async def ask(self, verb: str, *arguments: Any, kind: Any) -> Any:
        """The answer, of this kind.

        :raises OSError: its own, or the worker is gone. :raises LookupError, ValueError: its own.
        """
        return await self._questions.ask(self.send, verb, arguments, kind)

    async def retire(self) -> None:
        """It finishes its recordings and ends; killed if it takes too long."""
        self._retired = True
        if not self.pid and self._life is not None:  # not even started
            self._life.cancel()
            return
        self.send(f.Retire())
        if not await self._ends_within(LEAVING_S):
            log.error("media worker %d did not end", self.pid)
            self.kill()
        if self._life is not None:
            await self._life

    def kill(self) -> None:
        """Also one that is stopped or hangs. What it held is cut short."""
        if self.pid and not self._exited.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    # -- inside

    def _spawn(self) -> None:
        self._process, self._name = start_process(self._folder, bound=self._bound)
        self._watch(self._process.pid)

    def _watch(self, pid: int) -> None:
        """Know of its end at once. The descriptor keeps the number from meaning another process."""
        self.pid = pid
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._exited.set()
            return
        loop = asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            self._exited.set()
            if self._process is not None:
                self._process.wait()

        loop.add_reader(descriptor, ended)

    async def _live(self, after_s: float) -> None:
        try:
            if not self.found:
                await asyncio.sleep(after_s)
                self._spawn()
            looking = asyncio.create_task(self._look())
            try:
                await self._speak()
            finally:
                looking.cancel()
        except Exception:
            log.exception("media worker %d", self.pid)
        self.kill()
        if self.pid:
            await self._exited.wait()
        self._folder.remove(self._name)
        self._questions.fail()
        self.known.set()
        self._employer.gone(self)

    async def _speak(self) -> None:
        """Over as many channels as it takes, until the process ends or speaks nonsense again and again."""
        loop, tries = asyncio.get_running_loop(), 0
        while tries < AGAIN:
            began = loop.time()
            if not await self._converse() or await self._ends_within(LOOK_S):
                return
            tries = tries + 1 if loop.time() - began < STEADY_S else 0

    async def _converse(self) -> bool:
        """One channel, from the greeting to its end. False when there is nobody to speak with."""
        try:
            made = self._folder.connect(self._name)
        except OSError:
            return False
        reader, writer = await asyncio.open_unix_connection(sock=made)
        channel: Channel[f.FromWorker] = Channel(reader, writer, f.FromWorker)
        try:
            if not await self._greeted(channel):
                return True
            self._unheard = 0
            async for frame in channel.frames():
                self._take(frame)
        except Malformed as error:
            log.error("media worker %d: %s", self.pid, error)
        finally:
            self._channel = None
            await channel.close()
            self._questions.fail()
            self._employer.cut(self)
        return True

    async def _greeted(self, channel: Channel[f.FromWorker]) -> bool:
        """It is one of ours and listens to us from now on."""
        try:
            async with asyncio.timeout(FOUND_GREETING_S if self.found else GREETING_S):
                greeting = await channel.receive()
        except TimeoutError:
            self.kill()
            return False
        if not isinstance(greeting, f.Greeting):
            return False
        if not self.pid:
            self._watch(greeting.pid)
        if greeting.version != f.VERSION:
            log.warning("media worker %d is of another version and hands over", greeting.pid)
            channel.send(f.Retire())
            if not await self._ends_within(LEAVING_S):
                self.kill()
            return False
        channel.send(self._attach)
        self._channel = channel
        waiting = list(self._waiting)
        self._waiting.clear()
        for frame in waiting:
            if not isinstance(frame, f.Call) or self._questions.open(frame):
                channel.send(frame)
        return True

    def _take(self, frame: f.FromWorker) -> None:
        match frame:
            case f.Beat():
                self._unheard = 0
                self.rooms = {room.room_id: room for room in frame.rooms}
                self.busy = frame.busy
                if not self.known.is_set():
                    self._employer.knows(self)
                    self.known.set()
            case f.Answer():
                self._questions.answered(frame)
            case f.Told() | f.Deliver() | f.Closed():
                self._employer.told(self, frame)
            case f.Greeting():
                raise Malformed("greeted twice")

    async def _look(self) -> None:
        """Counts looks and not seconds: while this process itself stands still, nobody is unheard."""
        while True:
            await asyncio.sleep(LOOK_S)
            self._unheard += self._channel is not None and not self._retired
            if self._unheard > UNHEARD_LOOKS:
                log.error("media worker %d gives no sign of life: replaced", self.pid)
                self.kill()
                return

    async def _ends_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._exited.wait()
        except TimeoutError:
            return False
        return True


def _is_worker(pid: int, folder: Path) -> bool:
    """Whether the number still means a worker of this folder."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"signalling.worker" in command and os.fsencode(folder) in command
