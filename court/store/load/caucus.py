"""Private rooms of a session as dataclasses."""

import json
from typing import Any

import sqlalchemy as sa

from court.domain.caucus import Caucus, CaucusState, Figures, Invitation, InvitationState, Visit
from court.store import tables as t


def caucus(conn: sa.Connection, caucus_id: str) -> Caucus | None:
    row = conn.execute(sa.select(t.caucus).where(t.caucus.c.id == caucus_id)).first()
    return _caucus(conn, row) if row else None


def caucuses(conn: sa.Connection, hearing_id: str) -> tuple[Caucus, ...]:
    """In the order they were opened."""
    query = sa.select(t.caucus).where(t.caucus.c.hearing_id == hearing_id).order_by(t.caucus.c.number)
    return tuple(_caucus(conn, row) for row in conn.execute(query).all())


def standing(conn: sa.Connection, hearing_id: str) -> dict[str, str]:
    """Seat id -> id of the private room where it stands now."""
    v, c = t.caucus_visit, t.caucus
    query = sa.select(v.c.seat_id, v.c.caucus_id).join(c, c.c.id == v.c.caucus_id)
    found = conn.execute(query.where(c.c.hearing_id == hearing_id, v.c.to_at.is_(None)))
    return {row.seat_id: row.caucus_id for row in found}


def _caucus(conn: sa.Connection, row: Any) -> Caucus:
    i, v = t.caucus_invitation, t.caucus_visit
    asked = conn.execute(sa.select(i).where(i.c.caucus_id == row.id).order_by(i.c.id))
    stood = conn.execute(sa.select(v).where(v.c.caucus_id == row.id).order_by(v.c.from_at, v.c.id))
    return Caucus(
        id=row.id,
        hearing_id=row.hearing_id,
        number=row.number,
        host_seat_id=row.host_seat_id,
        state=CaucusState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        figures=_figures(row),
        invitations=tuple(_invitation(one) for one in asked),
        visits=tuple(_visit(one) for one in stood),
    )


def _figures(row: Any) -> Figures | None:
    if row.counted_at is None:
        return None
    return Figures(
        packets=row.packets, crossed=row.crossed, recorded_ms=row.recorded_ms, complete=row.complete
    )


def _invitation(row: Any) -> Invitation:
    facts = dict(row._mapping) | {"state": InvitationState(row.state), "stays": tuple(json.loads(row.stays))}
    return Invitation(**facts)


def _visit(row: Any) -> Visit:
    return Visit(
        seat_id=row.seat_id,
        from_at=row.from_at,
        to_at=row.to_at,
        stays=tuple(json.loads(row.stays)),
        cleared_by=row.cleared_by,
    )
