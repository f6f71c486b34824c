"""The working calendar: weekends, holidays and moved working days of the State Council's yearly notice. No deadlines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_DAY = timedelta(days=1)
# 全国年节及纪念日放假办法 (in force 2025-01-01): those of fixed date, for years whose notice is not in the data yet.
_FIXED = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """A day that is not what its weekday says: a holiday (`rest`) or a weekend worked in exchange."""

    day: date
    rest: bool
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked; of years without a notice only weekends and fixed holidays are known."""

    special: Mapping[date, Special]
    years: frozenset[int]

    def rests(self, day: date) -> bool:
        """Whether nobody works: 法定休假日 and weekends that are not moved working days."""
        found = self._special(day)
        return found.rest if found else day.weekday() >= 5

    def why(self, day: date) -> str:
        """星期六, 春节, 春节调休上班 …"""
        found = self._special(day)
        return found.name if found else WEEKDAYS[day.weekday()]

    def next_worked(self, day: date) -> date:
        """This day, or the first worked one after it."""
        while self.rests(day):
            day += _DAY
        return day

    def known(self, day: date) -> bool:
        """Whether the notice of this year is in the data."""
        return day.year in self.years

    def _special(self, day: date) -> Special | None:
        found = self.special.get(day)
        if found is None and day.year not in self.years and (name := _FIXED.get((day.month, day.day))):
            return Special(day=day, rest=True, name=name)
        return found


def calendar_of(days: Iterable[Special]) -> Calendar:
    """A calendar of these days; a year counts as known when it has one of them."""
    special = {one.day: one for one in days}
    return Calendar(MappingProxyType(special), frozenset(day.year for day in special))


@cache
def working_calendar() -> Calendar:
    """court/data/holidays.csv: the notices of the State Council (国务院办公厅关于部分节假日安排的通知)."""
    text = files("court.data").joinpath("holidays.csv").read_text(encoding="utf-8")
    return calendar_of(
        Special(day=date.fromisoformat(row["day"]), rest=row["rest"] == "yes", name=row["name"])
        for row in csv.DictReader(text.splitlines())
    )
