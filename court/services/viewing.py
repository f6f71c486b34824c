"""Who may look at a recording: a seat in the session, or a reason written down (法释〔2017〕5号 第十条)."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError, field_problem
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings

# A reason opens one recording for one working day.
REASON_HOLDS = timedelta(hours=12)


def admitted(rx: Read, *, actor: Actor, now: datetime, hearing_id: str) -> None:
    """Refuses `recording.no_copy` to whoever is no staff, `recording.not_found` to staff of other matters,
    `recording.reason_needed` to staff without a seat who gave no reason lately."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("recording.no_copy")
    if not sight.sees_hearing(rx, actor=actor, hearing_id=hearing_id):
        raise CourtError("recording.not_found")
    if any(seat.account_id == actor.id for seat in hearings.seats(rx.conn, hearing_id)):
        return
    v = t.viewing
    mine = (v.c.hearing_id == hearing_id, v.c.account_id == actor.id, v.c.at > now - REASON_HOLDS)
    if rx.conn.execute(sa.select(v.c.id).where(*mine).limit(1)).first() is None:
        raise CourtError("recording.reason_needed")


def give_reason(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, reason: str) -> None:
    """Staff of the matter without a seat say why; journaled. Refuses `recording.not_found`, `form.invalid`."""
    seen = sight.sees_hearing(tx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF or not seen or hearings.recording(tx.conn, hearing_id) is None:
        raise CourtError("recording.not_found")
    why = text.line_clean(reason)[:400]
    if len(why) < 2:
        raise CourtError("form.invalid", problems=(field_problem("view-reason", "text.empty"),))
    row = {"id": new_id(), "hearing_id": hearing_id, "account_id": actor.id, "reason": why, "at": now}
    tx.conn.execute(t.viewing.insert().values(row))
    tx.record("recording.reason_given", hearing_id, actor, now, {"viewing": row["id"]})
