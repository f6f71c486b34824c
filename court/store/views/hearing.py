"""The page of one session (desk and room)."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.consent import Consent
from court.domain.hearing import Hearing, HearingAction, IdentityCheck, Seat, Suspension
from court.domain.lifecycle import Actor
from court.domain.matter import Party
from court.domain.transcript import Transcript
from court.store.database import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """A seat with what the roll call needs. `link` is none | waiting | bound | ended for remote seats."""

    seat: Seat
    party: Party | None
    identity: IdentityCheck | None
    consent: Consent | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingPage:
    """`number` is the matter's or petition's; `obstacles` are (code, sentence) that keep it from opening;
    `agreement_id` is the matter's living agreement, None when there is none; `recorded` once a recording began."""

    hearing: Hearing
    number: str
    cause: str
    rows: tuple[SeatRow, ...]
    suspensions: tuple[Suspension, ...]
    obstacles: tuple[tuple[str, str], ...]
    actions: tuple[HearingAction, ...]
    transcript: Transcript
    agreement_id: str | None
    recorded: bool


def hearing_page(rx: Read, *, actor: Actor, now: datetime, hearing_id: str) -> HearingPage:
    """For staff of the matter, a seat of the hearing, or a terminal. Refuses `hearing.not_found` to others."""


def vehicle_hearings(rx: Read, *, now: datetime) -> tuple[Hearing, ...]:
    """Sessions with a vehicle seat that are live or start within 12 hours, for the kiosk's "上法庭" page."""
