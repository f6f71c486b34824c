"""回访: planned by rule when an agreement takes effect, held, and what a bad result asks somebody to do."""

from datetime import date, datetime

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.errors import CourtError
from court.domain.follow_up import Visit, task_of, visit_day
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, Role
from court.domain.mediation import Agreement
from court.domain.numbers import day_of
from court.domain.performance import Performance, Satisfaction, performed
from court.services import duties
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, papers
from court.store.load import mediation as load

MAY = frozenset({Role.MEDIATOR, Role.CLERK, Role.JUDGE, Role.OFFICER})
MOST_ROUNDS = 24


def plan(tx: Tx, *, actor: Actor, now: datetime, agreement: Agreement) -> None:
    """The first visit; planned once."""
    if load.visits(tx.conn, t.visit.c.agreement_id == agreement.id):
        return
    effective = day_of(agreement.effective_at or now)
    planned = load.duties(tx.conn, t.duty.c.agreement_id == agreement.id)
    due = visit_day(planned, effective, round_=1, last_visit=None)
    _write(tx, actor, now, agreement.matter_id, agreement.id, 1, due)


def _write(
    tx: Tx, actor: Actor, now: datetime, matter_id: str, agreement_id: str, round_: int, due: date
) -> None:
    row = {
        "id": new_id(),
        "matter_id": matter_id,
        "agreement_id": agreement_id,
        "round": round_,
        "due": due,
        "visited_at": None,
        "method": "",
        "performance": None,
        "satisfaction": None,
        "situation": "",
        "task": "",
        "task_done_at": None,
        "task_answer": "",
        "by": "",
        "rev": 1,
    }
    tx.conn.execute(t.visit.insert().values(row))
    tx.record("visit.planned", matter_id, actor, now, {"round": round_, "due": due.isoformat()})


def of_matter(rx: Read, *, matter_id: str) -> tuple[Visit, ...]:
    """Under the agreement in force, in order."""
    living = papers.living_agreement_id(rx.conn, matter_id)
    return load.visits(rx.conn, t.visit.c.agreement_id == living) if living else ()


def hold(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    visit_id: str,
    rev: int,
    visited_at: datetime,
    method: str,
    satisfaction: Satisfaction,
    situation: str,
) -> Visit:
    """The visit as it was: how far it is performed comes from what was received. A bad result opens a task; while
    anything is still to be performed the next visit is planned. Refuses `visit.future`, `visit.held`, `visit.stale`."""
    visit = _mine(tx, actor, visit_id, rev)
    if visit.visited_at is not None:
        raise CourtError("visit.held")
    if visited_at > now:
        raise CourtError("visit.future")
    planned = load.duties(tx.conn, t.duty.c.agreement_id == visit.agreement_id)
    today = day_of(visited_at)
    far = performed(planned)
    task = task_of(far, satisfaction, sum(one.overdue(today) for one in planned))
    values = {
        "visited_at": visited_at,
        "method": text.required(text.line_clean(method), "label"),
        "performance": far,
        "satisfaction": satisfaction,
        "situation": text.required(situation, "note"),
        "task": task,
        "by": actor.name,
        "rev": visit.rev + 1,
    }
    tx.conn.execute(t.visit.update().where(t.visit.c.id == visit_id).values(values))
    facts = {"visit": visit_id, "performance": far, "satisfaction": satisfaction, "task": bool(task)}
    tx.record("visit.held", visit.matter_id, actor, now, facts)
    if (far is not Performance.DONE or task) and visit.round < MOST_ROUNDS:
        due = visit_day(planned, today, round_=visit.round + 1, last_visit=today)
        _write(tx, actor, now, visit.matter_id, visit.agreement_id, visit.round + 1, due)
    return _get(tx, visit_id)


def settle_task(tx: Tx, *, actor: Actor, now: datetime, visit_id: str, rev: int, answer: str) -> Visit:
    """What came of the task. Refuses `visit.no_task`."""
    visit = _mine(tx, actor, visit_id, rev)
    if not visit.task or visit.task_done_at is not None:
        raise CourtError("visit.no_task")
    values = {"task_done_at": now, "task_answer": text.required(answer, "note"), "rev": visit.rev + 1}
    tx.conn.execute(t.visit.update().where(t.visit.c.id == visit_id).values(values))
    tx.record("visit.task_done", visit.matter_id, actor, now, {"visit": visit_id})
    return _get(tx, visit_id)


def so_far(rx: Read, *, matter_id: str) -> Performance:
    """How far the agreement in force has been performed."""
    return performed(duties.of_matter(rx, matter_id=matter_id))


def _get(rx: Read, visit_id: str) -> Visit:
    found = load.visits(rx.conn, t.visit.c.id == visit_id)
    if not found:
        raise CourtError("visit.not_found")
    return found[0]


def _mine(rx: Read, actor: Actor, visit_id: str, rev: int) -> Visit:
    found = _get(rx, visit_id)
    matter = casework.matter(rx.conn, found.matter_id)
    if matter is None or not may_see_matter(actor, matter) or actor.role not in MAY:
        raise CourtError("visit.not_found")
    if found.rev != rev:
        raise CourtError("visit.stale")
    return found
