"""The page of service of a dispute or petition: every paper and person with the moment that counts, the attempts behind
it, the addresses (masked), the copies. `moments` is what deadlines start from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from court.domain.copies import CopyGiven
from court.domain.errors import CourtError
from court.domain.identity import mask_phone
from court.domain.lifecycle import Actor
from court.domain.matter import Party
from court.domain.paper import Paper
from court.domain.service import NOT_SERVED, Attempt, Served, ServiceMethod, ServiceState
from court.domain.service_address import Contact
from court.domain.service_moment import first
from court.store import sight
from court.store import tables as t
from court.store.database import Read
from court.store.load import casework, papers, withdrawals
from court.store.load import service as load


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One paper served on one person: when it counts, by which attempt and rule, and why in words."""

    paper_id: str
    party_id: str
    party_name: str
    at: datetime
    presumed: bool
    rule: str
    ground: str
    method: ServiceMethod
    method_name: str
    service_id: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One paper and one person on the page. `moment` None: not served yet; `open` what is under way or has failed."""

    paper: Paper
    party: Party
    moment: Moment | None
    latest: Served | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The attempts of one order, counted."""

    batch_id: str
    at: datetime
    method_name: str
    total: int
    served: int
    failed: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePage:
    """Contacts carry masked numbers and mail boxes: the page never shows a whole one. `current` leaves out papers that
    were withdrawn; `papers` keeps those that somebody was served with."""

    parties: tuple[Party, ...]
    papers: tuple[Paper, ...]
    current: tuple[Paper, ...]
    contacts: Mapping[str, Contact]
    attempts: tuple[Attempt, ...]
    standings: tuple[Standing, ...]
    copies: tuple[CopyGiven, ...]
    batches: tuple[Progress, ...]


def moments(rx: Read, subject_id: str) -> tuple[Moment, ...]:
    """Every paper and person that is served, earliest first: the earliest valid service of each."""
    return _moments(load.of_subject(rx.conn, subject_id))


def service_page(rx: Read, *, actor: Actor, subject_kind: str, subject_id: str) -> ServicePage:
    """Refuses `matter.not_found` or `petition.not_found` to those who may not see it."""
    if not sight.sees_subject(rx, actor, subject_kind, subject_id):
        raise CourtError(f"{subject_kind}.not_found")
    attempts = load.of_subject(rx.conn, subject_id)
    gone = withdrawals.of_subject(rx.conn, subject_id)
    tried = {one.paper_id for attempt in attempts for one in attempt.papers}
    kept = tuple(
        one
        for one in papers.papers(rx.conn, subject_id)
        if one.kind not in NOT_SERVED and sight.sees_paper(rx, actor, one)
    )
    known = tuple(one for one in kept if one.id not in gone or one.id in tried)
    parties = casework.parties(rx.conn, subject_id)
    rows = {party.id: casework.party_row(rx.conn, party.id) for party in parties}
    ids = [paper.id for paper in known]
    return ServicePage(
        parties=parties,
        papers=known,
        current=tuple(one for one in known if one.id not in gone),
        contacts={one: masked(load.contact(rx.conn, row)) for one, row in rows.items()},
        attempts=tuple(masked_attempt(one) for one in attempts),
        standings=_standings(known, parties, attempts),
        copies=load.copies(rx.conn, t.paper_copy.c.paper_id.in_(ids)),
        batches=_batches(attempts),
    )


def masked(contact: Contact) -> Contact:
    """The number and the mail box as a page may show them."""
    return replace(contact, mobile=mask_phone(contact.mobile), mail=mask_mail(contact.mail))


def masked_attempt(attempt: Attempt) -> Attempt:
    """The same for an electronic attempt; a place stays."""
    if not attempt.channel:
        return attempt
    hide = mask_mail if attempt.channel == "mail" else mask_phone
    return replace(attempt, address=hide(attempt.address))


def mask_mail(address: str) -> str:
    """l***@example.cn"""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(address)


def _moments(attempts: Iterable[Attempt]) -> tuple[Moment, ...]:
    best: dict[tuple[str, str], tuple[Attempt, Served]] = {}
    for attempt in attempts:
        for one in attempt.papers:
            pair = (one.paper_id, attempt.party_id)
            before = best.get(pair)
            counts = one.state is ServiceState.SERVED and attempt.state is not ServiceState.WITHDRAWN
            if counts and (before is None or first((before[1], one)) is one):
                best[pair] = (attempt, one)
    found = [
        Moment(
            paper_id=one.paper_id,
            party_id=attempt.party_id,
            party_name=attempt.party_name,
            at=one.served_at,
            presumed=one.presumed,
            rule=one.rule,
            ground=one.ground,
            method=attempt.method,
            method_name=attempt.method_name,
            service_id=attempt.id,
            receiver=next((f.receiver for f in attempt.facts if f.receiver), ""),
        )
        for attempt, one in best.values()
        if one.served_at is not None
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _standings(
    known: tuple[Paper, ...], parties: tuple[Party, ...], attempts: tuple[Attempt, ...]
) -> tuple[Standing, ...]:
    served = {(one.paper_id, one.party_id): one for one in _moments(attempts)}
    found = []
    for paper in known:
        for party in parties:
            mine = tuple(
                one
                for one in attempts
                if one.party_id == party.id
                and one.state is not ServiceState.WITHDRAWN
                and any(p.paper_id == paper.id for p in one.papers)
            )
            open_ = [p for one in mine for p in one.papers if p.paper_id == paper.id]
            found.append(
                Standing(
                    paper=paper,
                    party=party,
                    moment=served.get((paper.id, party.id)),
                    latest=open_[-1] if open_ else None,
                    attempts=mine,
                )
            )
    return tuple(found)


def _batches(attempts: tuple[Attempt, ...]) -> tuple[Progress, ...]:
    """Orders for several people or channels, newest first."""
    by_batch: dict[str, list[Attempt]] = {}
    for one in attempts:
        by_batch.setdefault(one.batch_id, []).append(one)
    return tuple(
        Progress(
            batch_id=batch,
            at=many[0].created_at,
            method_name=many[0].method_name,
            total=len(many),
            served=sum(one.state is ServiceState.SERVED for one in many),
            failed=sum(one.state is ServiceState.FAILED for one in many),
            people=tuple(dict.fromkeys(one.party_name for one in many)),
        )
        for batch, many in sorted(by_batch.items(), key=lambda pair: pair[1][0].created_at, reverse=True)
        if len(many) > 1
    )
