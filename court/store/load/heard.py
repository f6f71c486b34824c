"""What a machine heard, as dataclasses."""

import msgspec
import sqlalchemy as sa

from court.domain.heard import Heard, HeardState, HeardWord
from court.store import tables as t


def heard(conn: sa.Connection, heard_id: str) -> Heard | None:
    row = conn.execute(sa.select(t.heard).where(t.heard.c.id == heard_id)).first()
    return _heard(row) if row else None


def offered(conn: sa.Connection, hearing_id: str) -> tuple[Heard, ...]:
    """By the time it was said."""
    h = t.heard
    query = sa.select(h).where(h.c.hearing_id == hearing_id, h.c.state == HeardState.OFFERED)
    return tuple(_heard(row) for row in conn.execute(query.order_by(h.c.start_ms, h.c.id)))


def words_json(words: tuple[HeardWord, ...]) -> str:
    """As the column keeps them."""
    return msgspec.json.encode(words).decode()


def _heard(row: sa.Row[tuple[object, ...]]) -> Heard:
    facts = dict(row._mapping)
    facts["words"] = msgspec.json.decode(facts["words"], type=tuple[HeardWord, ...])
    return Heard(**facts | {"state": HeardState(facts["state"])})
