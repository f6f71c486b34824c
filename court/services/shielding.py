"""密级、限制查阅 and protected people: who hides a matter or a name from everybody who does not handle it, and why."""

from datetime import datetime

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.errors import CourtError
from court.domain.lifecycle import ROLE_NAMES, Actor, Role
from court.domain.matter import Matter, Party
from court.services import finding, matter
from court.store import tables as t
from court.store.database import Tx
from court.store.load import casework

SHIELDERS = frozenset({Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PRESIDENT})


def restrict(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, restricted: bool, reason: str
) -> Matter:
    """From now on only its judge, mediator and clerk, and the president, find the matter; for everybody else it does not
    exist. Only they lift it again. Refuses `matter.not_found`, `matter.stale`, `matter.no_handler`, `matter.not_allowed`.
    """
    found = _handled(tx, actor, matter_id)
    if found.rev != rev:
        raise CourtError("matter.stale")
    if restricted and not found.handlers:
        raise CourtError("matter.no_handler")
    why = text.required(reason, "reason")
    changes = {"restricted": restricted, "rev": rev + 1, "updated_at": now}
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values(changes))
    kind = "matter.restricted" if restricted else "matter.unrestricted"
    tx.record(kind, matter_id, actor, now, {"rev": rev + 1, "reason": why[:80]})
    return matter.get(tx, matter_id=matter_id)


def protect(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, party_id: str, protected: bool, reason: str
) -> Party:
    """Hides the name of one party in lists and exports of whoever does not handle the matter; nobody finds it by it.

    Refuses `matter.not_found`, `matter.not_allowed`, `party.not_found`."""
    _handled(tx, actor, matter_id)
    why = text.required(reason, "reason")
    row = casework.party_row(tx.conn, party_id)
    if row is None or row.subject_id != matter_id:
        raise CourtError("party.not_found")
    tx.conn.execute(t.party.update().where(t.party.c.id == party_id).values(protected=protected))
    finding.refresh(tx, subject_kind="matter", subject_id=matter_id)
    kind = "party.protected" if protected else "party.unprotected"
    tx.record(kind, matter_id, actor, now, {"party": party_id, "reason": why[:80]})
    return casework.party_of(casework.party_row(tx.conn, party_id))


def may_shield(actor: Actor, matter: Matter) -> bool:
    """Who handles it, and the president."""
    return actor.role in SHIELDERS and (actor.role is Role.PRESIDENT or actor.id in matter.handlers)


def _handled(tx: Tx, actor: Actor, matter_id: str) -> Matter:
    found = casework.matter(tx.conn, matter_id)
    if found is None or not may_see_matter(actor, found):
        raise CourtError("matter.not_found")
    if not may_shield(actor, found):
        raise CourtError("matter.not_allowed", role=ROLE_NAMES[actor.role], action="restrict")
    return found
