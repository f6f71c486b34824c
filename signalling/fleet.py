"""The MediaPlane over worker processes: one hearing lives in one worker. Carries orders, reports and pages' messages
across, watches the workers and replaces the dead; keeps no rule of a room."""

import asyncio
import errno
import fcntl
import logging
import os
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import frames as f
from . import messages as m
from .channel import SocketFolder, Verbs
from .messages import Phase
from .plane import Socket
from .seat import Seat
from .status import AreaReport, Observer, RoomStatus
from .summary import RecordingSummary
from .terms import MAIN
from .worker_process import WorkerProcess

log = logging.getLogger(__name__)

KNOWN_WITHIN_S = 40.0  # a worker that was left behind tells what it holds, or hands over and ends
STEADY_S = 60.0  # a worker that lived this long may be replaced at once
BACKOFF_S = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
_observer_verbs = Verbs(Observer)


class Fleet:
    """:param folder: for the workers' sockets; one Fleet at a time holds it.
    :param size: how many workers there shall be.
    :param bound: they end with this process, however it ends; else they go on and wait for the next one.
    """

    def __init__(self, folder: Path, size: int, *, bound: bool = False) -> None:
        self._size, self._bound = size, bound
        self._folder = SocketFolder(folder)
        self._lock = _locked(folder / "lock")
        self._observer: Observer | None = None
        self._attach = f.Attach(b"", f.MediaSettings())
        self._workers: list[WorkerProcess] = []
        self._started: dict[WorkerProcess, float] = {}
        self._homes: dict[str, WorkerProcess] = {}
        self._pages: dict[int, tuple[Socket, WorkerProcess]] = {}
        self._numbers: dict[Socket, int] = {}
        self._next_page = 0
        self._failures = 0
        self._closing = False

    async def start(self, *, observer: Observer, key: Ed25519PrivateKey, settings: f.MediaSettings) -> None:
        """Take up the workers that were left behind, with their rooms, and start what lacks.

        Returns when every worker that was found has told what it holds; new ones come up meanwhile.
        """
        self._observer = observer
        self._attach = f.Attach(key.private_bytes_raw(), settings)
        found = [self._fresh().take_up(name) for name in self._folder.names()]
        for _ in range(self._size - len(found)):
            self._hire()
        if found:
            await asyncio.wait({asyncio.create_task(w.known.wait()) for w in found}, timeout=KNOWN_WITHIN_S)

    # -- for the application

    def open(self, room_id: str) -> None:
        if room_id not in self._homes:
            home = min(self._workers, key=lambda w: (sum(h is w for h in self._homes.values()), w.busy))
            self._homes[room_id] = home
            self._order(room_id, "open")

    def is_open(self, room_id: str) -> bool:
        return room_id in self._homes

    def rooms(self) -> tuple[str, ...]:
        return tuple(self._homes)

    def phase(self, room_id: str, phase: Phase, reason: str = "") -> None:
        self._order(room_id, "phase", phase, reason)

    def place(self, room_id: str, seat_id: str, area: str) -> None:
        self._order_if_open(room_id, "place", seat_id, area)

    def floor(self, room_id: str, seat_id: str, allowed: bool, until: float | None = None) -> None:
        self._order_if_open(room_id, "floor", seat_id, allowed, until)

    def mute(self, room_id: str, seat_id: str | None, muted: bool, locked: bool) -> None:
        self._order_if_open(room_id, "mute", seat_id, muted, locked)

    def lower_hand(self, room_id: str, seat_id: str) -> None:
        self._order_if_open(room_id, "lower_hand", seat_id)

    def arrange(self, room_id: str, spotlight: tuple[str, str] | None, layout: str) -> None:
        self._order_if_open(room_id, "arrange", spotlight, layout)

    def interpret(self, room_id: str, links: dict[str, tuple[str, bool]]) -> None:
        self._order_if_open(room_id, "interpret", links)

    def stage(self, room_id: str, code: str) -> None:
        self._order_if_open(room_id, "stage", code)

    def countdown(self, room_id: str, opens_at: float | None) -> None:
        self._order_if_open(room_id, "countdown", opens_at)

    async def area_report(self, room_id: str, area: str) -> AreaReport | None:
        report: AreaReport | None = await self._ask(room_id, "area_report", area, kind=AreaReport | None)
        return report

    def evict(self, room_id: str, seat_id: str) -> None:
        self._order_if_open(room_id, "evict", seat_id)

    def notify(
        self,
        room_id: str,
        topic: str,
        body: Any,
        only: Collection[str] | None = None,
        areas: Collection[str] = (MAIN,),
    ) -> None:
        seats = None if only is None else list(only)
        self._order_if_open(room_id, "notify", topic, body, seats, list(areas))

    async def start_recording(self, room_id: str, directory: Path, hearing_id: str) -> None:
        await self._ask(room_id, "start_recording", directory, hearing_id)

    def pause_recording(self, room_id: str, reason: str) -> None:
        self._order(room_id, "pause_recording", reason)

    def resume_recording(self, room_id: str) -> None:
        self._order(room_id, "resume_recording")

    async def stop_recording(self, room_id: str, reason: str) -> RecordingSummary:
        summary: RecordingSummary = await self._ask(room_id, "stop_recording", reason, kind=RecordingSummary)
        return summary

    async def checkpoint(self, room_id: str) -> str:
        return str(await self._ask(room_id, "checkpoint", kind=str))

    def recording_offset(self, room_id: str) -> float | None:
        home = self._homes.get(room_id)
        view = home.rooms.get(room_id) if home is not None else None
        zero = view.recording_zero if view is not None else None
        return None if zero is None else time.monotonic() - zero

    async def status(self, room_id: str) -> RoomStatus:
        status: RoomStatus = await self._ask(room_id, "status", kind=RoomStatus)
        return status

    async def close_room(self, room_id: str) -> None:
        if room_id in self._homes:
            try:
                await self._ask(room_id, "close_room")
            finally:
                self._homes.pop(room_id, None)

    async def close(self) -> None:
        """Pages are sent away so that they come back when there is somebody to come back to; workers end."""
        self._closing = True
        for number in list(self._pages):
            self._dismiss(number, WSCloseCode.SERVICE_RESTART)
        await asyncio.gather(*(worker.retire() for worker in list(self._workers)))
        self._folder.close()
        os.close(self._lock)

    # -- for the endpoint

    def enter(self, seat: Seat, hello: m.Hello, socket: Socket) -> None:
        home = self._homes.get(seat.room_id)
        if self._closing:
            socket.close(WSCloseCode.SERVICE_RESTART)
            return
        if home is None:
            socket.deliver(m.refusal("room.closed", "hello"))
            socket.close(m.CloseCode.ROOM_CLOSED)
            return
        self._next_page += 1
        number = self._numbers[socket] = self._next_page
        self._pages[number] = (socket, home)
        home.send(f.Enter(number, seat, hello))

    def say(self, seat: Seat, message: m.ClientMessage, socket: Socket) -> None:
        number = self._numbers.get(socket)
        if number is not None:
            self._pages[number][1].send(f.Say(number, message))

    def drop(self, seat: Seat, socket: Socket) -> None:
        number = self._numbers.pop(socket, None)
        if number is not None:
            self._pages.pop(number)[1].send(f.Drop(number))

    # -- from the workers

    def told(self, worker: WorkerProcess, frame: f.Told | f.Deliver | f.Closed) -> None:
        match frame:
            case f.Deliver():
                if (page := self._pages.get(frame.page)) is not None:
                    page[0].pass_on(frame.text)
            case f.Closed():
                self._dismiss(frame.page, frame.code)
            case f.Told():
                bound = _observer_verbs.bind(self._observer, frame.verb, frame.arguments)
                try:
                    bound()
                except Exception:
                    log.exception("media report %s", frame.verb)

    def knows(self, worker: WorkerProcess) -> None:
        """The worker told for the first time what it holds."""
        for room_id in worker.rooms:
            self._homes.setdefault(room_id, worker)

    def cut(self, worker: WorkerProcess) -> None:
        for number, (_, home) in list(self._pages.items()):
            if home is worker:
                self._dismiss(number, WSCloseCode.SERVICE_RESTART)

    def gone(self, worker: WorkerProcess) -> None:
        self._workers.remove(worker)
        lived = asyncio.get_running_loop().time() - self._started.pop(worker)
        lost = [room_id for room_id, home in self._homes.items() if home is worker]
        for room_id in lost:
            del self._homes[room_id]
        self.cut(worker)
        if self._closing:
            return
        if len(self._workers) < self._size:
            self._failures = 0 if worker.found or lived > STEADY_S else self._failures + 1
            self._hire(BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)])
        for room_id in lost:
            log.error("media worker %d ended with room %s in it", worker.pid, room_id)
            if self._observer is not None:
                self._observer.room_lost(room_id)

    # -- inside

    def _fresh(self) -> WorkerProcess:
        worker = WorkerProcess(self._folder, self._attach, self, bound=self._bound)
        self._workers.append(worker)
        self._started[worker] = asyncio.get_running_loop().time()
        return worker

    def _hire(self, after_s: float = 0.0) -> None:
        self._fresh().start(after_s)

    def _order(self, room_id: str, verb: str, *arguments: Any) -> None:
        self._homes[room_id].send(f.Call(0, verb, (room_id, *arguments)))

    def _order_if_open(self, room_id: str, verb: str, *arguments: Any) -> None:
        if room_id in self._homes:
            self._order(room_id, verb, *arguments)

    async def _ask(self, room_id: str, verb: str, *arguments: Any, kind: Any = None) -> Any:
        return await self._homes[room_id].ask(verb, room_id, *arguments, kind=kind)

    def _dismiss(self, number: int, code: int) -> None:
        page = self._pages.pop(number, None)
        if page is not None:
            self._numbers.pop(page[0], None)
            page[0].close(code)


def _locked(path: Path) -> int:
    """A descriptor that holds the lock as long as this process lives. Errors: OSError when another has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise OSError(errno.EADDRINUSE, "数据目录正由另一个服务使用") from error
    return descriptor
