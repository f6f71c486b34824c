"""Print jobs as people order and handle them; copies are counted. What a printer's task records is in `print_work`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.mediation import AgreementState
from court.domain.paper import Paper, PaperKind
from court.domain.printer import MOST_COPIES, Options
from court.domain.printing import PRINTING, PrintAction, PrintedCopy, PrintJob, PrintState
from court.services import half_signed, paper
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import papers
from court.store.load import printing as load
from court.store.rows import once as first_result

UNSURE = "打印机已不记得这个任务，请看纸是否已打出。"


def request(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    paper_id: str,
    options: Options,
    printer: str,
    reason: str = "",
    batch_id: str | None = None,
    once: str | None = None,
) -> PrintJob:
    """A job. A further print of the same paper needs a reason (`printing.reason_missing`); copies 1 to 20. What is not
    signed by all is `agreement.no_copy` or `printing.not_whole`, and the attempt is recorded. The same `once` gives
    the first job again."""

    def queue() -> PrintJob:
        return _queue(tx, actor, now, paper_id, options, printer, reason, batch_id)

    return first_result(tx, key=once, scope=f"print:{paper_id}", now=now, result=PrintJob, call=queue)


def again(rx: Read, *, paper_id: str) -> bool:
    """Whether a further print of this paper needs a reason."""
    return any(job.state is not PrintState.CANCELLED for job in load.jobs(rx.conn, paper_id=paper_id))


def require_whole(rx: Read, found: Paper) -> None:
    """An agreement goes out sealed, or unsigned to be signed by hand while that is its way; nothing withdrawn goes out.
    Refuses `printing.not_whole`, `paper.withdrawn`."""
    paper.require_current(rx, paper_id=found.id)
    if found.kind is not PaperKind.AGREEMENT:
        return
    a, r, s = t.agreement, t.revision, t.paper_stamp
    earlier = sa.select(s.c.sha256).where(s.c.paper_id == found.id)
    same = sa.or_(r.c.sha256 == found.sha256, r.c.sha256.in_(earlier))
    query = sa.select(a.c.state, r.c.kind).join(r, r.c.agreement_id == a.c.id)
    rows = rx.conn.execute(query.where(a.c.matter_id == found.subject_id, same)).all()
    goes = {
        (AgreementState.SEALED, "seal"),
        (AgreementState.SEALED, "scan"),
        (AgreementState.WET_PRINT, "base"),
    }
    if rows and not any((row.state, row.kind) in goes for row in rows):
        raise CourtError("printing.not_whole")


def act(tx: Tx, *, actor: Actor, now: datetime, job_id: str, action: PrintAction) -> PrintJob:
    """What a person does with a job: retry, cancel, confirm that the paper came out, no longer wait. Refuses
    `printing.not_found` to who may not see the paper, `printing.wrong_state`, `printing.not_allowed`."""
    _seen(tx, actor, job_id)
    match action:
        case PrintAction.CONFIRM:
            return came_out(tx, actor, now, job_id, action, "")
        case PrintAction.LOSE:
            return step(tx, actor, now, job_id, action, detail=UNSURE)
        case PrintAction.RETRY:
            return step(tx, actor, now, job_id, action, detail="", ended_at=None, sent_at=None)
        case PrintAction.CANCEL:
            job = step(tx, actor, now, job_id, action)
            if job.state is PrintState.CANCELLED:
                put(tx, job_id, ended_at=now, detail="")
            return get(tx, job_id=job_id)
    raise CourtError("printing.wrong_state", state=get(tx, job_id=job_id).state_name, action=action.value)


def move(tx: Tx, *, actor: Actor, now: datetime, job_id: str, printer: str, options: Options) -> PrintJob:
    """To another printer, with what that one can do; only while nothing was handed over. Refuses `printing.wrong_state`."""
    _seen(tx, actor, job_id)
    fresh = load.columns(options) | {
        "printer": printer[:200],
        "detail": "",
        "ended_at": None,
        "sent_at": None,
    }
    return step(tx, actor, now, job_id, PrintAction.MOVE, **fresh)


def get(rx: Read, *, job_id: str) -> PrintJob:
    """Refuses `printing.not_found`."""
    found = load.job(rx.conn, job_id)
    if found is None:
        raise CourtError("printing.not_found")
    return found


def jobs(rx: Read, *, paper_id: str | None = None) -> tuple[PrintJob, ...]:
    """Newest first, at most 100."""
    return load.jobs(rx.conn, paper_id=paper_id)


def copies_out(rx: Read, *, paper_id: str) -> tuple[PrintedCopy, ...]:
    """Every copy of a paper that came out, by its number."""
    found = load.jobs(rx.conn, paper_id=paper_id, states=(PrintState.DONE,), most=1000)
    return tuple(
        PrintedCopy(
            number=number,
            paper_id=paper_id,
            job_id=job.id,
            printer=job.printer,
            at=job.ended_at or job.at,
            by=job.by,
        )
        for job in sorted(found, key=lambda one: one.first_copy)
        if job.first_copy
        for number in range(job.first_copy, job.first_copy + job.copies)
    )


def _queue(
    tx: Tx,
    actor: Actor,
    now: datetime,
    paper_id: str,
    options: Options,
    printer: str,
    reason: str,
    batch_id: str | None,
) -> PrintJob:
    if not 1 <= options.copies <= MOST_COPIES:
        raise CourtError("printing.copies")
    half_signed.refuse(tx, actor=actor, now=now, any_id=paper_id, way="print")
    found = paper.open_copy(tx, actor=actor, now=now, paper_id=paper_id)
    try:
        require_whole(tx, found)
    except CourtError as error:
        tx.record("printing.refused", found.subject_id, actor, now, {"paper": paper_id})
        error.keep = True
        raise
    wanted = text.within(text.line_clean(reason), "place")
    if again(tx, paper_id=paper_id) and not wanted:
        raise CourtError("printing.reason_missing")
    empty = {"detail": "", "before": "", "after": "", "attempts": 0, "first_copy": 0}
    row = empty | load.columns(options)
    row |= {
        "id": new_id(),
        "paper_id": paper_id,
        "printer": printer[:200],
        "state": PRINTING.start,
        "reason": wanted,
        "at": now,
        "by": actor.name,
        "batch_id": batch_id,
    }
    tx.conn.execute(t.print_job.insert().values(row))
    facts = {"paper": paper_id, "job": row["id"], "copies": options.copies, "printer": printer}
    tx.record("printing.queued", found.subject_id, actor, now, facts)
    return get(tx, job_id=str(row["id"]))


def _seen(rx: Read, actor: Actor, job_id: str) -> PrintJob:
    job = get(rx, job_id=job_id)
    if not paper.may_open(rx, actor=actor, found=paper.get(rx, paper_id=job.paper_id)):
        raise CourtError("printing.not_found")
    return job


def came_out(tx: Tx, actor: Actor, now: datetime, job_id: str, action: PrintAction, after: str) -> PrintJob:
    """The paper is out; its copies are numbered on."""
    job = get(tx, job_id=job_id)
    p = t.paper
    first = paper.get(tx, paper_id=job.paper_id).copies + 1 if job.options.whole else 0
    told = {"detail": "", "ended_at": now, "after": after[:200], "first_copy": first}
    done = step(tx, actor, now, job_id, action, **told)
    if first:
        tx.conn.execute(p.update().where(p.c.id == job.paper_id).values(copies=p.c.copies + job.copies))
    return done


# What the file of the case tells; the rest is about the job alone.
_TOLD = frozenset(
    {
        PrintAction.FINISH,
        PrintAction.CONFIRM,
        PrintAction.FAIL,
        PrintAction.LOSE,
        PrintAction.RETRY,
        PrintAction.MOVE,
        PrintAction.STOP,
        PrintAction.CANCEL,
    }
)


def step(tx: Tx, actor: Actor, now: datetime, job_id: str, action: PrintAction, **changes: Any) -> PrintJob:
    """One step of the table with its journal row."""
    job = get(tx, job_id=job_id)
    state = PRINTING.after(job.state, action, actor.role)
    put(tx, job_id, state=state, **changes)
    done = get(tx, job_id=job_id)
    facts = {"paper": job.paper_id, "job": job_id, "copies": job.copies, "printer": done.printer}
    if done.first_copy:
        facts["first_copy"] = done.first_copy
    subject = papers.subject(tx.conn, job.paper_id) if action in _TOLD else job_id
    tx.record(f"printing.{action}", subject, actor, now, facts)
    return done


def put(tx: Tx, job_id: str, **changes: Any) -> None:
    """Columns of a job."""
    tx.conn.execute(t.print_job.update().where(t.print_job.c.id == job_id).values(changes))
