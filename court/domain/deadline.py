"""The law's time limits as data, and the last day of one with every reason for it. Pure: the clock is handed in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.errors import CourtError


class Unit(StrEnum):
    """What a limit is counted in. Working days are counted only where the law says 工作日."""

    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    MONTH = "month"
    YEAR = "year"


UNIT_NAMES = {
    Unit.HOUR: "小时",
    Unit.DAY: "日",
    Unit.WORKDAY: "个工作日",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One amount of a limit. `name` tells it from the others of its rule; `amount` None: the order itself says."""

    name: str = ""
    amount: int | None = None
    unit: Unit
    start: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """`most` None: as much as was agreed or allowed. `who` decides."""

    most: int | None = None
    unit: Unit
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of court/data/deadlines.toml; `terms` is empty where the law gives a figure that is no limit in time.

    `before`: counted back from the start event. `roll`: the last day moves off holidays (民事诉讼法 85).
    `pause`: which time is not counted, in words; empty: none by law.
    """

    id: str
    start: str = ""
    act: str = ""
    who: str = ""
    basis: tuple[str, ...] = ()
    terms: tuple[Term, ...]
    before: bool = False
    roll: bool = False
    pause: str = ""
    extend: Extension | None = None
    note: str = ""

    def term(self, name: str) -> Term:
        """The term of this name; the first where none is named. Refuses `deadline.not_a_term`, `deadline.no_variant`."""
        if not self.terms:
            raise CourtError("deadline.not_a_term", rule=self.id, note=self.note)
        if not name:
            return self.terms[0]
        found = next((one for one in self.terms if one.name == name), None)
        if found is None:
            names = "、".join(one.name for one in self.terms if one.name) or "（没有）"
            raise CourtError("deadline.no_variant", rule=self.id, variant=name, known=names)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days that are not counted, the first and the last included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reason in plain words, and the day that is the last one after it."""

    text: str
    at: date | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day (a moment where hours are counted) with its reasons, in order."""

    rule: Rule
    term: Term
    at: date | datetime
    steps: tuple[Step, ...]


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the file."""
    text = files("court.data").joinpath("deadlines.toml").read_text(encoding="utf-8")
    return MappingProxyType({one["id"]: _rule(one) for one in tomllib.loads(text)["rule"]})


def rule(rule_id: str) -> Rule:
    """Refuses `deadline.unknown`."""
    found = rules().get(rule_id.strip().upper())
    if found is None:
        raise CourtError("deadline.unknown", rule=rule_id)
    return found


def _rule(row: dict[str, object]) -> Rule:
    fields = dict(row)
    fields["terms"] = tuple(_term(one) for one in _rows(row["terms"]))
    fields["basis"] = tuple(str(one) for one in _rows(row.get("basis", [])))
    if extend := row.get("extend"):
        assert isinstance(extend, dict)
        fields["extend"] = Extension(**{**extend, "unit": Unit(extend["unit"])})
    return Rule(**fields)  # type: ignore[arg-type]


def _rows(found: object) -> Sequence[object]:
    assert isinstance(found, list)
    return found


def _term(row: object) -> Term:
    assert isinstance(row, dict)
    return Term(**{**row, "unit": Unit(row["unit"])})
