"""Agreements and papers as dataclasses."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from court.domain.mediation import (
    Agreement,
    AgreementState,
    Change,
    Clause,
    Revision,
    Signer,
    SignerRole,
    SignerState,
    paragraphs,
)
from court.domain.paper import Paper, PaperKind
from court.domain.reading import Answer, Ended, Paragraph, ReadingAnswer, standing
from court.domain.signature import Manner
from court.store import tables as t
from court.store.load import signatures


def clauses(conn: sa.Connection, agreement_id: str) -> tuple[Clause, ...]:
    c = t.clause
    columns = [column for column in c.c if column.name != "agreement_id"]
    query = sa.select(*columns).where(c.c.agreement_id == agreement_id).order_by(c.c.position)
    return tuple(Clause(**row._mapping) for row in conn.execute(query))


def answers(conn: sa.Connection, text_id: str) -> tuple[ReadingAnswer, ...]:
    """Everything that was ever answered to a reading of this text, in order."""
    r = t.reading_answer
    query = sa.select(r).where(r.c.text_id == text_id).order_by(r.c.at, r.c.id)
    return tuple(
        ReadingAnswer(
            **dict(row._mapping)
            | {
                "answer": Answer(row.answer),
                "ended_why": Ended(row.ended_why) if row.ended_why else None,
            }
        )
        for row in conn.execute(query)
    )


def answers_in(conn: sa.Connection, hearing_id: str) -> tuple[ReadingAnswer, ...]:
    """What was answered to agreements and papers of this session."""
    a, p = t.agreement, t.record_paper
    ids = [
        *conn.execute(sa.select(a.c.id).where(a.c.hearing_id == hearing_id)).scalars(),
        *conn.execute(sa.select(p.c.id).where(p.c.hearing_id == hearing_id)).scalars(),
    ]
    return tuple(one for text_id in ids for one in answers(conn, text_id))


def signers(
    conn: sa.Connection,
    agreement_id: str,
    heard: Sequence[ReadingAnswer],
    text: Sequence[Paragraph],
) -> tuple[Signer, ...]:
    s = t.signer
    said: dict[tuple[str, Answer], set[str]] = {}
    for (person_id, paragraph_id), answer in standing(text, heard).items():
        said.setdefault((person_id, answer.answer), set()).add(paragraph_id)
    query = sa.select(s).where(s.c.agreement_id == agreement_id).order_by(s.c.position)
    rows = conn.execute(query).all()
    unable = signatures.cannot_write(conn, agreement_id)
    witnessed = {one.witness_id: one.signer_id for one in unable.values()}
    names = {row.id: row.name for row in rows}
    return tuple(
        Signer(
            id=row.id,
            position=row.position,
            role=SignerRole(row.role),
            name=row.name,
            caption=row.caption,
            field=row.field,
            party_id=row.party_id,
            account_id=row.account_id,
            state=SignerState(row.state),
            signed_at=row.signed_at,
            strokes_sha256=row.strokes_sha256,
            acknowledged=frozenset(said.get((row.id, Answer.AGREED), ())),
            questions=frozenset(said.get((row.id, Answer.QUESTION), ())),
            manner=unable[row.id].manner if row.id in unable else Manner.WRITTEN,
            witness=names.get(unable[row.id].witness_id, "") if row.id in unable else "",
            witness_of=witnessed.get(row.id),
        )
        for row in rows
    )


def changes(conn: sa.Connection, agreement_id: str) -> tuple[Change, ...]:
    """Edits that voided something, oldest first."""
    c = t.agreement_change
    query = sa.select(c).where(c.c.agreement_id == agreement_id).order_by(c.c.at, c.c.id)
    return tuple(
        Change(
            rev=row.rev,
            from_state=AgreementState(row.from_state),
            reason=row.reason,
            signatures=tuple(json.loads(row.signatures)),
            paragraphs=tuple(json.loads(row.paragraphs)),
            at=row.at,
            by=row.by,
        )
        for row in conn.execute(query)
    )


def revisions(conn: sa.Connection, agreement_id: str, rev: int) -> tuple[Revision, ...]:
    """The stored papers of the present text."""
    r = t.revision
    query = sa.select(r.c.index, r.c.kind, r.c.sha256, r.c.signer_id, r.c.at)
    query = query.where(r.c.agreement_id == agreement_id, r.c.agreement_rev == rev).order_by(r.c.index)
    return tuple(Revision(**row._mapping) for row in conn.execute(query))


def agreement_of(conn: sa.Connection, row: Any) -> Agreement:
    heard, written = answers(conn, row.id), clauses(conn, row.id)
    return Agreement(
        id=row.id,
        matter_id=row.matter_id,
        hearing_id=row.hearing_id,
        number=row.number,
        state=AgreementState(row.state),
        rev=row.rev,
        wet=row.wet,
        read_aloud=row.read_aloud,
        led=row.led,
        replaces_id=row.replaces_id,
        facts=row.facts,
        copies=row.copies,
        clauses=written,
        signers=signers(conn, row.id, heard, paragraphs(row.facts, written)),
        revisions=revisions(conn, row.id, row.rev),
        answers=heard,
        changes=changes(conn, row.id),
        head_sha256=row.head_sha256,
        effective_at=row.effective_at,
        void_reason=row.void_reason,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def agreement(conn: sa.Connection, agreement_id: str) -> Agreement | None:
    row = conn.execute(sa.select(t.agreement).where(t.agreement.c.id == agreement_id)).first()
    return agreement_of(conn, row) if row else None


def agreements(conn: sa.Connection, matter_id: str) -> tuple[Agreement, ...]:
    """Newest first."""
    query = sa.select(t.agreement).where(t.agreement.c.matter_id == matter_id)
    rows = conn.execute(query.order_by(t.agreement.c.created_at.desc())).all()
    return tuple(agreement_of(conn, row) for row in rows)


def living_agreement_id(conn: sa.Connection, matter_id: str) -> str | None:
    """The agreement of the matter that is neither void nor withdrawn, None when there is none."""
    a = t.agreement
    gone = (AgreementState.VOID, AgreementState.WITHDRAWN)
    query = sa.select(a.c.id).where(a.c.matter_id == matter_id, a.c.state.not_in(gone))
    return conn.execute(query.order_by(a.c.created_at.desc()).limit(1)).scalar()


def withdrawn_agreement(conn: sa.Connection, matter_id: str) -> Agreement | None:
    """The newest withdrawn agreement of the matter, None when it has none or a sealed one came after it."""
    a = t.agreement
    done = (AgreementState.WITHDRAWN, AgreementState.SEALED)
    query = sa.select(a).where(a.c.matter_id == matter_id, a.c.state.in_(done))
    row = conn.execute(query.order_by(a.c.effective_at.desc()).limit(1)).first()
    found = agreement_of(conn, row) if row else None
    return found if found is not None and found.state is AgreementState.WITHDRAWN else None


def paper_of(row: Any) -> Paper:
    return Paper(
        id=row.id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        hearing_id=row.hearing_id,
        kind=PaperKind(row.kind),
        number=row.number,
        title=row.title,
        sha256=row.sha256,
        pages=row.pages,
        copies=row.copies,
        at=row.at,
        by=row.by,
    )


def paper(conn: sa.Connection, paper_id: str) -> Paper | None:
    row = conn.execute(sa.select(t.paper).where(t.paper.c.id == paper_id)).first()
    return paper_of(row) if row else None


def subject(conn: sa.Connection, paper_id: str) -> str:
    """The matter or petition of a paper that exists."""
    return str(conn.execute(sa.select(t.paper.c.subject_id).where(t.paper.c.id == paper_id)).scalar_one())


def papers(conn: sa.Connection, subject_id: str) -> tuple[Paper, ...]:
    """Newest first."""
    query = sa.select(t.paper).where(t.paper.c.subject_id == subject_id)
    return tuple(paper_of(row) for row in conn.execute(query.order_by(t.paper.c.at.desc())))
