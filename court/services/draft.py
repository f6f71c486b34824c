"""Registrations begun at the kiosk, saved step by step, taken over by an officer when wished."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from court.domain import intake, text
from court.domain.draft import DRAFT_KEPT, Answers, Draft, DraftKind, DraftState
from court.domain.errors import CourtError, FieldProblem
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, SYSTEM_ACTOR, Actor, ActorKind
from court.domain.matter import Material
from court.domain.numbers import day_of
from court.services import papers_in
from court.store import tables as t
from court.store.blobs import Blob
from court.store.database import Read, Tx
from court.store.load import casework

_ANSWERS_MOST = 100_000
_EMPTY = msgspec.json.encode(Answers()).decode()


def start(tx: Tx, *, actor: Actor, now: datetime, kind: DraftKind, terminal_id: str | None = None) -> Draft:
    """A new empty draft, version 1. At a terminal it belongs to that terminal."""
    _check_actor(actor)
    terminal = actor.id if actor.kind is ActorKind.TERMINAL else terminal_id
    row = {
        "id": new_id(),
        "kind": kind,
        "state": DraftState.OPEN,
        "version": 1,
        "step": "",
        "answers": _EMPTY,
        "terminal_id": terminal,
        "officer_id": actor.id if actor.kind is ActorKind.STAFF else None,
        "created_at": now,
        "updated_at": now,
        "expires_at": now + DRAFT_KEPT,
    }
    tx.conn.execute(t.draft.insert().values(row))
    tx.record("draft.started", str(row["id"]), actor, now, {"kind": kind})
    return get(tx, draft_id=str(row["id"]))


def get(rx: Read, *, draft_id: str) -> Draft:
    """Refuses `draft.not_found` (404)."""
    found = casework.draft(rx.conn, draft_id)
    if found is None:
        raise CourtError("draft.not_found")
    return found


def save(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    draft_id: str,
    version: int,
    step: str,
    changes: Mapping[str, object],
) -> Draft:
    """Merges the top-level keys of `changes` into Answers and remembers `step` (the page reached).

    Refuses `draft.stale` (409) when `version` is not the stored one, `draft.closed`, `draft.malformed`
    (unknown key, wrong type, more than 100 kB). Does not ask for completeness: see `check`.
    """
    draft = own(tx, actor, draft_id)
    if draft.version != version:
        raise CourtError("draft.stale")
    merged = msgspec.to_builtins(draft.answers) | msgspec.to_builtins(dict(changes))
    try:
        answers = msgspec.convert(_clean(merged), type=Answers)
    except msgspec.ValidationError as error:
        raise CourtError("draft.malformed") from error
    stored = msgspec.json.encode(answers).decode()
    if len(stored) > _ANSWERS_MOST or len(step) > 40:
        raise CourtError("draft.malformed")
    _update(tx, now, draft, answers=stored, step=step)
    return get(tx, draft_id=draft_id)


def take_over(tx: Tx, *, actor: Actor, now: datetime, draft_id: str) -> Draft:
    """An officer (staff actor) continues for the person (代办); recorded."""
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("draft.not_allowed")
    draft = own(tx, actor, draft_id)
    if draft.officer_id != actor.id:
        _update(tx, now, draft, officer_id=actor.id)
        tx.record("draft.taken_over", draft_id, actor, now, {"officer": actor.id})
    return get(tx, draft_id=draft_id)


def attach(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, label: str, sha256: str) -> Material:
    """Adds a stored blob as a paper of the draft; at most 50 (`material.too_many`)."""
    draft = own(tx, actor, draft_id)
    material = papers_in.add(tx, actor=actor, now=now, subject_id=draft_id, label=label, sha256=sha256)
    _update(tx, now, draft)
    return material


def detach(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, material_id: str) -> None:
    """Takes a paper out again; the blob stays until retention."""
    draft = own(tx, actor, draft_id)
    if material_id not in {material.id for material in draft.materials}:
        raise CourtError("material.not_found")
    papers_in.remove(tx, now=now, material_id=material_id, reason="")
    _update(tx, now, draft)


def edit_material(
    tx: Tx, *, actor: Actor, now: datetime, draft_id: str, material_id: str, blob: Blob | None, edits: str
) -> None:
    """What was made of a photograph stands in its place, the photograph is kept; None: as it came again."""
    draft = own(tx, actor, draft_id)
    if material_id not in {material.id for material in draft.materials}:
        raise CourtError("material.not_found")
    papers_in.edit(tx, actor=actor, now=now, material_id=material_id, blob=blob, edits=edits)
    _update(tx, now, draft)


def discard(tx: Tx, *, actor: Actor, now: datetime, draft_id: str) -> Draft:
    """The person gives up; answers are wiped."""
    draft = own(tx, actor, draft_id)
    _update(tx, now, draft, state=DraftState.DISCARDED, answers=_EMPTY)
    tx.record("draft.discarded", draft_id, actor, now, {})
    return get(tx, draft_id=draft_id)


def check(draft: Draft) -> tuple[FieldProblem, ...]:
    """Every fault that would refuse registration, all at once; fields are `applicant.id_number`,
    `respondents.0.name`, `facts`, `consents.filing`, `signature` and so on. Pure."""
    today = day_of(draft.updated_at)
    return intake.faults(draft.kind, draft.answers, today, spoken=draft.spoken_ms > 0)


def expire(tx: Tx, *, now: datetime) -> int:
    """Sweep: wipes drafts past their term and says how many. Idempotent."""
    d = t.draft
    old = sa.select(d.c.id).where(d.c.state == DraftState.OPEN, d.c.expires_at <= now)
    ids = [row.id for row in tx.conn.execute(old)]
    for draft_id in ids:
        wiped = {"state": DraftState.EXPIRED, "answers": _EMPTY, "version": d.c.version + 1}
        tx.conn.execute(d.update().where(d.c.id == draft_id).values(wiped))
        tx.record("draft.expired", draft_id, SYSTEM_ACTOR, now, {})
    return len(ids)


def open_drafts(rx: Read, *, terminal_id: str | None = None) -> tuple[Draft, ...]:
    """Drafts not finished, newest first (at most 50): for the officer's take-over list."""
    query = sa.select(t.draft).where(t.draft.c.state == DraftState.OPEN)
    if terminal_id is not None:
        query = query.where(t.draft.c.terminal_id == terminal_id)
    rows = rx.conn.execute(query.order_by(t.draft.c.updated_at.desc()).limit(50)).all()
    return tuple(casework.draft_of(rx.conn, row) for row in rows)


def submitted(tx: Tx, *, now: datetime, draft: Draft, subject_id: str) -> None:
    """The draft became a matter or a petition: its answers are wiped, its papers have moved there."""
    materials = t.material.update().where(t.material.c.subject_id == draft.id)
    tx.conn.execute(materials.values(subject_id=subject_id))
    told = t.statement.update().where(t.statement.c.subject_id == draft.id)
    tx.conn.execute(told.values(subject_id=subject_id))
    _update(tx, now, draft, state=DraftState.SUBMITTED, answers=_EMPTY, subject_id=subject_id)


def complete(rx: Read, actor: Actor, draft_id: str, version: int, kind: DraftKind, now: datetime) -> Draft:
    """The draft ready to be registered, or the refusal (`draft.stale`, `form.invalid` with its problems)."""
    draft = own(rx, actor, draft_id)
    if draft.kind is not kind:
        raise CourtError("draft.malformed")
    if draft.version != version:
        raise CourtError("draft.stale")
    problems = check(replace(draft, updated_at=now))
    if problems:
        raise CourtError("form.invalid", problems=problems)
    return draft


def own(rx: Read, actor: Actor, draft_id: str) -> Draft:
    """An open draft that this actor may work on. Refuses `draft.*`."""
    _check_actor(actor)
    draft = get(rx, draft_id=draft_id)
    if actor.kind is ActorKind.TERMINAL and draft.terminal_id != actor.id:
        raise CourtError("draft.not_found")
    if draft.state is not DraftState.OPEN:
        raise CourtError("draft.closed")
    return draft


def _check_actor(actor: Actor) -> None:
    staff = actor.kind is ActorKind.STAFF and actor.role in STAFF
    if not staff and actor.kind is not ActorKind.TERMINAL:
        raise CourtError("draft.not_allowed")


def _update(tx: Tx, now: datetime, draft: Draft, **values: Any) -> None:
    changed = {"version": draft.version + 1, "updated_at": now, "expires_at": now + DRAFT_KEPT} | values
    tx.conn.execute(t.draft.update().where(t.draft.c.id == draft.id).values(changed))


def _clean(value: Any) -> Any:
    """Every text normalised, at any depth."""
    match value:
        case str():
            return text.clean(value)
        case dict():
            return {key: _clean(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_clean(inner) for inner in value]
        case _:
            return value
