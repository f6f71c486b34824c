"""The roll, duties with their receipts, and visits as dataclasses."""

from typing import Any

import sqlalchemy as sa

from court.domain.account import Account
from court.domain.follow_up import Visit
from court.domain.mediation_track import OVER
from court.domain.mediator import Mediator
from court.domain.performance import Duty, DutyState, Performance, Receipt, Satisfaction
from court.domain.track import TrackKind
from court.store import tables as t


def roll(conn: sa.Connection, accounts: tuple[Account, ...]) -> tuple[Mediator, ...]:
    """Every one of these accounts as an entry; who has none yet has empty words. With the number of open mediations."""
    rows = {row.account_id: row for row in conn.execute(sa.select(t.mediator))}
    k = t.track
    busy = (
        sa.select(k.c.mediator_id, sa.func.count())
        .where(k.c.kind == TrackKind.MEDIATION, k.c.state.not_in(OVER), k.c.mediator_id.is_not(None))
        .group_by(k.c.mediator_id)
    )
    load = {row[0]: row[1] for row in conn.execute(busy)}
    return tuple(_entry(one, rows.get(one.id), load.get(one.id, 0)) for one in accounts)


def _entry(account: Account, row: Any, load: int) -> Mediator:
    def words(name: str) -> tuple[str, ...]:
        return tuple(getattr(row, name).split("\n")) if row is not None and getattr(row, name) else ()

    return Mediator(
        account_id=account.id,
        name=account.name,
        body=row.body if row is not None else "",
        invited=row.invited if row is not None else False,
        languages=words("languages"),
        places=words("places"),
        fields=words("fields"),
        open_tracks=load,
        rev=row.rev if row is not None else 0,
    )


def _duty(row: Any) -> Duty:
    return Duty(**dict(row._mapping) | {"state": DutyState(row.state)})


def duty(conn: sa.Connection, duty_id: str) -> Duty | None:
    row = conn.execute(sa.select(t.duty).where(t.duty.c.id == duty_id)).first()
    return _duty(row) if row else None


def duties(conn: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[Duty, ...]:
    """In the order of their agreement."""
    query = sa.select(t.duty).where(condition).order_by(t.duty.c.agreement_id, t.duty.c.position)
    return tuple(_duty(row) for row in conn.execute(query))


def receipts(conn: sa.Connection, duty_ids: tuple[str, ...]) -> tuple[Receipt, ...]:
    """Oldest first."""
    r = t.duty_receipt
    query = sa.select(r).where(r.c.duty_id.in_(duty_ids)).order_by(r.c.on, r.c.id)
    return tuple(Receipt(**row._mapping) for row in conn.execute(query))


def _visit(row: Any) -> Visit:
    told = {
        "performance": Performance(row.performance) if row.performance else None,
        "satisfaction": Satisfaction(row.satisfaction) if row.satisfaction else None,
    }
    return Visit(**dict(row._mapping) | told)


def visits(conn: sa.Connection, condition: sa.ColumnElement[bool]) -> tuple[Visit, ...]:
    """In order of their rounds."""
    query = sa.select(t.visit).where(condition).order_by(t.visit.c.agreement_id, t.visit.c.round)
    return tuple(_visit(row) for row in conn.execute(query))
