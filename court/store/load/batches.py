"""Batches and their papers as dataclasses."""

from typing import Any

import sqlalchemy as sa

from court.domain.batch import BATCH_SEAL, Batch, BatchItem, BatchKind, SealState
from court.store import tables as t
from court.store.load import printing


def _batch(row: Any) -> Batch:
    return Batch(**dict(row._mapping) | {"kind": BatchKind(row.kind)})


def batch(conn: sa.Connection, batch_id: str) -> Batch | None:
    row = conn.execute(sa.select(t.batch).where(t.batch.c.id == batch_id)).first()
    return _batch(row) if row else None


def of_person(conn: sa.Connection, account_id: str, *, most: int = 10) -> tuple[Batch, ...]:
    """Newest first."""
    b = t.batch
    query = sa.select(b).where(b.c.by_id == account_id).order_by(b.c.at.desc(), b.c.id.desc()).limit(most)
    return tuple(_batch(row) for row in conn.execute(query))


def items(conn: sa.Connection, found: Batch) -> tuple[BatchItem, ...]:
    """In the order in which they were chosen."""
    return _prints(conn, found.id) if found.kind is BatchKind.PRINT else _seals(conn, found.id)


def _prints(conn: sa.Connection, batch_id: str) -> tuple[BatchItem, ...]:
    jobs = printing.jobs(conn, batch_id=batch_id)
    p = t.paper
    rows = conn.execute(
        sa.select(p.c.id, p.c.title, p.c.number).where(p.c.id.in_([j.paper_id for j in jobs]))
    )
    papers = {row.id: row for row in rows}
    return tuple(
        BatchItem(
            id=job.id,
            title=papers[job.paper_id].title,
            number=papers[job.paper_id].number,
            state=job.state,
            state_name=job.state_name,
            detail=job.detail,
            paper_id=job.paper_id,
            note=f"{job.copies} 份，{job.printer}",
        )
        for job in reversed(jobs)
    )


def _seals(conn: sa.Connection, batch_id: str) -> tuple[BatchItem, ...]:
    s, u = t.batch_seal, t.seal_use
    columns = sa.select(s.c.id, s.c.state, s.c.detail, s.c.paper_id, u.c.title, u.c.number, u.c.body)
    rows = conn.execute(columns.join(u).where(s.c.batch_id == batch_id).order_by(s.c.position))
    return tuple(
        BatchItem(
            id=row.id,
            title=row.title,
            number=row.number,
            state=SealState(row.state),
            state_name=BATCH_SEAL.labels[SealState(row.state)],
            detail=row.detail,
            paper_id=row.paper_id,
            note=row.body,
        )
        for row in rows
    )
