"""Seat links for remote parties and what the relay says about a seat's link."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.hearing import Hearing, Seat
from court.domain.lifecycle import Actor
from court.store.database import Read, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLink:
    """A link that exists (without its token). `bound` once a device has used it."""

    id: str
    seat_id: str
    not_before: datetime
    not_after: datetime
    bound: bool
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLinkMade:
    """`token` goes into the path of the link, shown once; only its hash is stored."""

    token: str
    link: SeatLink


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOpened:
    """`device` goes into the cookie court_seat."""

    device: str
    seat: Seat
    hearing: Hearing
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSession:
    """Who holds a court_seat cookie now."""

    seat: Seat
    hearing: Hearing
    actor: Actor
    until: datetime


def create_link(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    seat_id: str,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> SeatLinkMade:
    """A new link for one remote seat; an older one of the seat is revoked. The window defaults to
    30 minutes before the start until 6 hours after it. Refuses `seat.not_remote`."""


def redeem(tx: Tx, *, now: datetime, token: str, device: str | None) -> SeatOpened:
    """First use binds the link to a new device cookie; the same device may come again.

    Refuses `seat.link_unknown` (404), `seat.too_early`, `seat.expired`, `seat.revoked`, `seat.other_device`
    (recorded). `device` is the court_seat cookie the browser sent, if any.
    """


def session(rx: Read, *, now: datetime, device: str) -> SeatSession | None:
    """The seat of a cookie, None when unknown, out of its window, revoked, or the hearing has ended."""


def revoke(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> int:
    """Ends every link of a seat; says how many."""


def release(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> SeatLinkMade:
    """The person changed the device: the old link ends, a new one with the same window begins."""


def links(rx: Read, *, hearing_id: str) -> tuple[SeatLink, ...]:
    """Newest first."""


def linked(tx: Tx, *, now: datetime, seat_id: str, state: str, cause: str = "") -> Seat:
    """From the relay's Observer: state joined | lost | back | left. Kept as evidence (规则 25); the roll call
    is not touched. `back` counts as joined; `left` after `lost` stays lost until the hearing ends."""
