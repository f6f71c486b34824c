"""What a rule of service looks at: one paper of one attempt and its circumstances; who is entitled to take it. No rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from court.domain.calendar import working_calendar
from court.domain.deadline import rule
from court.domain.numbers import day_of
from court.domain.reckoning import reckon
from court.domain.service import Attempt, Nature, ServiceMethod, ServiceState
from court.domain.service_fact import OWN_ADDRESS, Fact, FactKind, Relation

# 民诉法 95: from the last posting or printing (解释 138); the first day is not counted (民诉法 85).
ANNOUNCED = "SU-22"
_PERSON = frozenset({Relation.SELF, Relation.FAMILY, Relation.AGENT, Relation.DESIGNATED, Relation.GUARDIAN})
_UNIT = frozenset({Relation.SELF, Relation.HEAD, Relation.MAIL_ROOM, Relation.AGENT, Relation.DESIGNATED})
# 解释 133: the person himself, or whoever he named to take it for him.
_IN_PERSON = frozenset({Relation.SELF, Relation.HEAD, Relation.DESIGNATED, Relation.GUARDIAN})


class Agreed(StrEnum):
    """Whether the recipient agreed to electronic service. Silence is not consent; a no outranks any conduct."""

    YES = "yes"
    SILENT = "silent"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the rules need beside the attempt: the paper's nature, whether the recipient is an organisation, the names
    of the other side (专递规定 7), the recipient's consent to electronic service, and whether the articles only apply by
    analogy (papers of a committee or a petition office)."""

    nature: Nature = Nature.LITIGATION
    organisation: bool = False
    opponents: frozenset[str] = frozenset()
    agreed: Agreed = Agreed.SILENT
    analogy: bool = False

    @property
    def in_person(self) -> bool:
        return self.nature is Nature.MEDIATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One paper of one attempt, looked at now."""

    attempt: Attempt
    about: Circumstances
    now: datetime

    @property
    def own(self) -> bool:
        return self.attempt.basis in OWN_ADDRESS


Test = Callable[[Case, Fact], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`fact` under `test` has this effect. `why` may hold {relation}, {receiver}, {day}; `then` is the next step."""

    code: str
    methods: frozenset[ServiceMethod]
    fact: FactKind
    effect: ServiceState
    test: Test = lambda _case, _fact: True
    at: Callable[[Case, Fact], datetime] = lambda _case, fact: fact.at
    why: str
    articles: tuple[str, ...]
    presumed: bool = False
    then: str = ""


def entitled(about: Circumstances, fact: Fact) -> bool:
    """Whether this taker's signature serves the recipient (民诉法 88; 解释 130, 133; 专递规定 7, 9)."""
    if fact.relation is not Relation.SELF and fact.receiver.strip() in about.opponents:
        return False
    allowed = _UNIT if about.organisation else _PERSON
    return fact.relation in (allowed & _IN_PERSON if about.in_person else allowed)


def last_day(published: Fact) -> date:
    """The day on which an announcement ends, put off by a holiday (民诉法 85, 95): the limit SU-22 by the working calendar.

    `until` is what staff wrote for a year whose notice of holidays was not known."""
    since = day_of(published.at)
    counted = reckon(rule(ANNOUNCED), since=since, calendar=working_calendar()).at
    day = counted.date() if isinstance(counted, datetime) else counted
    return max(day, published.until) if published.until else day
