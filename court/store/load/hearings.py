"""Sessions, seats, suspensions, identity checks, transcripts and recordings as dataclasses."""

from typing import Any

import sqlalchemy as sa

from court.domain.admission import Admission
from court.domain.hearing import (
    Hearing,
    HearingKind,
    HearingState,
    IdentityCheck,
    IdentityMethod,
    Place,
    Presence,
    Seat,
    SeatRole,
    SuspendReason,
    Suspension,
)
from court.domain.recording import GapRow, RecordingRow, SegmentRow
from court.domain.transcript import (
    Correction,
    CorrectionState,
    Line,
    LineRevision,
    Transcript,
    TranscriptState,
)
from court.store import tables as t


def hearing_of(conn: sa.Connection, row: Any) -> Hearing:
    reason = None
    if row.state == HearingState.SUSPENDED:
        open_one = (t.suspension.c.hearing_id == row.id, t.suspension.c.to_at.is_(None))
        reason = SuspendReason(conn.execute(sa.select(t.suspension.c.reason).where(*open_one)).scalar_one())
    return Hearing(
        id=row.id,
        kind=HearingKind(row.kind),
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        state=HearingState(row.state),
        title=row.title,
        starts_at=row.starts_at,
        minutes=row.minutes,
        place=row.place,
        open_to_public=row.open_to_public,
        rev=row.rev,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        suspend_reason=reason,
    )


def hearing(conn: sa.Connection, hearing_id: str | None) -> Hearing | None:
    row = conn.execute(sa.select(t.hearing).where(t.hearing.c.id == hearing_id)).first()
    return hearing_of(conn, row) if row else None


def hearings(conn: sa.Connection, query: sa.Select[Any]) -> tuple[Hearing, ...]:
    """`query` selects whole rows of the hearing table."""
    return tuple(hearing_of(conn, row) for row in conn.execute(query).all())


def of_subject(conn: sa.Connection, subject_id: str) -> tuple[Hearing, ...]:
    """Newest first."""
    query = sa.select(t.hearing).where(t.hearing.c.subject_id == subject_id)
    return hearings(conn, query.order_by(t.hearing.c.starts_at.desc()))


def seat_of(row: Any) -> Seat:
    return Seat(
        id=row.id,
        hearing_id=row.hearing_id,
        position=row.position,
        role=SeatRole(row.role),
        name=row.name,
        caption=row.caption,
        place=Place(row.place),
        party_id=row.party_id,
        account_id=row.account_id,
        present=row.present,
        presence=Presence(row.presence),
        presence_at=row.presence_at,
        admission=Admission(row.admission),
        floor=row.floor,
        floor_until=row.floor_until,
        muted=row.muted,
        locked=row.locked,
    )


def seat(conn: sa.Connection, seat_id: str) -> Seat | None:
    row = conn.execute(sa.select(t.seat).where(t.seat.c.id == seat_id)).first()
    return seat_of(row) if row else None


def seats(conn: sa.Connection, hearing_id: str) -> tuple[Seat, ...]:
    query = sa.select(t.seat).where(t.seat.c.hearing_id == hearing_id).order_by(t.seat.c.position)
    return tuple(seat_of(row) for row in conn.execute(query))


def suspensions(conn: sa.Connection, hearing_id: str) -> tuple[Suspension, ...]:
    query = sa.select(t.suspension).where(t.suspension.c.hearing_id == hearing_id)
    return tuple(
        Suspension(
            id=row.id,
            hearing_id=row.hearing_id,
            reason=SuspendReason(row.reason),
            note=row.note,
            from_at=row.from_at,
            to_at=row.to_at,
            by=row.by,
        )
        for row in conn.execute(query.order_by(t.suspension.c.from_at))
    )


def identity_checks(conn: sa.Connection, hearing_id: str) -> dict[str, IdentityCheck]:
    """The newest check of each party made for this hearing, by party id."""
    query = sa.select(t.identity_check).where(t.identity_check.c.hearing_id == hearing_id)
    return {
        row.party_id: IdentityCheck(
            id=row.id,
            hearing_id=row.hearing_id,
            party_id=row.party_id,
            method=IdentityMethod(row.method),
            at=row.at,
            expires_at=row.expires_at,
            by=row.by,
        )
        for row in conn.execute(query.order_by(t.identity_check.c.at, t.identity_check.c.id))
    }


def line_of(row: Any) -> Line:
    return Line(
        id=row.id,
        hearing_id=row.hearing_id,
        seq=row.seq,
        rev=row.rev,
        speaker=row.speaker,
        speaker_seat_id=row.speaker_seat_id,
        text=row.text,
        at=row.at,
        offset_ms=row.offset_ms,
        by=row.by,
    )


def line(conn: sa.Connection, line_id: str) -> Line | None:
    row = conn.execute(sa.select(t.line).where(t.line.c.id == line_id)).first()
    return line_of(row) if row else None


def lines(conn: sa.Connection, hearing_id: str) -> tuple[Line, ...]:
    query = sa.select(t.line).where(t.line.c.hearing_id == hearing_id).order_by(t.line.c.seq)
    return tuple(line_of(row) for row in conn.execute(query))


def revisions(conn: sa.Connection, line_id: str) -> tuple[LineRevision, ...]:
    query = sa.select(t.line_revision).where(t.line_revision.c.line_id == line_id)
    return tuple(LineRevision(**row._mapping) for row in conn.execute(query.order_by(t.line_revision.c.rev)))


_CORRECTION = sa.select(t.correction, t.line.c.seq.label("line_seq")).join(
    t.line, t.line.c.id == t.correction.c.line_id
)


def correction_of(row: Any) -> Correction:
    return Correction(
        id=row.id,
        hearing_id=row.hearing_id,
        line_id=row.line_id,
        line_seq=row.line_seq,
        line_rev=row.line_rev,
        seat_id=row.seat_id,
        by=row.by,
        wanted=row.wanted,
        state=CorrectionState(row.state),
        at=row.at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def correction(conn: sa.Connection, correction_id: str) -> Correction | None:
    row = conn.execute(_CORRECTION.where(t.correction.c.id == correction_id)).first()
    return correction_of(row) if row else None


def transcript(conn: sa.Connection, hearing_id: str) -> Transcript:
    """Open and empty when nothing was written yet."""
    head = conn.execute(sa.select(t.transcript).where(t.transcript.c.hearing_id == hearing_id)).first()
    query = _CORRECTION.where(t.correction.c.hearing_id == hearing_id)
    rows = conn.execute(query.order_by(t.correction.c.at, t.correction.c.id)).all()
    return Transcript(
        hearing_id=hearing_id,
        state=TranscriptState(head.state) if head else TranscriptState.OPEN,
        sha256=head.sha256 if head else "",
        finalised_at=head.finalised_at if head else None,
        finalised_by=head.finalised_by if head else "",
        lines=lines(conn, hearing_id),
        corrections=tuple(correction_of(row) for row in rows),
    )


def recording(conn: sa.Connection, hearing_id: str) -> RecordingRow | None:
    row = conn.execute(sa.select(t.recording).where(t.recording.c.hearing_id == hearing_id)).first()
    return RecordingRow(**row._mapping) if row else None


def segments(conn: sa.Connection, hearing_id: str, after_ms: int = 0) -> tuple[SegmentRow, ...]:
    s = t.recording_segment
    wanted = (s.c.hearing_id == hearing_id, s.c.end_ms > after_ms)
    query = sa.select(s).where(*wanted).order_by(s.c.track, s.c.index)
    return tuple(SegmentRow(**row._mapping) for row in conn.execute(query))


def gaps(conn: sa.Connection, hearing_id: str) -> tuple[GapRow, ...]:
    g = t.recording_gap
    columns = [column for column in g.c if column.name != "id"]
    query = sa.select(*columns).where(g.c.hearing_id == hearing_id).order_by(g.c.start_ms, g.c.track)
    return tuple(GapRow(**row._mapping) for row in conn.execute(query))
