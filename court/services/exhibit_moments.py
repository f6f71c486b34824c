"""When what happened to the exhibits of a session, and the lines of the transcript that these moments suggest."""

from datetime import datetime

from court.domain.errors import CourtError
from court.domain.exhibit import Exhibit
from court.domain.exhibit_moment import SUGGESTION, LineAction, LineState, Moment, MomentKind
from court.domain.hearing import Hearing
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.transcript import Line
from court.services import transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import exhibits, hearings


def keep(
    tx: Tx,
    actor: Actor,
    now: datetime,
    hearing: Hearing,
    exhibit: Exhibit,
    kind: MomentKind,
    *,
    page: int = 0,
    offset_ms: int | None = None,
    speaker: str = "",
    words: str = "",
) -> None:
    """Writes the moment of an act down, in the act's own transaction; `words` suggest a line."""
    row = {
        "id": new_id(),
        "hearing_id": hearing.id,
        "exhibit_id": exhibit.id,
        "kind": kind,
        "page": page,
        "at": now,
        "offset_ms": offset_ms,
        "by": actor.name,
        "speaker": speaker,
        "words": words,
        "line_state": SUGGESTION.start if words else "",
    }
    tx.conn.execute(t.exhibit_moment.insert().values(row))


def moments(rx: Read, *, hearing_id: str) -> tuple[Moment, ...]:
    """Every moment of the exhibits of a session, oldest first: the playback jumps to their `offset_ms`."""
    return exhibits.moments(rx.conn, hearing_id)


def open_lines(rx: Read, *, hearing_id: str) -> tuple[Moment, ...]:
    """The suggestions that nobody has written down or dropped yet."""
    return tuple(one for one in moments(rx, hearing_id=hearing_id) if one.line_state is LineState.OPEN)


def write_line(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, moment_id: str, speaker: str, text: str
) -> Line:
    """The suggested line, as the writer worded it, at the moment of the act. Written twice it is the same line.

    Refuses `suggestion.not_found`, `suggestion.wrong_state` (dropped before) and what the transcript refuses.
    """
    found = _of(tx, actor, hearing_id, moment_id)
    if found.line_state is LineState.WRITTEN and found.line_id is not None:
        line = hearings.line(tx.conn, found.line_id)
        assert line is not None
        return line
    state = SUGGESTION.after(found.line_state or LineState.DROPPED, LineAction.WRITE, actor.role)
    line = transcript.append(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        speaker=speaker,
        text=text,
        offset_ms=found.offset_ms,
        at=found.at,
    )
    changed = {"line_state": state, "line_id": line.id}
    tx.conn.execute(t.exhibit_moment.update().where(t.exhibit_moment.c.id == moment_id).values(changed))
    return line


def drop_line(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, moment_id: str) -> None:
    """Not into the transcript. Dropped twice it is dropped once."""
    found = _of(tx, actor, hearing_id, moment_id)
    if found.line_state is LineState.DROPPED:
        return
    state = SUGGESTION.after(found.line_state or LineState.DROPPED, LineAction.DROP, actor.role)
    tx.conn.execute(
        t.exhibit_moment.update().where(t.exhibit_moment.c.id == moment_id).values(line_state=state)
    )
    tx.record("exhibit.line_dropped", hearing_id, actor, now, {"moment": moment_id})


def _of(tx: Tx, actor: Actor, hearing_id: str, moment_id: str) -> Moment:
    sight.seen(tx, actor=actor, hearing_id=hearing_id)
    found = exhibits.moment(tx.conn, moment_id)
    if found is None or found.hearing_id != hearing_id or found.line_state is None:
        raise CourtError("suggestion.not_found")
    return found
