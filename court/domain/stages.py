"""The stages of each kind of session and what each suggests; which one is on now is told by the bench."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.errors import CourtError
from court.domain.hearing import HearingKind
from court.domain.order import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`name` stands on the bar, `title` in the record; `bench_only`: the microphones of all others are shut when it
    begins, each can be opened again by whoever sits there.

    `phrase` is the sentence that usually begins it, offered to the clerk and never entered by itself.
    """

    code: str
    name: str
    title: str
    layout: Layout
    bench_only: bool
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMark:
    """A stage began. `offset_ms` is the place in the recording, None when not recording."""

    id: str
    hearing_id: str
    code: str
    name: str
    at: datetime
    offset_ms: int | None
    by: str


@cache
def stages() -> Mapping[HearingKind, tuple[Stage, ...]]:
    """By kind of session, in the order of the file."""
    text = files("court.data").joinpath("stages.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return MappingProxyType({kind: tuple(_stage(row) for row in table[kind]) for kind in HearingKind})


def stage(kind: HearingKind, code: str) -> Stage:
    """Refuses `order.stage_unknown`."""
    for one in stages()[kind]:
        if one.code == code:
            return one
    raise CourtError("order.stage_unknown")


def shut(wanted: Stage, before: Stage | None) -> bool | None:
    """What the microphones of parties do when a stage begins: True shut, False open again, None as they are."""
    if wanted.bench_only:
        return True
    return False if before is not None and before.bench_only else None


def _stage(row: Mapping[str, str]) -> Stage:
    return Stage(
        code=row["code"],
        name=row["name"],
        title=row["title"],
        layout=Layout(row["layout"]),
        bench_only=row["voices"] == "bench",
        phrase=row["phrase"],
    )
