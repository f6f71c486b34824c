"""One UDP socket, read in bursts and written without a queue: a datagram that does not fit is dropped. No protocol."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

MAX_DATAGRAM = 2048  # bytes
BURST = 32  # datagrams per wake-up; then others have their turn
SOCKET_BYTES = 1 << 20


class Datagrams(asyncio.DatagramTransport):
    """In place of the event loop's own transport, which wakes up and allocates for each datagram.

    `received(data, addr)` is called for each, `lost(None)` once closed; `dropped` counts what the socket refused.
    """

    def __init__(
        self, taken: socket.socket, received: Callable[[bytes, Any], None], lost: Callable[[None], None]
    ) -> None:
        super().__init__()
        self.dropped = 0
        self._received, self._lost = received, lost
        self._socket = taken
        taken.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            taken.setsockopt(socket.SOL_SOCKET, option, SOCKET_BYTES)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(taken.fileno(), self._readable)

    def sendto(self, data: Any, addr: Any = None) -> None:
        try:
            self._socket.sendto(data, addr)
        except OSError:  # full, or the way is gone: ICE and the listener find out
            self.dropped += 1

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "sockname":
            return self._socket.getsockname()
        return self._socket if name == "socket" else default

    def is_closing(self) -> bool:
        return self._socket.fileno() < 0

    def close(self) -> None:
        if not self.is_closing():
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            self._loop.call_soon(self._lost, None)

    def abort(self) -> None:
        self.close()

    def _readable(self) -> None:
        receive, received = self._socket.recvfrom, self._received
        for _ in range(BURST):
            try:
                data, addr = receive(MAX_DATAGRAM + 1)
            except BlockingIOError:
                return
            except OSError:  # an ICMP answer to something sent
                continue
            received(data, addr)
            if self._socket.fileno() < 0:
                return
