"""The page of one petition."""

from collections.abc import Mapping
from dataclasses import dataclass

from court.domain.access import may_see_petition
from court.domain.account import Account
from court.domain.consent import Consent, current
from court.domain.errors import CourtError
from court.domain.hearing import Hearing
from court.domain.lifecycle import Actor
from court.domain.matter import Material, Party
from court.domain.paper import Paper
from court.domain.petition import PETITION, Petition, PetitionAction
from court.domain.withdrawal import Withdrawal
from court.store.database import Read
from court.store.load import casework, hearings, papers, withdrawals
from court.store.views.history import HistoryEntry, history
from court.store.views.service import Moment, moments


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionPage:
    """`consents` holds only the answers that hold now; `actions` are the buttons this actor may press."""

    petition: Petition
    petitioners: tuple[Party, ...]
    materials: tuple[Material, ...]
    consents: tuple[Consent, ...]
    hearings: tuple[Hearing, ...]
    papers: tuple[Paper, ...]
    withdrawn: Mapping[str, Withdrawal]
    services: tuple[Moment, ...]
    official: Account | None
    history: tuple[HistoryEntry, ...]
    actions: tuple[PetitionAction, ...]


def petition_page(rx: Read, *, actor: Actor, petition_id: str) -> PetitionPage:
    """The official whose petition it is, or any while nobody has it; `petition.not_found` to everybody else."""
    petition = casework.petition(rx.conn, petition_id)
    if petition is None or not may_see_petition(actor, petition):
        raise CourtError("petition.not_found")
    return PetitionPage(
        petition=petition,
        petitioners=casework.parties(rx.conn, petition_id),
        materials=casework.materials(rx.conn, petition_id),
        consents=tuple(current(casework.consents(rx.conn, petition_id)).values()),
        hearings=hearings.of_subject(rx.conn, petition_id),
        papers=papers.papers(rx.conn, petition_id),
        withdrawn=withdrawals.of_subject(rx.conn, petition_id),
        services=moments(rx, petition_id),
        official=casework.account(rx.conn, petition.official_id),
        history=history(rx, petition_id),
        actions=PETITION.actions(petition.state, actor.role),
    )
