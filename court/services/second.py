"""Second signatures (SM2) of sealed papers: which file is whose. Makes and judges none."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.paper import Paper
from court.services import paper as papers
from court.store import tables as t
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.rows import insert_new


def note(tx: Tx, *, actor: Actor, now: datetime, paper_sha256: str, record: Blob) -> None:
    """The sealed file of this hash got a second signature in the same act."""
    remember(tx, actor=actor, now=now, blob=record)
    row = {"paper_sha256": paper_sha256, "sha256": record.sha256, "at": now}
    insert_new(tx.conn, t.second_signature, row)
    facts = {"paper": paper_sha256, "record": record.sha256}
    tx.record("paper.second_signed", paper_sha256[:36], actor, now, facts)


def of_paper(rx: Read, *, paper: Paper) -> str:
    """Hash of the stored record, "" where there is none; one that was made before a stamp's renewal still fits."""
    s, stamps = t.second_signature, t.paper_stamp
    earlier = sa.select(stamps.c.sha256).where(stamps.c.paper_id == paper.id)
    mine = sa.or_(s.c.paper_sha256 == paper.sha256, s.c.paper_sha256.in_(earlier))
    found: str | None = rx.conn.execute(sa.select(s.c.sha256).where(mine).order_by(s.c.at).limit(1)).scalar()
    return found or ""


def of_file(rx: Read, *, sha256: str) -> tuple[Paper | None, str]:
    """(the registered paper of this file, the hash of its record), for the public check page."""
    found = papers.by_hash(rx, sha256=sha256)
    return found, of_paper(rx, paper=found) if found else ""


def open_copy(tx: Tx, *, actor: Actor, now: datetime, paper_id: str) -> tuple[Paper, str]:
    """The same right as to the paper itself; recorded. Refuses `paper.not_found`."""
    found = papers.open_copy(tx, actor=actor, now=now, paper_id=paper_id)
    sha256 = of_paper(tx, paper=found)
    if not sha256:
        raise CourtError("paper.not_found")
    return found, sha256
