"""履行: what an agreement makes people do, planned from its clauses, received, noted as not done, given up, reminded."""

from datetime import date, datetime, timedelta
from typing import Any

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.mediation import Agreement
from court.domain.numbers import day_of
from court.domain.performance import (
    DUTY,
    REMIND_BEFORE,
    SETTLED,
    Duty,
    DutyAction,
    DutyInput,
    DutyState,
    Receipt,
    plan_problems,
    reminder,
    reminders_due,
    taken,
)
from court.services import telling
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, papers
from court.store.load import mediation as load

# One sweep reminds at most so many; the next one, ten minutes later, goes on.
SWEPT_MOST = 500


def plan(tx: Tx, *, actor: Actor, now: datetime, agreement: Agreement) -> None:
    """One duty for every clause that has a day or an amount; what was planned before stays (safe to retry)."""
    if load.duties(tx.conn, t.duty.c.agreement_id == agreement.id):
        return
    wanted = tuple(
        DutyInput(clause=one.position, who=one.who, what=one.what, amount_fen=one.amount_fen, due=one.due)
        for one in agreement.clauses
        if one.due is not None or one.amount_fen is not None
    )
    _write(tx, now, agreement, wanted)
    tx.record("duty.planned", agreement.matter_id, actor, now, {"count": len(wanted)})


def replan(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, planned: tuple[DutyInput, ...]
) -> tuple[Duty, ...]:
    """分期: the parts of each clause, which add up to what the agreement says; only before anything was received.

    Refuses `duty.begun`, `form.invalid`."""
    agreement = _agreement(tx, actor, agreement_id)
    before = load.duties(tx.conn, t.duty.c.agreement_id == agreement_id)
    if any(one.state is not DutyState.OPEN for one in before):
        raise CourtError("duty.begun")
    totals = {one.position: one.amount_fen for one in agreement.clauses}
    if problems := plan_problems(planned, totals):
        raise CourtError("form.invalid", problems=problems)
    tx.conn.execute(t.duty.delete().where(t.duty.c.agreement_id == agreement_id))
    _write(tx, now, agreement, planned)
    tx.record("duty.planned", agreement.matter_id, actor, now, {"count": len(planned)})
    return load.duties(tx.conn, t.duty.c.agreement_id == agreement_id)


def _write(tx: Tx, now: datetime, agreement: Agreement, planned: tuple[DutyInput, ...]) -> None:
    names = {one.name: one.id for one in casework.parties(tx.conn, agreement.matter_id)}
    for position, one in enumerate(planned, 1):
        row = {
            "id": new_id(),
            "agreement_id": agreement.id,
            "matter_id": agreement.matter_id,
            "position": position,
            "clause": one.clause,
            "who": text.within(text.line_clean(one.who), "place"),
            "what": text.within(one.what, "clause"),
            "amount_fen": one.amount_fen,
            "due": one.due,
            "payer_id": names.get(text.line_clean(one.who)),
            "state": DUTY.start,
            "done_fen": 0,
            "note": "",
            "rev": 1,
            "updated_at": now,
        }
        tx.conn.execute(t.duty.insert().values(row))


def of_matter(rx: Read, *, matter_id: str) -> tuple[Duty, ...]:
    """Under the agreements that are in force, in order."""
    living = papers.living_agreement_id(rx.conn, matter_id)
    return load.duties(rx.conn, t.duty.c.agreement_id == living) if living else ()


def receipts(rx: Read, *, duties: tuple[Duty, ...]) -> tuple[Receipt, ...]:
    """What was received for these, oldest first."""
    return load.receipts(rx.conn, tuple(one.id for one in duties))


def receive(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    duty_id: str,
    rev: int,
    on: date,
    amount_fen: int | None,
    method: str,
) -> Duty:
    """收到履行: the part or the rest. Refuses `duty.too_much`, `duty.amount`, `duty.future`, `duty.stale`."""
    duty = _mine(tx, actor, duty_id, rev)
    action = taken(duty, amount_fen, day_of(now), on)
    row = {
        "id": new_id(),
        "duty_id": duty_id,
        "amount_fen": amount_fen if duty.amount_fen is not None else None,
        "on": on,
        "method": text.required(text.line_clean(method), "label"),
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.duty_receipt.insert().values(row))
    done = duty.done_fen + (amount_fen or 0) if duty.amount_fen is not None else 0
    return _step(tx, actor, now, duty, action, {"done_fen": done}, {"receipt": row["id"]})


def default(tx: Tx, *, actor: Actor, now: datetime, duty_id: str, rev: int, note: str) -> Duty:
    """未按期履行, noted by who watches over the performance. Refuses `duty.not_due` before its day has passed."""
    duty = _mine(tx, actor, duty_id, rev)
    if duty.due is not None and not duty.overdue(day_of(now)):
        raise CourtError("duty.not_due", last=duty.due.isoformat())
    return _step(tx, actor, now, duty, DutyAction.DEFAULT, {"note": text.required(note, "note")})


def waive(tx: Tx, *, actor: Actor, now: datetime, duty_id: str, rev: int, note: str) -> Duty:
    """权利人放弃, with the reason."""
    duty = _mine(tx, actor, duty_id, rev)
    return _step(tx, actor, now, duty, DutyAction.WAIVE, {"note": text.required(note, "note")})


def undo(tx: Tx, *, actor: Actor, now: datetime, duty_id: str, rev: int) -> Duty:
    """The default was noted by mistake."""
    duty = _mine(tx, actor, duty_id, rev)
    return _step(tx, actor, now, duty, DutyAction.UNDO, {"note": ""})


def sweep(tx: Tx, *, now: datetime) -> int:
    """Reminds who has to perform soon: one message per duty and step however often it runs; says how many duties."""
    today = day_of(now)
    d, reach = t.duty, timedelta(days=max(REMIND_BEFORE))
    soon = (d.c.state.not_in(SETTLED), d.c.due >= today, d.c.due <= today + reach)
    found = 0
    for duty in load.duties(tx.conn, soon[0] & soon[1] & soon[2]):
        step = reminders_due(duty, today)
        living = papers.living_agreement_id(tx.conn, duty.matter_id)
        if step is None or duty.payer_id is None or living != duty.agreement_id:
            continue
        key = f"duty:{duty.id[-24:]}:{step}"
        if not telling.reachable(tx, party_id=duty.payer_id) or telling.known(
            tx, key=key, party_id=duty.payer_id
        ):
            continue
        telling.tell(
            tx,
            actor=SYSTEM_ACTOR,
            now=now,
            matter_id=duty.matter_id,
            words=reminder(duty),
            key=key,
            purpose="reminder",
            only=(duty.payer_id,),
        )
        found += 1
        if found == SWEPT_MOST:
            break
    return found


def _agreement(rx: Read, actor: Actor, agreement_id: str) -> Agreement:
    found = papers.agreement(rx.conn, agreement_id)
    matter = casework.matter(rx.conn, found.matter_id) if found is not None else None
    if found is None or matter is None or not may_see_matter(actor, matter):
        raise CourtError("agreement.not_found")
    return found


def _mine(rx: Read, actor: Actor, duty_id: str, rev: int) -> Duty:
    found = load.duty(rx.conn, duty_id)
    matter = casework.matter(rx.conn, found.matter_id) if found is not None else None
    if found is None or matter is None or not may_see_matter(actor, matter):
        raise CourtError("duty.not_found")
    if found.rev != rev:
        raise CourtError("duty.stale")
    return found


def _step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    duty: Duty,
    action: DutyAction,
    changes: dict[str, Any],
    facts: dict[str, Any] | None = None,
) -> Duty:
    state = DUTY.after(duty.state, action, actor.role)
    if action is DutyAction.UNDO and duty.done_fen:
        state = DutyState.PART
    values = changes | {"state": state, "rev": duty.rev + 1, "updated_at": now}
    tx.conn.execute(t.duty.update().where(t.duty.c.id == duty.id).values(values))
    tx.record(
        f"duty.{action}", duty.matter_id, actor, now, {"duty": duty.id, "state": state, **(facts or {})}
    )
    found = load.duty(tx.conn, duty.id)
    assert found is not None
    return found
