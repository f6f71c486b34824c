"""Exhibits, opinions, comparisons, marks, moments and what is on show as dataclasses."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from court.domain.exhibit import (
    Capture,
    CaptureState,
    Exhibit,
    ExhibitSide,
    ExhibitState,
    Opinion,
    Origin,
    OriginalCheck,
    OriginalResult,
    Stance,
)
from court.domain.exhibit_mark import Mark, MarkKind
from court.domain.exhibit_moment import LineState, Moment, MomentKind, Showing
from court.store import tables as t

_SIDES = list(ExhibitSide)


def exhibit_of(row: Any) -> Exhibit:
    facts = dict(row._mapping)
    facts |= {"side": ExhibitSide(row.side), "origin": Origin(row.origin), "state": ExhibitState(row.state)}
    return Exhibit(**facts)


def exhibit(conn: sa.Connection, exhibit_id: str) -> Exhibit | None:
    row = conn.execute(sa.select(t.exhibit).where(t.exhibit.c.id == exhibit_id)).first()
    return exhibit_of(row) if row else None


def exhibits(conn: sa.Connection, subject_id: str) -> tuple[Exhibit, ...]:
    """By side, then by number."""
    rows = conn.execute(sa.select(t.exhibit).where(t.exhibit.c.subject_id == subject_id))
    found = [exhibit_of(row) for row in rows]
    return tuple(sorted(found, key=lambda one: (_SIDES.index(one.side), one.position)))


def opinions(conn: sa.Connection, exhibit_ids: Collection[str]) -> tuple[Opinion, ...]:
    """Every one ever given, in the order given."""
    o = t.exhibit_opinion
    query = sa.select(o, t.party.c.name.label("party_name")).join(t.party, t.party.c.id == o.c.party_id)
    rows = conn.execute(query.where(o.c.exhibit_id.in_(exhibit_ids)).order_by(o.c.at, o.c.id))
    return tuple(
        Opinion(
            **dict(row._mapping)
            | {
                "authentic": Stance(row.authentic),
                "lawful": Stance(row.lawful),
                "relevant": Stance(row.relevant),
            }
        )
        for row in rows
    )


def originals(conn: sa.Connection, exhibit_ids: Collection[str]) -> tuple[OriginalCheck, ...]:
    """Every comparison, in the order made."""
    o = t.exhibit_original
    rows = conn.execute(sa.select(o).where(o.c.exhibit_id.in_(exhibit_ids)).order_by(o.c.at, o.c.id))
    return tuple(OriginalCheck(**dict(row._mapping) | {"result": OriginalResult(row.result)}) for row in rows)


def marks(conn: sa.Connection, exhibit_id: str, page: int | None = None) -> tuple[Mark, ...]:
    """All marks, taken away ones too, in the order drawn; of one page when it is named."""
    m = t.exhibit_mark
    query = sa.select(m).where(m.c.exhibit_id == exhibit_id)
    if page is not None:
        query = query.where(m.c.page == page)
    return tuple(mark_of(row) for row in conn.execute(query.order_by(m.c.at, m.c.id)))


def mark_of(row: Any) -> Mark:
    points = tuple((int(x), int(y)) for x, y in json.loads(row.points))
    return Mark(**dict(row._mapping) | {"kind": MarkKind(row.kind), "points": points})


def moments(conn: sa.Connection, hearing_id: str) -> tuple[Moment, ...]:
    """Oldest first."""
    m = t.exhibit_moment
    query = sa.select(m).where(m.c.hearing_id == hearing_id).order_by(m.c.at, m.c.id)
    return tuple(moment_of(row) for row in conn.execute(query))


def moment(conn: sa.Connection, moment_id: str) -> Moment | None:
    row = conn.execute(sa.select(t.exhibit_moment).where(t.exhibit_moment.c.id == moment_id)).first()
    return moment_of(row) if row else None


def moment_of(row: Any) -> Moment:
    state = LineState(row.line_state) if row.line_state else None
    return Moment(**dict(row._mapping) | {"kind": MomentKind(row.kind), "line_state": state})


def showing(conn: sa.Connection, hearing_id: str) -> Showing | None:
    query = sa.select(t.exhibit_showing).where(t.exhibit_showing.c.hearing_id == hearing_id)
    row = conn.execute(query).first()
    return Showing(**row._mapping) if row else None


def captures(conn: sa.Connection, hearing_id: str) -> tuple[Capture, ...]:
    """Oldest first."""
    c = t.exhibit_capture
    rows = conn.execute(sa.select(c).where(c.c.hearing_id == hearing_id).order_by(c.c.at, c.c.id))
    return tuple(Capture(**dict(row._mapping) | {"state": CaptureState(row.state)}) for row in rows)
