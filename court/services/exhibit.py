"""Exhibits: submitted, taken over from the papers of the case, withdrawn."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.exhibit import (
    EXHIBIT,
    MOST_EXHIBITS,
    MOST_PAGES,
    Exhibit,
    ExhibitAction,
    ExhibitState,
    Origin,
    OriginalResult,
    may_be_submitted,
)
from court.domain.exhibit_moment import MomentKind
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor
from court.services import exhibit_moments, papers_in
from court.services.exhibit_seats import (
    RECORDERS,
    get,
    holder,
    moved,
    opponents,
    side_of,
    side_of_party,
    spoken_for,
    step,
)
from court.store import sight
from court.store import tables as t
from court.store.database import Tx
from court.store.load import exhibits
from court.store.rows import count_up

__all__ = ["file", "get", "holder", "opponents", "spoken_for", "submit", "take_over", "withdraw"]


def submit(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    title: str,
    purpose: str,
    origin: Origin,
    sha256: str,
    pages: int,
    party_id: str | None = None,
    offset_ms: int | None = None,
) -> Exhibit:
    """The next exhibit of its side; `party_id` presents it, None is the court itself (bench and clerk only).

    A party submits for itself, the vehicle's screen for those who sit in it, bench and clerk for anybody. The same
    file again from the same side is the same exhibit. Refuses `exhibit.closed`, `exhibit.not_yours`,
    `exhibit.too_many`, `exhibit.too_many_pages`, `blob.not_found`, `text.*`.
    """
    hearing, _ = holder(tx, actor=actor, hearing_id=hearing_id)
    if not may_be_submitted(hearing):
        raise CourtError("exhibit.closed")
    side_of(tx, actor, hearing, party_id)
    return file(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        title=title,
        purpose=purpose,
        origin=origin,
        sha256=sha256,
        pages=pages,
        party_id=party_id,
        offset_ms=offset_ms,
    )


def file(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    title: str,
    purpose: str,
    origin: Origin,
    sha256: str,
    pages: int,
    party_id: str | None,
    offset_ms: int | None,
) -> Exhibit:
    """`submit` where the right to do so was checked already."""
    hearing = sight.get(tx, hearing_id=hearing_id)
    if not 1 <= pages <= MOST_PAGES:
        raise CourtError("exhibit.too_many_pages", most=MOST_PAGES)
    side = side_of_party(tx, hearing, party_id)
    present = exhibits.exhibits(tx.conn, hearing.subject_id)
    same = (
        e for e in present if (e.sha256, e.side) == (sha256, side) and e.state is not ExhibitState.WITHDRAWN
    )
    known = next(same, None)
    if known is not None:
        return known
    if len(present) >= MOST_EXHIBITS:
        raise CourtError("exhibit.too_many", most=MOST_EXHIBITS)
    blob = tx.conn.execute(sa.select(t.blob).where(t.blob.c.sha256 == sha256)).first()
    if blob is None:
        raise CourtError("blob.not_found")
    row = {
        "id": new_id(),
        "subject_kind": hearing.subject_kind,
        "subject_id": hearing.subject_id,
        "hearing_id": hearing_id,
        "side": side,
        "position": count_up(tx, f"exhibit:{hearing.subject_id}:{side}"),
        "party_id": party_id,
        "title": texts.required(texts.line_clean(title), "label"),
        "purpose": texts.within(purpose, "note"),
        "origin": origin,
        "sha256": sha256,
        "media_type": blob.media_type,
        "size": blob.size,
        "pages": pages,
        "state": EXHIBIT.start,
        "at": now,
        "offset_ms": offset_ms,
        "by": actor.name,
        "withdrawn_reason": "",
    }
    tx.conn.execute(t.exhibit.insert().values(row))
    made = get(tx, hearing_id=hearing_id, exhibit_id=str(row["id"]))
    facts = {"exhibit": made.id, "side": side, "position": made.position, "sha256": sha256, "origin": origin}
    tx.record("exhibit.submitted", hearing_id, actor, now, facts | {"offset_ms": offset_ms})
    exhibit_moments.keep(tx, actor, now, hearing, made, MomentKind.SUBMITTED, offset_ms=offset_ms)
    return made


def take_over(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    material_id: str,
    pages: int,
    party_id: str | None,
) -> Exhibit:
    """A paper handed in with the case becomes an exhibit, its comparison with the original with it.

    Refuses `exhibit.not_allowed` to all but bench and clerk, `material.not_found` for a paper of another case.
    """
    hearing, _ = holder(tx, actor=actor, hearing_id=hearing_id)
    if actor.role not in RECORDERS:
        raise CourtError("exhibit.not_allowed", role=ROLE_NAMES[actor.role], action="take_over")
    paper = papers_in.get(tx, material_id)
    if paper.subject_id != hearing.subject_id:
        raise CourtError("material.not_found")
    made = submit(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        title=paper.label,
        purpose="",
        origin=Origin.MATERIAL,
        sha256=paper.sha256,
        pages=pages,
        party_id=party_id,
    )
    compared = bool(exhibits.originals(tx.conn, [made.id]))
    if paper.original_result and paper.original_checked_at and not compared:
        row = {
            "id": new_id(),
            "exhibit_id": made.id,
            "hearing_id": hearing_id,
            "result": OriginalResult(paper.original_result),
            "note": "立案时已核对",
            "at": paper.original_checked_at,
            "offset_ms": None,
            "by": paper.original_checked_by,
        }
        tx.conn.execute(t.exhibit_original.insert().values(row))
    return made


def withdraw(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    reason: str = "",
    offset_ms: int | None = None,
) -> Exhibit:
    """Out of the list, kept in the file with its number. Who presented it may do so until it was shown."""
    hearing, _ = holder(tx, actor=actor, hearing_id=hearing_id)
    if not may_be_submitted(hearing):
        raise CourtError("exhibit.closed")
    found = step(tx, actor, hearing, exhibit_id, ExhibitAction.WITHDRAW)
    if actor.role not in RECORDERS:
        side_of(tx, actor, hearing, found.party_id)
    shown = exhibits.showing(tx.conn, hearing_id)
    if shown is not None and shown.exhibit_id == exhibit_id:
        raise CourtError("exhibit.on_show")
    why = texts.within(reason, "reason")
    tx.conn.execute(t.exhibit.update().where(t.exhibit.c.id == found.id).values(withdrawn_reason=why))
    made = moved(tx, found, ExhibitAction.WITHDRAW, actor)
    tx.record("exhibit.withdrawn", hearing_id, actor, now, {"exhibit": found.id})
    exhibit_moments.keep(tx, actor, now, hearing, made, MomentKind.WITHDRAWN, offset_ms=offset_ms)
    return made
