"""Sessions and agreements in hand, and the petitions of their officials; disputes are in `desk`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain.finding import words
from court.domain.hearing import HearingState
from court.domain.lifecycle import Actor, Role
from court.domain.mediation import AGREEMENT, AgreementState
from court.domain.petition import CLASS_NAMES, PETITION, PetitionClass, PetitionState
from court.store import tables as t
from court.store.database import Read
from court.store.load.hearings import hearing_of
from court.store.tables.casework import DONE, OPEN
from court.store.views.desk import COUNT_MOST, PAGE, DeskPage, DeskQuery, DeskRow, has, shown, walked

ITEMS_MOST = 200
_SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """`subject_kind` is hearing | agreement and decides the page to link to.

    `todo` is the sentence of what is to be done; `at` is the booked time of a hearing, else the last change.
    """

    subject_kind: str
    subject_id: str
    number: str
    title: str
    state: str
    todo: str
    urgent: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """At most 200 of each, `hearings` by their time, `agreements` by their last change; the totals stop at 1000."""

    hearings: tuple[WorkItem, ...] = ()
    agreements: tuple[WorkItem, ...] = ()
    hearings_total: int = 0
    agreements_total: int = 0


_PETITION_TODO = {
    PetitionState.REGISTERED: "决定是否受理",
    PetitionState.NEEDS_MORE: "等待信访人补充",
    PetitionState.ACCEPTED: "预约接访或者答复",
    PetitionState.RECEPTION_SCHEDULED: "按时接访",
    PetitionState.RECEIVED: "出具答复意见",
    PetitionState.REPLIED: "送达并办结",
    PetitionState.DECLINED: "告知并办结",
    PetitionState.WITHDRAWN: "办结",
}
_HEARING_TODO = {
    HearingState.SCHEDULED: "按时开始",
    HearingState.ROLL_CALL: "核对到场人员",
    HearingState.IN_SESSION: "正在进行",
    HearingState.SUSPENDED: "恢复或者结束",
}
_AGREEMENT_TODO = {
    AgreementState.DRAFT: "写完协议条款",
    AgreementState.READING: "逐条宣读确认",
    AgreementState.SIGNING: "签名盖章",
    AgreementState.WET_PRINT: "打印签名后上传扫描件",
}
_LIVE = (HearingState.IN_SESSION, HearingState.SUSPENDED, HearingState.ROLL_CALL)


def worklist(rx: Read, *, actor: Actor, now: datetime) -> Worklist:
    """Sessions and agreements in hand: of the disputes or petitions this actor sees, and where the actor has a seat."""
    hearings, booked = _sessions(rx, actor, now) if actor.role in _SESSIONS else ([], 0)
    agreements, drafted = _agreements(rx, actor) if actor.role in _AGREEMENTS else ([], 0)
    return Worklist(
        hearings=tuple(hearings),
        agreements=tuple(agreements),
        hearings_total=booked,
        agreements_total=drafted,
    )


def petition_page(rx: Read, *, actor: Actor, query: DeskQuery) -> DeskPage:
    """Own petitions and those nobody has yet; nothing to anybody but petition officials (信访工作条例 30)."""
    if actor.role is not Role.PETITION_OFFICIAL:
        return DeskPage(rows=())
    p = t.petition
    asked = [has(p.c.id, word) for word in words(query.typed)]
    if query.typed.strip() and not asked:
        return DeskPage(rows=())
    spans = [replace(query, done=done) for done in (False, True)] if asked else [query]
    found: list[Any] = []
    for span in spans:
        sources = [(DONE if span.done else OPEN, mine, *asked) for mine in _own_petitions(actor)]
        found += walked(rx, p, sources, p.c.updated_at, span)
    page = found[:PAGE]
    more = len(found) > PAGE
    return DeskPage(
        rows=_petition_rows(rx, page),
        after=(page[-1].updated_at, page[-1].id) if more and not asked else None,
        narrow=more and bool(asked),
    )


def petition_count(rx: Read, *, actor: Actor) -> int:
    """How many are open, at most COUNT_MOST + 1."""
    if actor.role is not Role.PETITION_OFFICIAL:
        return 0
    found = [
        sa.select(t.petition.c.id).where(OPEN, mine).limit(COUNT_MOST + 1) for mine in _own_petitions(actor)
    ]
    counts = [sa.select(sa.func.count()).select_from(one.subquery()) for one in found]
    return min(COUNT_MOST + 1, sum(int(rx.conn.execute(one).scalar_one()) for one in counts))


def _own_petitions(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    p = t.petition.c
    return p.official_id == actor.id, p.official_id.is_(None)


def _petition_rows(rx: Read, found: Sequence[Any]) -> tuple[DeskRow, ...]:
    p = t.party.c
    people = sa.select(p.subject_id, p.name).where(p.subject_id.in_([row.id for row in found]))
    names: dict[str, str] = {}
    for one in rx.conn.execute(people.order_by(p.subject_id, p.position)):
        names.setdefault(one.subject_id, one.name)
    return tuple(
        DeskRow(
            kind="petition",
            id=row.id,
            number=row.number,
            title=CLASS_NAMES[PetitionClass(row.petition_class)],
            people=names.get(row.id, ""),
            state_name=PETITION.labels[PetitionState(row.state)],
            todo=_PETITION_TODO.get(PetitionState(row.state), ""),
            updated_at=row.updated_at,
            rev=row.rev,
        )
        for row in found
    )


def _sessions(rx: Read, actor: Actor, now: datetime) -> tuple[list[WorkItem], int]:
    """Sessions of the actor's disputes or petitions, and those in which the actor has a seat."""
    h = t.hearing
    if actor.role is Role.PETITION_OFFICIAL:
        own = sa.or_(*_own_petitions(actor))
        mine = sa.exists().where(t.petition.c.id == h.c.subject_id, own)
    else:
        mine = sa.exists().where(t.matter.c.id == h.c.subject_id, shown(actor))
    seated = sa.exists().where(t.seat.c.hearing_id == h.c.id, t.seat.c.account_id == actor.id)
    # Those of one state after the other, by their time: few are booked or running, nearly all are over.
    rows: list[Any] = []
    total = 0
    for state in _HEARING_TODO:
        query = sa.select(h).where(h.c.state == state, sa.or_(seated, mine))
        some, count = _bounded(rx, query, h.c.starts_at)
        rows, total = rows + some, min(total + count, COUNT_MOST + 1)
    rows = sorted(rows, key=lambda row: row.starts_at)[:ITEMS_MOST]
    items = []
    for row in rows:
        hearing = hearing_of(rx.conn, row)
        soon = hearing.state in _LIVE or hearing.starts_at - now < _SOON
        number, _, cause = hearing.title.partition(" ")
        items.append(
            WorkItem(
                subject_kind="hearing",
                subject_id=hearing.id,
                number=number,
                title=f"{hearing.kind_name} {cause}".strip(),
                state=hearing.state_name,
                todo=_HEARING_TODO[hearing.state],
                urgent=soon,
                at=hearing.starts_at,
            )
        )
    return items, total


def _agreements(rx: Read, actor: Actor) -> tuple[list[WorkItem], int]:
    a, m = t.agreement, t.matter
    query = sa.select(a.c.id, a.c.number, a.c.state, a.c.updated_at, m.c.cause_name).join(m)
    query = query.where(a.c.state.in_(list(_AGREEMENT_TODO)), shown(actor))
    rows, total = _bounded(rx, query, a.c.updated_at)
    items = [
        WorkItem(
            subject_kind="agreement",
            subject_id=row.id,
            number=row.number,
            title=row.cause_name,
            state=AGREEMENT.labels[AgreementState(row.state)],
            todo=_AGREEMENT_TODO[AgreementState(row.state)],
            urgent=row.state == AgreementState.SIGNING,
            at=row.updated_at,
        )
        for row in rows
    ]
    return items, total


def _bounded(rx: Read, query: sa.Select[Any], order: sa.Column[Any]) -> tuple[list[Any], int]:
    counted = query.with_only_columns(sa.literal(1)).limit(COUNT_MOST + 1).subquery()
    total = rx.conn.execute(sa.select(sa.func.count()).select_from(counted)).scalar_one()
    rows = rx.conn.execute(query.order_by(order).limit(ITEMS_MOST)).all()
    return list(rows), int(total)


_AGREEMENTS = frozenset({Role.JUDGE, Role.MEDIATOR, Role.CLERK})
_SESSIONS = _AGREEMENTS | {Role.OFFICER, Role.REGISTRAR, Role.PETITION_OFFICIAL}
