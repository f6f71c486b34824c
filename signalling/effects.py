"""What the room wants done: plain facts for the relay and the endpoint to carry out."""

from dataclasses import dataclass

from . import messages as m
from .terms import OrderEvent, Source
from .turns import Turn


@dataclass(slots=True)
class Publication:
    seat_id: str
    source: Source
    live: bool = True
    passes: bool = False


@dataclass(frozen=True, slots=True)
class Deliver:
    """To the socket of a seat; lost silently when it has none (the outbox keeps sequenced messages)."""

    seat_id: str
    message: m.ServerMessage


@dataclass(frozen=True, slots=True)
class Kick:
    """Close the socket of one page, after a last word."""

    seat_id: str
    page: str
    code: int
    last_word: m.ServerMessage | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """A new peer connection was offered for this seat."""

    seat_id: str
    offer: m.Offer


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Close every peer connection of this seat."""

    seat_id: str


@dataclass(frozen=True, slots=True)
class Route:
    """What each slot of a viewer carries now."""

    seat_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """The seat stands in this area from now on: its packets go nowhere else."""

    seat_id: str
    area: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A publication may (not) pass from now on: neither forwarded nor recorded while shut."""

    publication: Publication


@dataclass(frozen=True, slots=True)
class Watching:
    """The page of a viewer said which pictures it shows."""

    seat_id: str
    watch: m.Watch


@dataclass(frozen=True, slots=True)
class Tell:
    """For the observer: joined, lost, back, left."""

    seat_id: str
    event: str


@dataclass(frozen=True, slots=True)
class Remark:
    """For the observer: something about order; `seat_id` is empty when it concerns the whole room."""

    seat_id: str
    event: OrderEvent


@dataclass(frozen=True, slots=True)
class Spoke:
    """For the observer: a turn of this seat is over."""

    seat_id: str
    turn: Turn


Effect = Deliver | Kick | Connect | Disconnect | Route | Place | Gate | Watching | Tell | Remark | Spoke
