"""The timeline of a subject: its own journal rows and those of its sessions and agreements."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.store import tables as t
from court.store.database import Read

_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One journal row: what happened and in which role somebody did it; names stay out. `note`: of a print, how many
    copies and on which printer; `rev`: the matter's revision after it, 0 where it has none."""

    seq: int
    at: datetime
    type: str
    actor_role: str
    note: str = ""
    rev: int = 0


def history(rx: Read, subject_id: str) -> tuple[HistoryEntry, ...]:
    """Newest first, at most 300."""
    j = t.journal
    related = sa.union_all(
        sa.select(t.hearing.c.id).where(t.hearing.c.subject_id == subject_id),
        sa.select(t.agreement.c.id).where(t.agreement.c.matter_id == subject_id),
    )
    subjects = [subject_id, *rx.conn.execute(related).scalars()]
    # The lines of a transcript would drown everything else.
    query = sa.select(j.c.seq, j.c.at, j.c.type, j.c.actor_role, j.c.body).where(
        j.c.subject.in_(subjects), j.c.type.not_in(["transcript.line", "recording.segment"])
    )
    rows = rx.conn.execute(query.order_by(j.c.seq.desc()).limit(_MOST))
    return tuple(
        HistoryEntry(
            seq=row.seq,
            at=row.at,
            type=row.type,
            actor_role=row.actor_role,
            note=_print_note(row.body) if row.type.startswith("printing.") else "",
            rev=int(json.loads(row.body).get("rev") or 0) if row.type.startswith("matter.") else 0,
        )
        for row in rows
    )


def _print_note(body: str) -> str:
    told = json.loads(body)
    return "，".join(
        part for part in (f"{told['copies']} 份" if "copies" in told else "", told.get("printer", "")) if part
    )
