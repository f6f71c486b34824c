"""逐段宣读 of an agreement: begun, led, answered. Answers to texts of any kind are kept by services/reading.py."""

from datetime import datetime

from court.domain.clauses import reading_problems
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.mediation import AGREEMENT, Agreement, AgreementAction
from court.domain.reading import Answer
from court.services import findings, reading
from court.services.agreements import check_rev, get, require_signer, seen, step
from court.store.database import Tx


def start_reading(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, read_aloud: bool = True
) -> Agreement:
    """`read_aloud`: whether signing waits for everybody's answer to every paragraph.

    Refuses `form.invalid` when a clause lacks who, what or when, `agreement.clause_forbidden`."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    check_rev(agreement, rev)
    problems = reading_problems(agreement.facts, findings.typed(agreement))
    if problems:
        raise CourtError("form.invalid", problems=problems)
    findings.require_allowed(tx, agreement=agreement, now=now)
    changes = {"read_aloud": read_aloud, "led": ""}
    return step(tx, actor, now, agreement, AgreementAction.START_READING, changes, {"read_aloud": read_aloud})


def acknowledge(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    agreement_id: str,
    rev: int,
    paragraph_id: str,
    signer_id: str,
    answer: Answer = Answer.AGREED,
    words: str = "",
    offset_ms: int | None = None,
) -> Agreement:
    """One signer has heard one paragraph and agrees, or has a question. The same again changes nothing.

    `offset_ms` is the place in the recording, None while nothing is recorded."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    check_rev(agreement, rev)
    AGREEMENT.after(agreement.state, AgreementAction.ACKNOWLEDGE, actor.role)
    signer = require_signer(tx, actor, agreement, signer_id)
    paragraph = next((one for one in agreement.paragraphs if one.id == paragraph_id), None)
    if paragraph is None:
        raise CourtError("agreement.stale")
    given = reading.give(
        tx,
        actor=actor,
        now=now,
        text_id=agreement_id,
        paragraph=paragraph,
        person_id=signer.id,
        person=signer.name,
        answer=answer,
        words=words,
        offset_ms=offset_ms,
    )
    after = get(tx, agreement_id=agreement_id)
    if given and after.led == paragraph_id and all(paragraph_id in one.acknowledged for one in after.bound):
        # Everybody agrees: the next open one comes by itself.
        return step(tx, actor, now, after, AgreementAction.ACKNOWLEDGE, {"led": ""})
    return after


def lead(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, paragraph_id: str) -> Agreement:
    """Whoever leads the reading puts a paragraph before all screens; "" goes on with the first open one."""
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    check_rev(agreement, rev)
    if paragraph_id and paragraph_id not in {one.id for one in agreement.paragraphs}:
        raise CourtError("agreement.stale")
    facts = {"paragraph": paragraph_id}
    return step(tx, actor, now, agreement, AgreementAction.LEAD, {"led": paragraph_id}, facts)
