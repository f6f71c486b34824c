"""Sessions: scheduled, roll called, opened, suspended, resumed, closed."""

from datetime import datetime

from court.domain.hearing import (
    Hearing,
    HearingKind,
    IdentityCheck,
    IdentityMethod,
    Seat,
    SeatInput,
    SuspendReason,
    Suspension,
)
from court.domain.lifecycle import Actor
from court.store.database import Read, Tx


def schedule(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    kind: HearingKind,
    starts_at: datetime,
    minutes: int,
    place: str,
    seats: tuple[SeatInput, ...],
    open_to_public: bool = False,
) -> Hearing:
    """Books a session. `place` is the vehicle stop in words. A vehicle seat is added when a party sits in it.

    Refuses `hearing.in_the_past`, `hearing.no_bench`, `hearing.no_party`, `hearing.kind_mismatch`, `form.invalid`.
    """


def suggested_seats(rx: Read, *, subject_kind: str, subject_id: str, kind: HearingKind) -> tuple[SeatInput, ...]:
    """Every party (place vehicle), the assigned bench and clerk (place court): the form's starting point."""


def reschedule(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, rev: int, starts_at: datetime, minutes: int, place: str
) -> Hearing:
    """A new time or place; seat links keep their seat and get revoked."""


def add_seat(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat: SeatInput) -> Seat:
    """A further person before the session is closed."""


def remove_seat(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> None:
    """Only before opening."""


def call_roll(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """scheduled -> roll_call."""


def mark_present(tx: Tx, *, actor: Actor, now: datetime, seat_id: str, present: bool) -> Seat:
    """到庭核对: a person says who is there; the link never does."""


def confirm_identity(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, party_id: str, method: IdentityMethod, id_number: str = ""
) -> IdentityCheck:
    """Checked for THIS hearing. With `id_card` the number read must equal the stored one (`identity.mismatch`);
    a temporary identity that shows a card now keeps the number. Valid 12 hours."""


def obstacles(rx: Read, *, now: datetime, hearing_id: str) -> tuple[tuple[str, str], ...]:
    """(code, Chinese sentence) for everything that keeps `open` from working; empty when ready."""


def open_session(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """Refuses `hearing.identity_missing` / `hearing.consent_missing` (params name), `hearing.nobody_present`."""


def suspend(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: SuspendReason, note: str = "") -> Hearing:
    """People give one of the three lawful reasons; `link_lost` is for the system. Refuses `hearing.reason_unlawful`."""


def resume(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """suspended -> in_session."""


def close(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Hearing:
    """The end; seat links are revoked."""


def cancel(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: str) -> Hearing:
    """Before opening only; seat links are revoked."""


def get(rx: Read, *, hearing_id: str) -> Hearing:
    """Refuses `hearing.not_found`."""


def seats(rx: Read, *, hearing_id: str) -> tuple[Seat, ...]:
    """Seats in order."""


def suspensions(rx: Read, *, hearing_id: str) -> tuple[Suspension, ...]:
    """Interruptions in order: the start-stop list of 法释〔2017〕5号 3."""


def live(rx: Read) -> tuple[Hearing, ...]:
    """Sessions in session or suspended (after a restart the rooms are opened again from this)."""
