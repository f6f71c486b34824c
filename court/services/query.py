"""Progress by query code, in four words a villager knows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.store.database import Tx


class CitizenState(StrEnum):
    RECEIVED = "已收到"
    IN_PROGRESS = "办理中"
    DONE = "已办结"
    NEEDS_YOU = "需要您补充"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """No names of other people, no addresses. `next_step` is a sentence; `hearing_at` when one is booked."""

    number: str
    state: CitizenState
    next_step: str
    person: str
    registered_at: datetime
    updated_at: datetime
    hearing_at: datetime | None
    hearing_place: str
    subject_kind: str


def by_code(tx: Tx, *, now: datetime, code: str, address: str) -> QueryAnswer:
    """Refuses `query.code_malformed`, `query.unknown` (404), `login.slow_down` after many wrong codes."""
