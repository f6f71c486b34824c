"""Batches: several papers printed or sealed by one order; each by itself, none holds up another."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.batch import BATCH_SEAL, MOST_ITEMS, Batch, BatchItem, BatchKind, SealAction, SealState
from court.domain.custody import SealUse, UseState
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.printer import Options
from court.domain.printing import PRINTING, PrintAction, PrintState
from court.services import accounts, custody, paper, printing, unsealed
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import batches as load

_READY = frozenset({UseState.APPROVED, UseState.USED})


def order_print(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    paper_ids: Sequence[str],
    options: Options,
    printer: str,
    reason: str = "",
) -> Batch:
    """A job for each paper, all or none: `batch.size`, `batch.reason_missing` (params title) when one was printed
    before, and what `printing.request` refuses."""
    made = _made(tx, actor, now, BatchKind.PRINT, paper_ids, reason)
    for paper_id in dict.fromkeys(paper_ids):
        if printing.again(tx, paper_id=paper_id) and not reason.strip():
            raise CourtError("batch.reason_missing", title=paper.get(tx, paper_id=paper_id).title)
        printing.request(
            tx,
            actor=actor,
            now=now,
            paper_id=paper_id,
            options=options,
            printer=printer,
            reason=reason,
            batch_id=made.id,
        )
    return made


def order_seals(tx: Tx, *, actor: Actor, now: datetime, use_ids: Sequence[str]) -> Batch:
    """A seal for each approved use that this person asked for, of a drawn paper or one that everybody has signed.

    Refuses `batch.size`, `batch.not_approved` (params title)."""
    made = _made(tx, actor, now, BatchKind.SEAL, use_ids, "")
    for position, use_id in enumerate(dict.fromkeys(use_ids)):
        use = custody.seen(tx, actor=actor, use_id=use_id)
        if use.asked_by != actor.id or use.state is not UseState.APPROVED:
            raise CourtError("batch.not_approved", title=use.title)
        if not unsealed.may_be_sealed(tx, use=use):
            raise CourtError("batch.not_approved", title=use.title)
        row = {
            "id": new_id(),
            "batch_id": made.id,
            "use_id": use_id,
            "position": position,
            "state": BATCH_SEAL.start,
            "detail": "",
            "paper_id": None,
            "ended_at": None,
        }
        tx.conn.execute(t.batch_seal.insert().values(row))
    return made


def approve(tx: Tx, *, actor: Actor, now: datetime, use_ids: Sequence[str]) -> None:
    """A keeper's yes to several uses he has looked at, all or none: `batch.size` and what `custody.decide` refuses."""
    if not 1 <= len(set(use_ids)) <= MOST_ITEMS:
        raise CourtError("batch.size", most=MOST_ITEMS)
    for use_id in dict.fromkeys(use_ids):
        custody.decide(tx, actor=actor, now=now, use_id=use_id, approve=True)


def seen(rx: Read, *, actor: Actor, batch_id: str) -> Batch:
    """One's own batch; `batch.not_found` to everybody else."""
    found = load.batch(rx.conn, batch_id)
    if found is None or found.by_id != actor.id:
        raise CourtError("batch.not_found")
    return found


def items(rx: Read, *, actor: Actor, batch_id: str) -> tuple[BatchItem, ...]:
    """The papers of one's own batch."""
    return load.items(rx.conn, seen(rx, actor=actor, batch_id=batch_id))


def mine(rx: Read, *, actor: Actor) -> tuple[tuple[Batch, tuple[BatchItem, ...]], ...]:
    """One's newest batches with their papers."""
    return tuple((one, load.items(rx.conn, one)) for one in load.of_person(rx.conn, actor.id))


def retry(tx: Tx, *, actor: Actor, now: datetime, batch_id: str) -> Batch:
    """Only what failed goes again; what is done or unsure is left alone."""
    found = seen(tx, actor=actor, batch_id=batch_id)
    for item in load.items(tx.conn, found):
        if item.state is PrintState.FAILED:
            printing.act(tx, actor=actor, now=now, job_id=item.id, action=PrintAction.RETRY)
        elif item.state is SealState.FAILED:
            _step(tx, actor, now, item.id, SealAction.RETRY, detail="", ended_at=None)
    return found


def cancel(tx: Tx, *, actor: Actor, now: datetime, batch_id: str) -> Batch:
    """What is not done yet is given up; a job that is at the printer is asked back."""
    found = seen(tx, actor=actor, batch_id=batch_id)
    for item in load.items(tx.conn, found):
        if isinstance(item.state, PrintState):
            if (
                PrintAction.CANCEL in PRINTING.actions(item.state, actor.role)
                and item.state is not PrintState.UNSURE
            ):
                printing.act(tx, actor=actor, now=now, job_id=item.id, action=PrintAction.CANCEL)
        elif item.state in {SealState.QUEUED, SealState.FAILED}:
            _step(tx, actor, now, item.id, SealAction.CANCEL, detail="", ended_at=now)
    return found


def next_seal(tx: Tx, *, now: datetime) -> tuple[str, Actor, SealUse] | None:
    """(item, who ordered it, the use): the oldest queued seal begins. One whose orderer is no longer on duty, or whose
    approval was taken back, fails at once."""
    s, b = t.batch_seal, t.batch
    query = sa.select(s.c.id, s.c.use_id, b.c.by_id).join(b).where(s.c.state == SealState.QUEUED)
    while (row := tx.conn.execute(query.order_by(b.c.at, s.c.position).limit(1)).first()) is not None:
        _step(tx, SYSTEM_ACTOR, now, row.id, SealAction.START)
        account = accounts.get(tx, account_id=row.by_id)
        use = custody.get(tx, use_id=row.use_id)
        if account.disabled:
            seal_failed(
                tx, now=now, item_id=row.id, detail=CourtError("account.disabled", name=account.name).text
            )
        elif use.state not in _READY:
            detail = CourtError("batch.not_approved", title=use.title).text
            seal_failed(tx, now=now, item_id=row.id, detail=detail)
        else:
            return row.id, account.actor(), use
    return None


def seal_done(tx: Tx, *, now: datetime, item_id: str, paper_id: str) -> None:
    """Sealed and in the register."""
    _step(tx, SYSTEM_ACTOR, now, item_id, SealAction.FINISH, paper_id=paper_id, ended_at=now)


def seal_failed(tx: Tx, *, now: datetime, item_id: str, detail: str) -> None:
    """With words for the person who ordered it."""
    told = text.line_clean(detail)[:400]
    _step(tx, SYSTEM_ACTOR, now, item_id, SealAction.FAIL, detail=told, ended_at=now)


def resume(tx: Tx, *, now: datetime) -> int:
    """At start: what was being sealed when the program ended is queued again."""
    s = t.batch_seal
    running = tx.conn.execute(sa.select(s.c.id).where(s.c.state == SealState.RUNNING)).scalars().all()
    for item_id in running:
        _step(tx, SYSTEM_ACTOR, now, item_id, SealAction.RESUME)
    return len(running)


def _made(tx: Tx, actor: Actor, now: datetime, kind: BatchKind, chosen: Sequence[str], reason: str) -> Batch:
    if not 1 <= len(set(chosen)) <= MOST_ITEMS:
        raise CourtError("batch.size", most=MOST_ITEMS)
    made = Batch(
        id=new_id(),
        kind=kind,
        reason=text.within(text.line_clean(reason), "place"),
        at=now,
        by=actor.name,
        by_id=actor.id,
    )
    row = {"id": made.id, "kind": kind, "reason": made.reason, "at": now, "by": made.by, "by_id": made.by_id}
    tx.conn.execute(t.batch.insert().values(row))
    tx.record("batch.ordered", made.id, actor, now, {"kind": kind, "papers": len(set(chosen))})
    return made


def _step(tx: Tx, actor: Actor, now: datetime, item_id: str, action: SealAction, **changes: object) -> None:
    s = t.batch_seal
    row = tx.conn.execute(sa.select(s.c.state, s.c.batch_id).where(s.c.id == item_id)).one()
    state = BATCH_SEAL.after(SealState(row.state), action, actor.role)
    tx.conn.execute(s.update().where(s.c.id == item_id).values(changes | {"state": state}))
    tx.record(f"batch.{action}", row.batch_id, actor, now, {"item": item_id})
