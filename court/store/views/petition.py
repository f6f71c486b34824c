"""The page of one petition."""

from dataclasses import dataclass

from court.domain.account import Account
from court.domain.consent import Consent
from court.domain.hearing import Hearing
from court.domain.lifecycle import Actor
from court.domain.matter import Material, Party
from court.domain.paper import Paper, ServiceRecord
from court.domain.petition import Petition, PetitionAction
from court.store.database import Read
from court.store.views.matter import HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionPage:
    petition: Petition
    petitioners: tuple[Party, ...]
    materials: tuple[Material, ...]
    consents: tuple[Consent, ...]
    hearings: tuple[Hearing, ...]
    papers: tuple[Paper, ...]
    services: tuple[ServiceRecord, ...]
    official: Account | None
    history: tuple[HistoryEntry, ...]
    actions: tuple[PetitionAction, ...]


def petition_page(rx: Read, *, actor: Actor, petition_id: str) -> PetitionPage:
    """Petition officials only; `petition.not_found` to everybody else."""
