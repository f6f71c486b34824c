"""What the room wants done: plain facts for the relay and the endpoint to carry out."""

from dataclasses import dataclass

from . import messages as m
from .messages import Source


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
class Gate:
    """A publication may (not) pass from now on: neither forwarded nor recorded while shut."""

    publication: Publication


@dataclass(frozen=True, slots=True)
class Tell:
    """For the observer: joined, lost, back, left."""

    seat_id: str
    event: str


Effect = Deliver | Kick | Connect | Disconnect | Route | Gate | Tell
