"""Petitions: registered, accepted or declined, received by video, replied."""

from datetime import datetime

from court.domain.hearing import Hearing, SeatInput
from court.domain.lifecycle import Actor
from court.domain.petition import Petition
from court.services.matter import Registered
from court.store.database import Read, Tx


def register(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, version: int) -> Registered:
    """Like matter.register: own number and query code. Refuses a sixth representative (条例 20)."""


def get(rx: Read, *, petition_id: str) -> Petition:
    """Refuses `petition.not_found`."""


def accept(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int) -> Petition:
    """受理; the accepting official becomes responsible."""


def decline(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, reason: str) -> Petition:
    """不予受理 with the reason and the way to go, in words the petitioner reads."""


def ask_more(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, what: str) -> Petition:
    """`what` is shown to the petitioner."""


def supplement(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, note: str) -> Petition:
    """Completed."""


def schedule_reception(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    petition_id: str,
    rev: int,
    starts_at: datetime,
    minutes: int,
    place: str,
    seats: tuple[SeatInput, ...],
) -> Hearing:
    """预约接访: a hearing of kind reception in the same room."""


def cancel_reception(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, reason: str) -> Petition:
    """Cancels the booked hearing too."""


def record_reception(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, result: str) -> Petition:
    """What the reception came to, in words; its hearing must be closed."""


def reply(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, opinion: str, basis: str) -> Petition:
    """处理意见 with its legal basis (条例 32)."""


def withdraw(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, reason: str) -> Petition:
    """The petitioner takes it back."""


def close(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, note: str) -> Petition:
    """办结, only after something was told."""
