"""An order of service: several papers on several people by several channels at once, all of it or nothing."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from court.domain import text
from court.domain.errors import CourtError, field_problem
from court.domain.ids import new_id, new_token
from court.domain.lifecycle import STAFF, Actor, ActorKind
from court.domain.outbox import Channel
from court.domain.paper import Paper
from court.domain.service import NOT_SERVED, ON_PAPER, SERVICE, Nature, ServiceMethod, by_analogy, nature
from court.domain.service_address import Contact
from court.domain.service_case import Agreed
from court.domain.service_fact import AddressBasis
from court.domain.service_notice import Notices
from court.services import copies, outbox, people
from court.services import paper as papers
from court.services import service_settling as settling
from court.store import sight
from court.store import tables as t
from court.store.database import Tx
from court.store.load import service as load
from court.store.rows import token_hash

MOST_PEOPLE, MOST_PAPERS = 60, 30
_TRACKING = re.compile(r"[A-Za-z0-9-]{5,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOrder:
    """What is to be served on whom and how. `channels` for an electronic one; `place` instead of the known address;
    `cause` and `through` for the ways that need them; `ordinary`: the case is not in summary procedure (解释 140)."""

    method: ServiceMethod
    paper_ids: tuple[str, ...]
    party_ids: tuple[str, ...]
    channels: tuple[Channel, ...] = ()
    place: str = ""
    tracking: str = ""
    cause: str = ""
    through: str = ""
    ordinary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The attempts of one order."""

    id: str
    attempts: tuple[str, ...]


def begin(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    number: str,
    order: ServiceOrder,
    notices: Notices,
    link_days: int,
) -> Batch:
    """All attempts of one order, or none: every fault is told at once as `form.invalid`.

    Refuses `service.not_allowed`, `party.not_found`, `paper.not_found`; per person `service.no_consent`,
    `service.judgment_no_consent`, `service.no_address`, `service.may_not_be_left`, `service.may_not_be_announced`,
    `copy.none_left`."""
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("service.not_allowed")
    if not sight.sees_subject(tx, actor, subject_kind, subject_id):
        raise CourtError("paper.not_found")
    served, parties = _papers(tx, subject_id, order), _parties(tx, subject_id, order)
    order = replace(
        order,
        place=text.within(text.line_clean(order.place), "place"),
        cause=text.within(order.cause, "reason"),
        through=text.line_clean(order.through)[:120],
        tracking=order.tracking.strip(),
    )
    contacts = {party.id: load.contact(tx.conn, party) for party in parties}
    _check(subject_kind, order, served, parties, contacts)
    batch, made = new_id(), []
    for party in parties:
        for channel in order.channels or (None,):
            row = _row(actor, now, subject_kind, subject_id, batch, order, contacts[party.id], channel)
            tx.conn.execute(t.service.insert().values(row))
            service_id = str(row["id"])
            _enclose(tx, actor, now, party, served, order, service_id)
            if channel is not None:
                facts = {"number": number, "count": len(served)}
                _send(tx, actor, now, row, channel, notices, link_days, facts)
            facts = {"service": service_id, "party": party.id, "method": order.method, "batch": batch}
            tx.record("service.begun", subject_id, actor, now, facts)
            settling.settle(tx, actor=actor, now=now, service_id=service_id)
            made.append(service_id)
    return Batch(id=batch, attempts=tuple(made))


def _papers(tx: Tx, subject_id: str, order: ServiceOrder) -> tuple[Paper, ...]:
    wanted = tuple(dict.fromkeys(order.paper_ids))
    if not 1 <= len(wanted) <= MOST_PAPERS:
        raise CourtError("form.invalid", problems=(field_problem("paper", "service.choose_papers"),))
    found = tuple(papers.get(tx, paper_id=one) for one in wanted)
    if any(one.subject_id != subject_id or one.kind in NOT_SERVED for one in found):
        raise CourtError("paper.not_found")
    for one in found:
        papers.require_current(tx, paper_id=one.id)
    return found


def _parties(tx: Tx, subject_id: str, order: ServiceOrder) -> tuple[Any, ...]:
    wanted = tuple(dict.fromkeys(order.party_ids))
    if not 1 <= len(wanted) <= MOST_PEOPLE:
        raise CourtError("form.invalid", problems=(field_problem("party", "service.choose_people"),))
    found = tuple(people.row_of(tx, one) for one in wanted)
    if any(one.subject_id != subject_id for one in found):
        raise CourtError("party.not_found")
    return found


def _check(
    subject_kind: str,
    order: ServiceOrder,
    served: tuple[Paper, ...],
    parties: tuple[Any, ...],
    contacts: dict[str, Contact],
) -> None:
    problems = []
    natures = {paper.id: nature(paper.kind, subject_kind) for paper in served}
    in_person = next((paper for paper in served if natures[paper.id] is Nature.MEDIATION), None)
    unfit = {
        ServiceMethod.LEFT: "service.may_not_be_left",
        ServiceMethod.ANNOUNCED: "service.may_not_be_announced",
    }
    if in_person and order.method in unfit:
        problems.append(field_problem("paper", unfit[order.method], title=in_person.title))
    if order.method is ServiceMethod.ANNOUNCED and not order.ordinary:
        problems.append(field_problem("ordinary", "service.summary"))
    through = {ServiceMethod.ENTRUSTED, ServiceMethod.FORWARDED}
    if order.method in through | {ServiceMethod.ANNOUNCED} and not order.cause.strip():
        problems.append(field_problem("cause", "service.cause"))
    if order.method in through and not order.through:
        problems.append(field_problem("through", "service.through"))
    if order.tracking and not _TRACKING.fullmatch(order.tracking):
        problems.append(field_problem("tracking", "service.tracking"))
    if order.tracking and len(parties) > 1:
        problems.append(field_problem("tracking", "service.tracking_one"))
    if order.method is ServiceMethod.ELECTRONIC and not order.channels:
        problems.append(field_problem("channel", "service.choose_channels"))
    for party in parties:
        known = contacts[party.id]
        if order.method is not ServiceMethod.ELECTRONIC:
            needs_place = order.method in ON_PAPER - {ServiceMethod.DIRECT}
            if needs_place and not (order.place or known.place):
                problems.append(field_problem("place", "service.no_place", name=party.name))
            continue
        if known.agreed is not Agreed.YES:
            problems.append(field_problem("party", "service.no_consent", name=party.name))
        for paper in served:
            weighty = natures[paper.id] in {Nature.JUDGMENT, Nature.MEDIATION}
            if weighty and not known.judgments and not by_analogy(paper.kind, subject_kind):
                told = {"name": party.name, "title": paper.title}
                problems.append(field_problem("party", "service.judgment_no_consent", **told))
        for channel in order.channels:
            if not known.electronic(channel):
                code = "service.no_mobile" if channel is Channel.SMS else "service.no_mail"
                problems.append(field_problem("channel", code, name=party.name))
    if problems:
        raise CourtError("form.invalid", problems=problems)


def _row(
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    batch: str,
    order: ServiceOrder,
    known: Contact,
    channel: Channel | None,
) -> dict[str, Any]:
    address = known.electronic(channel) if channel else order.place or known.place
    given = order.place and order.place != known.place and channel is None
    return {
        "id": new_id(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "party_id": known.party_id,
        "batch_id": batch,
        "method": order.method,
        "channel": channel or "",
        "address": address,
        "basis": AddressBasis.KNOWN if given else known.basis,
        "tracking": order.tracking,
        "cause": order.cause,
        "through": order.through,
        "state": SERVICE.start,
        "created_at": now,
        "by": actor.name,
    }


def _enclose(
    tx: Tx,
    actor: Actor,
    now: datetime,
    party: Any,
    served: tuple[Paper, ...],
    order: ServiceOrder,
    service_id: str,
) -> None:
    for paper in served:
        row = {"service_id": service_id, "paper_id": paper.id, "state": SERVICE.start, "presumed": False}
        empty = {"served_at": None, "rule": "", "ground": "", "next_step": ""}
        tx.conn.execute(t.service_paper.insert().values(row | empty))
        if order.method in ON_PAPER:
            copies.give(tx, actor=actor, now=now, paper=paper, party_id=party.id, service_id=service_id)


def _send(
    tx: Tx,
    actor: Actor,
    now: datetime,
    row: dict[str, Any],
    channel: Channel,
    notices: Notices,
    link_days: int,
    facts: dict[str, Any],
) -> None:
    """The one-time link and the message that carries it; the link itself is kept nowhere but in the message."""
    token = new_token()
    link = {
        "service_id": row["id"],
        "token_hash": token_hash(token),
        "device_hash": None,
        "wrong": 0,
        "at": now,
        "until": now + timedelta(days=link_days),
        "entered_at": None,
    }
    tx.conn.execute(t.service_link.insert().values(link))
    title, body = notices.words(channel, token=token, **facts)
    outbox.post(
        tx,
        actor=actor,
        now=now,
        channel=channel,
        address=row["address"],
        title=title,
        body=body,
        purpose="service",
        ref=row["id"],
        subject_id=row["subject_id"],
        key=f"service:{row['id']}",
    )
