"""Keeps the words by which a dispute or petition is found in step with its numbers, people and places."""

import sqlalchemy as sa

from court.domain.finding import terms
from court.store import tables as t
from court.store.database import Tx


def refresh(tx: Tx, *, subject_kind: str, subject_id: str) -> None:
    """Call it in the transaction that changed a number, a name, a telephone or a place. `subject_kind`: matter|petition."""
    subject = t.matter if subject_kind == "matter" else t.petition
    found = tx.conn.execute(
        sa.select(subject.c.number, subject.c.place).where(subject.c.id == subject_id)
    ).one()
    p = t.party.c
    people = tx.conn.execute(
        sa.select(p.name, p.phone, p.address).where(p.subject_id == subject_id, p.protected.is_(False))
    ).all()
    numbers = [found.number]
    if subject_kind == "matter":
        numbers += tx.conn.execute(
            sa.select(t.track.c.number).where(t.track.c.matter_id == subject_id)
        ).scalars()
    wanted = terms(
        numbers=numbers,
        names=[one.name for one in people],
        phones=[one.phone for one in people],
        places=[found.place, *(one.address for one in people)],
    )
    tx.conn.execute(t.finding.delete().where(t.finding.c.subject_id == subject_id))
    if wanted:
        key = {"subject_kind": subject_kind, "subject_id": subject_id}
        tx.conn.execute(t.finding.insert(), [key | {"term": term} for term in sorted(wanted)])
