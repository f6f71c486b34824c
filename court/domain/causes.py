"""Causes of action (民事案件案由规定, in force 2026-01-01) and which of them are personal status."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.errors import CourtError

# 电子签名法 3: the law's equality of electronic signatures leaves out papers on 婚姻、收养、继承等人身关系.
_STATUS_GROUPS = ("婚姻家庭纠纷", "继承纠纷", "监护权特别程序案件")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`code` as in the regulation ("55(2)"), `path` the levels above joined by ">"."""

    code: str
    name: str
    path: str

    @property
    def group(self) -> str:
        return self.path.split(">")[0]

    @property
    def personal_status(self) -> bool:
        """Whether its agreement has to be signed by hand."""
        return any(level in _STATUS_GROUPS for level in self.path.split(">"))


@cache
def causes() -> Mapping[str, Cause]:
    """The rural set by code, in the order of the file."""
    text = files("court.data").joinpath("causes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = (Cause(code=r["no_2026"], name=r["name"], path=r["path"]) for r in rows)
    return MappingProxyType({cause.code: cause for cause in found})


def cause(code: str) -> Cause:
    """Refuses `cause.unknown`."""
    found = causes().get(code)
    if found is None:
        raise CourtError("cause.unknown")
    return found
