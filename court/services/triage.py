"""The second look at a registered matter: hints with reasons, the way it goes first, and what a person decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import procedure, risk, text
from court.domain.access import may_see_matter
from court.domain.calendar import working_calendar
from court.domain.causes import Cause, causes, narrower
from court.domain.errors import CourtError
from court.domain.fees import Procedure
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, Actor, ActorKind
from court.domain.look import Decision, Hint, HintKind, require_outcome
from court.domain.matter import Matter, Side
from court.domain.numbers import day_of
from court.domain.procedure import CaseFacts, Suggested, Wage
from court.domain.told import Told, claimed, only_money
from court.domain.triage import Advice, Arrived, Way, advise
from court.services import intake
from court.services.likeness import alike, rows_of
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework

_MANY = 10  # 民诉法解释 75: a side of ten and more is 人数众多


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything pointed out about one matter. `chosen` None: nobody has decided about the way yet."""

    matter: Matter
    told: Told | None
    sum_fen: int | None
    advice: Advice
    chosen: Decision | None
    procedure: Suggested
    narrower: tuple[Cause, ...]
    people: tuple[Hint, ...]
    matters: tuple[Hint, ...]
    risks: tuple[Hint, ...]

    @property
    def open(self) -> int:
        """How much still waits for a person."""
        hints = (*self.people, *self.matters, *self.risks)
        return sum(one.decided is None for one in hints) + (self.chosen is None)


def look(rx: Read, *, actor: Actor, matter_id: str, region: str, wages: Iterable[Wage] = ()) -> Look:
    """Refuses `matter.not_found` as the matter's page does. `region` is the court's ("渝")."""
    matter = seen(rx, actor, matter_id)
    day = day_of(matter.created_at)
    cause = causes(day).get(matter.cause_code)
    told = intake.of_matter(rx, matter_id=matter_id)
    rows = rows_of(rx, t.party.c.subject_id == matter_id)
    decided = {(one.kind, one.about): one for one in decisions(rx, matter_id=matter_id)}
    sum_fen = claimed(told, matter.request)
    flags = risk.flags(_risk(matter, told, rows), working_calendar())
    money = sum_fen if only_money(told, matter.cause_name) else None
    crowd = frozenset({procedure.Bar.MANY}) if max(_sizes(rows)) >= _MANY else frozenset()
    suggested = procedure.suggest(
        CaseFacts(
            cause_code=matter.cause_code, personal_status=matter.personal_status, sum_fen=money, bars=crowd
        ),
        procedure.wage_on(region, day, wages),
    )
    arrived = Arrived(
        cause_code=matter.cause_code,
        levels=cause.levels if cause else (),
        willing=_willing(rx, matter_id, rows),
        small=suggested.procedure is Procedure.SMALL,
        risks=frozenset(one.code for one in flags),
    )
    people, matters = alike(rx, actor, matter, rows, decided)
    return Look(
        matter=matter,
        told=told,
        sum_fen=sum_fen,
        advice=advise(arrived),
        chosen=decided.get((HintKind.WAY, "way")),
        procedure=suggested,
        narrower=narrower(matter.cause_code, day),
        people=people,
        matters=matters,
        risks=tuple(
            Hint(
                kind=HintKind.RISK,
                about=one.code,
                title=one.name,
                degree="",
                reasons=one.seen,
                advice=one.advice,
                basis=one.basis,
                decided=decided.get((HintKind.RISK, one.code)),
            )
            for one in flags
        ),
    )


def decisions(rx: Read, *, matter_id: str) -> tuple[Decision, ...]:
    """Oldest first; the last one about a hint holds."""
    d = t.decision
    rows = rx.conn.execute(sa.select(d).where(d.c.matter_id == matter_id).order_by(d.c.id))
    return tuple(Decision(**{**row._mapping, "kind": HintKind(row.kind)}) for row in rows)


def decide(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    kind: HintKind,
    about: str,
    outcome: str,
    note: str,
) -> Decision:
    """A person's word about one hint. Refuses `triage.outcome`, `matter.not_found`, `party.not_allowed`."""
    seen(tx, actor, matter_id)
    require_outcome(kind, outcome)
    return _keep(tx, actor, now, matter_id, kind, about, outcome, text.within(note, "reason"))


def take_way(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, way: Way, reason: str, region: str
) -> Decision:
    """The way the matter goes first. The suggested one needs no word; another one does: `triage.reason`."""
    found = look(tx, actor=actor, matter_id=matter_id, region=region)
    said = text.within(reason, "reason")
    if way is not found.advice.way and not said:
        raise CourtError("triage.reason", way=found.advice.name)
    return _keep(tx, actor, now, matter_id, HintKind.WAY, "way", way, said)


def _keep(
    tx: Tx, actor: Actor, now: datetime, matter_id: str, kind: HintKind, about: str, outcome: str, note: str
) -> Decision:
    made = Decision(
        id=new_id(),
        matter_id=matter_id,
        kind=kind,
        about=text.line_clean(about)[:40],
        outcome=outcome,
        note=note,
        at=now,
        by=actor.name,
    )
    row = {name: getattr(made, name) for name in Decision.__dataclass_fields__}
    tx.conn.execute(t.decision.insert().values(row))
    tx.record(f"triage.{kind}", matter_id, actor, now, {"about": made.about, "outcome": outcome})
    return made


def seen(rx: Read, actor: Actor, matter_id: str) -> Matter:
    """Staff who work on matters and may see this one."""
    matter = casework.matter(rx.conn, matter_id)
    if matter is None or not may_see_matter(actor, matter):
        raise CourtError("matter.not_found")
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("party.not_allowed")
    return matter


def _willing(rx: Read, matter_id: str, rows: Iterable[Any]) -> bool | None:
    """What the applicants last said about mediation on the screen or at the desk; None: nobody was asked."""
    mine = {row.id for row in rows if row.side == Side.APPLICANT}
    said = [
        one.given
        for one in casework.consents(rx.conn, matter_id)
        if one.party_id in mine and one.step.value == "mediation"
    ]
    return said[-1] if said else None


def _risk(matter: Matter, told: Told | None, rows: Iterable[Any]) -> risk.Told:
    known = tuple(rows)
    parts = (matter.facts, matter.request, told.text if told else "")
    return risk.Told(
        text="\n".join(part for part in parts if part),
        cause_code=matter.cause_code,
        born=tuple((row.name, row.birth_date) for row in known if row.birth_date),
        sizes=_sizes(known),
        registered_on=day_of(matter.created_at),
    )


def _sizes(rows: Iterable[Any]) -> tuple[int, int]:
    sides = [row.side for row in rows]
    return sides.count(Side.APPLICANT), sides.count(Side.RESPONDENT)
