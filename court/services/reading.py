"""Answers to a reading aloud, of any text people sign: given, ended by a change, read. Who may answer is the caller's."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.reading import Answer, Ended, Paragraph, ReadingAnswer
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import papers


def answers(rx: Read, *, text_id: str) -> tuple[ReadingAnswer, ...]:
    """All that was ever answered, in order; what counts no longer says why."""
    return papers.answers(rx.conn, text_id)


def give(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    text_id: str,
    paragraph: Paragraph,
    person_id: str,
    person: str,
    answer: Answer,
    words: str = "",
    offset_ms: int | None = None,
    subject: str | None = None,
) -> bool:
    """One person's answer to one paragraph; False where it says the same again. An earlier other one ends, kept.

    `offset_ms` is the place in the recording, None while nothing is recorded; `subject` whose journal, else the text's.
    Refuses `text.too_long`."""
    said = text.within(words, "reason")
    r = t.reading_answer
    mine = (
        r.c.text_id == text_id,
        r.c.person_id == person_id,
        r.c.paragraph_sha256 == paragraph.sha256,
        r.c.ended_at.is_(None),
    )
    known = tx.conn.execute(sa.select(r.c.id, r.c.answer, r.c.words).where(*mine)).first()
    if known is not None and known.answer == answer and (known.words == said or not said):
        return False
    if known is not None:
        _end(tx, now, (known.id,), Ended.AGAIN)
    row = {
        "id": new_id(),
        "text_id": text_id,
        "person_id": person_id,
        "person": person,
        "paragraph_sha256": paragraph.sha256,
        "label": paragraph.label,
        "answer": answer,
        "words": said,
        "at": now,
        "by": actor.name,
        "offset_ms": offset_ms,
    }
    tx.conn.execute(r.insert().values(row))
    facts = {
        "text": text_id,
        "person": person_id,
        "paragraph": paragraph.sha256,
        "answer": answer,
        "offset_ms": offset_ms,
    }
    tx.record("reading.answered", subject or text_id, actor, now, facts)
    return True


def end_changed(tx: Tx, *, now: datetime, text_id: str, paragraphs: Collection[Paragraph]) -> tuple[str, ...]:
    """Answers to paragraphs that are no longer in the text end; gives the labels they were given under, in order."""
    kept = {paragraph.sha256 for paragraph in paragraphs}
    fallen = [
        one
        for one in papers.answers(tx.conn, text_id)
        if one.ended_at is None and one.paragraph_sha256 not in kept
    ]
    _end(tx, now, [one.id for one in fallen], Ended.CHANGED)
    return tuple(dict.fromkeys(one.label for one in fallen))


def answer_of(value: str) -> Answer:
    """As sent by a page; refuses `reading.answer`."""
    try:
        return Answer(value)
    except ValueError as error:
        raise CourtError("reading.answer") from error


def _end(tx: Tx, now: datetime, ids: Collection[str], why: Ended) -> None:
    if ids:
        r = t.reading_answer
        tx.conn.execute(r.update().where(r.c.id.in_(ids)).values(ended_at=now, ended_why=why))
