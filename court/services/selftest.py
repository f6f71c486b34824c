"""Keeps what a device self-test found, per seat; the journal has every one of them."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.health import Line
from court.domain.hearing import HearingState
from court.domain.lifecycle import Actor
from court.domain.selftest import CheckStep, SelfTest, troubles
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings

_ENDED = frozenset({HearingState.CLOSED, HearingState.CANCELLED})


def keep(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    seat_id: str,
    answers: Mapping[CheckStep, bool],
    line: Line,
    declared: bool,
) -> SelfTest:
    """The newest self-test of the seat takes the place of the one before. Who holds the seat is asked by the caller.

    Refuses `seat.not_found`, `hearing.not_found`, `hearing.wrong_state` (after the end).
    """
    seat = hearings.seat(tx.conn, seat_id)
    if seat is None:
        raise CourtError("seat.not_found")
    hearing = sight.seen(tx, actor=actor, hearing_id=seat.hearing_id)
    if hearing.state in _ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="self_test")
    made = SelfTest(
        seat_id=seat_id,
        hearing_id=hearing.id,
        at=now,
        troubles=troubles(answers, line),
        declared=declared,
        rtt_ms=None if line.rtt_ms is None else round(line.rtt_ms),
    )
    listed = ",".join(made.troubles)
    tx.conn.execute(t.self_test.delete().where(t.self_test.c.seat_id == seat_id))
    tx.conn.execute(
        t.self_test.insert().values(
            seat_id=seat_id,
            hearing_id=hearing.id,
            at=now,
            troubles=listed,
            declared=declared,
            rtt_ms=made.rtt_ms,
        )
    )
    tx.record(
        "seat.self_tested",
        hearing.id,
        actor,
        now,
        {"seat": seat_id, "troubles": listed, "declared": declared},
    )
    return made


def of_hearing(rx: Read, *, hearing_id: str) -> dict[str, SelfTest]:
    """The last self-tests of a hearing, by seat."""
    query = sa.select(t.self_test).where(t.self_test.c.hearing_id == hearing_id)
    return {
        row.seat_id: SelfTest(
            seat_id=row.seat_id,
            hearing_id=row.hearing_id,
            at=row.at,
            troubles=tuple(CheckStep(one) for one in row.troubles.split(",") if one),
            declared=row.declared,
            rtt_ms=row.rtt_ms,
        )
        for row in rx.conn.execute(query)
    }


def is_wanted(rx: Read, *, seat_id: str) -> bool:
    """Whether the device that holds the seat now has not been tested for it: nobody is asked twice on one device."""
    bound = sa.select(sa.func.max(t.seat_link.c.bound_at)).where(
        t.seat_link.c.seat_id == seat_id, t.seat_link.c.revoked_at.is_(None)
    )
    since = rx.conn.execute(bound).scalar()
    tested = rx.conn.execute(sa.select(t.self_test.c.at).where(t.self_test.c.seat_id == seat_id)).scalar()
    return tested is None or (since is not None and tested < since)
