"""What every screen at the table is told about an agreement. Shapes on the wire, nothing else."""

from __future__ import annotations

import msgspec

from court.domain import mediation
from court.domain.lifecycle import Actor
from court.domain.reading import ReadingAnswer
from court.services import agreements
from court.store.database import Read
from court.store.views import AgreementPage, agreement_page
from court.web.playback_words import span


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    position: int
    text: str


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    label: str
    text: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to the reading; `place` is its moment in the recording as people say it, "" where none ran."""

    signer: str
    person: str
    label: str
    answer: str
    answer_name: str
    words: str
    at: str
    by: str
    place: str
    offset_ms: int | None
    ended: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An edit that voided signatures or answers, and why."""

    rev: int
    reason: str
    signatures: list[str]
    paragraphs: list[str]
    at: str
    by: str


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """`here`: whoever asks may act for this one."""

    id: str
    position: int
    role: str
    name: str
    caption: str
    state: str
    here: bool
    acknowledged: list[str]
    questions: list[str]
    signed_at: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What every screen at the table may know: the text, who has heard what, who has signed, whose turn it is."""

    id: str
    rev: int
    state: str
    state_name: str
    wet: bool
    heard: bool
    turn: str | None
    clauses: list[Clause]
    paragraphs: list[Paragraph]
    current: str
    signers: list[Signer]
    answers: list[Answer]
    changes: list[Change]
    pages: int
    paper_id: str | None


def load(rx: Read, *, actor: Actor, agreement_id: str) -> tuple[AgreementPage, frozenset[str]]:
    """The page of an agreement, and for whom of its signers this actor may act. Refuses `agreement.not_found`."""
    page = agreement_page(rx, actor=actor, agreement_id=agreement_id)
    return page, agreements.acting_for(rx, actor=actor, agreement=page.agreement)


def paragraphs(agreement: mediation.Agreement) -> list[Paragraph]:
    """What is read aloud one by one."""
    return [Paragraph(id=one.id, label=one.label, text=one.text) for one in agreement.paragraphs]


def current(agreement: mediation.Agreement) -> str:
    """The paragraph before all screens; "" when nothing is read, or everything was."""
    found = agreement.current() if agreement.state is mediation.AgreementState.READING else None
    return found.id if found else ""


def change(one: mediation.Change) -> Change:
    return Change(
        rev=one.rev,
        reason=one.reason,
        signatures=list(one.signatures),
        paragraphs=list(one.paragraphs),
        at=one.at.isoformat(),
        by=one.by,
    )


def place(said: ReadingAnswer) -> str:
    """00:12:31.5 of the recording."""
    return "" if said.offset_ms is None else span(said.offset_ms)


def answer(one: ReadingAnswer) -> Answer:
    return Answer(
        signer=one.person_id,
        person=one.person,
        label=one.label,
        answer=one.answer.value,
        answer_name=one.answer_name,
        words=one.words,
        at=one.at.isoformat(),
        by=one.by,
        place=place(one),
        offset_ms=one.offset_ms,
        ended=one.ended_name,
    )


def as_told(page: AgreementPage, sheets: int, mine: frozenset[str]) -> Progress:
    """The page of an agreement, cut to what the table may know; `mine` are the signers the asker may act for."""
    found = page.agreement
    return Progress(
        id=found.id,
        rev=found.rev,
        state=found.state,
        state_name=found.state_name,
        wet=found.wet,
        heard=found.heard,
        turn=page.turn.id if page.turn else None,
        clauses=[Clause(id=c.id, position=c.position, text=c.text) for c in found.clauses],
        paragraphs=paragraphs(found),
        current=current(found),
        signers=[
            Signer(
                id=s.id,
                position=s.position,
                role=s.role,
                name=s.name,
                caption=s.caption,
                state=s.state,
                here=s.id in mine,
                acknowledged=sorted(s.acknowledged),
                questions=sorted(s.questions),
                signed_at=s.signed_at.isoformat() if s.signed_at else "",
            )
            for s in found.signers
        ],
        answers=[answer(one) for one in found.answers],
        changes=[change(one) for one in found.changes],
        pages=sheets,
        paper_id=page.paper.id if page.paper else None,
    )
