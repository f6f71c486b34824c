"""Rows of seal custody as domain objects."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain.account import Account
from court.domain.custody import Assignment, CustodyRole, Delegation, SealUse, UseState
from court.domain.lifecycle import Role
from court.domain.paper import PaperKind
from court.store import tables as t
from court.store.load import casework

_SPENDING = (UseState.APPROVED, UseState.USED)


def assignments(conn: sa.Connection, *, body: str | None = None) -> tuple[Assignment, ...]:
    """Who holds a role now, by body, role and name."""
    c, a = t.custody, t.account
    query = sa.select(c, a.c.name).join(a, a.c.id == c.c.account_id).where(c.c.until.is_(None))
    if body is not None:
        query = query.where(c.c.body == body)
    rows = conn.execute(query.order_by(c.c.body, c.c.role, a.c.name, c.c.id))
    return tuple(
        Assignment(
            id=row.id,
            body=row.body,
            role=CustodyRole(row.role),
            account_id=row.account_id,
            name=row.name,
            since=row.since,
            until=row.until,
        )
        for row in rows
    )


def delegations(conn: sa.Connection, *, bodies: frozenset[str]) -> tuple[Delegation, ...]:
    """Newest first, with what was used of each."""
    d, keeper, user = t.seal_delegation, t.account.alias("keeper"), t.account.alias("user")
    spent = (
        sa.select(t.seal_use.c.delegation_id, sa.func.count().label("used"))
        .where(t.seal_use.c.delegation_id.is_not(None), t.seal_use.c.state.in_(_SPENDING))
        .group_by(t.seal_use.c.delegation_id)
        .subquery()
    )
    query = (
        sa.select(d, keeper.c.name.label("keeper_name"), user.c.name.label("user_name"), spent.c.used)
        .join(keeper, keeper.c.id == d.c.keeper_id)
        .outerjoin(user, user.c.id == d.c.user_id)
        .outerjoin(spent, spent.c.delegation_id == d.c.id)
        .where(d.c.body.in_(sorted(bodies)))
        .order_by(d.c.given_at.desc(), d.c.id.desc())
    )
    return tuple(_delegation(row) for row in conn.execute(query))


def _delegation(row: Any) -> Delegation:
    return Delegation(
        id=row.id,
        body=row.body,
        keeper_id=row.keeper_id,
        keeper_name=row.keeper_name,
        user_id=row.user_id,
        user_name=row.user_name or "",
        kinds=frozenset(PaperKind(kind) for kind in row.kinds.split(",") if kind),
        from_at=row.from_at,
        until_at=row.until_at,
        most=row.most,
        used=row.used or 0,
        note=row.note,
        demonstration=row.demonstration,
        given_at=row.given_at,
        revoked_at=row.revoked_at,
    )


def uses(conn: sa.Connection, *where: sa.ColumnElement[bool], most: int | None = None) -> tuple[SealUse, ...]:
    """Newest first."""
    u, asker = t.seal_use, t.account
    query = sa.select(u, asker.c.name.label("asked_name")).join(asker, asker.c.id == u.c.asked_by)
    query = query.where(*where).order_by(u.c.asked_at.desc(), u.c.id.desc()).limit(most)
    return tuple(_use(row) for row in conn.execute(query))


def use(conn: sa.Connection, use_id: str) -> SealUse | None:
    found = uses(conn, t.seal_use.c.id == use_id)
    return found[0] if found else None


def asked_between(from_at: datetime | None, until_at: datetime | None) -> list[sa.ColumnElement[bool]]:
    """Conditions of the register's filter; None leaves a side open."""
    column, where = t.seal_use.c.asked_at, []
    if from_at is not None:
        where.append(column >= from_at)
    if until_at is not None:
        where.append(column < until_at)
    return where


def _use(row: Any) -> SealUse:
    names = SealUse.__dataclass_fields__
    values = {name: getattr(row, name) for name in names} | {
        "kind": PaperKind(row.kind),
        "state": UseState(row.state),
    }
    return SealUse(**values)


def askers(conn: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[tuple[str, str], ...]:
    """(id, name) of everybody who ever asked for a use, by name."""
    u, a = t.seal_use, t.account
    query = sa.select(a.c.id, a.c.name).join(u, u.c.asked_by == a.c.id).where(*where).distinct()
    return tuple((row.id, row.name) for row in conn.execute(query.order_by(a.c.name, a.c.id)))


def candidates(conn: sa.Connection) -> tuple[Account, ...]:
    """Who can be given a part: staff that can sign in and does not give parts itself."""
    a = t.account
    query = sa.select(a).where(a.c.disabled.is_(False), a.c.role != Role.ADMIN).order_by(a.c.name, a.c.id)
    return tuple(casework.account_of(row) for row in conn.execute(query))
