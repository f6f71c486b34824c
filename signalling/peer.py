"""The holder of a seat: what it publishes, what it is shown, and what it still has to be told. PURE."""

from collections import deque
from dataclasses import dataclass, field

import msgspec

from . import messages as m
from .allowance import Allowance
from .effects import Publication
from .seat import Seat
from .terms import LOBBY, MAIN, Channel, Kind, OrderEvent, SeatState, Source
from .turns import Ear

OUTBOX = 512  # messages a returning page can be told again
OFFERS, OFFERS_PER_S = 8, 0.25  # connections of one seat; each costs sockets, a key and a handshake


@dataclass(frozen=True, slots=True, order=True)
class Subscription:
    """Slot `index` of `kind` at the viewer carries this publication; the same person keeps one index."""

    kind: Kind
    index: int
    seat_id: str
    source: Source


@dataclass(slots=True)
class Peer:
    """The holder of a seat. `heard` and `floor_ends` are monotonic seconds, `floor_until` seconds since 1970.

    `chosen` (monotonic): when `channel` was last changed. `plugged`: the socket of `page` stands. `remarked`: when each
    kind of remark was last made of this seat. `link`: what the page last measured.
    """

    seat: Seat
    area: str = MAIN
    state: SeatState = SeatState.EMPTY
    page: str | None = None
    plugged: bool = False
    heard: float = 0.0
    floor: bool = False
    floor_until: float | None = None
    floor_ends: float | None = None
    muted: bool = False
    locked: bool = False
    channel: Channel = Channel.FLOOR
    chosen: float = float("-inf")
    ear: Ear = field(default_factory=Ear)
    remarked: dict[OrderEvent, float] = field(default_factory=dict)
    quality: str = "high"
    held: bool = False
    link: m.Ping = field(default_factory=lambda: m.Ping(n=0))
    offers: Allowance = field(default_factory=lambda: Allowance(OFFERS, OFFERS_PER_S))
    publications: dict[Source, Publication] = field(default_factory=dict)
    subscriptions: dict[tuple[Kind, int], Subscription] = field(default_factory=dict)
    seq: int = 0
    outbox: deque[m.Sequenced] = field(default_factory=lambda: deque(maxlen=OUTBOX))

    def stands_with(self, other: "Peer") -> bool:
        """Whether they may see and hear each other."""
        return self.area == other.area != LOBBY

    def may_know_of(self, other: "Peer") -> bool:
        """In the lobby one knows of oneself alone; of an onlooker nobody else knows."""
        return self is other or (self.area != LOBBY and not other.seat.onlooker)

    def stamp(self, message: m.Sequenced) -> m.Sequenced:
        self.seq += 1
        message = msgspec.structs.replace(message, seq=self.seq)
        self.outbox.append(message)
        return message

    def missed_since(self, seq: int | None) -> list[m.Sequenced] | None:
        """None when the outbox no longer reaches back that far."""
        if seq is None or seq > self.seq:
            return None
        missed = [x for x in self.outbox if x.seq > seq]
        return missed if len(missed) == self.seq - seq else None
