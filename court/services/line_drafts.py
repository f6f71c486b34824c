"""The clerk's unfinished row of a transcript, kept against a crash of the page; no line yet."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.transcript import TranscriptAction
from court.services.transcript import writable
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.rows import insert_new

_DRAFT_MOST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """The clerk's unfinished row, kept against a crash of the page. `line` is the client's id of it."""

    line: str
    speaker: str
    text: str
    at: datetime
    saved_at: datetime


def save_draft(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    line: str,
    speaker: str,
    text: str,
    at: datetime,
) -> datetime:
    """Keeps the one unfinished row of this writer; an empty text takes it away. Gives the time of saving."""
    writable(tx, actor, hearing_id, TranscriptAction.APPEND)
    d = t.line_draft
    mine = (d.c.hearing_id == hearing_id, d.c.account_id == actor.id)
    if not text.strip():
        tx.conn.execute(d.delete().where(*mine))
        return now
    if len(text) > _DRAFT_MOST:
        raise CourtError("text.too_long", most=_DRAFT_MOST, length=len(text))
    row = {"line": line[:80], "speaker": speaker[:80], "text": texts.clean(text), "at": at, "saved_at": now}
    if not insert_new(tx.conn, d, row | {"hearing_id": hearing_id, "account_id": actor.id}):
        tx.conn.execute(d.update().where(*mine).values(row))
    return now


def draft(rx: Read, *, actor: Actor, hearing_id: str) -> LineDraft | None:
    """The unfinished row of this writer, None when there is none."""
    d = t.line_draft
    query = sa.select(d.c.line, d.c.speaker, d.c.text, d.c.at, d.c.saved_at)
    row = rx.conn.execute(query.where(d.c.hearing_id == hearing_id, d.c.account_id == actor.id)).first()
    return LineDraft(**row._mapping) if row else None
