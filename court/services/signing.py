"""Signing in two phases: checked and leased in one transaction, signed outside, stored in another."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind
from court.domain.matter import MatterAction
from court.domain.mediation import (
    AGREEMENT,
    BY_HAND,
    Agreement,
    AgreementAction,
    AgreementState,
    Signer,
    SignerRole,
    SignerState,
    SigningTask,
)
from court.domain.paper import Paper, PaperKind
from court.domain.reading import require_agreed
from court.services import hand, matter, mediation_ending, pad, paper, withdrawal
from court.services.agreements import check_rev, get, require_signer, seen, step
from court.services.hand import evidence_facts
from court.store import tables as t
from court.store.database import Read, Tx

# How long a turn is kept for whoever began it; nobody else can begin meanwhile.
LEASE = timedelta(seconds=60)


def may_start(rx: Read, *, actor: Actor, agreement_id: str, rev: int, action: AgreementAction) -> Agreement:
    """Whether `start_signing` or `start_wet` would be refused: asked before the paper is drawn, and again by them."""
    agreement = seen(rx, actor=actor, agreement_id=agreement_id)
    check_rev(agreement, rev)
    AGREEMENT.after(agreement.state, action, actor.role)
    personal = matter.get(rx, matter_id=agreement.matter_id).personal_status
    if personal and action is AgreementAction.START_SIGNING:
        raise CourtError("agreement.wet_only")
    _require_acknowledged(agreement)
    return agreement


def start_signing(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, base_sha256: str
) -> Agreement:
    """`base_sha256` is the stored PDF with its empty fields. Refuses what `may_start` does,
    `agreement.wet_only` (电子签名法 3) among it."""
    action = AgreementAction.START_SIGNING
    agreement = may_start(tx, actor=actor, agreement_id=agreement_id, rev=rev, action=action)
    _add_revision(tx, now, agreement, "base", base_sha256, None)
    return step(tx, actor, now, agreement, action, {"head_sha256": base_sha256})


def begin_signature(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, signer_id: str, turn_id: str = ""
) -> SigningTask:
    """Phase one: order, identity and pad are checked, a lease of 60 s is taken. Also for the seal, which has no pad.

    `turn_id` is what `hand.take_pad` gave. Refuses `agreement.not_your_turn` (params name), `agreement.identity_missing`,
    `agreement.hearing_closed`, `agreement.wrong_state`, `pad.taken`, `pad.not_confirmed`, `agreement.busy` (a live lease
    of somebody else; the same actor gets a new lease at once).
    """
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    signer = require_signer(tx, actor, agreement, signer_id)
    AGREEMENT.after(agreement.state, _action(signer), actor.role)
    turn = agreement.next_signer()
    if turn is None or turn.id != signer.id:
        raise CourtError("agreement.not_your_turn", name=turn.name if turn else signer.name)
    facts = evidence_facts(tx, now, agreement, signer)
    if signer.role is SignerRole.SEAL:
        _require_acknowledged(agreement)
    else:
        taken = pad.require(
            tx,
            actor=actor,
            now=now,
            subject_id=agreement_id,
            signer_id=signer_id,
            turn_id=turn_id,
            base_sha256=agreement.head_sha256,
        )
        facts |= {"confirmation": taken.confirmation, "confirmed_by": taken.confirmed_by}
    lease = _lease(tx, agreement_id)
    if lease.lease_until is not None and now < lease.lease_until and lease.lease_holder != actor.id:
        raise CourtError("agreement.busy", name=signer.name)
    leased = {"lease_id": new_id(), "lease_holder": actor.id, "lease_until": now + LEASE}
    tx.conn.execute(t.agreement.update().where(t.agreement.c.id == agreement_id).values(leased))
    tx.record("agreement.signature_begun", agreement_id, actor, now, {"signer": signer.id})
    return SigningTask(
        lease_id=str(leased["lease_id"]),
        lease_until=now + LEASE,
        agreement_id=agreement_id,
        agreement_rev=agreement.rev,
        signer=signer,
        base_sha256=agreement.head_sha256,
        facts=facts,
    )


def finish_signature(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    task: SigningTask,
    signed_sha256: str,
    strokes_sha256: str = "",
    evidence_sha256: str = "",
    pages: int = 0,
    kept: Mapping[str, Any] | None = None,
) -> Agreement:
    """Phase two, one transaction: the base must be unchanged (`agreement.base_changed`) and nobody else may have
    begun since (`agreement.lease_lost`). The last signature (the seal) makes it effective, settles the matter and
    registers the paper (`pages` is for that one). `kept` are the columns of the evidence record. The same result
    handed in twice is one signature."""
    agreement = seen(tx, actor=actor, agreement_id=task.agreement_id)
    signer = require_signer(tx, actor, agreement, task.signer.id)
    if any(r.signer_id == signer.id and r.sha256 == signed_sha256 for r in agreement.revisions):
        return agreement
    if agreement.rev != task.agreement_rev or agreement.head_sha256 != task.base_sha256:
        raise CourtError("agreement.base_changed")
    AGREEMENT.after(agreement.state, _action(signer), actor.role)
    if _lease(tx, agreement.id).lease_id != task.lease_id:
        raise CourtError("agreement.lease_lost")
    if signer.role in BY_HAND and not strokes_sha256:
        raise CourtError("agreement.no_strokes")
    kind = "seal" if signer.role is SignerRole.SEAL else "signature"
    _add_revision(tx, now, agreement, kind, signed_sha256, signer.id)
    signed = {
        "state": SignerState.SIGNED,
        "signed_at": now,
        "strokes_sha256": strokes_sha256,
        "evidence_sha256": evidence_sha256,
    }
    tx.conn.execute(t.signer.update().where(t.signer.c.id == signer.id).values(signed))
    if kept is not None:
        about = {"subject_kind": hand.SUBJECT, "subject_id": agreement.id, "rev": agreement.rev}
        hand.keep_record(tx, actor=actor, now=now, signer_id=signer.id, **about, **kept)
    pad.signed(tx, now=now, subject_id=agreement.id)
    changes: dict[str, Any] = {"head_sha256": signed_sha256, "lease_id": None, "lease_until": None}
    facts = {"signer": signer.id, "sha256": signed_sha256}
    if signer.role is not SignerRole.SEAL:
        return step(tx, actor, now, agreement, AgreementAction.SIGN, changes, facts)
    changes |= {"effective_at": now}
    sealed = step(tx, actor, now, agreement, AgreementAction.SEAL, changes, facts)
    _settle(tx, actor, now, sealed, PaperKind.AGREEMENT, pages)
    return get(tx, agreement_id=agreement.id)


def release_lease(tx: Tx, *, actor: Actor, now: datetime, task: SigningTask) -> None:
    """Signing failed outside: the turn is free again at once. Nothing happens when the lease is another's."""
    a = t.agreement
    mine = (a.c.id == task.agreement_id, a.c.lease_id == task.lease_id, a.c.lease_holder == actor.id)
    freed = tx.conn.execute(a.update().where(*mine).values(lease_id=None, lease_until=None)).rowcount
    if freed:
        tx.record("agreement.signature_dropped", task.agreement_id, actor, now, {"signer": task.signer.id})


def start_wet(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, base_sha256: str, pages: int = 0
) -> Agreement:
    """The paper path: registered for printing and signing by hand. Allowed for every agreement, the only way for
    personal status."""
    action = AgreementAction.START_WET
    agreement = may_start(tx, actor=actor, agreement_id=agreement_id, rev=rev, action=action)
    _add_revision(tx, now, agreement, "base", base_sha256, None)
    changes = {"head_sha256": base_sha256, "wet": True}
    printed = step(tx, actor, now, agreement, action, changes)
    _register(tx, actor, now, printed, PaperKind.AGREEMENT, "人民调解协议书（供手写签名）", pages)
    return printed


def upload_scan(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, scan_sha256: str, pages: int = 0
) -> Agreement:
    """The signed and sealed paper, scanned: effective from `now`, settles the matter."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    AGREEMENT.after(agreement.state, AgreementAction.UPLOAD_SCAN, actor.role)
    _add_revision(tx, now, agreement, "scan", scan_sha256, None)
    by_hand = {"state": SignerState.SIGNED, "signed_at": now}
    tx.conn.execute(t.signer.update().where(t.signer.c.agreement_id == agreement_id).values(by_hand))
    changes = {"head_sha256": scan_sha256, "effective_at": now}
    facts = {"sha256": scan_sha256}
    sealed = step(tx, actor, now, agreement, AgreementAction.UPLOAD_SCAN, changes, facts)
    _settle(tx, actor, now, sealed, PaperKind.SCAN, pages)
    return sealed


def copy(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str) -> str:
    """The sha256 of the paper that may leave: sealed ones only. A half-signed one is `agreement.no_copy`
    (404) and the attempt is recorded."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    if agreement.state is not AgreementState.SEALED:
        tx.record("agreement.copy_refused", agreement_id, actor, now, {"state": agreement.state})
        raise CourtError("agreement.no_copy", keep=True)
    tx.record("agreement.copied", agreement_id, actor, now, {"sha256": agreement.head_sha256})
    return agreement.head_sha256


def preview(rx: Read, *, actor: Actor, agreement_id: str) -> str:
    """The sha256 of the newest stored paper for showing on the signers' screen (page images only, staff or
    terminal or a seat of its hearing); "" before signing starts."""
    return seen(rx, actor=actor, agreement_id=agreement_id).head_sha256


def _action(signer: Signer) -> AgreementAction:
    return AgreementAction.SEAL if signer.role is SignerRole.SEAL else AgreementAction.SIGN


def _lease(rx: Read, agreement_id: str) -> Any:
    a = t.agreement
    columns = sa.select(a.c.lease_id, a.c.lease_holder, a.c.lease_until)
    return rx.conn.execute(columns.where(a.c.id == agreement_id)).one()


def _require_acknowledged(agreement: Agreement) -> None:
    """Refuses `reading.not_acknowledged`, `reading.question_open` (params name, paragraph)."""
    people = [(one.id, one.name) for one in agreement.listeners]
    require_agreed(agreement.paragraphs, people, agreement.answers)


def _add_revision(
    tx: Tx, now: datetime, agreement: Agreement, kind: str, sha256: str, signer_id: str | None
) -> None:
    if tx.conn.execute(sa.select(t.blob.c.sha256).where(t.blob.c.sha256 == sha256)).first() is None:
        raise CourtError("blob.not_found")
    r = t.revision
    last = sa.select(sa.func.max(r.c.index)).where(r.c.agreement_id == agreement.id)
    newest = tx.conn.execute(last).scalar()
    row = {
        "agreement_id": agreement.id,
        "index": 0 if newest is None else newest + 1,
        "kind": kind,
        "sha256": sha256,
        "signer_id": signer_id,
        "agreement_rev": agreement.rev,
        "at": now,
    }
    tx.conn.execute(r.insert().values(row))


def _settle(tx: Tx, actor: Actor, now: datetime, agreement: Agreement, kind: PaperKind, pages: int) -> None:
    made = _register(tx, actor, now, agreement, kind, "人民调解协议书", pages)
    replaced = withdrawal.of_agreement(tx, agreement_id=agreement.replaces_id)
    if replaced is not None:
        withdrawal.succeed(tx, actor=actor, now=now, paper_id=replaced.paper_id, successor=made)
    matter.advance(tx, actor=actor, now=now, matter_id=agreement.matter_id, action=MatterAction.SETTLE)
    mediation_ending.agreed(tx, actor=actor, now=now, agreement=agreement)


def _register(
    tx: Tx, actor: Actor, now: datetime, agreement: Agreement, kind: PaperKind, title: str, pages: int
) -> Paper:
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("paper.not_allowed")
    return paper.register(
        tx,
        actor=actor,
        now=now,
        subject_kind="matter",
        subject_id=agreement.matter_id,
        hearing_id=agreement.hearing_id,
        kind=kind,
        number=agreement.number,
        title=title,
        sha256=agreement.head_sha256,
        pages=pages,
    )
