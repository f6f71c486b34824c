"""案号 (法〔2015〕137号, 法〔2018〕335号) and a vehicle's provisional number, written and read. Counts nothing."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.chinese import number, numeral
from court.domain.errors import CourtError
from court.domain.numbers import Series

_HEAD = r"[（(](?P<year>[12]\d{3})[)）](?P<court>最高法|[一-龥]\d{0,4})(?P<special>知?)"
_OFFICIAL = re.compile(
    _HEAD + r"(?P<kind>[一-龥]{1,6})(?P<count>[1-9]\d{0,6})(?:之(?P<part>[一二三四五六七八九十]{1,3}))?号",
    re.ASCII,
)
_PROVISIONAL = re.compile(
    _HEAD + r"(?P<kind>[一-龥]{1,6}?)暂(?P<vehicle>\d{1,4})-(?P<count>[1-9]\d{0,6})号", re.ASCII
)
_KIND = re.compile("[一-龥]{1,6}")
MOST_COUNT = 9_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind:
    """类型代字 with what it is used for; `track` is the kind of work that takes its numbers ("" none here)."""

    code: str
    name: str
    track: str


@cache
def case_kinds() -> Mapping[str, CaseKind]:
    """court/data/case_kinds.csv by code."""
    text = files("court.data").joinpath("case_kinds.csv").read_text(encoding="utf-8")
    rows = (CaseKind(**row) for row in csv.DictReader(text.splitlines()))
    return MappingProxyType({row.code: row for row in rows})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumber:
    """（2026）渝0235民初12号. `part` is the sub-paper of a case (之一), 0 none; `vehicle` makes it provisional: 暂01-12.

    A number restarts every year, for every court and every kind.
    """

    year: int
    court: str
    kind: str
    count: int
    special: str = ""
    part: int = 0
    vehicle: str = ""

    @property
    def provisional(self) -> bool:
        return bool(self.vehicle)

    @property
    def kind_name(self) -> str:
        """What cases of this kind are; the code itself where the table has no row."""
        found = case_kinds().get(self.kind)
        return found.name if found else self.kind

    @property
    def series(self) -> str:
        """The counter it was taken from."""
        if self.kind == Series.COURT_MEDIATION and not (self.vehicle or self.special):
            return f"{Series.COURT_MEDIATION.name.lower()}:{self.court}:{self.year}"  # as mediations count it
        vehicle = f":{self.vehicle}" if self.vehicle else ""
        return f"case:{self.court}{self.special}{self.kind}:{self.year}{vehicle}"

    def __str__(self) -> str:
        head = f"（{self.year}）{self.court}{self.special}{self.kind}"
        if self.vehicle:
            return f"{head}暂{self.vehicle}-{self.count}号"
        return f"{head}{self.count}{f'之{numeral(self.part)}' if self.part else ''}号"


def parse(text: str) -> CaseNumber:
    """Round or half-width brackets, blanks anywhere; full-width digits are not written. Refuses `case_number.malformed`."""
    tidy = "".join(text.split())[:60]
    match = _PROVISIONAL.fullmatch(tidy) or _OFFICIAL.fullmatch(tidy)
    if match is None:
        raise CourtError("case_number.malformed")
    found = match.groupdict()
    part = (number(found["part"]) or 0) if found.get("part") else 0
    if found.get("part") and (not 1 <= part <= 99 or numeral(part) != found["part"]):
        raise CourtError("case_number.malformed")
    return CaseNumber(
        year=int(found["year"]),
        court=found["court"],
        kind=found["kind"],
        count=int(found["count"]),
        special=found["special"],
        part=part,
        vehicle=found.get("vehicle") or "",
    )


def require_kind(kind: str) -> str:
    """Refuses `case_number.kind` for what is no 类型代字."""
    if not _KIND.fullmatch(kind) or kind.endswith("暂"):
        raise CourtError("case_number.kind", kind=kind[:12])
    return kind


def settled(provisional: CaseNumber, official: str) -> CaseNumber:
    """The court's own number for what a vehicle had numbered provisionally.

    Refuses `case_number.not_provisional`, `case_number.other` (another court or kind), `case_number.malformed`.
    """
    found = parse(official)
    if not provisional.provisional or found.provisional:
        raise CourtError("case_number.not_provisional")
    same = (found.court, found.special, found.kind) == (
        provisional.court,
        provisional.special,
        provisional.kind,
    )
    if not same or not 0 <= found.year - provisional.year <= 1 or found.part:
        raise CourtError("case_number.other", number=str(provisional))
    return found
