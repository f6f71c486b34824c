"""The append-only, hash-chained journal: appending a row and checking the chain. What is recorded is said by services."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.store.tables import journal

GENESIS = "0" * 64
_BODY_MOST = 4096
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEvent:
    """What a live page is told about a committed row. `journal.skipped` says that events were dropped."""

    seq: int
    type: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A whole row. `body` is canonical JSON text."""

    seq: int
    id: str
    at: datetime
    type: str
    subject: str
    actor_kind: str
    actor_id: str
    actor_role: str
    body: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """`broken_at` is the seq of the first row that does not fit, None when all `rows` do. `head` is the last hash."""

    rows: int
    head: str
    broken_at: int | None


def entry_hash(entry: JournalEntry) -> str:
    """SHA-256 over the canonical JSON of every field but the hash itself."""
    fields = [
        entry.seq,
        entry.id,
        entry.at.isoformat(),
        entry.type,
        entry.subject,
        entry.actor_kind,
        entry.actor_id,
        entry.actor_role,
        entry.body,
        entry.prev_hash,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def append(
    conn: sa.Connection, type: str, subject: str, actor: Actor, now: datetime, body: Mapping[str, object]
) -> JournalEvent:
    """Writes the next row. Only inside the one write transaction, which makes seq and chain safe."""
    last = conn.execute(
        sa.select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
    ).first()
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) > _BODY_MOST:
        raise ValueError(f"journal body of {type} is too long: ids and facts only")
    unsigned = JournalEntry(
        seq=last.seq + 1 if last else 1,
        id=new_id(),
        at=now,
        type=type,
        subject=subject,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_role=actor.role,
        body=text,
        prev_hash=last.hash if last else GENESIS,
        hash="",
    )
    row = {name: getattr(unsigned, name) for name in JournalEntry.__dataclass_fields__}
    conn.execute(journal.insert().values(row | {"hash": entry_hash(unsigned)}))
    return JournalEvent(seq=unsigned.seq, type=type, subject=subject)


def entries(conn: sa.Connection, *, after: int = 0, subject: str | None = None) -> Iterator[JournalEntry]:
    """Rows by seq, read a batch at a time so that memory stays flat."""
    query = sa.select(journal).order_by(journal.c.seq).limit(_BATCH)
    if subject is not None:
        query = query.where(journal.c.subject == subject)
    while batch := conn.execute(query.where(journal.c.seq > after)).all():
        for row in batch:
            yield JournalEntry(**row._mapping)
        after = batch[-1].seq


def verify(conn: sa.Connection) -> ChainReport:
    """Walks the whole chain: numbers without a hole, each hash right, each row holding on to the one before."""
    prev, count = GENESIS, 0
    for entry in entries(conn):
        count += 1
        if entry.seq != count or entry.prev_hash != prev or entry.hash != entry_hash(entry):
            return ChainReport(rows=count, head=prev, broken_at=entry.seq)
        prev = entry.hash
    return ChainReport(rows=count, head=prev, broken_at=None)
