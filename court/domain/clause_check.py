"""条款检查: what in an agreement cannot be enforced, is unclear or forbidden, told before it is signed. Judges words only.

Each rule is a row of court/data/clause_rules.csv and a finder in `court.domain.clause_rules` under the same code.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from court.domain import clause_rules
from court.domain.clause_money import Situation, said
from court.domain.errors import CourtError
from court.domain.mediation import ClauseInput

__all__ = ["Finding", "Level", "Rule", "Situation", "check", "refuse_forbidden", "rules"]


class Level(StrEnum):
    """Only what the law forbids stops the reading; a warning may be kept with a reason."""

    FORBIDDEN = "forbidden"
    WARN = "warn"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    code: str
    level: Level
    text: str
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`number` of the clause from 1, 0 for the agreement as a whole. `id` changes with the words of that clause."""

    id: str
    code: str
    level: Level
    number: int
    text: str
    law: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code, in the order in which they are told."""
    told = files("court.data").joinpath("clause_rules.csv").read_text(encoding="utf-8").splitlines()
    return {
        row["code"]: Rule(code=row["code"], level=Level(row["level"]), text=row["zh"], law=row["law"])
        for row in csv.DictReader(told)
    }


def check(clauses: Sequence[ClauseInput], situation: Situation) -> tuple[Finding, ...]:
    """What is to be told, clause by clause, the agreement as a whole last."""
    found = []
    for number, clause in enumerate(clauses, 1):
        text = said(clause)
        for code, rule in rules().items():
            finder = clause_rules.OF_A_CLAUSE.get(code)
            told = finder(clause, situation) if finder else None
            if told is not None:
                found.append(_finding(rule, number, text, told))
    whole = "\n".join(said(one) for one in clauses)
    for code, rule in rules().items():
        of_all = clause_rules.OF_ALL.get(code)
        told = of_all(clauses, situation) if of_all else None
        if told is not None:
            found.append(_finding(rule, 0, whole, told))
    return tuple(found)


def refuse_forbidden(clauses: Sequence[ClauseInput], situation: Situation) -> None:
    """Refuses `agreement.clause_forbidden` (params number, words) for the first clause the law does not allow."""
    for one in check(clauses, situation):
        if one.level is Level.FORBIDDEN:
            raise CourtError(
                "agreement.clause_forbidden", number=one.number, words=f"{one.text}（{one.law}）"
            )


def _finding(rule: Rule, number: int, text: str, told: dict[str, str]) -> Finding:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Finding(
        id=f"{rule.code}:{digest}",
        code=rule.code,
        level=rule.level,
        number=number,
        text=rule.text.format(**told),
        law=rule.law,
    )
