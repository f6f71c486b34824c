"""Papers of the register that were printed to be signed by hand: the sheets that came back, sealed and registered beside
the print. Agreements have their own states: services/signing.py."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.paper import PAPER_NAMES, Paper, PaperKind
from court.domain.service import NOTED, Attempt, ServiceState
from court.domain.service_fact import Fact, FactKind
from court.domain.signature import ScanCheck, ScanState
from court.services import paper as papers
from court.services import scans, serving
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import signatures

SUBJECT = "paper"


def latest(rx: Read, *, paper_id: str) -> ScanCheck | None:
    """The newest upload of sheets of this paper: waiting, taken or sent back."""
    known = signatures.scans(rx.conn, paper_id)
    return known[0] if known else None


def require_awaited(rx: Read, *, paper_id: str) -> None:
    """Refuses `paper.withdrawn`; `scan.checked` where its sheets are in the register already."""
    papers.require_current(rx, paper_id=paper_id)
    if any(one.state is ScanState.ACCEPTED for one in signatures.scans(rx.conn, paper_id)):
        raise CourtError("scan.checked")


def signed_copy(rx: Read, *, found: Paper) -> Paper | None:
    """The sealed scan of this print, once its sheets were compared."""
    if not any(one.state is ScanState.ACCEPTED for one in signatures.scans(rx.conn, found.id)):
        return None
    known = papers.of_subject(rx, subject_id=found.subject_id)
    wanted = title_of(found)
    return next((p for p in known if p.kind is PaperKind.SIGNED_SHEETS and p.title == wanted), None)


def title_of(found: Paper) -> str:
    """Of the scan; the end of the print's id keeps two papers of one kind apart."""
    return f"{found.title}（{PAPER_NAMES[PaperKind.SIGNED_SHEETS]}，{found.id[-6:]}）"


def awaiting_receipt(rx: Read, *, found: Paper) -> Attempt | None:
    """The attempt of service that this 送达回证 will prove: not served yet, and one that is signed for."""
    attempt = serving.of_return(rx, paper_id=found.id)
    if attempt is None or attempt.state not in {ServiceState.OPEN, ServiceState.FAILED}:
        return None
    return attempt if FactKind.SIGNED in NOTED[attempt.method] else None


def agreement_of(rx: Read, *, found: Paper) -> str | None:
    """The agreement whose print this is: its sheets come back on the agreement's own page."""
    if found.kind is not PaperKind.AGREEMENT:
        return None
    r = t.revision
    query = sa.select(r.c.agreement_id).where(r.c.sha256 == found.sha256).limit(1)
    return rx.conn.execute(query).scalar()


def finish(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    found: Paper,
    scan_id: str,
    manners: dict[str, str],
    note: str,
    sha256: str,
    pages: int,
    receipt: Fact | None = None,
) -> Paper:
    """Compared and sealed: in the register beside the print. `receipt`: what a 送达回证 proves of its attempt.

    Refuses `scan.checked`, `paper.withdrawn`, `text.empty`, and what `serving.note` refuses."""
    require_awaited(tx, paper_id=found.id)
    attempt = awaiting_receipt(tx, found=found)
    if receipt is not None and attempt is not None:
        serving.note(tx, actor=actor, now=now, service_id=attempt.id, fact=receipt)
    scans.accept(
        tx,
        actor=actor,
        now=now,
        subject_id=found.id,
        scan_id=scan_id,
        base_sha256=found.sha256,
        manners=manners,
        note=note,
    )
    return papers.register(
        tx,
        actor=actor,
        now=now,
        subject_kind=found.subject_kind,
        subject_id=found.subject_id,
        hearing_id=found.hearing_id,
        kind=PaperKind.SIGNED_SHEETS,
        number=found.number,
        title=title_of(found),
        sha256=sha256,
        pages=pages,
    )
