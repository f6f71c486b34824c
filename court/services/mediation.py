"""Agreements: drafted, changed, read aloud, put aside. Signing is in services/signing.py, withdrawal in withdrawal.py."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.clauses import MAX_COPIES, limit_problems, wording
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.matter import Matter, MatterAction, MatterState, Side
from court.domain.mediation import (
    AGREEMENT,
    Agreement,
    AgreementAction,
    AgreementState,
    ClauseInput,
    SignerInput,
    SignerRole,
    SignerState,
    signers_in_order,
)
from court.domain.numbers import Series
from court.services import findings, reading
from court.services import matter as matters
from court.services.agreements import check_rev, get, seen, step
from court.services.mediation_ending import require_begun
from court.services.reading_aloud import acknowledge, lead, start_reading
from court.services.signing import (
    LEASE,
    begin_signature,
    copy,
    finish_signature,
    preview,
    release_lease,
    start_signing,
    start_wet,
    upload_scan,
)
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings, papers
from court.store.rows import next_number

__all__ = [
    "LEASE",
    "acknowledge",
    "begin_signature",
    "copy",
    "draft",
    "edit",
    "finish_signature",
    "get",
    "lead",
    "preview",
    "release_lease",
    "seen",
    "start_reading",
    "start_signing",
    "start_wet",
    "upload_scan",
    "void",
]


def draft(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    hearing_id: str | None,
    facts: str,
    court_code: str,
    clauses: tuple[ClauseInput, ...] = (),
    signers: tuple[SignerInput, ...] | None = None,
    copies: int = 3,
    seal_name: str = "公章",
) -> Agreement:
    """A draft with its own number: the committee's, or where a judge signs the court's (`court_code`).

    Signers default to all parties, mediator or judge, then the seal. An unfinished agreement of the matter refuses a
    second one (`agreement.exists`). One that was withdrawn is taken up again: its text, where none is given, and its place.
    """
    matter = _open_matter(tx, actor, now, matter_id)
    if papers.living_agreement_id(tx.conn, matter_id) is not None:
        raise CourtError("agreement.exists")
    if hearing_id is not None:
        hearing = hearings.hearing(tx.conn, hearing_id)
        if hearing is None or hearing.subject_id != matter_id:
            raise CourtError("hearing.not_found")
    replaced = papers.withdrawn_agreement(tx.conn, matter_id)
    if replaced is not None and not clauses:
        facts, clauses = replaced.facts, findings.typed(replaced)
    _check_limits(facts, clauses, copies)
    wanted = signers if signers is not None else _default_signers(tx, matter, seal_name)
    ordered = signers_in_order(wanted)
    _check_signers(tx, matter, ordered)
    row = {
        "id": new_id(),
        "matter_id": matter_id,
        "hearing_id": hearing_id,
        "number": _number(tx, now, ordered, court_code),
        "state": AGREEMENT.start,
        "rev": 1,
        "wet": False,
        "read_aloud": True,
        "led": "",
        "replaces_id": replaced.id if replaced else None,
        "facts": text.clean(facts),
        "copies": copies,
        "head_sha256": "",
        "void_reason": "",
        "lease_holder": "",
        "created_at": now,
        "updated_at": now,
    }
    tx.conn.execute(t.agreement.insert().values(row))
    agreement_id = str(row["id"])
    _write_clauses(tx, agreement_id, clauses)
    _write_signers(tx, agreement_id, ordered)
    tx.record("agreement.drafted", agreement_id, actor, now, {"matter": matter_id, "number": row["number"]})
    return get(tx, agreement_id=agreement_id)


def _number(tx: Tx, now: datetime, signers: Sequence[SignerInput], court_code: str) -> str:
    by_court = any(signer.role is SignerRole.JUDGE for signer in signers)
    if by_court:
        return next_number(tx, Series.COURT_MEDIATION, now, court_code)
    return next_number(tx, Series.AGREEMENT, now)


def edit(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    agreement_id: str,
    rev: int,
    facts: str,
    clauses: tuple[ClauseInput, ...],
    copies: int | None = None,
    reason: str = "",
) -> Agreement:
    """Replaces the text and goes back to draft. Every signature falls, and the answers to what reads differently now;
    both are kept with the reason, which is needed once somebody has signed (`agreement.reason_missing`).

    Refuses `agreement.stale` (409), `form.invalid` (problems at `clauses.0.who` and so on)."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    check_rev(agreement, rev)
    AGREEMENT.after(agreement.state, AgreementAction.EDIT, actor.role)
    wanted = agreement.copies if copies is None else copies
    _check_limits(facts, clauses, wanted)
    signed = tuple(one.name for one in agreement.signers if one.state is SignerState.SIGNED)
    why = text.within(reason, "reason")
    if signed and not why:
        raise CourtError("agreement.reason_missing", names="、".join(signed))
    tx.conn.execute(t.clause.delete().where(t.clause.c.agreement_id == agreement_id))
    unsigned = {"state": SignerState.WAITING, "signed_at": None, "strokes_sha256": "", "evidence_sha256": ""}
    tx.conn.execute(t.signer.update().where(t.signer.c.agreement_id == agreement_id).values(unsigned))
    _write_clauses(tx, agreement_id, clauses)
    changes = {
        "facts": text.clean(facts),
        "copies": wanted,
        "rev": rev + 1,
        "wet": False,
        "led": "",
        "head_sha256": "",
        "lease_id": None,
        "lease_until": None,
    }
    facts_of_it = {"from": agreement.state, "signatures_fallen": len(signed), "reason": why}
    edited = step(tx, actor, now, agreement, AgreementAction.EDIT, changes, facts_of_it)
    unheard = reading.end_changed(tx, now=now, text_id=agreement_id, paragraphs=edited.paragraphs)
    if not signed and not unheard:
        return edited
    _keep_change(tx, actor, now, agreement, why, signed, unheard)
    return get(tx, agreement_id=agreement_id)


def _keep_change(
    tx: Tx,
    actor: Actor,
    now: datetime,
    before: Agreement,
    why: str,
    signed: tuple[str, ...],
    unheard: tuple[str, ...],
) -> None:
    row = {
        "id": new_id(),
        "agreement_id": before.id,
        "rev": before.rev + 1,
        "from_state": before.state,
        "reason": why,
        "signatures": json.dumps(signed, ensure_ascii=False),
        "paragraphs": json.dumps(unheard, ensure_ascii=False),
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.agreement_change.insert().values(row))


def void(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, reason: str) -> Agreement:
    """作废: keeps everything, releases nothing."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    changes = {"void_reason": text.required(reason, "reason"), "lease_id": None, "lease_until": None}
    return step(tx, actor, now, agreement, AgreementAction.VOID, changes)


def _open_matter(tx: Tx, actor: Actor, now: datetime, matter_id: str) -> Matter:
    """The dispute in progress; one that was only assigned begins by the drafting."""
    matter = matters.get(tx, matter_id=matter_id)
    AGREEMENT.after(AgreementState.DRAFT, AgreementAction.EDIT, actor.role)
    if not may_see_matter(actor, matter):
        raise CourtError("matter.not_found")
    require_begun(tx, matter_id)
    if matter.state is MatterState.IN_PROGRESS:
        return matter
    return matters.advance(tx, actor=actor, now=now, matter_id=matter_id, action=MatterAction.BEGIN)


def _default_signers(rx: Read, matter: Matter, seal_name: str) -> tuple[SignerInput, ...]:
    parties = casework.parties(rx.conn, matter.id)
    found = [
        SignerInput(role=SignerRole.PARTY, name=p.name, caption=f"{p.side_name} {p.name}", party_id=p.id)
        for p in parties
        if p.side in {Side.APPLICANT, Side.RESPONDENT, Side.THIRD}
    ]
    bench = (
        (matter.mediator_id, SignerRole.MEDIATOR, "调解员"),
        (matter.judge_id, SignerRole.JUDGE, "审判员"),
    )
    for account_id, role, title in bench:
        account = casework.account(rx.conn, account_id) if account_id else None
        if account is not None:
            caption = f"{title} {account.name}"
            found.append(SignerInput(role=role, name=account.name, caption=caption, account_id=account.id))
    found.append(SignerInput(role=SignerRole.SEAL, name=seal_name, caption=seal_name))
    return tuple(found)


def _check_signers(rx: Read, matter: Matter, signers: tuple[SignerInput, ...]) -> None:
    parties = {party.id for party in casework.parties(rx.conn, matter.id)}
    signing = {signer.party_id for signer in signers if signer.party_id is not None}
    staff = [signer.account_id for signer in signers if signer.account_id is not None]
    known = all(casework.account(rx.conn, account_id) is not None for account_id in staff)
    if signing != parties or not known:
        raise CourtError("agreement.signers")


def _check_limits(facts: str, clauses: tuple[ClauseInput, ...], copies: int) -> None:
    if not 1 <= copies <= MAX_COPIES:
        raise CourtError("agreement.copies")
    problems = limit_problems(facts, clauses)
    if problems:
        raise CourtError("form.invalid", problems=problems)


def _write_clauses(tx: Tx, agreement_id: str, clauses: tuple[ClauseInput, ...]) -> None:
    for position, clause in enumerate(clauses, 1):
        row: dict[str, Any] = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "position": position,
            "who": text.line_clean(clause.who),
            "what": text.clean(clause.what),
            "amount_fen": clause.amount_fen,
            "due": clause.due,
            "due_text": text.line_clean(clause.due_text),
            "text": wording(clause),
        }
        tx.conn.execute(t.clause.insert().values(row))


def _write_signers(tx: Tx, agreement_id: str, signers: tuple[SignerInput, ...]) -> None:
    for position, signer in enumerate(signers, 1):
        row = {
            "id": new_id(),
            "agreement_id": agreement_id,
            "position": position,
            "role": signer.role,
            "name": text.line_clean(signer.name)[:60],
            "caption": text.line_clean(signer.caption)[:80] or text.line_clean(signer.name)[:60],
            "field": "seal" if signer.role is SignerRole.SEAL else f"sig_{position:02d}",
            "party_id": signer.party_id,
            "account_id": signer.account_id,
            "state": SignerState.WAITING,
            "strokes_sha256": "",
            "evidence_sha256": "",
        }
        tx.conn.execute(t.signer.insert().values(row))
