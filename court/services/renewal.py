"""Archive time-stamps of registered papers: known until when, followed by a new one in time. Stamps nothing itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.paper import Paper
from court.store import tables as t
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.load import papers
from court.store.rows import insert_new

_PDF = "application/pdf"


def unknown(rx: Read, *, most: int) -> tuple[Paper, ...]:
    """Papers of which nobody has looked up yet until when their stamp lasts, oldest first."""
    p, s, b = t.paper, t.paper_stamp, t.blob
    seen = sa.and_(s.c.paper_id == p.c.id, s.c.sha256 == p.c.sha256)
    query = sa.select(p).join(b, b.c.sha256 == p.c.sha256).outerjoin(s, seen)
    query = query.where(s.c.paper_id.is_(None), b.c.media_type == _PDF).order_by(p.c.at, p.c.id).limit(most)
    return tuple(papers.paper_of(row) for row in rx.conn.execute(query))


def due(rx: Read, *, now: datetime, before: timedelta, most: int) -> tuple[Paper, ...]:
    """Papers whose newest stamp ends within `before`, the most urgent first; what has ended cannot be helped."""
    p, s = t.paper, t.paper_stamp
    newest = sa.and_(s.c.paper_id == p.c.id, s.c.sha256 == p.c.sha256)
    query = sa.select(p).join(s, newest).where(s.c.until > now, s.c.until <= now + before)
    return tuple(papers.paper_of(row) for row in rx.conn.execute(query.order_by(s.c.until).limit(most)))


def note(
    tx: Tx, *, now: datetime, paper_id: str, sha256: str, until: datetime | None, stamped_by: str
) -> None:
    """What was found in the file: None where it has no archive stamp."""
    row = {"paper_id": paper_id, "sha256": sha256, "until": until, "stamped_by": stamped_by[:200], "at": now}
    insert_new(tx.conn, t.paper_stamp, row)


def renewed(tx: Tx, *, now: datetime, paper: Paper, blob: Blob, until: datetime, stamped_by: str) -> None:
    """The stamped file takes the place of the paper's; copies of the one before stay known to the register."""
    p = t.paper
    remember(tx, actor=SYSTEM_ACTOR, now=now, blob=blob)
    mine = (p.c.id == paper.id, p.c.sha256 == paper.sha256)
    if tx.conn.execute(p.update().where(*mine).values(sha256=blob.sha256)).rowcount:
        note(tx, now=now, paper_id=paper.id, sha256=blob.sha256, until=until, stamped_by=stamped_by)
        facts = {"paper": paper.id, "before": paper.sha256, "sha256": blob.sha256}
        tx.record("paper.renewed", paper.subject_id, SYSTEM_ACTOR, now, facts)
