"""Services of papers, their addresses and copies as dataclasses."""

from typing import Any

import sqlalchemy as sa

from court.domain import identity
from court.domain.consent import ConsentStep, current
from court.domain.copies import CopyGiven, PrintedElsewhere, SignedHow
from court.domain.matter import Side
from court.domain.service import Attempt, Served, ServiceMethod, ServiceState
from court.domain.service_address import Contact, registered_basis
from court.domain.service_case import Agreed
from court.domain.service_fact import AddressBasis, Fact, FactKind, Relation, ReturnReason
from court.store import tables as t
from court.store.load import casework


def attempts(conn: sa.Connection, *conditions: sa.ColumnElement[bool]) -> tuple[Attempt, ...]:
    """Oldest first, each with its papers and facts."""
    s = t.service
    query = sa.select(s, t.party.c.name.label("party_name")).join(t.party).where(*conditions)
    rows = conn.execute(query.order_by(s.c.created_at, s.c.id)).all()
    ids = [row.id for row in rows]
    papers, facts = _papers(conn, ids), _facts(conn, ids)
    return tuple(
        Attempt(
            **dict(row._mapping)
            | {
                "method": ServiceMethod(row.method),
                "basis": AddressBasis(row.basis),
                "state": ServiceState(row.state),
                "papers": tuple(papers.get(row.id, ())),
                "facts": tuple(facts.get(row.id, ())),
            }
        )
        for row in rows
    )


def of_subject(conn: sa.Connection, subject_id: str) -> tuple[Attempt, ...]:
    return attempts(conn, t.service.c.subject_id == subject_id)


def attempt(conn: sa.Connection, service_id: str) -> Attempt | None:
    return next(iter(attempts(conn, t.service.c.id == service_id)), None)


def _papers(conn: sa.Connection, ids: list[str]) -> dict[str, list[Served]]:
    found: dict[str, list[Served]] = {}
    p = t.service_paper
    columns = [column for column in p.c if column.name != "service_id"]
    query = sa.select(p.c.service_id.label("of"), *columns).join(t.paper)
    for row in conn.execute(query.where(p.c.service_id.in_(ids)).order_by(t.paper.c.at, t.paper.c.id)):
        told = {name: value for name, value in row._mapping.items() if name != "of"}
        found.setdefault(row.of, []).append(Served(**told | {"state": ServiceState(row.state)}))
    return found


def _facts(conn: sa.Connection, ids: list[str]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    f = t.service_fact
    for row in conn.execute(sa.select(f).where(f.c.service_id.in_(ids)).order_by(f.c.at, f.c.id)):
        told = {name: value for name, value in row._mapping.items() if name != "service_id"}
        typed = {
            "kind": FactKind(row.kind),
            "relation": Relation(row.relation),
            "reason": ReturnReason(row.reason) if row.reason else None,
        }
        found.setdefault(row.service_id, []).append(Fact(**told | typed))
    return found


def contact(conn: sa.Connection, party: Any) -> Contact:
    """The newest confirmation of this party (a row of `party`), else what was registered."""
    answers = current(casework.consents(conn, party.subject_id))
    answer = answers.get((party.id, ConsentStep.SERVICE))
    agreed = Agreed.SILENT if answer is None else Agreed.YES if answer.given else Agreed.NO
    a = t.service_address
    query = sa.select(a).where(a.c.party_id == party.id).order_by(a.c.version.desc()).limit(1)
    row = conn.execute(query).first()
    if row is not None:
        return Contact(
            party_id=party.id,
            version=row.version,
            place=row.place,
            receiver=row.receiver,
            mobile=row.mobile,
            mail=row.mail,
            basis=AddressBasis(row.basis),
            agreed=agreed,
            judgments=row.judgments and agreed is Agreed.YES,
            at=row.at,
        )
    return Contact(
        party_id=party.id,
        version=0,
        place=party.address,
        receiver="",
        mobile=party.phone if identity.is_mobile(party.phone) else "",
        mail="",
        basis=registered_basis(Side(party.side)),
        agreed=agreed,
        judgments=False,
    )


def copies(conn: sa.Connection, *conditions: sa.ColumnElement[bool]) -> tuple[CopyGiven, ...]:
    """Copies given out, by paper and number."""
    c = t.paper_copy
    query = sa.select(c, t.party.c.name.label("party_name")).join(t.party).where(*conditions)
    return tuple(
        CopyGiven(**dict(row._mapping) | {"how": SignedHow(row.how) if row.how else None})
        for row in conn.execute(query.order_by(c.c.paper_id, c.c.number))
    )


def elsewhere(conn: sa.Connection, paper_id: str) -> tuple[PrintedElsewhere, ...]:
    """Copies entered by hand, in order."""
    e = t.paper_elsewhere
    columns = [column for column in e.c if column.name != "id"]
    query = sa.select(*columns).where(e.c.paper_id == paper_id).order_by(e.c.first)
    return tuple(PrintedElsewhere(**row._mapping) for row in conn.execute(query))
