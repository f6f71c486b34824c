"""Papers handed in (材料) for a draft, a matter or a petition: added, taken out, compared with the original."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.intake import MAX_MATERIALS
from court.domain.lifecycle import Actor
from court.domain.matter import Material
from court.store import tables as t
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.store.load import casework


def add(tx: Tx, *, actor: Actor, now: datetime, subject_id: str, label: str, sha256: str) -> Material:
    """Refuses `material.too_many`, `blob.not_found`. The same file twice under one subject is one paper."""
    present = casework.materials(tx.conn, subject_id)
    same = next((material for material in present if material.sha256 == sha256), None)
    if same is not None:
        return same
    if len(present) >= MAX_MATERIALS:
        raise CourtError("material.too_many", most=MAX_MATERIALS)
    if tx.conn.execute(sa.select(t.blob.c.sha256).where(t.blob.c.sha256 == sha256)).first() is None:
        raise CourtError("blob.not_found")
    last = sa.select(sa.func.max(t.material.c.position)).where(t.material.c.subject_id == subject_id)
    row = {
        "id": new_id(),
        "subject_id": subject_id,
        "position": (tx.conn.execute(last).scalar() or 0) + 1,
        "label": text.within(text.line_clean(label), "label") or "材料",
        "sha256": sha256,
        "added_at": now,
        "added_by": actor.name,
        "original_result": "",
        "original_checked_by": "",
        "removed_reason": "",
    }
    tx.conn.execute(t.material.insert().values(row))
    return get(tx, str(row["id"]))


def remove(tx: Tx, *, now: datetime, material_id: str, reason: str) -> None:
    """The row and the file stay, marked."""
    gone = {"removed_at": now, "removed_reason": text.within(reason, "place")}
    tx.conn.execute(t.material.update().where(t.material.c.id == material_id).values(gone))


def edit(tx: Tx, *, actor: Actor, now: datetime, material_id: str, blob: Blob | None, edits: str) -> None:
    """The picture made by `edits` from the one that came, which stays; None puts that one back."""
    found = get(tx, material_id)
    raw = found.raw_sha256 or found.sha256
    if blob is not None:
        remember(tx, actor=actor, now=now, blob=blob)
    changed = {"sha256": blob.sha256 if blob else raw, "raw_sha256": raw if blob else None, "edits": edits}
    tx.conn.execute(t.material.update().where(t.material.c.id == material_id).values(changed))
    tx.record("material.edited", found.subject_id, actor, now, {"material": material_id, "edits": edits})


def get(rx: Read, material_id: str) -> Material:
    """Refuses `material.not_found`."""
    found = casework.material(rx.conn, material_id)
    if found is None:
        raise CourtError("material.not_found")
    return found
