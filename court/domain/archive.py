"""Archiving of recordings: two sound copies, how long they are kept, what holds them; no file is touched here."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM, Lifecycle, Role, Step
from court.domain.numbers import year_of


class ArchiveState(StrEnum):
    """`pending` until the first check. `removed`: the media are gone, manifest and ledger stay for good."""

    PENDING = "pending"
    FAULTY = "faulty"
    ARCHIVED = "archived"
    REMOVED = "removed"


class ArchiveAction(StrEnum):
    CONFIRM = "confirm"
    FAULT = "fault"
    REMOVE = "remove"


_S, _A = ArchiveState, ArchiveAction
_ADMIN = frozenset({Role.ADMIN})

ARCHIVE: Lifecycle[ArchiveState, ArchiveAction] = Lifecycle(
    "archive",
    _S.PENDING,
    {
        (_S.PENDING, _A.CONFIRM): Step(_S.ARCHIVED, SYSTEM),
        (_S.PENDING, _A.FAULT): Step(_S.FAULTY, SYSTEM),
        (_S.FAULTY, _A.CONFIRM): Step(_S.ARCHIVED, SYSTEM),
        (_S.FAULTY, _A.FAULT): Step(_S.FAULTY, SYSTEM),
        (_S.FAULTY, _A.REMOVE): Step(_S.REMOVED, _ADMIN),
        (_S.ARCHIVED, _A.CONFIRM): Step(_S.ARCHIVED, SYSTEM),
        (_S.ARCHIVED, _A.FAULT): Step(_S.FAULTY, SYSTEM),
        (_S.ARCHIVED, _A.REMOVE): Step(_S.REMOVED, _ADMIN),
    },
    {
        _S.PENDING: "待核对",
        _S.FAULTY: "有问题",
        _S.ARCHIVED: "已归档",
        _S.REMOVED: "已到期销毁",
    },
)


class Copy(StrEnum):
    """The two places of 法释〔2017〕5号 第五条."""

    FIRST = "first"
    SECOND = "second"


COPY_NAMES = {Copy.FIRST: "第一份", Copy.SECOND: "第二份"}
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCheck:
    """What one place holds. `root` in hex, "" when it cannot be told; no problems means complete and unchanged."""

    copy: Copy
    root: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """A class of 诉讼档案保管期限; `years` None is for ever."""

    code: str
    name: str
    years: int | None
    basis: str

    def due(self, closed_at: datetime) -> date | None:
        """The first day on which the media may go: the term runs from the year after the case ended."""
        return None if self.years is None else date(year_of(closed_at) + 1 + self.years, 1, 1)


@cache
def retentions() -> Mapping[str, Retention]:
    """The classes of court/data/retention.csv by code, the shortest first."""
    rows = csv.DictReader(
        files("court.data").joinpath("retention.csv").read_text(encoding="utf-8").splitlines()
    )
    return MappingProxyType(
        {
            row["code"]: Retention(
                code=row["code"],
                name=row["name"],
                years=int(row["years"]) if row["years"] else None,
                basis=row["basis"],
            )
            for row in rows
        }
    )


# Until somebody decides, the longer of the two terms: nothing may be lost by forgetting.
USUAL_RETENTION = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """保全、再审等: while it lasts nothing is removed. `to_at` None while it lasts."""

    id: str
    hearing_id: str
    reason: str
    from_at: datetime
    by: str
    to_at: datetime | None
    ended_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where the recording of one hearing stands. `due_on` None: kept for ever. `problems` are sentences."""

    hearing_id: str
    state: ArchiveState
    retention: str
    due_on: date | None
    checked_at: datetime | None
    archived_at: datetime | None
    problems: tuple[str, ...]
    removed_at: datetime | None
    removed_by: str
    holds: tuple[Hold, ...] = ()

    @property
    def state_name(self) -> str:
        return ARCHIVE.labels[self.state]

    @property
    def held(self) -> bool:
        return any(hold.to_at is None for hold in self.holds)


def findings(expected_root: str | None, checks: Iterable[CopyCheck]) -> tuple[str, ...]:
    """Everything that keeps a recording from being archived, in sentences; empty when both copies are sound.

    `expected_root` is the registered one; None when a session that ran has no recording at all.
    """
    if expected_root is None:
        return ("这一场已经开始过，却没有录音录像。",)
    found = [] if expected_root else ["录音录像没有正常结束，还没有登记校验值。"]
    for check in checks:
        name = COPY_NAMES[check.copy]
        found += [f"{name}：{problem}" for problem in check.problems]
        if not check.problems and expected_root and check.root != expected_root:
            found.append(f"{name}：文件算出的校验值与登记的不一致。")
    more = len(found) - MOST_PROBLEMS
    return tuple(found[:MOST_PROBLEMS]) + ((f"另有 {more} 个问题。",) if more > 0 else ())


def may_remove(archive: Archive, today: date) -> None:
    """Refuses `archive.held`, `archive.kept_for_ever`, `archive.not_due` (params due)."""
    if archive.held:
        raise CourtError("archive.held")
    if archive.due_on is None:
        raise CourtError("archive.kept_for_ever")
    if today < archive.due_on:
        raise CourtError("archive.not_due", due=archive.due_on.isoformat())
