"""What a room reports, on its way from a media worker to the web process. Keeps what nobody else has; judges nothing."""

from collections import deque
from typing import Any, Protocol

from . import frames as f
from .segments import Gap, Segment, Track

MAX_KEPT = 2000  # reports kept for the next web process


class Way(Protocol):
    """To the web process."""

    @property
    def attached(self) -> bool: ...

    def send(self, frame: f.FromWorker) -> None:
        """Dropped while no web process is there."""


class Reporter:
    """The Observer of the rooms. What nobody else keeps waits for the next web process; segments and gaps do not:
    the manifest has them."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._kept: deque[f.Told] = deque(maxlen=MAX_KEPT)

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None:
        self._tell("seat_changed", room_id, seat_id, state, at)

    def quality(self, room_id: str, seat_id: str, step: str, at: float) -> None:
        self._tell("quality", room_id, seat_id, step, at)

    def turn(
        self, room_id: str, seat_id: str, started_at: float, ended_at: float, offset: float | None
    ) -> None:
        self._tell("turn", room_id, seat_id, started_at, ended_at, offset)

    def order(self, room_id: str, seat_id: str, event: str, at: float) -> None:
        self._tell("order", room_id, seat_id, event, at)

    def segment_closed(self, room_id: str, segment: Segment) -> None:
        self._tell("segment_closed", room_id, segment, keep=False)

    def gap_closed(self, room_id: str, gap: Gap) -> None:
        self._tell("gap_closed", room_id, gap, keep=False)

    def durable(self, room_id: str, tracks: tuple[tuple[Track, float], ...]) -> None:
        self._tell("durable", room_id, tracks, keep=False)

    def room_lost(self, room_id: str) -> None:
        """Said of this process by the web process, never by it."""

    def catch_up(self) -> None:
        """Tell what was kept."""
        while self._kept and self._way.attached:
            self._way.send(self._kept.popleft())

    def _tell(self, verb: str, *arguments: Any, keep: bool = True) -> None:
        told = f.Told(verb, arguments)
        if self._way.attached:
            self._way.send(told)
        elif keep:
            self._kept.append(told)
