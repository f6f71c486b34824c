"""What a printer's task records of its jobs: taken, handed over, held, done, failed, forgotten. Speaks to no printer."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.printing import PrintAction, PrintJob, PrintState
from court.services import paper, printing
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import printing as load


def strand(tx: Tx, *, now: datetime, printers: frozenset[str]) -> None:
    """At start: what waits for a printer that is no longer configured says so; what such a printer had is unsure."""
    states = (PrintState.QUEUED, PrintState.HELD, PrintState.PRINTING, PrintState.CANCELLING)
    for job in load.jobs(tx.conn, states=states, most=10_000):
        if job.printer in printers:
            continue
        if job.sent_at is not None:
            lost(tx, now=now, job_id=job.id)
        elif job.state is PrintState.CANCELLING:
            stopped(tx, now=now, job_id=job.id)
        elif job.state is not PrintState.HELD:
            held(tx, now=now, job_id=job.id, detail="这台打印机已不在设置中，请换一台打印机。", try_at=now)


def release(tx: Tx, *, now: datetime, printer: str) -> None:
    """The printer is ready again: what was held for it is due at once."""
    j = t.print_job
    mine = (j.c.state == PrintState.HELD, j.c.printer == printer)
    tx.conn.execute(j.update().where(*mine).values(try_at=now))


def start_next(tx: Tx, *, now: datetime, printer: str) -> PrintJob | None:
    """The oldest job of this printer that is queued, or held and due, becomes printing; None when there is nothing."""
    j = t.print_job
    due = sa.or_(j.c.state == PrintState.QUEUED, sa.and_(j.c.state == PrintState.HELD, j.c.try_at <= now))
    query = sa.select(j.c.id).where(due, j.c.printer == printer).order_by(j.c.at, j.c.id).limit(1)
    job_id = tx.conn.execute(query).scalar()
    if job_id is None:
        return None
    fresh = {"remote_id": None, "sent_at": None, "try_at": None, "before": "", "after": ""}
    job = printing.step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.START, attempts=j.c.attempts + 1, **fresh)
    try:
        printing.require_whole(tx, paper.get(tx, paper_id=job.paper_id))
    except CourtError as error:
        failed(tx, now=now, job_id=job_id, detail=error.text)
        return start_next(tx, now=now, printer=printer)
    return job


def under_way(rx: Read, *, printer: str) -> tuple[PrintJob, ...]:
    """What this printer had in hand when the program ended, oldest first."""
    states = (PrintState.PRINTING, PrintState.CANCELLING)
    found = load.jobs(rx.conn, states=states, most=1000)
    return tuple(job for job in reversed(found) if job.printer == printer)


def handed(tx: Tx, *, now: datetime, job_id: str, remote_id: int | None, before: str) -> PrintJob:
    """From this moment paper may come out. `remote_id` None: the printer numbers the job with its answer."""
    row = {"remote_id": remote_id, "sent_at": now, "before": before[:200]}
    tx.conn.execute(t.print_job.update().where(t.print_job.c.id == job_id).values(row))
    tx.record("printing.handed", job_id, SYSTEM_ACTOR, now, {"remote": remote_id or 0})
    return printing.get(tx, job_id=job_id)


def known_as(tx: Tx, *, job_id: str, remote_id: int) -> PrintJob:
    """The printer's number of a job that was handed over without one."""
    tx.conn.execute(t.print_job.update().where(t.print_job.c.id == job_id).values(remote_id=remote_id))
    return printing.get(tx, job_id=job_id)


def noted(tx: Tx, *, now: datetime, job_id: str, detail: str) -> None:
    """What the printer waits for while the job is at it; the same words again are no news."""
    told = text.line_clean(detail)[:400]
    if printing.get(tx, job_id=job_id).detail == told:
        return
    tx.conn.execute(t.print_job.update().where(t.print_job.c.id == job_id).values(detail=told))
    tx.record("printing.noted", job_id, SYSTEM_ACTOR, now, {})


def held(tx: Tx, *, now: datetime, job_id: str, detail: str, try_at: datetime) -> PrintJob:
    """Nothing was handed over; tried again at `try_at` or when the printer is ready. A job being cancelled is cancelled."""
    if printing.get(tx, job_id=job_id).state is PrintState.CANCELLING:
        return stopped(tx, now=now, job_id=job_id)
    known = {"detail": text.line_clean(detail)[:400], "try_at": try_at, "remote_id": None, "sent_at": None}
    return printing.step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.HOLD, **known)


def finished(tx: Tx, *, now: datetime, job_id: str, after: str = "") -> PrintJob:
    """Printed: the paper's copies grow, unless only some pages were asked for."""
    return printing.came_out(tx, SYSTEM_ACTOR, now, job_id, PrintAction.FINISH, after)


def failed(tx: Tx, *, now: datetime, job_id: str, detail: str, after: str = "") -> PrintJob:
    """With words for a person. A job being cancelled is cancelled."""
    if printing.get(tx, job_id=job_id).state is PrintState.CANCELLING:
        return stopped(tx, now=now, job_id=job_id)
    told = {"detail": text.line_clean(detail)[:400], "ended_at": now, "after": after[:200]}
    return printing.step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.FAIL, **told)


def stopped(tx: Tx, *, now: datetime, job_id: str) -> PrintJob:
    """The printer, or nobody, has it any more."""
    return printing.step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.STOP, detail="", ended_at=now)


def lost(tx: Tx, *, now: datetime, job_id: str) -> PrintJob:
    """Handed over, and the printer does not know it any more: eyes must tell."""
    return printing.step(tx, SYSTEM_ACTOR, now, job_id, PrintAction.LOSE, detail=printing.UNSURE)


def printer_changed(tx: Tx, *, now: datetime, printer: str, state: str, reasons: tuple[str, ...]) -> None:
    """Paper, toner, cover, away: when and how a printer's state changed."""
    tx.record("printing.printer", printer, SYSTEM_ACTOR, now, {"state": state, "reasons": list(reasons)[:20]})
