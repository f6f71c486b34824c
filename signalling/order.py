"""What the bench ordered for the room, and what follows for each source. PURE; tells nobody."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from .effects import Publication
from .messages import Spotlight
from .peer import Peer
from .terms import LOBBY, MAIN, Kind, Layout, Phase, SeatState, Source, is_caucus


class Interpreting(NamedTuple):
    """One interpreter: the seat whose words are rendered, and whether everybody hears it unasked."""

    of: str
    to_all: bool


@dataclass(slots=True)
class Order:
    """`opens` is monotonic seconds, `opens_at` the same moment in seconds since 1970. `hands` in the order raised,
    `interpreters` by their own seat."""

    phase: Phase = Phase.WAITING
    reason: str = ""
    stage: str = ""
    spotlight: Spotlight | None = None
    layout: Layout = Layout.AUTO
    opens: float | None = None
    opens_at: float | None = None
    hands: list[str] = field(default_factory=list)
    interpreters: dict[str, Interpreting] = field(default_factory=dict)

    def hand(self, seat_id: str) -> int | None:
        """Place in the queue, from 1."""
        return self.hands.index(seat_id) + 1 if seat_id in self.hands else None

    def end_countdown(self) -> None:
        self.opens = self.opens_at = None


class Bar(StrEnum):
    """Why a source may not pass."""

    CLOSED = "closed"
    WATCHER = "watcher"
    LOBBY = "lobby"
    OFF = "off"
    COUNTDOWN = "countdown"
    NO_FLOOR = "no_floor"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Case:
    peer: Peer
    publication: Publication
    order: Order

    @property
    def ordered(self) -> bool:
        """Floor, mute and countdown are order of the main room, and of sound."""
        return self.publication.source is Source.MIC and self.peer.area == MAIN


# The first that applies is the reason.
BARS: tuple[tuple[Bar, Callable[[Case], bool]], ...] = (
    (Bar.CLOSED, lambda c: c.order.phase is Phase.CLOSED),
    (Bar.WATCHER, lambda c: not c.peer.seat.may_publish),
    (Bar.LOBBY, lambda c: c.peer.area == LOBBY),
    (Bar.OFF, lambda c: not c.publication.live),
    (Bar.MUTED, lambda c: c.ordered and c.peer.muted),
    (Bar.NO_FLOOR, lambda c: c.ordered and not c.peer.floor),
    (Bar.COUNTDOWN, lambda c: c.ordered and c.order.opens is not None and not c.peer.seat.is_spared),
)

# What the person should hear about when speaking all the same.
BY_THE_BENCH = frozenset({Bar.MUTED, Bar.NO_FLOOR, Bar.COUNTDOWN})


def bar(peer: Peer, publication: Publication, order: Order) -> Bar | None:
    """Why this source may neither be forwarded nor recorded; None when it may."""
    case = Case(peer, publication, order)
    return next((name for name, applies in BARS if applies(case)), None)


def absence(peer: Peer | None, source: Source) -> str:
    """Why nothing of this source may be reaching the recording; a reason of its gaps."""
    if peer is None or peer.state in (SeatState.EMPTY, SeatState.LEFT):
        return "not_joined"
    if peer.area == LOBBY:
        return "outside"
    if is_caucus(peer.area):
        return "caucus"
    publication = peer.publications.get(source)
    if peer.state is SeatState.LOST:
        return "link"
    if publication is None:
        return "device"
    if peer.held and source.kind is Kind.VIDEO and publication.passes:
        return "bandwidth"
    return "loss" if publication.passes else "mute"
