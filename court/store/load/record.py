"""Archive, holds, copies and handouts as dataclasses."""

import json
from typing import Any

import sqlalchemy as sa

from court.domain.archive import Archive, ArchiveState, Hold
from court.domain.export import Export, ExportKind, ExportState, Handout
from court.domain.paper import PaperKind
from court.domain.reading import Paragraph
from court.domain.record_paper import RecordPaperKind, RecordPaperRow, RecordPaperState, RecordSigner
from court.store import tables as t
from court.store.load import papers, signatures


def archive(conn: sa.Connection, hearing_id: str) -> Archive | None:
    row = conn.execute(sa.select(t.archive).where(t.archive.c.hearing_id == hearing_id)).first()
    return archive_of(row, holds(conn, hearing_id)) if row else None


def archive_of(row: Any, held: tuple[Hold, ...]) -> Archive:
    return Archive(
        hearing_id=row.hearing_id,
        state=ArchiveState(row.state),
        retention=row.retention,
        due_on=row.due_on,
        checked_at=row.checked_at,
        archived_at=row.archived_at,
        problems=tuple(json.loads(row.problems)),
        removed_at=row.removed_at,
        removed_by=row.removed_by,
        holds=held,
    )


def holds(conn: sa.Connection, hearing_id: str) -> tuple[Hold, ...]:
    h = t.hold
    query = sa.select(h).where(h.c.hearing_id == hearing_id).order_by(h.c.from_at, h.c.id)
    return tuple(Hold(**row._mapping) for row in conn.execute(query))


def export(conn: sa.Connection, export_id: str) -> Export | None:
    row = conn.execute(sa.select(t.export).where(t.export.c.id == export_id)).first()
    return _export_of(conn, row) if row else None


def exports(conn: sa.Connection, hearing_id: str) -> tuple[Export, ...]:
    e = t.export
    query = sa.select(e).where(e.c.hearing_id == hearing_id).order_by(e.c.at.desc(), e.c.id.desc())
    return tuple(_export_of(conn, row) for row in conn.execute(query.limit(100)))


def _export_of(conn: sa.Connection, row: Any) -> Export:
    h = t.handout
    given = conn.execute(sa.select(h).where(h.c.export_id == row.id).order_by(h.c.at, h.c.id))
    facts = dict(row._mapping) | {"kind": ExportKind(row.kind), "state": ExportState(row.state)}
    return Export(**facts, handouts=tuple(Handout(**one._mapping) for one in given))


_RECORD_PAPERS = sa.select(t.record_paper, t.hearing.c.subject_kind, t.hearing.c.subject_id).join(
    t.hearing, t.hearing.c.id == t.record_paper.c.hearing_id
)


def record_paper(conn: sa.Connection, paper_id: str) -> RecordPaperRow | None:
    row = conn.execute(_RECORD_PAPERS.where(t.record_paper.c.id == paper_id)).first()
    return _record_paper_of(conn, row) if row else None


def record_papers(conn: sa.Connection, hearing_id: str) -> tuple[RecordPaperRow, ...]:
    p = t.record_paper
    query = _RECORD_PAPERS.where(p.c.hearing_id == hearing_id).order_by(p.c.at.desc(), p.c.id.desc())
    return tuple(_record_paper_of(conn, row) for row in conn.execute(query.limit(50)))


def drawn_in_signing(conn: sa.Connection, subject_id: str) -> tuple[RecordPaperRow, ...]:
    """Papers drawn up about a dispute or petition that somebody has still to sign, or that wait for the seal."""
    p = t.record_paper
    query = _RECORD_PAPERS.where(
        t.hearing.c.subject_id == subject_id,
        p.c.kind == RecordPaperKind.DRAWN,
        p.c.state == RecordPaperState.SIGNING,
    )
    return tuple(
        _record_paper_of(conn, row) for row in conn.execute(query.order_by(p.c.at, p.c.id).limit(50))
    )


def _record_paper_of(conn: sa.Connection, row: Any) -> RecordPaperRow:
    s = t.record_signer
    columns = [s.c[name] for name in RecordSigner.__dataclass_fields__]
    found = conn.execute(sa.select(*columns).where(s.c.record_paper_id == row.id).order_by(s.c.position))
    facts = dict(row._mapping) | {
        "kind": RecordPaperKind(row.kind),
        "paper_kind": PaperKind(row.paper_kind),
        "state": RecordPaperState(row.state),
    }
    p = t.record_paragraph
    spoken = conn.execute(sa.select(p).where(p.c.record_paper_id == row.id).order_by(p.c.position))
    return RecordPaperRow(
        **facts,
        signers=tuple(RecordSigner(**one._mapping) for one in found),
        paragraphs=tuple(Paragraph(id=str(one.position), label=one.label, text=one.text) for one in spoken),
        answers=papers.answers(conn, row.id),
        refused=frozenset(one.signer_id for one in signatures.refusals(conn, row.id)),
    )
