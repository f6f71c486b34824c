"""Consent of a party to a procedural step, given and withdrawn."""

from datetime import datetime

from court.domain.consent import Consent, ConsentStep
from court.domain.lifecycle import Actor
from court.store.database import Read, Tx


def give(
    tx: Tx, *, actor: Actor, now: datetime, party_id: str, step: ConsentStep, notice: str, via: str
) -> Consent:
    """A yes, as a new version. `notice` names the text shown; `via` is kiosk, desk, seat or paper."""


def withdraw(
    tx: Tx, *, actor: Actor, now: datetime, party_id: str, step: ConsentStep, notice: str, via: str
) -> Consent:
    """A no (also a first one), as a new version. Refuses `consent.too_late` while a hearing of that step is live."""


def of_subject(rx: Read, *, subject_id: str) -> tuple[Consent, ...]:
    """Every version of every party of a matter or petition, oldest first."""
