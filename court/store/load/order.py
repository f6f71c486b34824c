"""What the bench ordered in a session, as dataclasses."""

import sqlalchemy as sa

from court.domain.absence import Absence, AbsenceGround, Consequence, LinkEvent
from court.domain.order import Admonition, AdmonitionCause, AdmonitionKind, Layout, Sitting, Turn
from court.domain.stages import StageMark
from court.store import tables as t


def sitting(conn: sa.Connection, hearing_id: str) -> Sitting:
    """Nothing arranged when nothing was ordered yet."""
    row = conn.execute(sa.select(t.sitting).where(t.sitting.c.hearing_id == hearing_id)).first()
    if row is None:
        return Sitting(hearing_id=hearing_id, stage="", layout=Layout.AUTO, spotlight=None, opens_at=None)
    return Sitting(
        hearing_id=hearing_id,
        stage=row.stage,
        layout=Layout(row.layout),
        spotlight=(row.spotlight_seat, row.spotlight_source) if row.spotlight_seat else None,
        opens_at=row.opens_at,
    )


def marks(conn: sa.Connection, hearing_id: str) -> tuple[StageMark, ...]:
    """Oldest first."""
    query = sa.select(t.stage_mark).where(t.stage_mark.c.hearing_id == hearing_id)
    return tuple(StageMark(**row._mapping) for row in conn.execute(query.order_by(t.stage_mark.c.id)))


def admonitions(conn: sa.Connection, hearing_id: str) -> tuple[Admonition, ...]:
    """Oldest first."""
    query = sa.select(t.admonition).where(t.admonition.c.hearing_id == hearing_id)
    return tuple(
        Admonition(
            id=row.id,
            hearing_id=row.hearing_id,
            seat_id=row.seat_id,
            kind=AdmonitionKind(row.kind),
            cause=AdmonitionCause(row.cause),
            note=row.note,
            at=row.at,
            offset_ms=row.offset_ms,
            by=row.by,
        )
        for row in conn.execute(query.order_by(t.admonition.c.id))
    )


def absences(conn: sa.Connection, hearing_id: str) -> tuple[Absence, ...]:
    """Oldest first."""
    query = sa.select(t.absence).where(t.absence.c.hearing_id == hearing_id)
    return tuple(
        Absence(
            id=row.id,
            hearing_id=row.hearing_id,
            seat_id=row.seat_id,
            ground=AbsenceGround(row.ground),
            consequence=Consequence(row.consequence),
            note=row.note,
            at=row.at,
            by=row.by,
        )
        for row in conn.execute(query.order_by(t.absence.c.id))
    )


def link_events(conn: sa.Connection, seat_id: str) -> tuple[LinkEvent, ...]:
    """What the relay said of one seat, oldest first."""
    e = t.seat_event
    query = sa.select(e.c.event, e.c.at).where(e.c.seat_id == seat_id).order_by(e.c.at, e.c.id)
    return tuple(LinkEvent(event=row.event, at=row.at) for row in conn.execute(query))


def turns(conn: sa.Connection, hearing_id: str, most: int) -> tuple[Turn, ...]:
    """The last `most`, oldest first."""
    query = sa.select(t.turn).where(t.turn.c.hearing_id == hearing_id).order_by(t.turn.c.from_at.desc())
    rows = conn.execute(query.limit(most)).all()
    return tuple(Turn(**row._mapping) for row in reversed(rows))
