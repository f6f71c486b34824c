"""The vehicle's people of a session as dataclasses: the crew's reports, who spoke, checks of who is no party, 保证书."""

import sqlalchemy as sa

from court.domain.attendance import CrewAct, Report, Voice
from court.domain.hearing import GuestCheck, IdentityMethod
from court.domain.pledge import Pledge, PledgeAct
from court.store import tables as t


def reports(conn: sa.Connection, hearing_id: str) -> tuple[Report, ...]:
    """Oldest first."""
    r = t.crew_report
    rows = conn.execute(sa.select(r).where(r.c.hearing_id == hearing_id).order_by(r.c.id))
    return tuple(Report(**{**row._mapping, "act": CrewAct(row.act)}) for row in rows)


def voices(conn: sa.Connection, hearing_id: str) -> tuple[Voice, ...]:
    """Oldest first."""
    v = t.voice
    rows = conn.execute(sa.select(v).where(v.c.hearing_id == hearing_id).order_by(v.c.id))
    return tuple(Voice(**row._mapping) for row in rows)


def guest_checks(conn: sa.Connection, hearing_id: str) -> dict[str, GuestCheck]:
    """The newest of each seat."""
    g = t.guest_check
    rows = conn.execute(sa.select(g).where(g.c.hearing_id == hearing_id).order_by(g.c.id))
    found = (GuestCheck(**{**row._mapping, "method": IdentityMethod(row.method)}) for row in rows)
    return {one.seat_id: one for one in found}


def pledges(conn: sa.Connection, hearing_id: str) -> tuple[Pledge, ...]:
    """Oldest first."""
    p = t.pledge
    rows = conn.execute(sa.select(p).where(p.c.hearing_id == hearing_id).order_by(p.c.id))
    return tuple(Pledge(**{**row._mapping, "act": PledgeAct(row.act)}) for row in rows)
