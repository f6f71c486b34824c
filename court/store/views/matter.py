"""The page of one dispute."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from court.domain.access import may_see_matter
from court.domain.account import Account
from court.domain.consent import Consent, current
from court.domain.errors import CourtError
from court.domain.hearing import Hearing
from court.domain.lifecycle import Actor
from court.domain.matter import MATTER, PROTECTED_NAME, Material, Matter, MatterAction, Party
from court.domain.mediation import Agreement
from court.domain.paper import Paper
from court.domain.withdrawal import Withdrawal
from court.store import sight
from court.store.database import Read
from court.store.load import casework, hearings, papers, withdrawals
from court.store.views.history import HistoryEntry, history
from court.store.views.service import Moment, moments


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPage:
    """`consents` holds only the answers that hold now; `actions` are the buttons this actor may press;
    `sealed`: what was said in the mediation is not in here."""

    matter: Matter
    parties: tuple[Party, ...]
    materials: tuple[Material, ...]
    consents: tuple[Consent, ...]
    hearings: tuple[Hearing, ...]
    agreements: tuple[Agreement, ...]
    papers: tuple[Paper, ...]
    sealed: bool
    withdrawn: Mapping[str, Withdrawal]
    services: tuple[Moment, ...]
    mediator: Account | None
    judge: Account | None
    clerk: Account | None
    history: tuple[HistoryEntry, ...]
    actions: tuple[MatterAction, ...]


def _shown(actor: Actor, matter: Matter, parties: tuple[Party, ...]) -> tuple[Party, ...]:
    """A protected person has neither name nor address to whoever does not handle the matter."""
    if actor.id in matter.handlers:
        return parties
    blank: dict[str, Any] = {
        "name": PROTECTED_NAME,
        "address": "",
        "id_masked": "",
        "phone_masked": "",
        "birth_date": None,
    }
    return tuple(replace(one, **blank) if one.protected else one for one in parties)


def matter_page(rx: Read, *, actor: Actor, matter_id: str) -> MatterPage:
    """Refuses `matter.not_found` also to those who may not see it (a mediator of another matter, an admin)."""
    matter = casework.matter(rx.conn, matter_id)
    if matter is None or not may_see_matter(actor, matter):
        raise CourtError("matter.not_found")
    return MatterPage(
        matter=matter,
        parties=_shown(actor, matter, casework.parties(rx.conn, matter_id)),
        materials=casework.materials(rx.conn, matter_id),
        consents=tuple(current(casework.consents(rx.conn, matter_id)).values()),
        hearings=tuple(
            one
            for one in hearings.of_subject(rx.conn, matter_id)
            if sight.sees_hearing(rx, actor=actor, hearing_id=one.id)
        ),
        agreements=tuple(
            one for one in papers.agreements(rx.conn, matter_id) if sight.sees_agreement(rx, actor, one)
        ),
        papers=tuple(one for one in papers.papers(rx.conn, matter_id) if sight.sees_paper(rx, actor, one)),
        sealed=sight.sealed(rx, actor, matter_id),
        withdrawn=withdrawals.of_subject(rx.conn, matter_id),
        services=moments(rx, matter_id),
        mediator=casework.account(rx.conn, matter.mediator_id),
        judge=casework.account(rx.conn, matter.judge_id),
        clerk=casework.account(rx.conn, matter.clerk_id),
        history=history(rx, matter_id),
        actions=MATTER.actions(matter.state, actor.role),
    )
