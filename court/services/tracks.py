"""Tracks of a dispute: opened, moved by their own table, ended, referred. What a step means is elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.track import Referral, ReferralKind, Track, TrackKind
from court.domain.track_kinds import lifecycle_of
from court.services import finding
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.load import tracks as load

D = TypeVar("D")


def get(rx: Read, *, track_id: str) -> Track:
    """Refuses `track.not_found`."""
    found = load.track(rx.conn, track_id)
    if found is None:
        raise CourtError("track.not_found")
    return found


def seen(rx: Read, *, actor: Actor, track_id: str) -> Track:
    """`get` for somebody who may see its dispute; `track.not_found` to everybody else."""
    found = get(rx, track_id=track_id)
    matter = casework.matter(rx.conn, found.matter_id)
    if matter is None or not may_see_matter(actor, matter):
        raise CourtError("track.not_found")
    return found


def of_matter(rx: Read, *, matter_id: str) -> tuple[Track, ...]:
    """In the order they were opened."""
    return load.tracks(rx.conn, matter_id)


def referrals(rx: Read, *, matter_id: str) -> tuple[Referral, ...]:
    """How the matter came from one track to another, in order."""
    return load.referrals(rx.conn, matter_id)


def live(rx: Read, *, matter_id: str, kind: TrackKind) -> Track | None:
    """The track of this kind that is under way; at most one is."""
    return next(
        (one for one in of_matter(rx, matter_id=matter_id) if one.kind is kind and not one.ended_at), None
    )


def details(track: Track, kind: type[D]) -> D:
    """What only this kind of track knows."""
    return msgspec.json.decode(track.details, type=kind)


def open_track(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, kind: TrackKind, known: object, **columns: Any
) -> Track:
    """A new track in its first state; `known` is the details dataclass of the kind.

    Handlers are taken over from the matter. Refuses `matter.not_found`, `track.open_already`."""
    matter = casework.matter(tx.conn, matter_id)
    if matter is None or not may_see_matter(actor, matter):
        raise CourtError("matter.not_found")
    if live(tx, matter_id=matter_id, kind=kind) is not None:
        raise CourtError("track.open_already")
    row = {
        "id": new_id(),
        "matter_id": matter_id,
        "kind": kind,
        "state": lifecycle_of(kind).start,
        "number": "",
        "procedure": "",
        "judge_id": matter.judge_id,
        "clerk_id": matter.clerk_id,
        "mediator_id": matter.mediator_id,
        "details": msgspec.json.encode(known).decode(),
        "outcome": "",
        "opened_at": now,
        "ended_at": None,
        "updated_at": now,
        "rev": 1,
    }
    tx.conn.execute(t.track.insert().values(row | columns))
    if columns.get("number"):
        finding.refresh(tx, subject_kind="matter", subject_id=matter_id)
    tx.record(f"{kind}.opened", matter_id, actor, now, {"track": row["id"]})
    return get(tx, track_id=str(row["id"]))


def step(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track: Track,
    action: StrEnum,
    rev: int | None = None,
    known: object | None = None,
    facts: dict[str, object] | None = None,
    **columns: Any,
) -> Track:
    """One cell of the track's own table: the state it leads to, new details and columns, one journal row.

    `rev` None is for steps that another act causes. Refuses `track.stale`, `{kind}.wrong_state`, `{kind}.not_allowed`."""
    if rev is not None and rev != track.rev:
        raise CourtError("track.stale")
    table = lifecycle_of(track.kind)
    state = table.after(type(table.start)(track.state), action, actor.role)
    values: dict[str, Any] = {"state": state, "rev": track.rev + 1, "updated_at": now} | columns
    if known is not None:
        values["details"] = msgspec.json.encode(known).decode()
    tx.conn.execute(t.track.update().where(t.track.c.id == track.id).values(values))
    if "number" in columns:
        finding.refresh(tx, subject_kind="matter", subject_id=track.matter_id)
    told = {"track": track.id, "state": state} | (facts or {})
    tx.record(f"{track.kind}.{action}", track.matter_id, actor, now, told)
    return get(tx, track_id=track.id)


def refer(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    kind: ReferralKind,
    reason: str,
    source_track_id: str | None = None,
    target_track_id: str | None = None,
    source: str = "",
) -> Referral:
    """Writes down how the matter came from one track to another; people and papers hang on the matter and stay."""
    row = {
        "id": new_id(),
        "matter_id": matter_id,
        "source_track_id": source_track_id,
        "target_track_id": target_track_id,
        "kind": kind,
        "source": text.within(source, "label"),
        "reason": text.required(reason, "reason"),
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.referral.insert().values(row))
    told = {"referral": row["id"], "kind": kind, "from": source_track_id, "to": target_track_id}
    tx.record("track.referred", matter_id, actor, now, told)
    return load.referrals(tx.conn, matter_id)[-1]
