"""The lists of disputes and petitions on a desk: what waits, what is done, what a search finds; each from one index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import finding
from court.domain.access import EVERY_MATTER
from court.domain.hearing import KIND_NAMES, HearingKind, HearingState
from court.domain.lifecycle import Actor, Role
from court.domain.matter import MATTER, PROTECTED_NAME, MatterState, Side
from court.domain.numbers import COURT_ZONE
from court.store import tables as t
from court.store.database import Read
from court.store.tables.casework import DONE, FREE, OPEN
from court.store.tables.types import Instant

PAGE = 50
COUNT_MOST = 999
# Of a word many are found by, so many are looked at: the page then asks for one more word.
CANDIDATES_MOST = 2000
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
SOON = timedelta(days=3)
_LAST = "\U0010ffff"
# What a matter waits for while a session of it stands; the first that fits is told.
_BOOKED = {
    HearingState.IN_SESSION: "{kind}正在进行，进入法庭",
    HearingState.SUSPENDED: "{kind}休庭中，恢复或者结束",
    HearingState.ROLL_CALL: "{kind}正在核对到场人员",
    HearingState.SCHEDULED: "{kind}已安排在 {at}，按时开始",
}
_TODO = {
    MatterState.REGISTERED: "分派承办人",
    MatterState.ASSIGNED: "安排调解或者庭审",
    MatterState.NEEDS_MORE: "等待当事人补充",
    MatterState.IN_PROGRESS: "继续办理",
    MatterState.SETTLED: "送达并办结",
    MatterState.DECIDED: "送达裁判文书，生效后办结",
    MatterState.FAILED: "告知起诉途径并办结",
    MatterState.WITHDRAWN: "办结",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskQuery:
    """What to list. `whose` is "" (all this actor sees) | mine | free; `lamp` is "" | over | soon | later; `after` the
    key of the last row of the page before: a moment and an id."""

    done: bool = False
    whose: str = ""
    state: MatterState | None = None
    cause: str = ""
    lamp: str = ""
    typed: str = ""
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One dispute or petition (`kind`) in a list. `people` names the first of each side; `due` None while no limit runs
    for the court; `booked` names its next session."""

    kind: str
    id: str
    number: str
    title: str
    people: str
    state_name: str
    todo: str
    due: datetime | None = None
    due_act: str = ""
    booked: str = ""
    handlers: str = ""
    urged: bool = False
    restricted: bool = False
    updated_at: datetime
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """`after` leads to the next page, None on the last; `narrow`: more is found than is shown, one more word helps."""

    rows: tuple[DeskRow, ...]
    after: tuple[datetime, str] | None = None
    narrow: bool = False


def desk_page(rx: Read, *, actor: Actor, now: datetime, query: DeskQuery) -> DeskPage:
    """One page of at most PAGE rows. Nothing for who has no disputes."""
    if actor.role not in _SEERS:
        return DeskPage(rows=())
    words = finding.words(query.typed)
    if words:
        found, narrow = _search(rx, actor, query, words, now)
        return DeskPage(rows=_rows(rx, actor, found[:PAGE]), narrow=narrow or len(found) > PAGE)
    if query.typed.strip():
        return DeskPage(rows=())
    found = _merged(rx, actor, query, now)
    page = found[:PAGE]
    more = len(found) > PAGE
    key = _order(query).name
    return DeskPage(
        rows=_rows(rx, actor, page),
        after=(getattr(page[-1], key), page[-1].id) if more else None,
    )


def desk_count(rx: Read, *, actor: Actor, now: datetime, query: DeskQuery) -> int:
    """How many there are, at most COUNT_MOST + 1."""
    if actor.role not in _SEERS:
        return 0
    total = 0
    for source in _sources(actor, query):
        ids = sa.select(t.matter.c.id).where(*source, *_filters(query, now)).limit(COUNT_MOST + 1)
        total += int(rx.conn.execute(sa.select(sa.func.count()).select_from(ids.subquery())).scalar_one())
    return min(total, COUNT_MOST + 1)


def shown(actor: Actor) -> sa.ColumnElement[bool]:
    """The disputes of this actor in one condition, as `domain.access.may_see_matter` says it for one."""
    m = t.matter.c
    if actor.role is Role.PRESIDENT:
        return sa.true()
    if actor.role in EVERY_MATTER:
        return sa.or_(m.restricted.is_(False), m.clerk_id == actor.id)
    if actor.role in _OWN:
        free = sa.and_(m.mediator_id.is_(None), m.judge_id.is_(None), m.restricted.is_(False))
        return sa.or_(_OWN[actor.role] == actor.id, free)
    return sa.false()


_OWN = {Role.JUDGE: t.matter.c.judge_id, Role.MEDIATOR: t.matter.c.mediator_id}
_SEERS = EVERY_MATTER | frozenset(_OWN)
_Source = tuple[sa.ColumnElement[bool], ...]


def _sources(actor: Actor, query: DeskQuery) -> list[_Source]:
    """Conditions whose rows together are the list, none twice; each is walked along one index."""
    span = DONE if query.done else OPEN
    own = _OWN.get(actor.role, t.matter.c.clerk_id)
    free: _Source = (FREE, t.matter.c.restricted.is_(False))
    mine: _Source = (own == actor.id, span)
    if query.whose == "mine":
        return [mine]
    if query.whose == "free":
        return [] if query.done else [free]
    if actor.role in _OWN:
        return [mine] if query.done else [mine, free]
    return [(span, shown(actor))]


def _filters(query: DeskQuery, now: datetime) -> list[sa.ColumnElement[bool]]:
    m = t.matter.c
    found: list[sa.ColumnElement[bool]] = []
    if query.state is not None:
        found.append(m.state == query.state)
    if query.cause:
        found.append(m.cause_code == query.cause)
    if query.lamp == "over":
        found.append(m.next_due <= now)
    elif query.lamp == "soon":
        found += [m.next_due > now, m.next_due <= now + SOON]
    elif query.lamp == "later":
        found += [m.next_due > now + SOON, m.next_due < NEVER]
    return found


def _order(query: DeskQuery) -> sa.Column[Any]:
    return t.matter.c.updated_at if query.done else t.matter.c.next_due


def _merged(rx: Read, actor: Actor, query: DeskQuery, now: datetime) -> list[Any]:
    """The first PAGE + 1 disputes of all sources in order."""
    sources = [(*source, *_filters(query, now)) for source in _sources(actor, query)]
    return walked(rx, t.matter, sources, _order(query), query)


def walked(
    rx: Read, table: sa.Table, sources: Sequence[_Source], key: sa.Column[Any], query: DeskQuery
) -> list[Any]:
    """The first PAGE + 1 rows of `table` after the last page, every source along an index that ends in (`key`, id)."""
    rows: list[Any] = []
    for source in sources:
        wanted = sa.select(table).where(*source)
        if query.after is not None:
            last = sa.tuple_(sa.literal(query.after[0], Instant()), sa.literal(query.after[1]))
            here = sa.tuple_(key, table.c.id)
            wanted = wanted.where(here < last if query.done else here > last)
        order = (key.desc(), table.c.id.desc()) if query.done else (key, table.c.id)
        rows += rx.conn.execute(wanted.order_by(*order).limit(PAGE + 1)).all()
    rows.sort(key=lambda row: (getattr(row, key.name), row.id), reverse=query.done)
    return rows[: PAGE + 1]


def _search(
    rx: Read, actor: Actor, query: DeskQuery, words: tuple[str, ...], now: datetime
) -> tuple[list[Any], bool]:
    """Open ones before closed ones, at most PAGE + 1; whether only a part of the candidates was looked at."""
    m = t.matter
    codes = {word: finding.cause_codes(word) for word in words}
    asked = [sa.or_(has(m.c.id, word), m.c.cause_code.in_(codes[word])) for word in words]
    filters = _filters(query, now)
    if actor.role in _OWN:
        spans = [DeskQuery(done=False), DeskQuery(done=True)]
        found: list[Any] = []
        for span in spans:
            for source in _sources(actor, span):
                rows = sa.select(m).where(*source, *filters, *asked)
                found += rx.conn.execute(rows.order_by(_order(span)).limit(PAGE + 1)).all()
        return found[: PAGE + 1], False
    leading = min((w for w in words if not codes[w]), key=lambda w: _weight(rx, w), default=None)
    if leading is None:
        spans = [DeskQuery(done=done, cause=code) for done in (False, True) for code in codes[words[0]]]
        found = []
        for span in spans:
            found += _merged(rx, actor, span, now)
        return found[: PAGE + 1], False
    candidates = _candidates(leading)
    rows = sa.select(m, candidates.c.term).join(candidates, candidates.c.subject_id == m.c.id)
    rows = rows.where(shown(actor), *filters, *asked)
    wanted = rows.order_by(candidates.c.term, m.c.id.desc()).limit(2 * PAGE)
    unique = {row.id: row for row in rx.conn.execute(wanted)}
    return list(unique.values())[: PAGE + 1], _weight(rx, leading) >= CANDIDATES_MOST


def between(column: Any, word: str) -> sa.ColumnElement[bool]:
    """The words that begin with this one."""
    return sa.and_(column >= word, column < word + _LAST)


def has(column: Any, word: str) -> sa.ColumnElement[bool]:
    f = t.finding.alias()
    return sa.exists().where(f.c.subject_id == column, between(f.c.term, word))


def _candidates(word: str) -> sa.Subquery:
    f = t.finding.c
    found = sa.select(f.term, f.subject_id).where(f.subject_kind == "matter", between(f.term, word))
    return found.order_by(f.term, f.subject_id).limit(CANDIDATES_MOST).subquery("candidate")


def _weight(rx: Read, word: str) -> int:
    return int(rx.conn.execute(sa.select(sa.func.count()).select_from(_candidates(word))).scalar_one())


def _rows(rx: Read, actor: Actor, found: Sequence[Any]) -> tuple[DeskRow, ...]:
    """The matters with their people, sessions and who handles them: three further look-ups for the whole page."""
    if not found:
        return ()
    ids = [row.id for row in found]
    people, booked = _people(rx, actor, found), _booked(rx, ids)
    accounts = {one for row in found for one in (row.judge_id, row.mediator_id, row.clerk_id) if one}
    a = t.account.c
    names: dict[str, str] = {}
    for one in rx.conn.execute(sa.select(a.id, a.name).where(a.id.in_(accounts))):
        names[one.id] = one.name
    return tuple(
        DeskRow(
            kind="matter",
            id=row.id,
            number=row.number,
            title=row.cause_name,
            people=people.get(row.id, ""),
            state_name=MATTER.labels[MatterState(row.state)],
            todo=_TODO.get(MatterState(row.state), ""),
            due=row.next_due if row.next_due < NEVER else None,
            due_act=row.due_act,
            booked=booked.get(row.id, ""),
            handlers="、".join(names[i] for i in (row.judge_id, row.mediator_id) if i in names),
            urged=row.urged_at is not None,
            restricted=row.restricted,
            updated_at=row.updated_at,
            rev=row.rev,
        )
        for row in found
    )


def _people(rx: Read, actor: Actor, found: Sequence[Any]) -> dict[str, str]:
    """王秀英 与 李强 等3人; a protected person is not named to whoever does not handle the matter."""
    p = t.party.c
    query = sa.select(p.subject_id, p.side, p.name, p.protected).order_by(p.subject_id, p.position)
    rows = rx.conn.execute(query.where(p.subject_id.in_([row.id for row in found]))).all()
    own = {r.id for r in found if actor.id in {r.judge_id, r.mediator_id, r.clerk_id}}
    told: dict[str, str] = {}
    for row in found:
        mine = [r for r in rows if r.subject_id == row.id]
        names = {r.side: r for r in reversed(mine)}
        sides = [names[s] for s in (Side.APPLICANT, Side.RESPONDENT, Side.THIRD) if s in names][:2]
        named = [PROTECTED_NAME if r.protected and row.id not in own else r.name for r in sides]
        told[row.id] = " 与 ".join(named) + (f" 等{len(mine)}人" if len(mine) > 2 else "")
    return told


def _booked(rx: Read, ids: Sequence[str]) -> dict[str, str]:
    """By matter the session that is on, else the next one."""
    h = t.hearing.c
    query = sa.select(h.subject_id, h.starts_at, h.kind, h.state)
    rows = rx.conn.execute(query.where(h.subject_id.in_(ids), h.state.in_(list(_BOOKED)))).all()
    order = list(_BOOKED)
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (order.index(row.state), row.starts_at)):
        words = _BOOKED[HearingState(row.state)]
        at = row.starts_at.astimezone(COURT_ZONE)
        found.setdefault(
            row.subject_id, words.format(kind=KIND_NAMES[HearingKind(row.kind)], at=f"{at:%m-%d %H:%M}")
        )
    return found
