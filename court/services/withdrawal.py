"""撤回 and 重新出具 of finished papers: marked in the register with the reason, never taken out of it."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, ActorKind
from court.domain.matter import MATTER, MatterAction
from court.domain.mediation import Agreement, AgreementAction, AgreementState
from court.domain.paper import Paper, PaperKind
from court.domain.printing import PRINTING, PrintAction
from court.domain.withdrawal import Withdrawal, purpose, require_competent
from court.services import matter, mediation_ending, printing
from court.services import paper as paper_service
from court.services.agreements import step
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import papers, withdrawals


def withdraw(
    tx: Tx, *, actor: Actor, now: datetime, paper_id: str, reason: str, content_sha256: str = ""
) -> Withdrawal:
    """The paper stays, marked; its open print jobs are cancelled. An agreement goes with it and its dispute is open again.

    `content_sha256` of the facts attached to the file, "" for a scan. Refuses `paper.not_found`, `paper.withdrawn`,
    `paper.withdraw_not_allowed`, `text.empty`."""
    paper = papers.paper(tx.conn, paper_id)
    if paper is None or not sight.sees_subject(tx, actor, paper.subject_kind, paper.subject_id):
        raise CourtError("paper.not_found")
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("paper.withdraw_not_allowed")
    require_competent(paper.kind, actor.role)
    paper_service.require_current(tx, paper_id=paper_id)
    row = {
        "paper_id": paper_id,
        "reason": text.required(reason, "reason"),
        "content_sha256": content_sha256,
        "at": now,
        "by": actor.name,
        "role": actor.role,
        "successor_id": None,
    }
    tx.conn.execute(t.paper_withdrawal.insert().values(row))
    tx.record("paper.withdrawn", paper.subject_id, actor, now, {"paper": paper_id, "sha256": paper.sha256})
    for job in printing.jobs(tx, paper_id=paper_id):
        if (job.state, PrintAction.CANCEL) in PRINTING.table:
            printing.act(tx, actor=actor, now=now, job_id=job.id, action=PrintAction.CANCEL)
    agreement = _agreement_of(tx, paper)
    if agreement is not None:
        step(tx, actor, now, agreement, AgreementAction.WITHDRAW, facts={"paper": paper_id})
        found = matter.get(tx, matter_id=agreement.matter_id)
        if (found.state, MatterAction.REOPEN) in MATTER.table:
            matter.advance(tx, actor=actor, now=now, matter_id=found.id, action=MatterAction.REOPEN)
        mediation_ending.withdrawn(tx, actor=actor, now=now, matter_id=found.id)
    made = withdrawals.withdrawal(tx.conn, paper_id)
    assert made is not None
    return made


def succeed(tx: Tx, *, actor: Actor, now: datetime, paper_id: str, successor: Paper) -> None:
    """`successor` takes the place of the withdrawn `paper_id`. Refuses `paper.not_withdrawn`, `paper.replaced` (params
    number) and `paper.not_found` for a paper of another subject."""
    found = to_replace(tx, subject_id=successor.subject_id, paper_id=paper_id)
    w = t.paper_withdrawal
    tx.conn.execute(w.update().where(w.c.paper_id == found.paper_id).values(successor_id=successor.id))
    facts = {"paper": paper_id, "successor": successor.id}
    tx.record("paper.replaced", successor.subject_id, actor, now, facts)


def succeed_named(tx: Tx, *, actor: Actor, now: datetime, successor: Paper, use: str) -> None:
    """The withdrawn paper that the purpose of a use of the seal names (`withdrawal.purpose`) gets its successor."""
    for found in withdrawals.of_subject(tx.conn, successor.subject_id).values():
        if found.successor_id is None and purpose(found) in use:
            succeed(tx, actor=actor, now=now, paper_id=found.paper_id, successor=successor)


def to_replace(rx: Read, *, subject_id: str, paper_id: str) -> Withdrawal:
    """The withdrawn paper whose place is still free. Refuses as `succeed` does."""
    paper = papers.paper(rx.conn, paper_id)
    if paper is None or paper.subject_id != subject_id:
        raise CourtError("paper.not_found")
    found = withdrawals.withdrawal(rx.conn, paper_id)
    if found is None:
        raise CourtError("paper.not_withdrawn")
    if found.successor_id is not None:
        raise CourtError("paper.replaced", number=found.successor_number)
    return found


def of(rx: Read, *, paper_id: str) -> tuple[Withdrawal | None, Withdrawal | None]:
    """(its own withdrawal, the withdrawal whose place it took)."""
    return withdrawals.withdrawal(rx.conn, paper_id), withdrawals.replaced_by(rx.conn, paper_id)


def of_agreement(rx: Read, *, agreement_id: str | None) -> Withdrawal | None:
    """The withdrawal of the sealed paper of this agreement."""
    found = papers.agreement(rx.conn, agreement_id) if agreement_id else None
    if found is None:
        return None
    mine = [one for one in withdrawals.of_subject(rx.conn, found.matter_id).values() if _is_of(found, one)]
    return mine[-1] if mine else None


def everything(rx: Read) -> tuple[Withdrawal, ...]:
    """The public list, oldest first."""
    return withdrawals.everything(rx.conn)


def _is_of(agreement: Agreement, one: Withdrawal | Paper) -> bool:
    """The sealed file of an agreement, or the scan of the one signed by hand; not the sheets printed for that."""
    wanted = PaperKind.SCAN if agreement.wet else PaperKind.AGREEMENT
    return one.kind is wanted and one.number == agreement.number


def _agreement_of(rx: Read, paper: Paper) -> Agreement | None:
    a = t.agreement
    mine = (a.c.matter_id == paper.subject_id, a.c.state == AgreementState.SEALED)
    for agreement_id in rx.conn.execute(sa.select(a.c.id).where(*mine)).scalars():
        found = papers.agreement(rx.conn, agreement_id)
        if found is not None and _is_of(found, paper):
            return found
    return None
