"""Parties and matters that may be the same as those of one matter, found by number, phone and name. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from court.domain.access import may_see_matter
from court.domain.lifecycle import Actor
from court.domain.likeness import DEGREE_NAMES, Degree, Dispute, Person, same_matter, same_person
from court.domain.look import Decision, Hint, HintKind
from court.domain.matter import Matter, MatterState, Side
from court.domain.numbers import day_of
from court.store import tables as t
from court.store.database import Read
from court.store.load import casework

_MOST = 40
_SHOWN = 20
_OVER = frozenset({MatterState.SETTLED, MatterState.WITHDRAWN, MatterState.CLOSED, MatterState.FAILED})


def rows_of(rx: Read, *where: sa.ColumnElement[bool]) -> tuple[Any, ...]:
    """Parties unmasked, for comparing and counting only; they never leave the services."""
    return tuple(rx.conn.execute(sa.select(t.party).where(*where).order_by(t.party.c.position)))


def _person(row: Any) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        id_number=row.id_number,
        phone=row.phone,
        address=row.address,
        birth_date=row.birth_date,
    )


def _dispute(matter: Matter, rows: Iterable[Any]) -> Dispute:
    known = tuple(rows)
    return Dispute(
        id=matter.id,
        number=matter.number,
        cause_code=matter.cause_code,
        cause_name=matter.cause_name,
        registered_on=day_of(matter.created_at),
        ended=matter.state in _OVER,
        applicants=tuple(_person(row) for row in known if row.side == Side.APPLICANT),
        respondents=tuple(_person(row) for row in known if row.side == Side.RESPONDENT),
        place=matter.place,
    )


def _near(rx: Read, matter_id: str, rows: Iterable[Any]) -> tuple[Any, ...]:
    """Parties of other matters with a number, a phone or a name in common; three narrow searches by index."""
    p = t.party
    known = tuple(rows)
    found: dict[str, Any] = {}
    for column in (p.c.id_number, p.c.phone, p.c.name):
        wanted = {getattr(row, column.name) for row in known} - {""}
        if not wanted:
            continue
        query = sa.select(p).join(t.matter, t.matter.c.id == p.c.subject_id).where(column.in_(wanted))
        query = query.where(p.c.subject_id != matter_id).order_by(p.c.id.desc()).limit(_MOST)
        found |= {row.id: row for row in rx.conn.execute(query)}
    return tuple(found.values())


def alike(
    rx: Read,
    actor: Actor,
    matter: Matter,
    rows: tuple[Any, ...],
    decided: dict[tuple[HintKind, str], Decision],
) -> tuple[tuple[Hint, ...], tuple[Hint, ...]]:
    """Hints about people and about matters; of a matter that the reader may not see only that there is one."""
    near = _near(rx, matter.id, rows)
    others = {one: casework.matter(rx.conn, one) for one in sorted({row.subject_id for row in near})[-_MOST:]}
    people = []
    for row in near:
        other = others.get(row.subject_id)
        found = [(same_person(_person(one), _person(row)), one.name) for one in rows]
        best = max(
            ((same, name) for same, name in found if same), key=lambda pair: pair[0].degree, default=None
        )
        if other is None or best is None or best[0].degree is Degree.POSSIBLE:
            continue  # a name alone is told with the matter it belongs to, not for every namesake of the county
        same, name = best
        people.append(_hint(HintKind.PERSON, row.id, name, same.degree, same.reasons, other, actor, decided))
    ours, matters = _dispute(matter, rows), []
    for other in filter(None, others.values()):
        twin = same_matter(ours, _dispute(other, rows_of(rx, t.party.c.subject_id == other.id)))
        if twin is not None:
            matters.append(
                _hint(
                    HintKind.MATTER,
                    other.id,
                    other.cause_name,
                    twin.degree,
                    twin.reasons,
                    other,
                    actor,
                    decided,
                )
            )
    return _sorted(people), _sorted(matters)


def _hint(
    kind: HintKind,
    about: str,
    title: str,
    degree: Degree,
    reasons: tuple[str, ...],
    other: Matter,
    actor: Actor,
    decided: dict[tuple[HintKind, str], Decision],
) -> Hint:
    visible = may_see_matter(actor, other)
    where = (
        f"见{other.number} {other.cause_name}。" if visible else "在另一件您不能查看的纠纷里，请书记员核对。"
    )
    return Hint(
        kind=kind,
        about=about,
        title=title if visible or kind is HintKind.PERSON else "另一件纠纷",
        degree=DEGREE_NAMES[degree],
        reasons=(*(reasons if visible else ()), where),
        link=other.id if visible else "",
        decided=decided.get((kind, about)),
    )


def _sorted(hints: list[Hint]) -> tuple[Hint, ...]:
    """What nobody has answered yet first; what was answered is not pushed out by it."""
    order = {name: degree for degree, name in DEGREE_NAMES.items()}
    nearest = sorted(hints, key=lambda one: -order[one.degree])
    asked = [one for one in nearest if one.decided is None]
    answered = [one for one in nearest if one.decided is not None]
    return (*asked[:_SHOWN], *answered[:_SHOWN])
