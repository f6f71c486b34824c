"""Sheets signed by hand that come back: kept as they came, compared with the print by a person, then accepted or sent back.

For any paper printed to be signed by hand; who may do so the caller has asked before.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.signature import ScanCheck, ScanState, SheetFound
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import signatures


def upload(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    base_sha256: str,
    sheets: Sequence[str],
    findings: Sequence[SheetFound],
) -> ScanCheck:
    """`sheets` are stored pictures in page order; an earlier upload that still waits is sent back by this one."""
    for one in signatures.scans(tx.conn, subject_id):
        if one.state is ScanState.WAITING:
            _close(tx, actor, now, one, ScanState.REJECTED, "另行上传")
    row = {
        "id": new_id(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "base_sha256": base_sha256,
        "state": ScanState.WAITING,
        "sheets": json.dumps(list(sheets)),
        "findings": json.dumps([asdict(one) for one in findings]),
        "manners": "{}",
        "reason": "",
        "at": now,
        "by": actor.name,
        "checked_at": None,
        "checked_by": "",
    }
    tx.conn.execute(t.scan_check.insert().values(row))
    facts = {"scan": row["id"], "sheets": len(sheets), "unread": sum(f.state != "found" for f in findings)}
    tx.record("scan.uploaded", subject_id, actor, now, facts)
    return get(tx, subject_id=subject_id, scan_id=str(row["id"]))


def get(rx: Read, *, subject_id: str, scan_id: str) -> ScanCheck:
    """Refuses `scan.not_found`."""
    found = next((one for one in signatures.scans(rx.conn, subject_id) if one.id == scan_id), None)
    if found is None:
        raise CourtError("scan.not_found")
    return found


def waiting(rx: Read, *, subject_id: str) -> ScanCheck | None:
    """The upload that somebody has still to compare."""
    return next((s for s in signatures.scans(rx.conn, subject_id) if s.state is ScanState.WAITING), None)


def require_open(rx: Read, *, subject_id: str, scan_id: str, base_sha256: str) -> ScanCheck:
    """Refuses `scan.checked` once decided, or where another version was printed since."""
    found = get(rx, subject_id=subject_id, scan_id=scan_id)
    if found.state is not ScanState.WAITING or found.base_sha256 != base_sha256:
        raise CourtError("scan.checked")
    return found


def accept(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_id: str,
    scan_id: str,
    base_sha256: str,
    manners: dict[str, str],
    note: str,
) -> ScanCheck:
    """Compared page by page and found the same; `note` says how sheets without a readable code were told apart.

    Refuses `scan.checked`, `text.empty` where such sheets are left unexplained.
    """
    found = require_open(tx, subject_id=subject_id, scan_id=scan_id, base_sha256=base_sha256)
    said = text.required(note, "reason") if found.unread else text.within(note, "reason")
    tx.conn.execute(
        t.scan_check.update().where(t.scan_check.c.id == scan_id).values(manners=json.dumps(manners))
    )
    return _close(tx, actor, now, found, ScanState.ACCEPTED, said)


def reject(tx: Tx, *, actor: Actor, now: datetime, subject_id: str, scan_id: str, reason: str) -> ScanCheck:
    """Something does not agree: the sheets stay on record, others are to be handed in."""
    found = get(tx, subject_id=subject_id, scan_id=scan_id)
    if found.state is not ScanState.WAITING:
        raise CourtError("scan.checked")
    return _close(tx, actor, now, found, ScanState.REJECTED, text.required(reason, "reason"))


def _close(tx: Tx, actor: Actor, now: datetime, scan: ScanCheck, state: ScanState, reason: str) -> ScanCheck:
    values = {"state": state, "reason": reason, "checked_at": now, "checked_by": actor.name}
    tx.conn.execute(t.scan_check.update().where(t.scan_check.c.id == scan.id).values(values))
    tx.record(f"scan.{state}", scan.subject_id, actor, now, {"scan": scan.id, "reason": reason})
    return get(tx, subject_id=scan.subject_id, scan_id=scan.id)
