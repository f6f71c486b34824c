"""Stills leave packet by packet: one in a go would fill a thin link and hold up the voice."""

import asyncio
from collections.abc import Callable, Iterable

from .outlet import Outlet

PACE_S = 0.15  # between the packets of stills to one viewer: about 60 kbit/s


class Stills:
    """:param outlets: of each viewer."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, outlets: Callable[[], Iterable[Iterable[Outlet]]]
    ) -> None:
        self._loop, self._outlets = loop, outlets
        self._running: asyncio.TimerHandle | None = None

    def go(self) -> None:
        """As long as any wait."""
        if self._running is None:
            self._pace()

    def close(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _pace(self) -> None:
        now = self._loop.time()
        first = (next((o for o in of_viewer if o.later), None) for of_viewer in self._outlets())
        waiting = [outlet for outlet in first if outlet is not None]
        for outlet in waiting:
            outlet.release(now)
        self._running = self._loop.call_later(PACE_S, self._pace) if waiting else None
