"""The door to papers served electronically: a link for one person and one device, an answer only he knows, and the
receipt that opening a paper is. Which papers and how they count is the service's."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.ids import new_token
from court.domain.lifecycle import PUBLIC_ACTOR, SYSTEM_ACTOR
from court.domain.paper import Paper
from court.domain.service import Attempt, ServiceState
from court.domain.service_fact import Fact, FactKind
from court.services import paper as papers
from court.services import people
from court.services import service_settling as settling
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.load import service as load
from court.store.rows import token_hash

MOST_WRONG = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the link's first page shows: nothing of the matter, only for whom (masked there) and what is asked.

    `by_number`: the last four of the identity number, else the full name as registered."""

    name: str
    by_number: bool
    until: datetime
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The token of the device's cookie and where its papers are."""

    device: str
    service_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One attempt as its recipient sees it."""

    attempt: Attempt
    papers: tuple[Paper, ...]
    number: str
    until: datetime


def by_link(rx: Read, *, now: datetime, token: str) -> Asked:
    """Refuses `served.link_unknown` (404), `served.ended`, `served.withdrawn`, `served.locked`."""
    link = _link(rx, now, token)
    party = people.row_of(rx, _attempt(rx, link.service_id).party_id)
    return Asked(
        name=party.name, by_number=bool(party.id_number), until=link.until, left=MOST_WRONG - link.wrong
    )


def enter(tx: Tx, *, now: datetime, token: str, typed: str, device: str | None) -> Entered:
    """The right answer binds the link to this device; `device` is the cookie the browser sent.

    Refuses what `by_link` refuses, `served.proof_wrong` (params left), `served.other_device`; both are recorded."""
    link = _link(tx, now, token)
    found = _attempt(tx, link.service_id)
    party = people.row_of(tx, found.party_id)
    facts = {"service": found.id}
    row = t.service_link.c.service_id == found.id
    right = (party.id_number[-4:] if party.id_number else party.name).encode()
    if not hmac.compare_digest("".join(typed.split()).upper()[:60].encode(), right):
        tx.conn.execute(t.service_link.update().where(row).values(wrong=link.wrong + 1))
        tx.record("service.proof_wrong", found.subject_id, PUBLIC_ACTOR, now, facts)
        left = MOST_WRONG - link.wrong - 1
        raise CourtError("served.proof_wrong" if left else "served.locked", keep=True, left=left)
    if link.device_hash is None:
        device = device or new_token()
        bound = {"device_hash": token_hash(device), "wrong": 0, "entered_at": now}
        tx.conn.execute(t.service_link.update().where(row).values(bound))
        tx.record("service.entered", found.subject_id, PUBLIC_ACTOR, now, facts)
    elif device is None or token_hash(device) != link.device_hash:
        tx.record("service.other_device", found.subject_id, PUBLIC_ACTOR, now, facts)
        raise CourtError("served.other_device", keep=True)
    return Entered(device=device, service_id=found.id)


def delivered(rx: Read, *, now: datetime, device: str, service_id: str) -> Delivered:
    """The papers of one attempt for the device that opened its link. Refuses `served.not_yours` (404), `served.ended`."""
    link = _bound(rx, now, device, service_id)
    found = _attempt(rx, service_id)
    kept = tuple(papers.get(rx, paper_id=one.paper_id) for one in found.papers)
    subject = casework.matter(rx.conn, found.subject_id) or casework.petition(rx.conn, found.subject_id)
    return Delivered(attempt=found, papers=kept, number=subject.number if subject else "", until=link.until)


def open_paper(tx: Tx, *, now: datetime, device: str, service_id: str, paper_id: str) -> Paper:
    """The paper for reading; the first time is the access receipt (阅知). Refuses as `delivered`, `paper.not_found`."""
    shown = delivered(tx, now=now, device=device, service_id=service_id)
    paper = next((one for one in shown.papers if one.id == paper_id), None)
    if paper is None:
        raise CourtError("paper.not_found")
    known = any(f.kind is FactKind.OPENED and f.paper_id == paper_id for f in shown.attempt.facts)
    if not known:
        fact = Fact(kind=FactKind.OPENED, at=now, paper_id=paper_id)
        settling.add(tx, actor=SYSTEM_ACTOR, now=now, service_id=service_id, fact=fact)
    return paper


def answer(tx: Tx, *, now: datetime, device: str, service_id: str, kind: FactKind) -> Attempt:
    """回复收悉 or a wish for paper (民诉法 90), once. Refuses as `delivered`, `served.answer` for anything else."""
    shown = delivered(tx, now=now, device=device, service_id=service_id)
    if kind not in {FactKind.REPLIED, FactKind.PAPER_ASKED}:
        raise CourtError("served.answer")
    if shown.attempt.fact(kind):
        return shown.attempt
    return settling.add(tx, actor=SYSTEM_ACTOR, now=now, service_id=service_id, fact=Fact(kind=kind, at=now))


def _link(rx: Read, now: datetime, token: str) -> Any:
    links = t.service_link
    row = rx.conn.execute(sa.select(links).where(links.c.token_hash == token_hash(token))).first()
    if row is None:
        raise CourtError("served.link_unknown")
    _require_open(rx, now, row)
    if row.wrong >= MOST_WRONG:
        raise CourtError("served.locked")
    return row


def _bound(rx: Read, now: datetime, device: str, service_id: str) -> Any:
    links = t.service_link
    mine = (links.c.service_id == service_id, links.c.device_hash == token_hash(device))
    row = rx.conn.execute(sa.select(links).where(*mine)).first() if device else None
    if row is None:
        raise CourtError("served.not_yours")
    _require_open(rx, now, row)
    return row


def _require_open(rx: Read, now: datetime, row: Any) -> None:
    if _attempt(rx, row.service_id).state is ServiceState.WITHDRAWN:
        raise CourtError("served.withdrawn")
    if now > row.until:
        raise CourtError("served.ended")


def _attempt(rx: Read, service_id: str) -> Attempt:
    found = load.attempt(rx.conn, service_id)
    if found is None:
        raise CourtError("served.link_unknown")
    return found
