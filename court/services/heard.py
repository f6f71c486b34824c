"""Sentences a machine heard: offered, taken into the transcript by a writer, or dismissed. Never a line by themselves."""

from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.heard import HEARD, MOST_OPEN, Heard, HeardAction, HeardState, HeardWord
from court.domain.hearing import HearingState
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.transcript import Line, TranscriptAction, TranscriptState
from court.services import transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import heard as load
from court.store.load import hearings
from court.store.rows import insert_new


def offer(
    tx: Tx,
    *,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    text: str,
    words: tuple[HeardWord, ...],
    start_ms: int,
    end_ms: int,
) -> Heard | None:
    """A new suggestion; None when it is known, unwanted (no session, a final transcript) or one too many."""
    if not text or not _wanted(tx, hearing_id, seat_id):
        return None
    recording = hearings.recording(tx.conn, hearing_id)
    if recording is None:
        return None
    made = Heard(
        id=new_id(),
        hearing_id=hearing_id,
        seat_id=seat_id,
        text=text[:2000],
        words=words,
        start_ms=max(0, start_ms),
        end_ms=max(start_ms, end_ms, 0),
        at=min(now, recording.started_at + timedelta(milliseconds=max(0, start_ms))),
        state=HeardState.OFFERED,
    )
    if not insert_new(tx.conn, t.heard, asdict(made) | {"words": load.words_json(words)}):
        return None
    tx.record("heard.offered", hearing_id, SYSTEM_ACTOR, now, {"heard": made.id, "seat": seat_id})
    return made


def _wanted(tx: Tx, hearing_id: str, seat_id: str) -> bool:
    hearing = sight.get(tx, hearing_id=hearing_id)
    seat = hearings.seat(tx.conn, seat_id)
    if hearing.state is not HearingState.IN_SESSION or seat is None or seat.hearing_id != hearing_id:
        return False
    if hearings.transcript(tx.conn, hearing_id).state is TranscriptState.FINAL:
        return False
    open_ones = sa.select(sa.func.count()).where(
        t.heard.c.hearing_id == hearing_id, t.heard.c.state == HeardState.OFFERED
    )
    return bool(tx.conn.execute(open_ones).scalar_one() < MOST_OPEN)


def take(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, heard_id: str, speaker: str, text: str
) -> Line:
    """The sentence, as the writer lets it stand, becomes the next line. Again: the same line.

    Refuses `heard.not_found`, `heard.dismissed` and what the transcript refuses.
    """
    found = _get(tx, hearing_id, heard_id)
    if found.state is HeardState.DISMISSED:
        raise CourtError("heard.dismissed")
    line = transcript.append(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        speaker=speaker,
        text=text,
        speaker_seat_id=found.seat_id,
        offset_ms=found.start_ms,
        at=found.at,
        once=f"heard:{heard_id}",
    )
    if found.state is HeardState.OFFERED:
        _step(tx, actor, found, HeardAction.TAKE)
        facts = {"heard": heard_id, "line": line.id, "changed": text.strip() != found.text}
        tx.record("heard.taken", hearing_id, actor, now, facts)
    return line


def dismiss(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, heard_id: str) -> None:
    """Not what was said, or not worth a line. Again: nothing. Refuses `heard.not_found`, `heard.taken`."""
    transcript.writable(tx, actor, hearing_id, TranscriptAction.APPEND)
    found = _get(tx, hearing_id, heard_id)
    if found.state is HeardState.TAKEN:
        raise CourtError("heard.taken")
    if found.state is HeardState.OFFERED:
        _step(tx, actor, found, HeardAction.DISMISS)
        tx.record("heard.dismissed", hearing_id, actor, now, {"heard": heard_id})


def offered(rx: Read, *, hearing_id: str) -> tuple[Heard, ...]:
    """What waits to be checked, in the order it was said."""
    return load.offered(rx.conn, hearing_id)


def reached(rx: Read, *, hearing_id: str) -> dict[str, int]:
    """Seat -> ms up to which it was heard; a restarted recogniser goes on from there."""
    h = t.heard
    query = sa.select(h.c.seat_id, sa.func.max(h.c.end_ms)).where(h.c.hearing_id == hearing_id)
    return {seat: int(until) for seat, until in rx.conn.execute(query.group_by(h.c.seat_id))}


def _get(tx: Tx, hearing_id: str, heard_id: str) -> Heard:
    found = load.heard(tx.conn, heard_id)
    if found is None or found.hearing_id != hearing_id:
        raise CourtError("heard.not_found")
    return found


def _step(tx: Tx, actor: Actor, found: Heard, action: HeardAction) -> None:
    state = HEARD.after(found.state, action, actor.role)
    tx.conn.execute(t.heard.update().where(t.heard.c.id == found.id).values(state=state))
