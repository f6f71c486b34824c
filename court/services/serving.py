"""送达: attempts found, their facts noted, withdrawn; the moment comes from the rules. Begun in services/service_order.py."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError, field_problem
from court.domain.lifecycle import STAFF, SYSTEM_ACTOR, Actor, ActorKind
from court.domain.service import NOTED, SERVICE, Attempt, ServiceAction, ServiceMethod, ServiceState
from court.domain.service_case import last_day
from court.domain.service_fact import Fact, FactKind, Relation
from court.services import copies, outbox
from court.services import service_settling as settling
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import service as load

# The longest row of days off, and the days about it.
MOST_PUT_OFF = 15


def get(rx: Read, *, actor: Actor, service_id: str) -> Attempt:
    """For staff of its matter or petition; `service.not_found` to everybody else."""
    found = load.attempt(rx.conn, service_id)
    if found is None or not sight.sees_subject(rx, actor, found.subject_kind, found.subject_id):
        raise CourtError("service.not_found")
    return found


def note(tx: Tx, *, actor: Actor, now: datetime, service_id: str, fact: Fact) -> Attempt:
    """A fact that staff learnt. Refuses `service.fact_unfit`, `service.in_the_future`, `form.invalid`,
    `service.wrong_state` for a withdrawn one."""
    found = get(tx, actor=actor, service_id=service_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("service.not_allowed")
    if found.state is ServiceState.WITHDRAWN:
        raise CourtError("service.wrong_state", state=found.state_name, action="note")
    if fact.kind not in NOTED[found.method]:
        raise CourtError("service.fact_unfit", method=found.method_name)
    if fact.at > now + timedelta(minutes=1):
        raise CourtError("service.in_the_future")
    if fact.relation is not Relation.SELF and not fact.receiver.strip():
        raise CourtError("form.invalid", problems=(field_problem("receiver", "text.empty"),))
    published = fact.kind is FactKind.PUBLISHED and fact.until is not None
    if published and not 0 <= (fact.until - last_day(replace(fact, until=None))).days <= MOST_PUT_OFF:  # type: ignore[operator]
        raise CourtError("form.invalid", problems=(field_problem("until", "service.until"),))
    cleaned = replace(
        fact,
        receiver=text.within(text.line_clean(fact.receiver), "name"),
        witness=text.within(text.line_clean(fact.witness), "name"),
        words=text.within(fact.words, "reason"),
    )
    return settling.add(tx, actor=actor, now=now, service_id=service_id, fact=cleaned)


def return_on_pad(tx: Tx, *, actor: Actor, now: datetime, service_id: str, return_id: str) -> Attempt:
    """The 送达回证 of this attempt is now on the pad."""
    found = get(tx, actor=actor, service_id=service_id)
    tx.conn.execute(t.service.update().where(t.service.c.id == service_id).values(return_id=return_id))
    tx.record("service.return", found.subject_id, actor, now, {"service": service_id, "paper": return_id})
    return get(tx, actor=actor, service_id=service_id)


def return_on_paper(tx: Tx, *, actor: Actor, now: datetime, service_id: str, paper_id: str) -> Attempt:
    """The 送达回证 of this attempt is printed, to be signed by hand; drawn anew, the newest one counts."""
    found = get(tx, actor=actor, service_id=service_id)
    s = t.service
    tx.conn.execute(s.update().where(s.c.id == service_id).values(return_paper_id=paper_id))
    tx.record("service.return", found.subject_id, actor, now, {"service": service_id, "paper": paper_id})
    return get(tx, actor=actor, service_id=service_id)


def of_return(rx: Read, *, paper_id: str) -> Attempt | None:
    """The attempt whose printed 送达回证 this is."""
    return next(iter(load.attempts(rx.conn, t.service.c.return_paper_id == paper_id)), None)


def withdraw(tx: Tx, *, actor: Actor, now: datetime, service_id: str) -> Attempt:
    """An attempt begun by mistake, while nothing has come of it: its message is not sent, its copies are free again."""
    found = get(tx, actor=actor, service_id=service_id)
    state = SERVICE.after(found.state, ServiceAction.WITHDRAW, actor.role)
    outbox.cancel(tx, actor=actor, now=now, ref=service_id)
    copies.take_back(tx, actor=actor, now=now, subject_id=found.subject_id, service_id=service_id)
    tx.conn.execute(t.service_link.delete().where(t.service_link.c.service_id == service_id))
    tx.conn.execute(t.service.update().where(t.service.c.id == service_id).values(state=state))
    where = t.service_paper.c.service_id == service_id
    tx.conn.execute(t.service_paper.update().where(where).values(state=state, next_step=""))
    tx.record("service.withdrawn", found.subject_id, actor, now, {"service": service_id})
    return get(tx, actor=actor, service_id=service_id)


def sweep(tx: Tx, *, now: datetime) -> int:
    """Announcements whose term has run are served now. Says how many were looked at."""
    s = t.service
    wanted = (s.c.method == ServiceMethod.ANNOUNCED, s.c.state == ServiceState.OPEN)
    waiting = tx.conn.execute(sa.select(s.c.id).where(*wanted)).scalars().all()
    for service_id in waiting:
        settling.settle(tx, actor=SYSTEM_ACTOR, now=now, service_id=service_id)
    return len(waiting)
