"""Papers that somebody may print, for choosing several."""

import sqlalchemy as sa

from court.domain.lifecycle import Actor
from court.domain.paper import Paper
from court.store import sight
from court.store import tables as t
from court.store.database import Read
from court.store.load import papers

MOST_LOOKED_AT, MOST_SHOWN = 400, 100


def printable(rx: Read, *, actor: Actor, subject_id: str = "") -> tuple[Paper, ...]:
    """Of one dispute or petition, else the newest of all that this person sees; newest first, at most 100."""
    p = t.paper
    query = sa.select(p).order_by(p.c.at.desc(), p.c.id.desc()).limit(MOST_LOOKED_AT)
    if subject_id:
        query = query.where(p.c.subject_id == subject_id)
    known: dict[tuple[str, str], bool] = {}
    seen = []
    for row in rx.conn.execute(query):
        subject = (row.subject_kind, row.subject_id)
        if subject not in known:
            known[subject] = sight.sees_subject(rx, actor, *subject)
        if known[subject]:
            seen.append(papers.paper_of(row))
    return tuple(seen[:MOST_SHOWN])
