"""Archiving of recordings: expected against stored, retention, hold, removal. The files are touched elsewhere."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.archive import (
    ARCHIVE,
    USUAL_RETENTION,
    Archive,
    ArchiveAction,
    ArchiveState,
    CopyCheck,
    findings,
    may_remove,
    retentions,
)
from court.domain.errors import CourtError, field_problem
from court.domain.hearing import Hearing, HearingState
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, SYSTEM_ACTOR, Actor, ActorKind, Role
from court.domain.numbers import day_of
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, record
from court.store.rows import insert_new

# A sound recording is read again now and then: a disk forgets silently.
CHECK_AGAIN = timedelta(days=30)
_KEEPERS = BENCH | {Role.CLERK, Role.ADMIN}
_MOST_OPEN_HOLDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A session that ran and is over. `directory` and `root` None when nothing was recorded."""

    hearing_id: str
    directory: str | None
    root: str | None
    state: ArchiveState


def expected(rx: Read, *, now: datetime, most: int = 1000) -> tuple[Expected, ...]:
    """Those to be checked now: never archived first, then those not read for `CHECK_AGAIN`; removed ones never."""
    h, a, r = t.hearing, t.archive, t.recording
    columns = sa.select(h.c.id, r.c.directory, r.c.root, a.c.state)
    joined = h.outerjoin(a, a.c.hearing_id == h.c.id).outerjoin(r, r.c.hearing_id == h.c.id)
    ran = (h.c.state == HearingState.CLOSED, h.c.opened_at.is_not(None))
    sound = a.c.state.in_([ArchiveState.ARCHIVED, ArchiveState.REMOVED])
    old = sa.and_(a.c.state == ArchiveState.ARCHIVED, a.c.checked_at < now - CHECK_AGAIN)
    wanted = sa.or_(a.c.state.is_(None), sa.not_(sound), old)
    query = columns.select_from(joined).where(*ran, wanted).order_by(h.c.closed_at.desc()).limit(most)
    return tuple(_expected(row) for row in rx.conn.execute(query))


def expected_of(rx: Read, *, actor: Actor, hearing_id: str) -> Expected:
    """One session for a check at once. Refuses `hearing.not_found`, `archive.not_closed`, `archive.wrong_state`."""
    hearing = _kept_by(rx, actor, hearing_id)
    if hearing.state is not HearingState.CLOSED or hearing.opened_at is None:
        raise CourtError("archive.not_closed")
    known, row = record.archive(rx.conn, hearing_id), hearings.recording(rx.conn, hearing_id)
    if known and known.state is ArchiveState.REMOVED:
        raise CourtError("archive.wrong_state", state=known.state_name, action="confirm")
    return Expected(
        hearing_id=hearing_id,
        directory=row.directory if row else None,
        root=row.root if row else None,
        state=known.state if known else ArchiveState.PENDING,
    )


def checked(tx: Tx, *, now: datetime, hearing_id: str, checks: Iterable[CopyCheck]) -> Archive:
    """What a check found; journaled whenever the answer is another than before."""
    known = _row(tx, now, hearing_id)
    row = hearings.recording(tx.conn, hearing_id)
    problems = findings(row.root if row else None, checks)
    action = ArchiveAction.FAULT if problems else ArchiveAction.CONFIRM
    after = ARCHIVE.after(known.state, action, Role.SYSTEM)
    values: dict[str, Any] = {
        "state": after,
        "checked_at": now,
        "problems": json.dumps(problems, ensure_ascii=False),
    }
    if after is ArchiveState.ARCHIVED and known.archived_at is None:
        values["archived_at"] = now
    tx.conn.execute(t.archive.update().where(t.archive.c.hearing_id == hearing_id).values(values))
    if (after, problems) != (known.state, known.problems):
        tx.record(
            "archive.checked", hearing_id, SYSTEM_ACTOR, now, {"state": after, "problems": len(problems)}
        )
    return get(tx, hearing_id=hearing_id)


def swept(tx: Tx, *, now: datetime, checked: int, faulty: int) -> None:
    """A whole check came to its end: expected against stored, in the journal."""
    tx.record("archive.swept", "archive", SYSTEM_ACTOR, now, {"checked": checked, "faulty": faulty})


def get(rx: Read, *, hearing_id: str) -> Archive:
    """Refuses `recording.not_found` before the first check."""
    found = record.archive(rx.conn, hearing_id)
    if found is None:
        raise CourtError("recording.not_found")
    return found


def classify(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, retention: str) -> Archive:
    """短期、长期、永久. A shorter term than the present one is the bench's or the administrator's to give."""
    _kept_by(tx, actor, hearing_id)
    if retention not in retentions():
        raise CourtError("form.invalid", problems=(field_problem("retention", "form.choice"),))
    known = _row(tx, now, hearing_id)
    if known.state is ArchiveState.REMOVED:
        raise CourtError("archive.wrong_state", state=known.state_name, action="classify")
    if known.retention != retention:
        if _shorter(retention, known.retention) and actor.role is Role.CLERK:
            raise CourtError("archive.not_shorter")
        values = {"retention": retention, "due_on": retentions()[retention].due(_closed_at(tx, hearing_id))}
        tx.conn.execute(t.archive.update().where(t.archive.c.hearing_id == hearing_id).values(values))
        facts = {"from": known.retention, "to": retention}
        tx.record("archive.classified", hearing_id, actor, now, facts)
    return get(tx, hearing_id=hearing_id)


def hold(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: str) -> Archive:
    """From now on nothing is removed, whatever the term. A reason is needed."""
    _kept_by(tx, actor, hearing_id)
    known = _row(tx, now, hearing_id)
    if known.state is ArchiveState.REMOVED:
        raise CourtError("archive.wrong_state", state=known.state_name, action="hold")
    if sum(one.to_at is None for one in known.holds) >= _MOST_OPEN_HOLDS:
        raise CourtError("archive.held")
    why = _reason(reason, "hold-reason")
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "reason": why,
        "from_at": now,
        "by": actor.name,
        "to_at": None,
        "ended_by": "",
    }
    tx.conn.execute(t.hold.insert().values(row))
    tx.record("archive.held", hearing_id, actor, now, {"hold": row["id"]})
    return get(tx, hearing_id=hearing_id)


def release(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, hold_id: str) -> Archive:
    """The hold ends; once ended it stays ended. Refuses `archive.no_hold`."""
    _kept_by(tx, actor, hearing_id)
    if actor.role is Role.CLERK:
        raise CourtError("archive.not_allowed", role="书记员", action="release")
    mine = (t.hold.c.id == hold_id, t.hold.c.hearing_id == hearing_id)
    if tx.conn.execute(sa.select(t.hold.c.id).where(*mine)).first() is None:
        raise CourtError("archive.no_hold")
    ended = {"to_at": now, "ended_by": actor.name}
    if tx.conn.execute(t.hold.update().where(*mine, t.hold.c.to_at.is_(None)).values(ended)).rowcount:
        tx.record("archive.released", hearing_id, actor, now, {"hold": hold_id})
    return get(tx, hearing_id=hearing_id)


def remove(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: str) -> Archive:
    """An administrator's explicit act after the term: the media may go, manifest and ledger stay.

    Refuses `archive.not_allowed`, `archive.held`, `archive.kept_for_ever`, `archive.not_due`, `form.invalid`.
    """
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("recording.not_found")
    known = get(tx, hearing_id=hearing_id)
    after = ARCHIVE.after(known.state, ArchiveAction.REMOVE, actor.role)
    may_remove(known, day_of(now))
    why = _reason(reason, "remove-reason")
    values = {"state": after, "removed_at": now, "removed_by": actor.name}
    tx.conn.execute(t.archive.update().where(t.archive.c.hearing_id == hearing_id).values(values))
    facts = {"due": str(known.due_on), "retention": known.retention, "reason": why}
    tx.record("archive.removed", hearing_id, actor, now, facts)
    return get(tx, hearing_id=hearing_id)


def removed(rx: Read) -> tuple[str, ...]:
    """Folders whose media are to be gone: asked at every sweep, so that a crash in between leaves nothing behind."""
    a, r = t.archive, t.recording
    query = sa.select(r.c.directory).join(a, a.c.hearing_id == r.c.hearing_id)
    return tuple(rx.conn.execute(query.where(a.c.state == ArchiveState.REMOVED)).scalars())


def _expected(row: Any) -> Expected:
    return Expected(
        hearing_id=row.id,
        directory=row.directory,
        root=row.root,
        state=ArchiveState(row.state) if row.state else ArchiveState.PENDING,
    )


def _kept_by(rx: Read, actor: Actor, hearing_id: str) -> Hearing:
    """Administrators keep the archive of every session; others only of sessions that are theirs."""
    if actor.kind is ActorKind.STAFF and actor.role is Role.ADMIN:
        return sight.get(rx, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in _KEEPERS:
        raise CourtError("hearing.not_found")
    return sight.seen(rx, actor=actor, hearing_id=hearing_id)


def _row(tx: Tx, now: datetime, hearing_id: str) -> Archive:
    due = retentions()[USUAL_RETENTION].due(_closed_at(tx, hearing_id))
    fresh = {
        "hearing_id": hearing_id,
        "state": ArchiveState.PENDING,
        "retention": USUAL_RETENTION,
        "due_on": due,
        "checked_at": None,
        "archived_at": None,
        "problems": "[]",
        "removed_at": None,
        "removed_by": "",
    }
    if insert_new(tx.conn, t.archive, fresh):
        tx.record("archive.opened", hearing_id, SYSTEM_ACTOR, now, {"retention": USUAL_RETENTION})
    return get(tx, hearing_id=hearing_id)


def _closed_at(rx: Read, hearing_id: str) -> datetime:
    hearing = sight.get(rx, hearing_id=hearing_id)
    if hearing.closed_at is None or hearing.opened_at is None:
        raise CourtError("archive.not_closed")
    return hearing.closed_at


def _shorter(wanted: str, present: str) -> bool:
    order = list(retentions())
    return order.index(wanted) < order.index(present)


def _reason(reason: str, field: str) -> str:
    why = text.line_clean(reason)[:400]
    if len(why) < 2:
        raise CourtError("form.invalid", problems=(field_problem(field, "text.empty"),))
    return why
