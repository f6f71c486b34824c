"""Papers that everybody has signed and that wait for the seal alone: which one a use of the seal finishes, and finishing it.
Drawn papers that nobody signs are no such papers."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain.custody import SealUse
from court.domain.drawing import DRAWABLE
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.mediation import AgreementState, SignerRole, SigningTask
from court.domain.record_paper import RecordPaperState
from court.services import agreements, record_papers, signing
from court.services import paper as papers
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed:
    """Exactly one of the ids is set; `hearing_id` is whose pages are told."""

    agreement_id: str | None = None
    record_paper_id: str | None = None
    hearing_id: str | None


def of_use(rx: Read, *, use: SealUse) -> Unsealed | None:
    """By the very file the keeper saw: one that was changed since is no longer it."""
    a, p = t.agreement, t.record_paper
    found = rx.conn.execute(
        sa.select(a.c.id, a.c.hearing_id).where(
            a.c.head_sha256 == use.base_sha256, a.c.state == AgreementState.SIGNING
        )
    ).first()
    if found is not None:
        return Unsealed(agreement_id=found.id, hearing_id=found.hearing_id)
    found = rx.conn.execute(
        sa.select(p.c.id, p.c.hearing_id).where(
            p.c.head_sha256 == use.base_sha256, p.c.state == RecordPaperState.SIGNING
        )
    ).first()
    return Unsealed(record_paper_id=found.id, hearing_id=found.hearing_id) if found else None


def may_be_sealed(rx: Read, *, use: SealUse) -> bool:
    """Whether a batch can finish this use: a drawn paper, or one whose signatures are complete."""
    return of_use(rx, use=use) is not None or (use.hearing_id is None and use.kind in DRAWABLE)


def begin(tx: Tx, *, actor: Actor, now: datetime, wanted: Unsealed) -> SigningTask | None:
    """What must hold before the seal, asked again: everybody has signed and heard. The task is an agreement's turn, taken.

    Refuses `record_paper.*`, `agreement.*`, `reading.*`."""
    if wanted.record_paper_id is not None:
        found = record_papers.get(tx, actor=actor, paper_id=wanted.record_paper_id)
        if found.turn is not None:
            raise CourtError("record_paper.changed")
        found.require_heard()
        return None
    agreement = agreements.get(tx, agreement_id=wanted.agreement_id or "")
    last = next(one for one in agreement.signers if one.role is SignerRole.SEAL)
    return signing.begin_signature(tx, actor=actor, now=now, agreement_id=agreement.id, signer_id=last.id)


def finish(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    wanted: Unsealed,
    task: SigningTask | None,
    base_sha256: str,
    sha256: str,
    pages: int,
) -> str:
    """Sealed: registered where it belongs; gives the paper's id."""
    if task is not None:
        signing.finish_signature(tx, actor=actor, now=now, task=task, signed_sha256=sha256, pages=pages)
        made = papers.by_hash(tx, sha256=sha256)
        assert made is not None
        return made.id
    found = record.record_paper(tx.conn, wanted.record_paper_id or "")
    if found is None:
        raise CourtError("record_paper.not_found")
    facts = {"paper_id": found.id, "base_sha256": base_sha256, "sha256": sha256}
    return record_papers.finish(tx, actor=actor, now=now, pages=pages, **facts).id
