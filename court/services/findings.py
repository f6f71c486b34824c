"""Findings of the clause checker on an agreement: what it is judged against, and which are kept with a reason."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from court.domain import text
from court.domain.clause_check import Level, Situation, check, refuse_forbidden
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.matter import Matter
from court.domain.mediation import AGREEMENT, Agreement, AgreementAction, ClauseInput, Kept, SignerRole
from court.domain.numbers import day_of
from court.services.agreements import seen
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework


def situation(
    rx: Read,
    *,
    agreement: Agreement,
    now: datetime,
    interest_limit: Decimal = Decimal(12),
    interest_source: str = "",
    penalty_limit: Decimal = Decimal(30),
) -> Situation:
    """What the clauses of this agreement are judged against."""
    found: Matter | None = casework.matter(rx.conn, agreement.matter_id)
    assert found is not None
    return Situation(
        parties=tuple(party.name for party in casework.parties(rx.conn, agreement.matter_id)),
        request=found.request,
        today=day_of(now),
        by_court=any(signer.role is SignerRole.JUDGE for signer in agreement.signers),
        personal_status=found.personal_status,
        interest_limit=interest_limit,
        interest_source=interest_source,
        penalty_limit=penalty_limit,
    )


def require_allowed(rx: Read, *, agreement: Agreement, now: datetime) -> None:
    """Refuses `agreement.clause_forbidden`: such a text is not read aloud."""
    refuse_forbidden(typed(agreement), situation(rx, agreement=agreement, now=now))


def typed(agreement: Agreement) -> tuple[ClauseInput, ...]:
    """The clauses as if they had been typed."""
    return tuple(
        ClauseInput(
            who=c.who, what=c.what, amount_fen=c.amount_fen, due=c.due, due_text=c.due_text, text=c.text
        )
        for c in agreement.clauses
    )


def keep(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, finding: str, reason: str, against: Situation
) -> Kept:
    """已知悉，保留: the warning stays as it is, with the reason. Said again, the newer reason stands; both are journaled.

    Refuses `agreement.no_finding` (the text is another by now), `agreement.not_allowed`, `text.empty`."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    if not any(
        actor.role in step.who for (_, a), step in AGREEMENT.table.items() if a is AgreementAction.EDIT
    ):
        raise CourtError("agreement.not_allowed", role=actor.role, action=AgreementAction.EDIT)
    mine = next((one for one in check(typed(agreement), against) if one.id == finding), None)
    if mine is None or mine.level is Level.FORBIDDEN:
        raise CourtError("agreement.no_finding")
    why = text.required(reason, "reason")
    c = t.clause_answer
    same = (c.c.agreement_id == agreement_id, c.c.finding == finding)
    tx.conn.execute(c.delete().where(*same))
    row = {"agreement_id": agreement_id, "finding": finding, "reason": why, "at": now, "by": actor.name}
    tx.conn.execute(c.insert().values(row))
    facts = {"finding": finding, "clause": mine.number, "reason": why}
    tx.record("agreement.finding_kept", agreement_id, actor, now, facts)
    return Kept(reason=why, at=now, by=actor.name)


def kept(rx: Read, *, agreement_id: str) -> dict[str, Kept]:
    """Finding id -> the answer given to it."""
    c = t.clause_answer
    rows = rx.conn.execute(sa.select(c).where(c.c.agreement_id == agreement_id))
    return {row.finding: Kept(reason=row.reason, at=row.at, by=row.by) for row in rows}
