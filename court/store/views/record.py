"""The archive ledger (录音录像台账) and the page of one record; nothing is changed here."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain.archive import Archive, ArchiveState
from court.domain.errors import CourtError
from court.domain.export import Export
from court.domain.hearing import Hearing, HearingState, Seat
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.record_paper import RecordPaperRow
from court.domain.recording import GapRow, RecordingRow, faults
from court.store import sight
from court.store import tables as t
from court.store.database import Read
from court.store.load import hearings, record

LEDGER_MOST = 300
EVENTS_MOST = 200
# What the page of a record tells of its own history.
_TOLD = ("recording.", "archive.", "export.", "record_paper.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """`number` of the matter or petition; `archive` None until the first check."""

    hearing: Hearing
    number: str
    recording: RecordingRow | None
    archive: Archive | None

    @property
    def troubled(self) -> bool:
        return self.archive is not None and self.archive.state is ArchiveState.FAULTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Problems first, then the newest. `total` counts all that this person may see among the newest read."""

    rows: tuple[LedgerRow, ...]
    troubled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A row of the history: `who` is the account's name, 系统 for the program; `part` what was looked at."""

    at: datetime
    type: str
    who: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One recording with all that was done with it."""

    row: LedgerRow
    gaps: tuple[GapRow, ...]
    seats: tuple[Seat, ...]
    exports: tuple[Export, ...]
    papers: tuple[RecordPaperRow, ...]
    faults: int
    events: tuple[Event, ...]


def ledger(rx: Read, *, actor: Actor) -> Ledger:
    """Sessions that ran and are over: all of them for administrators, else one's own."""
    h = t.hearing
    query = sa.select(h).where(h.c.state == HearingState.CLOSED, h.c.opened_at.is_not(None))
    found = hearings.hearings(rx.conn, query.order_by(h.c.closed_at.desc()).limit(2000))
    mine = (one for one in found if _keeps(rx, actor, one))
    rows = [_row(rx, one) for one, _ in zip(mine, range(LEDGER_MOST), strict=False)]
    rows.sort(key=lambda row: not row.troubled)
    return Ledger(rows=tuple(rows), troubled=sum(row.troubled for row in rows))


def record_page(rx: Read, *, actor: Actor, hearing_id: str) -> RecordPage:
    """Refuses `recording.not_found` to whoever may not see the session, and before it is over."""
    hearing = hearings.hearing(rx.conn, hearing_id)
    if hearing is None or hearing.opened_at is None or not _keeps(rx, actor, hearing):
        raise CourtError("recording.not_found")
    gaps = hearings.gaps(rx.conn, hearing_id)
    return RecordPage(
        row=_row(rx, hearing),
        gaps=gaps,
        seats=hearings.seats(rx.conn, hearing_id),
        exports=record.exports(rx.conn, hearing_id),
        papers=record.record_papers(rx.conn, hearing_id),
        faults=len(faults(gaps, max((gap.start_ms for gap in gaps), default=0))[0]),
        events=_events(rx, hearing_id),
    )


def _keeps(rx: Read, actor: Actor, hearing: Hearing) -> bool:
    if actor.kind is not ActorKind.STAFF:
        return False
    return actor.role is Role.ADMIN or sight.sees_hearing(rx, actor=actor, hearing_id=hearing.id)


def _row(rx: Read, hearing: Hearing) -> LedgerRow:
    return LedgerRow(
        hearing=hearing,
        number=hearing.title.partition(" ")[0],
        recording=hearings.recording(rx.conn, hearing.id),
        archive=record.archive(rx.conn, hearing.id),
    )


def _events(rx: Read, hearing_id: str) -> tuple[Event, ...]:
    """The newest first, without the segments and gaps, which the timeline shows."""
    j, a = t.journal, t.account
    told = sa.or_(*(j.c.type.startswith(prefix, autoescape=True) for prefix in _TOLD))
    shown = (j.c.subject == hearing_id, told, j.c.type.not_in(["recording.segment", "recording.gap"]))
    columns = sa.select(j.c.at, j.c.type, j.c.body, a.c.name).select_from(
        j.outerjoin(a, a.c.id == j.c.actor_id)
    )
    query = columns.where(*shown).order_by(j.c.seq.desc()).limit(EVENTS_MOST)
    rows = rx.conn.execute(query)
    return tuple(
        Event(
            at=row.at, type=row.type, who=row.name or "系统", part=str(json.loads(row.body).get("part", ""))
        )
        for row in rows
    )


def drawn_in_signing(rx: Read, *, subject_id: str) -> tuple[RecordPaperRow, ...]:
    """Papers drawn up about a dispute or petition that wait for a signature or the seal; its page asked who may see it."""
    return record.drawn_in_signing(rx.conn, subject_id)
