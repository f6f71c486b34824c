"""The page of one agreement (desk and signing)."""

from dataclasses import dataclass

from court.domain.access import may_see_matter
from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import SeatRole
from court.domain.lifecycle import Actor, ActorKind
from court.domain.matter import Matter, Party
from court.domain.mediation import AGREEMENT, Agreement, AgreementAction, AgreementState, Signer
from court.domain.paper import Paper
from court.domain.printing import PrintJob
from court.store import sight
from court.store.database import Read
from court.store.load import casework, hearings, papers, printing

_UNREAD = frozenset({AgreementState.DRAFT, AgreementState.VOID})


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """`turn` is whose signature is due, None unless it is being signed; `paper` the registered one: sealed, or
    printed for signing by hand."""

    agreement: Agreement
    matter: Matter
    parties: tuple[Party, ...]
    turn: Signer | None
    actions: tuple[AgreementAction, ...]
    paper: Paper | None
    jobs: tuple[PrintJob, ...]


def agreement_page(rx: Read, *, actor: Actor, agreement_id: str) -> AgreementPage:
    """Staff of the matter; a terminal or a seat of its hearing from the reading on, as a draft is nobody's word yet.
    Refuses `agreement.not_found` to others."""
    agreement = papers.agreement(rx.conn, agreement_id)
    matter = casework.matter(rx.conn, agreement.matter_id) if agreement else None
    if agreement is None or matter is None or not _sees(rx, actor, agreement, matter):
        raise CourtError("agreement.not_found")
    stored = papers.papers(rx.conn, matter.id)
    paper = next((one for one in stored if one.sha256 == agreement.head_sha256), None)
    signing = agreement.state is AgreementState.SIGNING
    return AgreementPage(
        agreement=agreement,
        matter=matter,
        parties=casework.parties(rx.conn, matter.id),
        turn=agreement.next_signer() if signing else None,
        actions=AGREEMENT.actions(agreement.state, actor.role),
        paper=paper,
        jobs=printing.jobs(rx.conn, paper_id=paper.id) if paper else (),
    )


def _inside(rx: Read, seat_id: str) -> bool:
    """A witness has no part in it, and who waits before the door knows nothing of the session (规则 26)."""
    seat = hearings.seat(rx.conn, seat_id)
    return seat is not None and seat.admission is Admission.ADMITTED and seat.role is not SeatRole.WITNESS


def _sees(rx: Read, actor: Actor, agreement: Agreement, matter: Matter) -> bool:
    if may_see_matter(actor, matter) and sight.sees_agreement(rx, actor, agreement):
        return True
    if actor.kind is not ActorKind.STAFF and agreement.state in _UNREAD:
        return False
    if actor.kind is ActorKind.SEAT and not _inside(rx, actor.id):
        return False
    return agreement.hearing_id is not None and sight.sees_hearing(
        rx, actor=actor, hearing_id=agreement.hearing_id
    )
