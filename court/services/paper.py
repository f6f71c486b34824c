"""Finished papers in the register: entered, found, opened."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.paper import Paper, PaperKind
from court.domain.withdrawal import day
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, papers, withdrawals
from court.store.rows import insert_new


def register(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    kind: PaperKind,
    number: str,
    title: str,
    sha256: str,
    pages: int,
    hearing_id: str | None = None,
) -> Paper:
    """A finished file whose blob is stored. The same (subject, kind, sha256) gives the same paper again.

    The kiosk may register its own receipts; other papers come from staff or the program."""
    receipts = {PaperKind.RECEIPT, PaperKind.PETITION_RECEIPT}
    if actor.kind not in {ActorKind.STAFF, ActorKind.SYSTEM} and kind not in receipts:
        raise CourtError("paper.not_allowed")
    if tx.conn.execute(sa.select(t.blob.c.sha256).where(t.blob.c.sha256 == sha256)).first() is None:
        raise CourtError("blob.not_found")
    row = {
        "id": new_id(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "hearing_id": hearing_id,
        "kind": kind,
        "number": number,
        "title": text.line_clean(title)[:200],
        "sha256": sha256,
        "pages": pages,
        "copies": 0,
        "at": now,
        "by": actor.name,
    }
    if insert_new(tx.conn, t.paper, row):
        facts = {"paper": row["id"], "kind": kind, "sha256": sha256}
        tx.record("paper.registered", subject_id, actor, now, facts)
    p = t.paper
    same = (p.c.subject_id == subject_id, p.c.kind == kind, p.c.sha256 == sha256)
    return papers.paper_of(tx.conn.execute(sa.select(p).where(*same)).one())


def get(rx: Read, *, paper_id: str) -> Paper:
    """Refuses `paper.not_found`."""
    found = papers.paper(rx.conn, paper_id)
    if found is None:
        raise CourtError("paper.not_found")
    return found


def open_copy(tx: Tx, *, actor: Actor, now: datetime, paper_id: str) -> Paper:
    """For showing or downloading: staff of the subject, a terminal (its receipts, papers of its sessions), or a
    seat whose hearing the paper belongs to; recorded. Refuses `paper.not_found` to everybody else."""
    paper = get(tx, paper_id=paper_id)
    if not may_open(tx, actor=actor, found=paper):
        raise CourtError("paper.not_found")
    tx.record("paper.opened", paper.subject_id, actor, now, {"paper": paper_id})
    return paper


def of_subject(rx: Read, *, subject_id: str) -> tuple[Paper, ...]:
    """Newest first."""
    return papers.papers(rx.conn, subject_id)


def current(rx: Read, *, subject_id: str) -> tuple[Paper, ...]:
    """Newest first, without those withdrawn."""
    gone = withdrawals.of_subject(rx.conn, subject_id)
    return tuple(one for one in papers.papers(rx.conn, subject_id) if one.id not in gone)


def by_hash(rx: Read, *, sha256: str) -> Paper | None:
    """Is this file in the register, as it is now or as it was before its stamp was renewed? For the public check page
    (number and kind only)."""
    p, s = t.paper, t.paper_stamp
    earlier = sa.select(s.c.paper_id).where(s.c.sha256 == sha256)
    query = sa.select(p).where(sa.or_(p.c.sha256 == sha256, p.c.id.in_(earlier))).order_by(p.c.at).limit(1)
    row = rx.conn.execute(query).first()
    return papers.paper_of(row) if row else None


def require_current(rx: Read, *, paper_id: str) -> None:
    """Refuses `paper.withdrawn` (params day, instead): it is neither printed nor served any more."""
    found = withdrawals.withdrawal(rx.conn, paper_id)
    if found is not None:
        instead = f"，请用{found.successor_number}" if found.successor_number else ""
        raise CourtError("paper.withdrawn", day=day(found.at), instead=instead)


def may_open(rx: Read, *, actor: Actor, found: Paper) -> bool:
    """Whether this one may see or print the paper."""
    match actor.kind:
        case ActorKind.SYSTEM:
            return True
        case ActorKind.STAFF:
            at_work = sight.sees_subject(rx, actor, found.subject_kind, found.subject_id)
            printing = actor.role is Role.OFFICER and found.subject_kind == "petition"
            at_work = at_work and sight.sees_paper(rx, actor, found)
            return at_work or (printing and found.kind is PaperKind.PETITION_RECEIPT)
        case ActorKind.SEAT:
            seat = hearings.seat(rx.conn, actor.id)
            return seat is not None and found.hearing_id == seat.hearing_id
        case ActorKind.TERMINAL:
            made_here = sa.select(t.draft.c.id).where(
                t.draft.c.subject_id == found.subject_id, t.draft.c.terminal_id == actor.id
            )
            if rx.conn.execute(made_here).first() is not None:
                return True
            if found.hearing_id is None:
                return False
            return any(s.role == "vehicle" for s in hearings.seats(rx.conn, found.hearing_id))
        case _:
            return False
