"""Statements kept as sound: pieces taken in as they come, closed with a hash, typed by staff. Draws and plays nothing."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, Actor, ActorKind
from court.domain.statement import MOST, MOST_BYTES, MOST_MS, PIECE_BYTES, Statement
from court.domain.told import SPOKEN
from court.services import draft as drafts
from court.store import tables as t
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.load import casework

_S, _P = t.statement, t.statement_piece


def begin(tx: Tx, *, actor: Actor, now: datetime, draft_id: str) -> Statement:
    """An empty one. Refuses `statement.too_many`, and what working on the draft refuses."""
    drafts.own(tx, actor, draft_id)
    if len(of_subject(tx, subject_id=draft_id)) >= MOST:
        raise CourtError("statement.too_many", most=MOST)
    row = {
        "id": new_id(),
        "subject_id": draft_id,
        "state": "open",
        "media_type": "",
        "ms": 0,
        "size": 0,
        "sha256": "",
        "words": "",
        "typed_by": "",
        "begun_at": now,
        "begun_by": actor.name,
    }
    tx.conn.execute(_S.insert().values(row))
    return get(tx, statement_id=str(row["id"]))


def take(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    draft_id: str,
    statement_id: str,
    position: int,
    ms: int,
    blob: Blob,
) -> Statement:
    """The next piece; one sent again is the same one. Refuses `statement.order`, `statement.too_long`,
    `statement.closed`."""
    found = _own(tx, actor, draft_id, statement_id)
    count = tx.conn.execute(
        sa.select(sa.func.count()).select_from(_P).where(_P.c.statement_id == statement_id)
    ).scalar_one()
    if position < count:
        return found
    if found.state != "open":
        raise CourtError("statement.closed")
    if position > count:
        raise CourtError("statement.order")
    if found.ms + ms > MOST_MS or found.size + blob.size > MOST_BYTES or blob.size > PIECE_BYTES:
        raise CourtError("statement.too_long", minutes=MOST_MS // 60_000)
    remember(tx, actor=actor, now=now, blob=blob)
    row = {
        "statement_id": statement_id,
        "position": position,
        "sha256": blob.sha256,
        "ms": ms,
        "size": blob.size,
    }
    tx.conn.execute(_P.insert().values(row))
    grown: dict[str, Any] = {"ms": found.ms + ms, "size": found.size + blob.size}
    if position == 0:
        grown["media_type"] = blob.media_type
    tx.conn.execute(_S.update().where(_S.c.id == statement_id).values(grown))
    return get(tx, statement_id=statement_id)


def finish(
    tx: Tx, *, actor: Actor, now: datetime, draft_id: str, statement_id: str, whole: Blob
) -> Statement:
    """Closed: from here on the sound is one file with its hash. The same again is the same."""
    found = _own(tx, actor, draft_id, statement_id)
    if found.state == "open":
        remember(tx, actor=actor, now=now, blob=whole)
        closed = {"state": "done", "sha256": whole.sha256}
        tx.conn.execute(_S.update().where(_S.c.id == statement_id).values(closed))
        told = {"statement": statement_id, "sha256": whole.sha256, "ms": found.ms}
        tx.record("statement.finished", found.subject_id, actor, now, told)
    return get(tx, statement_id=statement_id)


def remove(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, statement_id: str) -> None:
    """Before the registration a person may take back what he said into the machine; the row stays."""
    found = _own(tx, actor, draft_id, statement_id)
    tx.conn.execute(_S.update().where(_S.c.id == found.id).values(state="removed"))
    tx.record("statement.removed", found.subject_id, actor, now, {"statement": statement_id})


def type_words(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, statement_id: str, words: str
) -> Statement:
    """What an officer heard, in writing; where nothing was written it becomes the facts of the matter. The sound stays."""
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("party.not_allowed")
    found, matter = of_matter(tx, actor=actor, matter_id=matter_id, statement_id=statement_id)
    said = text.required(words, "facts")
    values = {"words": said, "typed_by": actor.name, "typed_at": now}
    tx.conn.execute(_S.update().where(_S.c.id == statement_id).values(values))
    if matter.facts in {SPOKEN, found.words}:
        columns = {"facts": said, "rev": matter.rev + 1, "updated_at": now}
        tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values(columns))
    tx.record("statement.typed", matter_id, actor, now, {"statement": statement_id, "length": len(said)})
    return get(tx, statement_id=statement_id)


def of_matter(rx: Read, *, actor: Actor, matter_id: str, statement_id: str) -> tuple[Statement, Any]:
    """With its matter, for who may see it. Refuses `statement.not_found`, `matter.not_found`."""
    matter = casework.matter(rx.conn, matter_id)
    if matter is None or not may_see_matter(actor, matter):
        raise CourtError("matter.not_found")
    found = get(rx, statement_id=statement_id)
    if found.subject_id != matter_id:
        raise CourtError("statement.not_found")
    return found, matter


def get(rx: Read, *, statement_id: str) -> Statement:
    """Refuses `statement.not_found`."""
    row = rx.conn.execute(sa.select(_S).where(_S.c.id == statement_id, _S.c.state != "removed")).first()
    if row is None:
        raise CourtError("statement.not_found")
    return Statement(**row._mapping)


def of_subject(rx: Read, *, subject_id: str) -> tuple[Statement, ...]:
    """Those that stand, oldest first."""
    query = sa.select(_S).where(_S.c.subject_id == subject_id, _S.c.state != "removed").order_by(_S.c.id)
    return tuple(Statement(**row._mapping) for row in rx.conn.execute(query))


def pieces(rx: Read, *, statement_id: str) -> tuple[str, ...]:
    """The hashes of the pieces in order."""
    query = sa.select(_P.c.sha256).where(_P.c.statement_id == statement_id).order_by(_P.c.position)
    return tuple(rx.conn.execute(query).scalars())


def _own(rx: Read, actor: Actor, draft_id: str, statement_id: str) -> Statement:
    drafts.own(rx, actor, draft_id)
    found = get(rx, statement_id=statement_id)
    if found.subject_id != draft_id:
        raise CourtError("statement.not_found")
    return found
