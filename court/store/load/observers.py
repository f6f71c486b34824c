"""The observers of a session as dataclasses."""

from typing import Any

import sqlalchemy as sa

from court.domain.hearing import Presence
from court.domain.observer import Observer, ObserverState, Proof
from court.store import tables as t


def observer_of(row: Any) -> Observer:
    return Observer(
        id=row.id,
        hearing_id=row.hearing_id,
        name=row.name,
        affiliation=row.affiliation,
        proof=Proof(row.proof),
        state=ObserverState(row.state),
        presence=Presence(row.presence),
        presence_at=row.presence_at,
        bound=row.device_hash is not None,
        wrong=row.wrong,
        listed_at=row.listed_at,
        by=row.by,
    )


def observer(conn: sa.Connection, observer_id: str) -> Observer | None:
    row = conn.execute(sa.select(t.observer).where(t.observer.c.id == observer_id)).first()
    return observer_of(row) if row else None


def observers(conn: sa.Connection, hearing_id: str) -> tuple[Observer, ...]:
    """In the order listed."""
    query = sa.select(t.observer).where(t.observer.c.hearing_id == hearing_id).order_by(t.observer.c.id)
    return tuple(observer_of(row) for row in conn.execute(query))
