"""Evidence records, declarations, turns of the pad, codes and refusals as dataclasses."""

import json
from typing import Any

import sqlalchemy as sa

from court.domain.hearing import IdentityMethod
from court.domain.signature import (
    CannotWrite,
    CodeChannel,
    Manner,
    PadTurn,
    Refusal,
    ScanCheck,
    ScanState,
    SheetFound,
    SignatureRecord,
    SigningCode,
    WitnessCheck,
)
from court.store import tables as t


def records(conn: sa.Connection, subject_id: str) -> tuple[SignatureRecord, ...]:
    """Oldest first, also those of a text that was changed since (by `rev`)."""
    r = t.signature_record
    rows = conn.execute(sa.select(r).where(r.c.subject_id == subject_id).order_by(r.c.at, r.c.id))
    return tuple(SignatureRecord(**dict(row._mapping) | {"manner": Manner(row.manner)}) for row in rows)


def cannot_write(conn: sa.Connection, agreement_id: str) -> dict[str, CannotWrite]:
    """By the id of the signer who cannot write."""
    c = t.cannot_write
    query = sa.select(c).join(t.signer, t.signer.c.id == c.c.signer_id)
    rows = conn.execute(query.where(t.signer.c.agreement_id == agreement_id))
    return {
        row.signer_id: CannotWrite(
            **dict(row._mapping)
            | {"manner": Manner(row.manner), "witness_identity": IdentityMethod(row.witness_identity)}
        )
        for row in rows
    }


def witness_checks(conn: sa.Connection, agreement_id: str) -> dict[str, WitnessCheck]:
    """The newest of each witness, by the id of the witness's signer."""
    c = t.witness_check
    rows = conn.execute(sa.select(c).where(c.c.agreement_id == agreement_id).order_by(c.c.at, c.c.id))
    return {
        row.signer_id: WitnessCheck(**dict(row._mapping) | {"method": IdentityMethod(row.method)})
        for row in rows
    }


def pad_turn(conn: sa.Connection, subject_id: str) -> PadTurn | None:
    """The newest turn that was not ended; it may have run out."""
    p = t.pad_turn
    query = sa.select(p).where(p.c.subject_id == subject_id, p.c.ended_at.is_(None))
    row = conn.execute(query.order_by(p.c.taken_at.desc(), p.c.id.desc()).limit(1)).first()
    return _turn(row) if row else None


def _turn(row: Any) -> PadTurn:
    values = dict(row._mapping)
    values.pop("ended")
    return PadTurn(**values)


def signing_code(conn: sa.Connection, signer_id: str) -> SigningCode | None:
    """The newest code; only that one counts."""
    c = t.signing_code
    query = sa.select(c).where(c.c.signer_id == signer_id).order_by(c.c.at.desc(), c.c.id.desc()).limit(1)
    row = conn.execute(query).first()
    if row is None:
        return None
    return SigningCode(
        id=row.id,
        signer_id=row.signer_id,
        base_sha256=row.base_sha256,
        code_hash=row.code_hash,
        channel=CodeChannel(row.channel),
        wrong=row.wrong,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


def refusals(conn: sa.Connection, subject_id: str) -> tuple[Refusal, ...]:
    """Oldest first."""
    r = t.refusal
    rows = conn.execute(sa.select(r).where(r.c.subject_id == subject_id).order_by(r.c.at, r.c.id))
    return tuple(Refusal(**row._mapping) for row in rows)


def scans(conn: sa.Connection, subject_id: str) -> tuple[ScanCheck, ...]:
    """Newest first."""
    c = t.scan_check
    query = sa.select(c).where(c.c.subject_id == subject_id).order_by(c.c.at.desc(), c.c.id.desc())
    return tuple(
        ScanCheck(
            **dict(row._mapping)
            | {
                "state": ScanState(row.state),
                "sheets": tuple(json.loads(row.sheets)),
                "findings": tuple(SheetFound(**one) for one in json.loads(row.findings)),
                "manners": json.loads(row.manners),
            }
        )
        for row in conn.execute(query)
    )
