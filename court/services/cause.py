"""The cause of action of a registered dispute, put right or made more specific. Papers already made keep theirs."""

from datetime import datetime

from court.domain import text
from court.domain.causes import cause
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.matter import Matter, MatterState
from court.domain.numbers import day_of
from court.services import matter
from court.services.triage import seen
from court.store import tables as t
from court.store.database import Tx


def change(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, cause_code: str, reason: str
) -> Matter:
    """The cause put right or made more specific, while the matter is open. Refuses `cause.*`, `matter.stale`."""
    found = seen(tx, actor, matter_id)
    if found.rev != rev:
        raise CourtError("matter.stale")
    if found.state in {MatterState.CLOSED, MatterState.WITHDRAWN}:
        raise CourtError("matter.wrong_state", state=found.state_name, action="set_cause")
    chosen = cause(cause_code, day_of(found.created_at))
    said = text.within(reason, "reason")
    if not said:
        raise CourtError("cause.reason")
    columns = {
        "cause_code": chosen.code,
        "cause_name": chosen.name,
        "personal_status": chosen.personal_status,
        "rev": rev + 1,
        "updated_at": now,
    }
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values(columns))
    told = {"from": found.cause_code, "to": chosen.code, "reason": said}
    tx.record("matter.cause", matter_id, actor, now, told)
    return matter.get(tx, matter_id=matter_id)
