"""The timeline of a subject: its own journal rows and those of its sessions and agreements."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.store import tables as t
from court.store.database import Read

_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One journal row: what happened and in which role somebody did it; names stay out."""

    seq: int
    at: datetime
    type: str
    actor_role: str


def history(rx: Read, subject_id: str) -> tuple[HistoryEntry, ...]:
    """Newest first, at most 300."""
    j = t.journal
    related = sa.union_all(
        sa.select(t.hearing.c.id).where(t.hearing.c.subject_id == subject_id),
        sa.select(t.agreement.c.id).where(t.agreement.c.matter_id == subject_id),
    )
    subjects = [subject_id, *rx.conn.execute(related).scalars()]
    # The lines of a transcript would drown everything else.
    query = sa.select(j.c.seq, j.c.at, j.c.type, j.c.actor_role).where(
        j.c.subject.in_(subjects), j.c.type.not_in(["transcript.line", "recording.segment"])
    )
    rows = rx.conn.execute(query.order_by(j.c.seq.desc()).limit(_MOST))
    return tuple(HistoryEntry(**row._mapping) for row in rows)
