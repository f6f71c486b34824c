"""The page of one dispute."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.account import Account
from court.domain.consent import Consent
from court.domain.hearing import Hearing
from court.domain.lifecycle import Actor
from court.domain.matter import Material, Matter, MatterAction, Party
from court.domain.mediation import Agreement
from court.domain.paper import Paper, ServiceRecord
from court.store.database import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One journal row in words, for the page's timeline."""

    seq: int
    at: datetime
    type: str
    actor_role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPage:
    """`consents` holds only the answers that hold now; `actions` are the buttons this actor may press."""

    matter: Matter
    parties: tuple[Party, ...]
    materials: tuple[Material, ...]
    consents: tuple[Consent, ...]
    hearings: tuple[Hearing, ...]
    agreements: tuple[Agreement, ...]
    papers: tuple[Paper, ...]
    services: tuple[ServiceRecord, ...]
    mediator: Account | None
    judge: Account | None
    clerk: Account | None
    history: tuple[HistoryEntry, ...]
    actions: tuple[MatterAction, ...]


def matter_page(rx: Read, *, actor: Actor, matter_id: str) -> MatterPage:
    """Refuses `matter.not_found` also to those who may not see it (a mediator of another matter, an admin)."""
