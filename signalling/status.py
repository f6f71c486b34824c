"""What the application hears of a room and may ask of it. Plain data and the Observer's Protocol."""

from dataclasses import dataclass
from typing import Protocol

from . import messages as m
from .messages import Phase, Source
from .segments import Gap, Segment, Track


class Observer(Protocol):
    """What the application hears. Called in the event loop; must be quick and must not raise."""

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None:
        """`state`: joined, lost, back, left. `at`: seconds since 1970."""

    def quality(self, room_id: str, seat_id: str, step: str, at: float) -> None:
        """What this seat's link carries of pictures is another: high, low, still, sound. Sound always comes."""

    def segment_closed(self, room_id: str, segment: Segment) -> None: ...

    def gap_closed(self, room_id: str, gap: Gap) -> None: ...

    def turn(
        self, room_id: str, seat_id: str, started_at: float, ended_at: float, offset: float | None
    ) -> None:
        """Somebody spoke in the main room; times in seconds since 1970.

        :param offset: seconds from the start of the recording to the start of the turn; None when nothing is recorded.
        """

    def order(self, room_id: str, seat_id: str, event: str, at: float) -> None:
        """The room did or saw something about order by itself.

        :param seat_id: empty when it concerns the whole room. :param event: one of signalling.terms.OrderEvent.
        """

    def durable(self, room_id: str, tracks: tuple[tuple[Track, float], ...]) -> None:
        """Each of these tracks is safely on disk up to so many seconds from the start of the recording."""

    def room_lost(self, room_id: str) -> None:
        """The process that held the room is gone: it is no longer open, its recording is cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStatus:
    """`level` in -dBov (0 loud, 127 silent); `silent_s` since the last packet; `durable_s` since the start.

    `lost` packets of the publisher that never came, over the whole connection.
    """

    seat_id: str
    source: Source
    packets: int
    lost: int
    level: int
    silent_s: float
    durable_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """What the page last measured, None while unknown: round trip in ms, share of lost packets 0..1.

    `media`: its peer connection stands. `path`: one of signalling.terms.Path, or empty while unknown.
    """

    seat_id: str
    rtt_ms: float | None
    loss: float | None
    media: bool
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`left_at` is None while the seat still stands there; seconds since 1970."""

    seat_id: str
    came_at: float
    left_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaReport:
    """Who stood in an area from when to when, and its packets; times in seconds since 1970.

    `packets` were sent from seats in the area to seats in the area; `crossed` were on their way to or from another
    area and were dropped. `recorded_s`: how long this area was recorded; only `main` ever is.
    """

    room_id: str
    area: str
    opened_at: float | None
    closed_at: float | None
    visits: tuple[Visit, ...]
    packets: int
    crossed: int
    recorded_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomStatus:
    """`recording` is off, on, paused or failed; `problem` says why in a stable code.

    `disk_free` in bytes and `disk_left_s` at the current rate; None while unknown.
    """

    room_id: str
    phase: Phase
    reason: str
    recording: str
    recorded_s: float
    problem: str
    seats: tuple[m.SeatView, ...]
    tracks: tuple[TrackStatus, ...]
    links: tuple[LinkStatus, ...]
    disk_free: int | None = None
    disk_left_s: float | None = None
