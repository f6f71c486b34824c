"""Papers and the proof of their service on each party."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.consent import ConsentStep, has_consent
from court.domain.errors import CourtError, field_problem
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, Actor, ActorKind, Role
from court.domain.paper import MAY_NOT_BE_LEFT, Paper, PaperKind, ServiceInput, ServiceMethod, ServiceRecord
from court.domain.withdrawal import day
from court.services import people
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings, papers, withdrawals
from court.store.rows import insert_new


def register(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    kind: PaperKind,
    number: str,
    title: str,
    sha256: str,
    pages: int,
    hearing_id: str | None = None,
) -> Paper:
    """A finished file whose blob is stored. The same (subject, kind, sha256) gives the same paper again.

    The kiosk may register its own receipts; other papers come from staff or the program."""
    receipts = {PaperKind.RECEIPT, PaperKind.PETITION_RECEIPT}
    if actor.kind not in {ActorKind.STAFF, ActorKind.SYSTEM} and kind not in receipts:
        raise CourtError("paper.not_allowed")
    if tx.conn.execute(sa.select(t.blob.c.sha256).where(t.blob.c.sha256 == sha256)).first() is None:
        raise CourtError("blob.not_found")
    row = {
        "id": new_id(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "hearing_id": hearing_id,
        "kind": kind,
        "number": number,
        "title": text.line_clean(title)[:200],
        "sha256": sha256,
        "pages": pages,
        "copies": 0,
        "at": now,
        "by": actor.name,
    }
    if insert_new(tx.conn, t.paper, row):
        facts = {"paper": row["id"], "kind": kind, "sha256": sha256}
        tx.record("paper.registered", subject_id, actor, now, facts)
    p = t.paper
    same = (p.c.subject_id == subject_id, p.c.kind == kind, p.c.sha256 == sha256)
    return papers.paper_of(tx.conn.execute(sa.select(p).where(*same)).one())


def get(rx: Read, *, paper_id: str) -> Paper:
    """Refuses `paper.not_found`."""
    found = papers.paper(rx.conn, paper_id)
    if found is None:
        raise CourtError("paper.not_found")
    return found


def open_copy(tx: Tx, *, actor: Actor, now: datetime, paper_id: str) -> Paper:
    """For showing or downloading: staff of the subject, a terminal (its receipts, papers of its sessions), or a
    seat whose hearing the paper belongs to; recorded. Refuses `paper.not_found` to everybody else."""
    paper = get(tx, paper_id=paper_id)
    if not may_open(tx, actor=actor, found=paper):
        raise CourtError("paper.not_found")
    tx.record("paper.opened", paper.subject_id, actor, now, {"paper": paper_id})
    return paper


def of_subject(rx: Read, *, subject_id: str) -> tuple[Paper, ...]:
    """Newest first."""
    return papers.papers(rx.conn, subject_id)


def current(rx: Read, *, subject_id: str) -> tuple[Paper, ...]:
    """Newest first, without those withdrawn."""
    gone = withdrawals.of_subject(rx.conn, subject_id)
    return tuple(one for one in papers.papers(rx.conn, subject_id) if one.id not in gone)


def by_hash(rx: Read, *, sha256: str) -> Paper | None:
    """Is this file in the register, as it is now or as it was before its stamp was renewed? For the public check page
    (number and kind only)."""
    p, s = t.paper, t.paper_stamp
    earlier = sa.select(s.c.paper_id).where(s.c.sha256 == sha256)
    query = sa.select(p).where(sa.or_(p.c.sha256 == sha256, p.c.id.in_(earlier))).order_by(p.c.at).limit(1)
    row = rx.conn.execute(query).first()
    return papers.paper_of(row) if row else None


def require_current(rx: Read, *, paper_id: str) -> None:
    """Refuses `paper.withdrawn` (params day, instead): it is neither printed nor served any more."""
    found = withdrawals.withdrawal(rx.conn, paper_id)
    if found is not None:
        instead = f"，请用{found.successor_number}" if found.successor_number else ""
        raise CourtError("paper.withdrawn", day=day(found.at), instead=instead)


def serve(
    tx: Tx, *, actor: Actor, now: datetime, paper_id: str, party_id: str, served: ServiceInput
) -> ServiceRecord:
    """送达: refuses `service.no_consent` (electronic without consent), `service.may_not_be_left` (解释 133),
    `service.in_the_future`, `form.invalid` (a left paper needs refusal and witness)."""
    paper = get(tx, paper_id=paper_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("service.not_allowed")
    require_current(tx, paper_id=paper_id)
    if not sight.sees_subject(tx, actor, paper.subject_kind, paper.subject_id):
        raise CourtError("paper.not_found")
    party = people.row_of(tx, party_id)
    if party.subject_id != paper.subject_id:
        raise CourtError("party.not_found")
    _check_service(tx, now, paper, party_id, party.name, served)
    row = {
        "id": new_id(),
        "paper_id": paper_id,
        "party_id": party_id,
        "method": served.method,
        "at": served.at,
        "address": text.within(served.address, "address"),
        "receiver": text.within(served.receiver, "name"),
        "relation": text.within(served.relation, "occupation"),
        "witness": text.within(served.witness, "name"),
        "refusal": text.within(served.refusal, "reason"),
        "note": text.within(served.note, "reason"),
        "by": actor.name,
    }
    tx.conn.execute(t.service.insert().values(row))
    facts = {"paper": paper_id, "party": party_id, "method": served.method}
    tx.record("paper.served", paper.subject_id, actor, now, facts)
    return next(one for one in papers.services(tx.conn, paper.subject_id) if one.id == row["id"])


def services(rx: Read, *, subject_id: str) -> tuple[ServiceRecord, ...]:
    """Every service of every paper of a matter or petition, oldest first."""
    return papers.services(rx.conn, subject_id)


def _check_service(
    rx: Read, now: datetime, paper: Paper, party_id: str, name: str, served: ServiceInput
) -> None:
    if served.at > now:
        raise CourtError("service.in_the_future")
    if served.method is ServiceMethod.LEFT:
        if paper.kind in MAY_NOT_BE_LEFT:
            raise CourtError("service.may_not_be_left")
        fields = [field for field in ("refusal", "witness") if not getattr(served, field).strip()]
        if fields:
            problems = [field_problem(field, "service.witness") for field in fields]
            raise CourtError("form.invalid", problems=problems)
    if served.method is ServiceMethod.ELECTRONIC:
        consents = casework.consents(rx.conn, paper.subject_id)
        if not has_consent(consents, party_id, ConsentStep.SERVICE):
            raise CourtError("service.no_consent", name=name)
    if not served.address.strip():
        raise CourtError("form.invalid", problems=(field_problem("address", "service.address"),))


def may_open(rx: Read, *, actor: Actor, found: Paper) -> bool:
    """Whether this one may see or print the paper."""
    match actor.kind:
        case ActorKind.SYSTEM:
            return True
        case ActorKind.STAFF:
            at_work = sight.sees_subject(rx, actor, found.subject_kind, found.subject_id)
            printing = actor.role is Role.OFFICER and found.subject_kind == "petition"
            return at_work or (printing and found.kind is PaperKind.PETITION_RECEIPT)
        case ActorKind.SEAT:
            seat = hearings.seat(rx.conn, actor.id)
            return seat is not None and found.hearing_id == seat.hearing_id
        case ActorKind.TERMINAL:
            made_here = sa.select(t.draft.c.id).where(
                t.draft.c.subject_id == found.subject_id, t.draft.c.terminal_id == actor.id
            )
            if rx.conn.execute(made_here).first() is not None:
                return True
            if found.hearing_id is None:
                return False
            return any(s.role == "vehicle" for s in hearings.seats(rx.conn, found.hearing_id))
        case _:
            return False
