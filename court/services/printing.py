"""Print jobs: queued, taken by the printing task, done or failed; copies are counted."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.paper import PRINTING, PrintAction, PrintJob, PrintState
from court.services import paper
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import papers
from court.store.rows import once as first_result

MAX_COPIES = 20


def request(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    paper_id: str,
    copies: int,
    printer: str = "",
    reason: str = "",
    once: str | None = None,
) -> PrintJob:
    """A job. A further print of the same paper needs a reason (`printing.reason_missing`); copies 1 to 20.
    The same `once` gives the first job again."""

    def queue() -> PrintJob:
        return _queue(tx, actor, now, paper_id, copies, printer, reason)

    return first_result(tx, key=once, scope=f"print:{paper_id}", now=now, result=PrintJob, call=queue)


def start_next(tx: Tx, *, now: datetime) -> PrintJob | None:
    """The oldest queued job becomes printing, attempts + 1; None when there is nothing."""
    j = t.print_job
    query = sa.select(j.c.id).where(j.c.state == PrintState.QUEUED).order_by(j.c.at, j.c.id).limit(1)
    job_id = tx.conn.execute(query).scalar()
    if job_id is None:
        return None
    return _step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.START, attempts=j.c.attempts + 1, detail="")


def finished(tx: Tx, *, now: datetime, job_id: str) -> PrintJob:
    """Printed: the paper's copies grow."""
    job = _step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.FINISH)
    p = t.paper
    tx.conn.execute(p.update().where(p.c.id == job.paper_id).values(copies=p.c.copies + job.copies))
    return job


def failed(tx: Tx, *, now: datetime, job_id: str, detail: str) -> PrintJob:
    """With the printer's words."""
    return _step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.FAIL, detail=text.line_clean(detail)[:400])


def retry(tx: Tx, *, actor: Actor, now: datetime, job_id: str) -> PrintJob:
    """failed -> queued."""
    return _step(tx, actor, now, job_id, PrintAction.RETRY)


def cancel(tx: Tx, *, actor: Actor, now: datetime, job_id: str) -> PrintJob:
    """queued or failed -> cancelled."""
    return _step(tx, actor, now, job_id, PrintAction.CANCEL)


def recover(tx: Tx, *, now: datetime) -> int:
    """At start: jobs that were printing when the program died become failed (nobody knows if paper came out)."""
    j = t.print_job
    lost = tx.conn.execute(sa.select(j.c.id).where(j.c.state == PrintState.PRINTING)).scalars().all()
    for job_id in lost:
        failed(tx, now=now, job_id=job_id, detail="打印时系统中断，请看纸是否已打出")
    return len(lost)


def jobs(rx: Read, *, paper_id: str | None = None) -> tuple[PrintJob, ...]:
    """Newest first, at most 100."""
    return papers.print_jobs(rx.conn, paper_id)


def _queue(
    tx: Tx, actor: Actor, now: datetime, paper_id: str, copies: int, printer: str, reason: str
) -> PrintJob:
    if not 1 <= copies <= MAX_COPIES:
        raise CourtError("printing.copies")
    paper.open_copy(tx, actor=actor, now=now, paper_id=paper_id)
    earlier = papers.print_jobs(tx.conn, paper_id)
    wanted = text.within(text.line_clean(reason), "place")
    if any(job.state is not PrintState.CANCELLED for job in earlier) and not wanted:
        raise CourtError("printing.reason_missing")
    row = {
        "id": new_id(),
        "paper_id": paper_id,
        "printer": printer[:200],
        "copies": copies,
        "state": PRINTING.start,
        "reason": wanted,
        "detail": "",
        "attempts": 0,
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.print_job.insert().values(row))
    tx.record("printing.queued", paper_id, actor, now, {"job": row["id"], "copies": copies})
    return _get(tx, str(row["id"]))


def _step(tx: Tx, actor: Actor, now: datetime, job_id: str, action: PrintAction, **changes: Any) -> PrintJob:
    job = _get(tx, job_id)
    state = PRINTING.after(job.state, action, actor.role)
    row = t.print_job.c.id == job_id
    tx.conn.execute(t.print_job.update().where(row).values(state=state, **changes))
    tx.record(f"printing.{action}", job.paper_id, actor, now, {"job": job_id})
    return _get(tx, job_id)


def _get(rx: Read, job_id: str) -> PrintJob:
    found = papers.print_job(rx.conn, job_id)
    if found is None:
        raise CourtError("printing.not_found")
    return found
