"""Papers that people are still signing: they have no copy and no print, and whoever asked for one is written down."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.mediation import AgreementState
from court.domain.record_paper import RecordPaperState
from court.store import tables as t
from court.store.database import Read, Tx

_OPEN = (AgreementState.SIGNING, AgreementState.DRAFT, AgreementState.READING, AgreementState.VOID)


def is_half_signed(rx: Read, *, any_id: str) -> bool:
    """Whether this is the id of an agreement or a paper of a recording that is not finished, or the hash of its file."""
    return _paper_of(rx, any_id) is not None


def _paper_of(rx: Read, any_id: str) -> str | None:
    a, r = t.agreement, t.record_paper
    agreements = sa.select(a.c.id).where(
        sa.or_(a.c.id == any_id, a.c.head_sha256 == any_id), a.c.state.in_(_OPEN)
    )
    papers = sa.select(r.c.id).where(
        sa.or_(r.c.id == any_id, r.c.head_sha256 == any_id), r.c.state != RecordPaperState.DONE
    )
    found = (rx.conn.execute(query.limit(1)).scalar() for query in (agreements, papers))
    return next((str(one) for one in found if one is not None), None)


def refuse(tx: Tx, *, actor: Actor, now: datetime, any_id: str, way: str) -> None:
    """Nothing for any other id. Refuses `agreement.no_copy` (404), with a line in the journal that stays."""
    paper_id = _paper_of(tx, any_id)
    if paper_id is None:
        return
    tx.record("agreement.copy_refused", paper_id, actor, now, {"way": way})
    raise CourtError("agreement.no_copy", keep=True)
