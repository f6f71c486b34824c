"""The page of one agreement (desk and signing)."""

from dataclasses import dataclass

from court.domain.lifecycle import Actor
from court.domain.matter import Matter, Party
from court.domain.mediation import Agreement, AgreementAction, Signer
from court.domain.paper import Paper, PrintJob, ServiceRecord
from court.store.database import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """`turn` is whose signature is due; `paper` the registered paper once sealed."""

    agreement: Agreement
    matter: Matter
    parties: tuple[Party, ...]
    turn: Signer | None
    actions: tuple[AgreementAction, ...]
    paper: Paper | None
    jobs: tuple[PrintJob, ...]
    services: tuple[ServiceRecord, ...]


def agreement_page(rx: Read, *, actor: Actor, agreement_id: str) -> AgreementPage:
    """Staff of the matter, a terminal, or a seat of its hearing. Refuses `agreement.not_found` to others."""
