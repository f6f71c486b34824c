"""What needs this member of staff, most urgent first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain.hearing import HearingState
from court.domain.lifecycle import Actor, Role
from court.domain.matter import MATTER, MatterState
from court.domain.mediation import AGREEMENT, AgreementState
from court.domain.petition import CLASS_NAMES, PETITION, PetitionClass, PetitionState
from court.store import tables as t
from court.store.database import Read
from court.store.load.hearings import hearing_of

ITEMS_MOST = 200
DONE_MOST = 50
_SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """`subject_kind` is matter | petition | hearing | agreement and decides the page to link to.

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
    """`items` holds at most 200, `total` counts all; `done` the last 50 finished matters or petitions;
    `seq` is the journal position it was read at."""

    items: tuple[WorkItem, ...]
    total: int
    done: tuple[WorkItem, ...]
    seq: int


_MATTER_TODO = {
    MatterState.REGISTERED: "分派承办人",
    MatterState.ASSIGNED: "安排调解或者庭审",
    MatterState.NEEDS_MORE: "等待当事人补充",
    MatterState.IN_PROGRESS: "继续办理",
    MatterState.SETTLED: "送达并办结",
    MatterState.DECIDED: "送达裁判文书，生效后办结",
    MatterState.FAILED: "告知起诉途径并办结",
    MatterState.WITHDRAWN: "办结",
}
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
# What a matter waits for while a session of it stands; the last wins.
_SESSION_WORDS = {
    HearingState.SCHEDULED: "场次已经安排，按时开始",
    HearingState.ROLL_CALL: "正在核对到场人员",
    HearingState.SUSPENDED: "休庭中，恢复或者结束",
    HearingState.IN_SESSION: "正在进行，进入法庭",
}
_AGREEMENT_TODO = {
    AgreementState.DRAFT: "写完协议条款",
    AgreementState.READING: "逐条宣读确认",
    AgreementState.SIGNING: "签名盖章",
    AgreementState.WET_PRINT: "打印签名后上传扫描件",
}
_LIVE = (HearingState.IN_SESSION, HearingState.SUSPENDED, HearingState.ROLL_CALL)


def worklist(rx: Read, *, actor: Actor, now: datetime) -> Worklist:
    """Judge and mediator: their own matters, those nobody has yet, sessions and agreements in hand.
    Clerk and officer: every open dispute and session. Petition official: own and new petitions, receptions.
    Admin and everybody else: nothing."""
    items: list[WorkItem] = []
    total = 0
    for read in _READERS.get(actor.role, ()):
        found, count = read(rx, actor, now)
        items += found
        total += count
    items.sort(key=lambda item: (not item.urgent, item.at))
    seq = rx.conn.execute(sa.select(sa.func.max(t.journal.c.seq))).scalar() or 0
    return Worklist(items=tuple(items[:ITEMS_MOST]), total=total, done=_done(rx, actor), seq=seq)


def _mine(actor: Actor) -> sa.ColumnElement[bool]:
    """The disputes of this actor, as `domain.access.may_see_matter` says it for one."""
    m = t.matter.c
    if actor.role in {Role.CLERK, Role.OFFICER, Role.REGISTRAR, Role.PRESIDENT}:
        return sa.true()
    nobody = sa.and_(m.mediator_id.is_(None), m.judge_id.is_(None))
    own = m.mediator_id if actor.role is Role.MEDIATOR else m.judge_id
    return sa.or_(own == actor.id, nobody)


def _my_petitions(actor: Actor) -> sa.ColumnElement[bool]:
    p = t.petition.c
    return sa.or_(p.official_id == actor.id, p.official_id.is_(None))


def _matters(rx: Read, actor: Actor, now: datetime) -> tuple[list[WorkItem], int]:
    m = t.matter
    query = sa.select(m).where(m.c.state.in_(list(_MATTER_TODO)), _mine(actor))
    rows, total = _bounded(rx, query, m.c.updated_at)
    next_ones = _next_sessions(rx, [row.id for row in rows])
    return [_matter_item(row, next_ones.get(row.id)) for row in rows], total


def _next_sessions(rx: Read, matters: list[str]) -> dict[str, HearingState]:
    """By matter the state of the session that is on, else of one that is booked."""
    h = t.hearing.c
    query = sa.select(h.subject_id, h.state).where(
        h.subject_id.in_(matters), h.state.in_(list(_SESSION_WORDS))
    )
    found = [(subject, HearingState(state)) for subject, state in rx.conn.execute(query)]
    return dict(sorted(found, key=lambda each: list(_SESSION_WORDS).index(each[1])))


def _matter_item(row: Any, session: HearingState | None = None) -> WorkItem:
    state = MatterState(row.state)
    todo = _MATTER_TODO.get(state, "")
    if session is not None and state in {MatterState.ASSIGNED, MatterState.IN_PROGRESS}:
        todo = _SESSION_WORDS[session]
    return WorkItem(
        subject_kind="matter",
        subject_id=row.id,
        number=row.number,
        title=row.cause_name,
        state=MATTER.labels[state],
        todo=todo,
        urgent=False,
        at=row.updated_at,
    )


def _petitions(rx: Read, actor: Actor, now: datetime) -> tuple[list[WorkItem], int]:
    p = t.petition
    query = sa.select(p).where(p.c.state.in_(list(_PETITION_TODO)), _my_petitions(actor))
    rows, total = _bounded(rx, query, p.c.updated_at)
    return [_petition_item(row) for row in rows], total


def _petition_item(row: Any) -> WorkItem:
    state = PetitionState(row.state)
    return WorkItem(
        subject_kind="petition",
        subject_id=row.id,
        number=row.number,
        title=CLASS_NAMES[PetitionClass(row.petition_class)],
        state=PETITION.labels[state],
        todo=_PETITION_TODO.get(state, ""),
        urgent=False,
        at=row.updated_at,
    )


def _sessions(rx: Read, actor: Actor, now: datetime) -> tuple[list[WorkItem], int]:
    """Sessions of the actor's disputes or petitions, and those in which the actor has a seat."""
    h = t.hearing
    if actor.role is Role.PETITION_OFFICIAL:
        subjects = sa.select(t.petition.c.id).where(_my_petitions(actor))
    else:
        subjects = sa.select(t.matter.c.id).where(_mine(actor))
    seated = sa.select(t.seat.c.hearing_id).where(t.seat.c.account_id == actor.id)
    mine = sa.or_(h.c.subject_id.in_(subjects), h.c.id.in_(seated))
    query = sa.select(h).where(h.c.state.in_(list(_HEARING_TODO)), mine)
    rows, total = _bounded(rx, query, h.c.starts_at)
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


def _agreements(rx: Read, actor: Actor, now: datetime) -> tuple[list[WorkItem], int]:
    a, m = t.agreement, t.matter
    query = sa.select(a.c.id, a.c.number, a.c.state, a.c.updated_at, m.c.cause_name).join(m)
    query = query.where(a.c.state.in_(list(_AGREEMENT_TODO)), _mine(actor))
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


def _done(rx: Read, actor: Actor) -> tuple[WorkItem, ...]:
    if actor.role is Role.PETITION_OFFICIAL:
        p = t.petition
        ended = sa.select(p).where(p.c.state == PetitionState.CLOSED, _my_petitions(actor))
        rows = rx.conn.execute(ended.order_by(p.c.updated_at.desc()).limit(DONE_MOST))
        return tuple(_petition_item(row) for row in rows)
    if actor.role in _READERS:
        m = t.matter
        closed = sa.select(m).where(m.c.state == MatterState.CLOSED, _mine(actor))
        rows = rx.conn.execute(closed.order_by(m.c.updated_at.desc()).limit(DONE_MOST))
        return tuple(_matter_item(row) for row in rows)
    return ()


def _bounded(rx: Read, query: sa.Select[Any], order: sa.Column[Any]) -> tuple[list[Any], int]:
    total = rx.conn.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one()
    rows = rx.conn.execute(query.order_by(order.desc()).limit(ITEMS_MOST)).all()
    return list(rows), int(total)


_Reader = Callable[[Read, Actor, datetime], tuple[list[WorkItem], int]]
_CASEWORK: tuple[_Reader, ...] = (_matters, _sessions, _agreements)
_READERS: dict[Role, tuple[_Reader, ...]] = {
    Role.JUDGE: _CASEWORK,
    Role.MEDIATOR: _CASEWORK,
    Role.CLERK: _CASEWORK,
    Role.OFFICER: (_matters, _sessions),
    Role.REGISTRAR: (_matters,),
    Role.PRESIDENT: (_matters,),
    Role.PETITION_OFFICIAL: (_petitions, _sessions),
}
