"""Copies of a recording: asked for, made, handed out; each act in the journal. The making is elsewhere."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.archive import ArchiveState
from court.domain.errors import CourtError, field_problem
from court.domain.export import (
    EXPORT,
    FOR_PARTIES,
    LIVE,
    Export,
    ExportAction,
    ExportKind,
    ExportState,
)
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, SYSTEM_ACTOR, Actor, ActorKind, Role
from court.services import viewing
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, record

# A file that was fetched or not is made again at any time: disks are finite.
KEPT = timedelta(days=7)
_MAKERS = BENCH | {Role.CLERK}


def ask(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, kind: ExportKind, reason: str) -> Export:
    """A new job. Refuses `export.not_over`, `export.busy`, `form.invalid` (no reason), `recording.reason_needed`."""
    _maker(tx, actor, now, hearing_id)
    row = hearings.recording(tx.conn, hearing_id)
    kept = record.archive(tx.conn, hearing_id)
    if row is None or (kept and kept.state is ArchiveState.REMOVED):
        raise CourtError("recording.not_found")
    if row.ended_at is None:
        raise CourtError("export.not_over")
    why = text.line_clean(reason)[:400]
    if len(why) < 2:
        raise CourtError("form.invalid", problems=(field_problem("export-reason", "text.empty"),))
    if any(one.kind is kind and one.state in LIVE for one in record.exports(tx.conn, hearing_id)):
        raise CourtError("export.busy")
    fresh = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "kind": kind,
        "state": EXPORT.start,
        "progress": 0,
        "detail": "",
        "reason": why,
        "file": "",
        "sha256": "",
        "size": 0,
        "at": now,
        "by": actor.name,
        "ended_at": None,
    }
    tx.conn.execute(t.export.insert().values(fresh))
    tx.record("export.asked", hearing_id, actor, now, {"export": fresh["id"], "kind": kind})
    return get(tx, export_id=str(fresh["id"]))


def get(rx: Read, *, export_id: str) -> Export:
    """Refuses `export.not_found`."""
    found = record.export(rx.conn, export_id)
    if found is None:
        raise CourtError("export.not_found")
    return found


def start_next(tx: Tx, *, now: datetime) -> Export | None:
    """The oldest queued job begins; None when there is nothing."""
    e = t.export
    query = sa.select(e.c.id).where(e.c.state == ExportState.QUEUED).order_by(e.c.at, e.c.id).limit(1)
    export_id = tx.conn.execute(query).scalar()
    if export_id is None:
        return None
    return _step(tx, SYSTEM_ACTOR, now, export_id, ExportAction.START, "export.started", detail="")


def progressed(tx: Tx, *, export_id: str, progress: int) -> bool:
    """How far it is, in thousandths. False when the job was cancelled meanwhile: stop making it."""
    e = t.export
    running = (e.c.id == export_id, e.c.state == ExportState.RUNNING)
    return tx.conn.execute(e.update().where(*running).values(progress=progress)).rowcount == 1


def finished(tx: Tx, *, now: datetime, export_id: str, file: str, sha256: str, size: int) -> Export:
    """The file lies there, whole."""
    facts = {"file": file, "sha256": sha256, "size": size, "progress": 1000, "ended_at": now}
    return _step(tx, SYSTEM_ACTOR, now, export_id, ExportAction.FINISH, "export.finished", **facts)


def failed(tx: Tx, *, now: datetime, export_id: str, detail: str) -> Export:
    """With words for the person who asked."""
    facts = {"detail": text.line_clean(detail)[:400], "ended_at": now}
    return _step(tx, SYSTEM_ACTOR, now, export_id, ExportAction.FAIL, "export.failed", **facts)


def recover(tx: Tx, *, now: datetime) -> int:
    """At start: what was being made when the program died is queued again and goes on with its pieces."""
    running = tx.conn.execute(sa.select(t.export.c.id).where(t.export.c.state == ExportState.RUNNING))
    found = running.scalars().all()
    for export_id in found:
        _step(tx, SYSTEM_ACTOR, now, export_id, ExportAction.RESUME, "export.resumed")
    return len(found)


def retry(tx: Tx, *, actor: Actor, now: datetime, export_id: str) -> Export:
    """failed -> queued; a file that was cleared away is made again by a new job."""
    known = _mine(tx, actor, now, export_id)
    return _step(tx, actor, now, known.id, ExportAction.RETRY, "export.retried", detail="", ended_at=None)


def cancel(tx: Tx, *, actor: Actor, now: datetime, export_id: str) -> Export:
    """Also of a running job: the worker notices and stops."""
    known = _mine(tx, actor, now, export_id)
    return _step(tx, actor, now, known.id, ExportAction.CANCEL, "export.cancelled", ended_at=now)


def download(tx: Tx, *, actor: Actor, now: datetime, export_id: str) -> Export:
    """The file leaves, recorded. Refuses `export.not_found` (also while there is no file)."""
    known = _mine(tx, actor, now, export_id)
    if known.state is not ExportState.DONE or not known.file:
        raise CourtError("export.not_found")
    facts = {"export": known.id, "kind": known.kind, "sha256": known.sha256}
    tx.record("export.downloaded", known.hearing_id, actor, now, facts)
    return known


def hand_out(tx: Tx, *, actor: Actor, now: datetime, export_id: str, receiver: str, relation: str) -> Export:
    """To whom the copy was given. Parties get sound only: refuses `export.not_for_parties`, `form.invalid`."""
    known = _mine(tx, actor, now, export_id)
    if known.state is not ExportState.DONE:
        raise CourtError("export.not_found")
    if known.kind not in FOR_PARTIES:
        raise CourtError("export.not_for_parties")
    name, role = text.line_clean(receiver)[:60], text.line_clean(relation)[:40]
    missing = [field for field, value in (("receiver", name), ("relation", role)) if not value]
    if missing:
        raise CourtError("form.invalid", problems=[field_problem(field, "text.empty") for field in missing])
    row = {
        "id": new_id(),
        "export_id": known.id,
        "receiver": name,
        "relation": role,
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.handout.insert().values(row))
    facts = {"export": known.id, "handout": row["id"], "sha256": known.sha256}
    tx.record("export.handed_out", known.hearing_id, actor, now, facts)
    return get(tx, export_id=known.id)


def stale(rx: Read, *, now: datetime) -> tuple[str, ...]:
    """Jobs whose folders may go: cancelled ones, and files older than `KEPT`."""
    e = t.export
    over = e.c.state == ExportState.CANCELLED
    old = sa.and_(e.c.state.in_([ExportState.DONE, ExportState.FAILED]), e.c.ended_at < now - KEPT)
    return tuple(
        rx.conn.execute(sa.select(e.c.id).where(sa.or_(over, old), e.c.detail != _CLEARED)).scalars()
    )


_CLEARED = "文件已清理，需要时请重新制作。"


def cleared(tx: Tx, *, now: datetime, export_id: str) -> None:
    """The folder is gone; who had the copy and its hash stay."""
    known = get(tx, export_id=export_id)
    tx.conn.execute(t.export.update().where(t.export.c.id == export_id).values(file="", detail=_CLEARED))
    tx.record("export.cleared", known.hearing_id, SYSTEM_ACTOR, now, {"export": export_id})


def _maker(rx: Read, actor: Actor, now: datetime, hearing_id: str) -> None:
    viewing.admitted(rx, actor=actor, now=now, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in _MAKERS:
        raise CourtError("recording.not_found")


def _mine(rx: Read, actor: Actor, now: datetime, export_id: str) -> Export:
    known = get(rx, export_id=export_id)
    _maker(rx, actor, now, known.hearing_id)
    return known


def _step(
    tx: Tx, actor: Actor, now: datetime, export_id: str, action: ExportAction, kind: str, **changes: Any
) -> Export:
    known = get(tx, export_id=export_id)
    after = EXPORT.after(known.state, action, actor.role)
    tx.conn.execute(t.export.update().where(t.export.c.id == export_id).values(changes | {"state": after}))
    tx.record(kind, known.hearing_id, actor, now, {"export": export_id})
    return get(tx, export_id=export_id)
