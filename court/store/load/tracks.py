"""Tracks, clocks and referrals as dataclasses."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from court.domain.clock import Clock, ClockExtension, ClockPause, ClockState, Lamp
from court.domain.track import Referral, ReferralKind, Track, TrackKind
from court.store import tables as t


def track_of(row: Any) -> Track:
    return Track(
        id=row.id,
        matter_id=row.matter_id,
        kind=TrackKind(row.kind),
        state=row.state,
        number=row.number,
        procedure=row.procedure,
        judge_id=row.judge_id,
        clerk_id=row.clerk_id,
        mediator_id=row.mediator_id,
        details=row.details,
        outcome=row.outcome,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        updated_at=row.updated_at,
        rev=row.rev,
    )


def track(conn: sa.Connection, track_id: str) -> Track | None:
    row = conn.execute(sa.select(t.track).where(t.track.c.id == track_id)).first()
    return track_of(row) if row else None


def tracks(conn: sa.Connection, matter_id: str) -> tuple[Track, ...]:
    """Of one matter, in the order they were opened."""
    query = sa.select(t.track).where(t.track.c.matter_id == matter_id).order_by(t.track.c.id)
    return tuple(track_of(row) for row in conn.execute(query))


def clock(conn: sa.Connection, clock_id: str) -> Clock | None:
    found = clocks(conn, sa.select(t.clock).where(t.clock.c.id == clock_id))
    return found[0] if found else None


def clocks_of_track(conn: sa.Connection, track_id: str) -> tuple[Clock, ...]:
    """In the order they were started."""
    return clocks(conn, sa.select(t.clock).where(t.clock.c.track_id == track_id).order_by(t.clock.c.id))


def clocks_of_matter(conn: sa.Connection, matter_id: str) -> tuple[Clock, ...]:
    """Of every track of a matter, in the order they were started."""
    return clocks(conn, sa.select(t.clock).where(t.clock.c.matter_id == matter_id).order_by(t.clock.c.id))


def clocks(conn: sa.Connection, query: sa.Select[Any]) -> tuple[Clock, ...]:
    """With their pauses and extensions: three reads, however many there are."""
    rows = conn.execute(query).all()
    ids = [row.id for row in rows]
    pauses = _by_clock(conn, t.clock_pause, ids)
    extensions = _by_clock(conn, t.clock_extension, ids)
    return tuple(_clock(row, pauses.get(row.id, ()), extensions.get(row.id, ())) for row in rows)


def _by_clock(conn: sa.Connection, table: sa.Table, ids: list[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for start in range(0, len(ids), 500):
        query = sa.select(table).where(table.c.clock_id.in_(ids[start : start + 500])).order_by(table.c.id)
        for row in conn.execute(query):
            found.setdefault(row.clock_id, []).append(row)
    return found


def _clock(row: Any, pauses: Iterable[Any], extensions: Iterable[Any]) -> Clock:
    return Clock(
        id=row.id,
        track_id=row.track_id,
        matter_id=row.matter_id,
        party_id=row.party_id,
        rule=row.rule,
        variant=row.variant,
        ordered=row.ordered,
        about=row.about,
        since=row.since,
        state=ClockState(row.state),
        due_on=row.due_on,
        due_at=row.due_at,
        provisional=row.provisional,
        told=Lamp(row.told),
        met_at=row.met_at,
        note=row.note,
        by=row.by,
        started_at=row.started_at,
        rev=row.rev,
        pauses=tuple(ClockPause(first=p.first, last=p.last, reason=p.reason, by=p.by) for p in pauses),
        extensions=tuple(
            ClockExtension(
                id=e.id,
                amount=e.amount,
                reason=e.reason,
                asked_by=e.asked_by,
                asked_at=e.asked_at,
                granted=e.granted,
                decided_by=e.decided_by,
                decided_at=e.decided_at,
                decision=e.decision,
            )
            for e in extensions
        ),
    )


def referrals(conn: sa.Connection, matter_id: str) -> tuple[Referral, ...]:
    """Of one matter, in order."""
    query = sa.select(t.referral).where(t.referral.c.matter_id == matter_id).order_by(t.referral.c.id)
    return tuple(
        Referral(
            id=row.id,
            matter_id=row.matter_id,
            source_track_id=row.source_track_id,
            target_track_id=row.target_track_id,
            kind=ReferralKind(row.kind),
            source=row.source,
            reason=row.reason,
            at=row.at,
            by=row.by,
        )
        for row in conn.execute(query)
    )
