"""What drafting and signing of agreements share: found for who may see it, one step of its table, who acts for whom."""

from datetime import datetime
from typing import Any

from court.domain.access import may_see_matter
from court.domain.errors import CourtError
from court.domain.hearing import Place
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.mediation import AGREEMENT, Agreement, AgreementAction, Signer, SignerRole
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings, papers

# Who notes what people do at the table.
NOTERS = frozenset({Role.MEDIATOR, Role.JUDGE, Role.CLERK})


def get(rx: Read, *, agreement_id: str) -> Agreement:
    """Refuses `agreement.not_found`."""
    found = papers.agreement(rx.conn, agreement_id)
    if found is None:
        raise CourtError("agreement.not_found")
    return found


def seen(rx: Read, *, actor: Actor, agreement_id: str) -> Agreement:
    """`get` for staff of the matter, a seat of its session or the vehicle's terminal in it."""
    agreement = get(rx, agreement_id=agreement_id)
    matter = casework.matter(rx.conn, agreement.matter_id)
    if matter is not None and may_see_matter(actor, matter) and sight.sees_agreement(rx, actor, agreement):
        return agreement
    if agreement.hearing_id is not None and sight.sees_hearing(
        rx, actor=actor, hearing_id=agreement.hearing_id
    ):
        return agreement
    raise CourtError("agreement.not_found")


def noted(rx: Read, actor: Actor, agreement_id: str) -> Agreement:
    """For bench and clerk of the matter. Refuses `agreement.not_allowed`."""
    agreement = seen(rx, actor=actor, agreement_id=agreement_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in NOTERS:
        raise CourtError("agreement.not_allowed", role=actor.name, action="note")
    return agreement


def signer_of(agreement: Agreement, signer_id: str) -> Signer:
    found = next((one for one in agreement.signers if one.id == signer_id), None)
    if found is None:
        raise CourtError("agreement.not_found")
    return found


def check_rev(agreement: Agreement, rev: int) -> None:
    if agreement.rev != rev:
        raise CourtError("agreement.stale")


def step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    agreement: Agreement,
    action: AgreementAction,
    changes: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> Agreement:
    """One cell of the table, written and recorded."""
    state = AGREEMENT.after(agreement.state, action, actor.role)
    columns = {"state": state, "updated_at": now} | (changes or {})
    tx.conn.execute(t.agreement.update().where(t.agreement.c.id == agreement.id).values(columns))
    tx.record(f"agreement.{action}", agreement.id, actor, now, {"state": state, **(facts or {})})
    return get(tx, agreement_id=agreement.id)


def require_signer(rx: Read, actor: Actor, agreement: Agreement, signer_id: str) -> Signer:
    """The signer this actor may act for: staff for themselves, a seat for its own party, the vehicle's terminal
    and its officer for those who sit in the vehicle. Refuses `agreement.not_this_signer`."""
    signer = next((one for one in agreement.signers if one.id == signer_id), None)
    if signer is None:
        raise CourtError("agreement.not_found")
    if not _acts_for(rx, actor, agreement, signer):
        raise CourtError("agreement.not_this_signer", name=signer.name)
    return signer


def acting_for(rx: Read, *, actor: Actor, agreement: Agreement) -> frozenset[str]:
    """Ids of the signers this actor may act for."""
    return frozenset(one.id for one in agreement.signers if _acts_for(rx, actor, agreement, one))


def _acts_for(rx: Read, actor: Actor, agreement: Agreement, signer: Signer) -> bool:
    if signer.role is SignerRole.SEAL:
        return actor.kind is ActorKind.STAFF and actor.role in {Role.JUDGE, Role.MEDIATOR}
    if signer.role is SignerRole.WITNESS:
        # 见证人 stands beside the one who cannot write and signs at the same screen.
        beside = next((one for one in agreement.signers if one.id == signer.witness_of), None)
        return beside is not None and _acts_for(rx, actor, agreement, beside)
    if signer.account_id is not None:
        return actor.kind is ActorKind.STAFF and actor.id == signer.account_id
    seats = hearings.seats(rx.conn, agreement.hearing_id) if agreement.hearing_id else ()
    mine = next((seat for seat in seats if seat.party_id == signer.party_id), None)
    if mine is None:
        return False
    if actor.kind is ActorKind.SEAT:
        return actor.id == mine.id
    at_vehicle = actor.kind is ActorKind.TERMINAL or actor.role is Role.OFFICER
    return at_vehicle and mine.place is not Place.REMOTE
