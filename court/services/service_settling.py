"""Adds a fact to an attempt of service and lets the rules say what follows for its papers and copies."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.consent import ConsentStep, current
from court.domain.copies import SignedHow
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.matter import IdKind
from court.domain.paper import Paper
from court.domain.service import (
    ON_PAPER,
    SERVICE,
    Attempt,
    Served,
    ServiceAction,
    ServiceMethod,
    ServiceState,
    by_analogy,
    nature,
)
from court.domain.service_case import Agreed, Case, Circumstances
from court.domain.service_fact import Fact, FactKind
from court.domain.service_moment import judge, overall
from court.services import copies, filing_effect, people
from court.services import paper as papers
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.load import service as load

# Rows of service recorded before attempts were kept: what was entered then stands.
RECORDED = "recorded"
ON_PAD = "在签名板上签收"
_HOW = {
    ServiceMethod.POST: SignedHow.POST,
    ServiceMethod.ENTRUSTED: SignedHow.THROUGH,
    ServiceMethod.FORWARDED: SignedHow.THROUGH,
}


def add(tx: Tx, *, actor: Actor, now: datetime, service_id: str, fact: Fact) -> Attempt:
    """The fact is kept, and its consequence in the same transaction."""
    found = _get(tx, service_id)
    row = {
        name: getattr(fact, name)
        for name in ("kind", "at", "receiver", "relation", "witness", "words", "until", "paper_id")
    }
    row |= {"reason": fact.reason or "", "proof_sha256": fact.proof_sha256}
    row |= {"id": new_id(), "service_id": service_id, "noted_at": now, "by": actor.name}
    tx.conn.execute(t.service_fact.insert().values(row))
    tx.record("service.fact", found.subject_id, actor, now, {"service": service_id, "kind": fact.kind})
    return settle(tx, actor=actor, now=now, service_id=service_id)


def signed_on_pad(tx: Tx, *, actor: Actor, now: datetime, return_id: str, party_id: str) -> None:
    """The recipient has signed the 送达回证 of an attempt on the pad: that day is the day of service (民诉法 87)."""
    s = t.service
    mine = (s.c.return_id == return_id, s.c.party_id == party_id, s.c.state != ServiceState.WITHDRAWN)
    found = tx.conn.execute(sa.select(s.c.id).where(*mine)).scalar()
    if found is not None:
        add(tx, actor=actor, now=now, service_id=found, fact=Fact(kind=FactKind.SIGNED, at=now, words=ON_PAD))


def settle(tx: Tx, *, actor: Actor, now: datetime, service_id: str) -> Attempt:
    """Every paper of the attempt by the rules of now; a moment that is new or has moved is published in the journal."""
    attempt = _get(tx, service_id)
    judged = tuple(_judged(tx, attempt, before, now) for before in attempt.papers)
    for before, after in zip(attempt.papers, judged, strict=True):
        if before == after:
            continue
        p = t.service_paper
        row = (p.c.service_id == service_id, p.c.paper_id == after.paper_id)
        changed = {name: getattr(after, name) for name in Served.__dataclass_fields__ if name != "paper_id"}
        tx.conn.execute(p.update().where(*row).values(changed))
        _publish(tx, actor, now, attempt, before, after)
    _copies(tx, actor, now, attempt, overall(judged))
    _step(tx, actor, attempt, overall(judged))
    return _get(tx, service_id)


def _judged(rx: Read, attempt: Attempt, before: Served, now: datetime) -> Served:
    if before.rule == RECORDED or attempt.state is ServiceState.WITHDRAWN:
        return before
    case = Case(attempt=attempt, about=_about(rx, attempt, papers.get(rx, paper_id=before.paper_id)), now=now)
    return judge(case, before.paper_id)


def _about(rx: Read, attempt: Attempt, paper: Paper) -> Circumstances:
    """Consent is looked at as it stood when the attempt began: taken back later, it does not undo a service."""
    party = people.row_of(rx, attempt.party_id)
    others = {one.name for one in casework.parties(rx.conn, attempt.subject_id) if one.side != party.side}
    given = [one for one in casework.consents(rx.conn, attempt.subject_id) if one.at <= attempt.created_at]
    answer = current(given).get((attempt.party_id, ConsentStep.SERVICE))
    return Circumstances(
        nature=nature(paper.kind, attempt.subject_kind),
        organisation=party.id_kind == IdKind.ORGANISATION,
        opponents=frozenset(others),
        agreed=Agreed.SILENT if answer is None else Agreed.YES if answer.given else Agreed.NO,
        analogy=by_analogy(paper.kind, attempt.subject_kind),
    )


def _publish(tx: Tx, actor: Actor, now: datetime, attempt: Attempt, before: Served, after: Served) -> None:
    """What deadlines start from: which paper was served on whom, when, by which rule."""
    if (before.state, before.served_at) == (after.state, after.served_at):
        return
    facts: dict[str, object] = {"service": attempt.id, "paper": after.paper_id, "party": attempt.party_id}
    if after.state is ServiceState.SERVED and after.served_at:
        told = {"at": after.served_at.isoformat(), "rule": after.rule, "presumed": after.presumed}
        tx.record("service.served", attempt.subject_id, actor, now, facts | told)
        filing_effect.served(
            tx,
            actor=actor,
            now=now,
            subject_id=attempt.subject_id,
            paper_id=after.paper_id,
            party_id=attempt.party_id,
            at=after.served_at,
        )
    elif before.state is ServiceState.SERVED:
        tx.record("service.undone", attempt.subject_id, actor, now, facts | {"rule": after.rule})
        filing_effect.undone(
            tx,
            actor=actor,
            now=now,
            subject_id=attempt.subject_id,
            paper_id=after.paper_id,
            party_id=attempt.party_id,
        )
    elif after.state is ServiceState.FAILED:
        tx.record("service.failed", attempt.subject_id, actor, now, facts | {"rule": after.rule})


def _copies(tx: Tx, actor: Actor, now: datetime, attempt: Attempt, state: ServiceState) -> None:
    if attempt.method not in ON_PAPER:
        return
    told = {"actor": actor, "now": now, "subject_id": attempt.subject_id, "service_id": attempt.id}
    if state is ServiceState.FAILED:
        copies.take_back(tx, **told)  # type: ignore[arg-type]
    if state is not ServiceState.SERVED:
        return
    carried = {one.paper_id for one in copies.of_service(tx, service_id=attempt.id)}
    for one in attempt.papers:
        if one.paper_id not in carried and one.rule != RECORDED:
            paper = papers.get(tx, paper_id=one.paper_id)
            if copies.free_numbers(tx, paper=paper):
                copies.give(
                    tx, actor=actor, now=now, paper=paper, party_id=attempt.party_id, service_id=attempt.id
                )
    signed = attempt.fact(FactKind.SIGNED)
    done = signed or attempt.facts[-1]
    how = _HOW.get(attempt.method, SignedHow.RETURN) if signed else SignedHow.NOT_SIGNED
    if signed and signed.words == ON_PAD:
        how = SignedHow.PAD
    receiver = done.receiver or (attempt.party_name if signed else "")
    copies.signed(tx, receiver=receiver, at=done.at, how=how, **told)  # type: ignore[arg-type]


def _step(tx: Tx, actor: Actor, attempt: Attempt, state: ServiceState) -> None:
    if state is attempt.state or attempt.state is ServiceState.WITHDRAWN:
        return
    actions = {
        ServiceState.SERVED: ServiceAction.SERVE,
        ServiceState.FAILED: ServiceAction.FAIL,
        ServiceState.OPEN: ServiceAction.REOPEN,
    }
    after = SERVICE.after(attempt.state, actions[state], actor.role)
    tx.conn.execute(t.service.update().where(t.service.c.id == attempt.id).values(state=after))


def _get(rx: Read, service_id: str) -> Attempt:
    found = load.attempt(rx.conn, service_id)
    if found is None:
        raise CourtError("service.not_found")
    return found
