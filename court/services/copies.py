"""Numbered copies of papers: given to a person with a service, signed for, taken back, entered when printed elsewhere."""

from datetime import datetime

from court.domain import text
from court.domain.copies import MOST_ELSEWHERE, CopyGiven, PrintedElsewhere, SignedHow, free
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, Actor, ActorKind
from court.domain.paper import Paper
from court.services import paper as papers
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import service as load


def of_paper(rx: Read, *, paper_id: str) -> tuple[CopyGiven, ...]:
    """Who has which number."""
    return load.copies(rx.conn, t.paper_copy.c.paper_id == paper_id)


def free_numbers(rx: Read, *, paper: Paper) -> tuple[int, ...]:
    """Printed copies that nobody has."""
    return free(paper.copies, (one.number for one in of_paper(rx, paper_id=paper.id)))


def elsewhere(rx: Read, *, paper_id: str) -> tuple[PrintedElsewhere, ...]:
    """Copies that were entered by hand."""
    return load.elsewhere(rx.conn, paper_id)


def enter(tx: Tx, *, actor: Actor, now: datetime, paper_id: str, copies: int, reason: str) -> Paper:
    """Copies made on another machine are counted with a reason. Refuses `copy.count`, `text.empty`."""
    paper = papers.get(tx, paper_id=paper_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("service.not_allowed")
    if not sight.sees_subject(tx, actor, paper.subject_kind, paper.subject_id):
        raise CourtError("paper.not_found")
    if not 1 <= copies <= MOST_ELSEWHERE:
        raise CourtError("copy.count", most=MOST_ELSEWHERE)
    row = {
        "id": new_id(),
        "paper_id": paper_id,
        "first": paper.copies + 1,
        "copies": copies,
        "reason": text.required(text.line_clean(reason), "place"),
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.paper_elsewhere.insert().values(row))
    p = t.paper
    tx.conn.execute(p.update().where(p.c.id == paper_id).values(copies=p.c.copies + copies))
    facts = {"paper": paper_id, "first": row["first"], "copies": copies}
    tx.record("copy.entered", paper.subject_id, actor, now, facts)
    return papers.get(tx, paper_id=paper_id)


def give(tx: Tx, *, actor: Actor, now: datetime, paper: Paper, party_id: str, service_id: str) -> int:
    """The lowest free number goes to this person. Refuses `copy.none_left`; says the number."""
    numbers = free_numbers(tx, paper=paper)
    if not numbers:
        raise CourtError("copy.none_left", title=paper.title)
    earlier = [one for one in of_paper(tx, paper_id=paper.id) if one.party_id == party_id]
    row = {
        "paper_id": paper.id,
        "number": numbers[0],
        "party_id": party_id,
        "service_id": service_id,
        "given_at": now,
        "by": actor.name,
        "receiver": "",
        "signed_at": None,
        "how": "",
        "reason": f"此前已发第{earlier[-1].number}号" if earlier else "",
    }
    tx.conn.execute(t.paper_copy.insert().values(row))
    facts = {"paper": paper.id, "number": numbers[0], "party": party_id, "service": service_id}
    tx.record("copy.given", paper.subject_id, actor, now, facts)
    return numbers[0]


def of_service(rx: Read, *, service_id: str) -> tuple[CopyGiven, ...]:
    """The copies that an attempt carries."""
    return load.copies(rx.conn, t.paper_copy.c.service_id == service_id)


def signed(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_id: str,
    service_id: str,
    receiver: str,
    at: datetime,
    how: SignedHow,
) -> None:
    """The copies of an attempt are with their person."""
    c = t.paper_copy
    mine = (c.c.service_id == service_id, c.c.how == "")
    done = tx.conn.execute(c.update().where(*mine).values(receiver=receiver[:60], signed_at=at, how=how))
    if done.rowcount:
        tx.record("copy.signed", subject_id, actor, now, {"service": service_id, "how": how})


def take_back(tx: Tx, *, actor: Actor, now: datetime, subject_id: str, service_id: str) -> None:
    """Copies of an attempt that came to nothing are free again; the journal keeps their numbers."""
    c = t.paper_copy
    back = [one for one in of_service(tx, service_id=service_id) if one.signed_at is None]
    for one in back:
        tx.conn.execute(c.delete().where(c.c.paper_id == one.paper_id, c.c.number == one.number))
        facts = {"paper": one.paper_id, "number": one.number, "service": service_id}
        tx.record("copy.back", subject_id, actor, now, facts)
