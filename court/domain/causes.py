"""Causes of action (民事案件案由规定) with the days they are in force, their levels, and which are personal status."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.errors import CourtError

# 电子签名法 3: the law's equality of electronic signatures leaves out papers on 婚姻、收养、继承等人身关系.
_STATUS_GROUPS = ("婚姻家庭纠纷", "继承纠纷", "监护权特别程序案件")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`code` as in the regulation ("55(2)"), `path` the levels above joined by ">"; `until` is the last day, None: still."""

    code: str
    name: str
    path: str
    since: date
    until: date | None

    @property
    def group(self) -> str:
        return self.path.split(">")[0]

    @property
    def levels(self) -> tuple[str, ...]:
        """From the widest to the cause itself."""
        return (*self.path.split(">"), self.name)

    @property
    def personal_status(self) -> bool:
        """Whether its agreement has to be signed by hand."""
        return any(level in _STATUS_GROUPS for level in self.levels)

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def editions() -> tuple[Cause, ...]:
    """Every row of court/data/causes.csv; a code may stand twice with other days."""
    text = files("court.data").joinpath("causes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Cause(
            code=r["no_2026"],
            name=r["name"],
            path=r["path"],
            since=date.fromisoformat(r["from"]),
            until=date.fromisoformat(r["until"]) if r["until"] else None,
        )
        for r in rows
    )


@cache
def causes(day: date) -> Mapping[str, Cause]:
    """The rural set in force on that day by code, in the order of the file."""
    return MappingProxyType({one.code: one for one in editions() if one.in_force(day)})


def cause(code: str, day: date) -> Cause:
    """Refuses `cause.unknown`, `cause.not_in_force`."""
    found = causes(day).get(code)
    if found is None:
        known = any(one.code == code for one in editions())
        raise CourtError("cause.not_in_force" if known else "cause.unknown")
    return found


def narrower(code: str, day: date) -> tuple[Cause, ...]:
    """Causes one or more levels below: a file bears the most specific one that fits."""
    here = causes(day).get(code)
    if here is None:
        return ()
    return tuple(
        one for one in causes(day).values() if one.levels[: len(here.levels)] == here.levels and one != here
    )
