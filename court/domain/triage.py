"""Which way a registered dispute should go first, with the reasons (民事诉讼法 125, 简易程序规定 14). A person decides."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from court.domain.procedure import Reason


class Way(StrEnum):
    """The kinds of work a dispute may begin with."""

    MEDIATION = "mediation"
    FILING = "filing"
    CONFIRMATION = "confirmation"


WAY_NAMES = {Way.MEDIATION: "先行调解", Way.FILING: "登记立案", Way.CONFIRMATION: "司法确认"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRule:
    """A row of court/data/triage.csv. `must`: the law says so; rows above bind before rows below."""

    code: str
    when: str
    match: frozenset[str]
    way: Way
    must: bool
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """`willing` None: not asked whether the applicant wants mediation; `small`: within the small-claim figure."""

    cause_code: str
    levels: tuple[str, ...]
    willing: bool | None
    small: bool
    risks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """`way` with all that speaks for it; `against` what speaks for another one."""

    way: Way
    must: bool
    reasons: tuple[Reason, ...]
    against: tuple[tuple[Way, Reason], ...]

    @property
    def name(self) -> str:
        return WAY_NAMES[self.way]


@cache
def triage_rules() -> tuple[TriageRule, ...]:
    """In the order of the file."""
    text = files("court.data").joinpath("triage.csv").read_text(encoding="utf-8")
    return tuple(
        TriageRule(
            code=row["code"],
            when=row["when"],
            match=frozenset(one for one in row["match"].split(";") if one),
            way=Way(row["track"]),
            must=row["must"] == "yes",
            reason=Reason(text=row["text"], basis=row["basis"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


_WHEN: dict[str, Callable[[TriageRule, Arrived], bool]] = {
    "cause": lambda rule, told: told.cause_code in rule.match,
    "group": lambda rule, told: not rule.match.isdisjoint(told.levels),
    "risk": lambda rule, told: not rule.match.isdisjoint(told.risks),
    "small": lambda rule, told: told.small,
    "unwilling": lambda rule, told: told.willing is False,
    "always": lambda rule, told: True,
}


def advise(told: Arrived) -> Advice:
    """The way of the first row that the law makes a must; else of the first that fits. The last row fits always.

    Nobody is made to mediate: who said no is sent to the filing desk, whatever row speaks for mediation first
    (民事诉讼法解释 145); inside the court's own procedure the judge still asks again.
    """
    fitting = [rule for rule in triage_rules() if _WHEN[rule.when](rule, told)]
    chosen = _chosen(fitting)
    return Advice(
        way=chosen.way,
        must=chosen.must,
        reasons=tuple(rule.reason for rule in _first(chosen, fitting) if rule.way is chosen.way),
        against=tuple((rule.way, rule.reason) for rule in fitting if rule.way is not chosen.way),
    )


def _chosen(fitting: list[TriageRule]) -> TriageRule:
    order = [rule for rule in fitting if rule.must and rule.way is not Way.MEDIATION]
    order += [rule for rule in fitting if rule.when in {"unwilling", "risk"}]
    order += [rule for rule in fitting if rule.must]
    return (order or fitting)[0]


def _first(chosen: TriageRule, fitting: Iterable[TriageRule]) -> tuple[TriageRule, ...]:
    """The rule that decided before the others of its way; the row for everybody only where it stands alone."""
    others = tuple(rule for rule in fitting if rule is not chosen and rule.when != "always")
    return (chosen, *others)
