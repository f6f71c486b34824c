"""Evidence records of signatures for who may see the paper: listed, and handed out with a line in the journal."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, ActorKind
from court.domain.signature import SignatureRecord
from court.services import agreements, hand, record_papers
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import signatures


def of_subject(rx: Read, *, actor: Actor, subject_kind: str, subject_id: str) -> tuple[SignatureRecord, ...]:
    """Oldest first. Staff who may see the paper; refuses `hand.no_record` to everybody else."""
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("hand.no_record")
    if subject_kind == hand.SUBJECT:
        agreements.seen(rx, actor=actor, agreement_id=subject_id)
    elif subject_kind == record_papers.SUBJECT:
        record_papers.get(rx, actor=actor, paper_id=subject_id)
    else:
        raise CourtError("hand.no_record")
    return signatures.records(rx.conn, subject_id)


def get(rx: Read, *, actor: Actor, record_id: str) -> SignatureRecord:
    """Refuses `hand.no_record`, and what `of_subject` refuses."""
    r = t.signature_record
    columns = sa.select(r.c.subject_kind, r.c.subject_id)
    row = rx.conn.execute(columns.where(r.c.id == record_id)).first()
    if row is None:
        raise CourtError("hand.no_record")
    all_of = of_subject(rx, actor=actor, subject_kind=row.subject_kind, subject_id=row.subject_id)
    return next(one for one in all_of if one.id == record_id)


def hand_out(tx: Tx, *, actor: Actor, now: datetime, record_id: str, part: str) -> SignatureRecord:
    """`get`, and who took or looked at which part (record, still, hand) is written down."""
    found = get(tx, actor=actor, record_id=record_id)
    tx.record("signing.evidence_taken", found.subject_id, actor, now, {"record": record_id, "part": part})
    return found
