"""A form sent twice: the first answer, kept by its key in the same transaction."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.store.database import Read, Tx
from court.store.rows import insert_new
from court.store.tables import idempotency

_KEY_MOST = 80


def seen(rx: Read, *, actor: Actor, key: str) -> str | None:
    """What `keep` stored for this actor and key, None the first time."""
    query = sa.select(idempotency.c.result)
    query = query.where(idempotency.c.scope == f"form:{actor.id}", idempotency.c.key == key)
    return rx.conn.execute(query).scalar()


def keep(tx: Tx, *, actor: Actor, now: datetime, key: str, result: str) -> None:
    """Remembers the answer (an address, an id; never a secret). Refuses `store.retry_differs` for a used key."""
    if len(key) > _KEY_MOST:
        raise CourtError("web.bad_request")
    row = {"scope": f"form:{actor.id}", "key": key, "result": result, "at": now}
    if not insert_new(tx.conn, idempotency, row):
        raise CourtError("store.retry_differs")
