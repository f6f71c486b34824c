"""Withdrawn papers as dataclasses."""

from typing import Any

import sqlalchemy as sa

from court.domain.lifecycle import Role
from court.domain.paper import PaperKind
from court.domain.withdrawal import Withdrawal
from court.store import tables as t


def withdrawal(conn: sa.Connection, paper_id: str) -> Withdrawal | None:
    """None while the paper stands."""
    return next(iter(_found(conn, t.paper_withdrawal.c.paper_id == paper_id)), None)


def of_subject(conn: sa.Connection, subject_id: str) -> dict[str, Withdrawal]:
    """Paper id -> its withdrawal."""
    return {one.paper_id: one for one in _found(conn, t.paper.c.subject_id == subject_id)}


def replaced_by(conn: sa.Connection, paper_id: str) -> Withdrawal | None:
    """The withdrawal whose place this paper took; None when it replaces nothing."""
    return next(iter(_found(conn, t.paper_withdrawal.c.successor_id == paper_id)), None)


def everything(conn: sa.Connection) -> tuple[Withdrawal, ...]:
    """All of them, oldest first."""
    return _found(conn, sa.true())


def _found(conn: sa.Connection, which: Any) -> tuple[Withdrawal, ...]:
    w, p, new = t.paper_withdrawal, t.paper, t.paper.alias("successor")
    query = (
        sa.select(w, p.c.kind, p.c.number, p.c.title, p.c.sha256, new.c.number.label("successor_number"))
        .join(p, p.c.id == w.c.paper_id)
        .outerjoin(new, new.c.id == w.c.successor_id)
        .where(which)
        .order_by(w.c.at, w.c.paper_id)
    )
    rows = conn.execute(query).all()
    s = t.paper_stamp
    stamped = sa.select(s.c.paper_id, s.c.sha256).join(w, w.c.paper_id == s.c.paper_id)
    files: dict[str, list[str]] = {}
    for row in conn.execute(stamped.order_by(s.c.at)) if rows else ():
        files.setdefault(row.paper_id, []).append(row.sha256)
    return tuple(
        Withdrawal(
            paper_id=row.paper_id,
            kind=PaperKind(row.kind),
            number=row.number,
            title=row.title,
            reason=row.reason,
            at=row.at,
            by=row.by,
            role=Role(row.role),
            content_sha256=row.content_sha256,
            files=tuple(dict.fromkeys([*files.get(row.paper_id, ()), row.sha256])),
            successor_id=row.successor_id,
            successor_number=row.successor_number or "",
        )
        for row in rows
    )
