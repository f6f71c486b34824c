"""提示, 警告 and what the bench makes of an absence. Every one is an act of the bench, none of the program."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.absence import MISSING_WORDS, Absence, Finding, NoticeManner, finding
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Seat, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Role
from court.domain.matter import Side
from court.domain.order import LIVE, PERSONS, Admonition, AdmonitionCause, AdmonitionKind, require_bench
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings, order

MOST_ADMONITIONS = 200


def admonish(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    kind: AdmonitionKind,
    cause: AdmonitionCause,
    note: str = "",
    offset_ms: int | None = None,
    once: str | None = None,
) -> Admonition:
    """提示 or 警告 to a party, agent or witness. The same `once` (made by the page) gives the first one again.

    Refuses `order.not_a_person`, `hearing.wrong_state` (not opened, or over), `order.too_many`, `text.too_long`.
    """
    hearing, seat = _person(tx, actor, hearing_id, seat_id, kind.value)
    if hearing.state not in LIVE:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action=kind.value)
    known = order.admonitions(tx.conn, hearing_id)
    before = next((one for one in known if one.id == once), None)
    if before is not None:
        return before
    if len(known) >= MOST_ADMONITIONS:
        raise CourtError("order.too_many")
    made = Admonition(
        id=once if once and not _taken(tx, once) else new_id(),
        hearing_id=hearing_id,
        seat_id=seat.id,
        kind=kind,
        cause=cause,
        note=text.within(note, "reason"),
        at=now,
        offset_ms=offset_ms,
        by=actor.name,
    )
    row = {name: getattr(made, name) for name in Admonition.__dataclass_fields__}
    tx.conn.execute(t.admonition.insert().values(row))
    facts = {"seat": seat_id, "cause": cause, "offset_ms": offset_ms}
    tx.record(f"hearing.{kind}", hearing_id, actor, now, facts)
    return made


def admonitions(rx: Read, *, hearing_id: str) -> tuple[Admonition, ...]:
    """Oldest first."""
    return order.admonitions(rx.conn, hearing_id)


def prove_notice(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    manner: NoticeManner,
    at: datetime,
    note: str = "",
) -> None:
    """The summons reached the party at `at`, provably; bench or clerk say how. Refuses `order.notice_late`."""
    hearing, _ = _person(tx, actor, hearing_id, seat_id, "notice", clerk=True)
    if at > min(now, hearing.starts_at):
        raise CourtError("order.notice_late")
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "seat_id": seat_id,
        "manner": manner,
        "at": at,
        "note": text.within(note, "reason"),
        "by": actor.name,
    }
    tx.conn.execute(t.notice.insert().values(row))
    tx.record("hearing.notice_proven", hearing_id, actor, now, {"seat": seat_id, "manner": manner})


def findings(rx: Read, *, hearing_id: str) -> dict[str, Finding]:
    """For each party of the session: the consequence the law offers the bench now, or what is missing for it."""
    hearing = sight.get(rx, hearing_id=hearing_id)
    if hearing.state is not HearingState.IN_SESSION:
        return {}
    seats = hearings.seats(rx.conn, hearing_id)
    told = order.admonitions(rx.conn, hearing_id)
    return {
        seat.id: _finding(rx, hearing, seat, tuple(a for a in told if a.seat_id == seat.id))
        for seat in seats
        if seat.role is SeatRole.PARTY
    }


def decide(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str, note: str = "") -> Absence:
    """The bench takes up what the law offers; the papers and the trial go on by the bench's hand.

    Refuses `absence.not_open` with the sentence of what is missing; `hearing.not_allowed` to all but the judge.
    """
    hearing, seat = _person(tx, actor, hearing_id, seat_id, "absence")
    if actor.role is not Role.JUDGE:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="absence")
    before = next((one for one in order.absences(tx.conn, hearing_id) if one.seat_id == seat_id), None)
    if before is not None:
        return before
    told = tuple(a for a in order.admonitions(tx.conn, hearing_id) if a.seat_id == seat_id)
    found = _finding(tx, hearing, seat, told)
    if found.ground is None or found.consequence is None:
        assert found.missing is not None
        raise CourtError("absence.not_open", why=MISSING_WORDS[found.missing])
    made = Absence(
        id=new_id(),
        hearing_id=hearing_id,
        seat_id=seat_id,
        ground=found.ground,
        consequence=found.consequence,
        note=text.within(note, "reason"),
        at=now,
        by=actor.name,
    )
    row = {name: getattr(made, name) for name in Absence.__dataclass_fields__}
    tx.conn.execute(t.absence.insert().values(row))
    facts = {"seat": seat_id, "ground": found.ground, "consequence": found.consequence}
    tx.record("hearing.absence_decided", hearing_id, actor, now, facts)
    return made


def absences(rx: Read, *, hearing_id: str) -> tuple[Absence, ...]:
    """What the bench decided, oldest first."""
    return order.absences(rx.conn, hearing_id)


def _taken(rx: Read, key: str) -> bool:
    return rx.conn.execute(sa.select(t.admonition.c.id).where(t.admonition.c.id == key)).first() is not None


def _finding(rx: Read, hearing: Hearing, seat: Seat, told: tuple[Admonition, ...]) -> Finding:
    row = casework.party_row(rx.conn, seat.party_id) if seat.party_id else None
    n = t.notice
    proven = sa.select(n.c.id).where(n.c.hearing_id == hearing.id, n.c.seat_id == seat.id)
    return finding(
        hearing,
        seat,
        Side(row.side) if row is not None else None,
        order.link_events(rx.conn, seat.id),
        told,
        notified=rx.conn.execute(proven).first() is not None,
    )


def _person(
    rx: Read, actor: Actor, hearing_id: str, seat_id: str, action: str, *, clerk: bool = False
) -> tuple[Hearing, Seat]:
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if clerk:
        if actor.kind is not ActorKind.STAFF or actor.role not in BENCH | {Role.CLERK}:
            raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action=action)
    else:
        require_bench(actor, action)
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    if seat.role not in PERSONS:
        raise CourtError("order.not_a_person")
    return hearing, seat
