"""Transition tables as data and the one function that walks them; what a step causes is not here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from court.domain.errors import CourtError


class Role(StrEnum):
    """Who acts. `party` is also the villager standing at the kiosk; `system` is a timed sweep or the relay.

    `office` keeps or audits the seals and has no cases; `registrar` files cases; `president` decides what the law
    leaves to the head of the court."""

    JUDGE = "judge"
    MEDIATOR = "mediator"
    CLERK = "clerk"
    PETITION_OFFICIAL = "petition_official"
    OFFICER = "officer"
    OFFICE = "office"
    REGISTRAR = "registrar"
    PRESIDENT = "president"
    ADMIN = "admin"
    PARTY = "party"
    AGENT = "agent"
    SYSTEM = "system"
    PUBLIC = "public"


ROLE_NAMES: Mapping[Role, str] = {
    Role.JUDGE: "审判员",
    Role.MEDIATOR: "调解员",
    Role.CLERK: "书记员",
    Role.PETITION_OFFICIAL: "信访接待员",
    Role.OFFICER: "随车人员",
    Role.OFFICE: "办公室人员",
    Role.REGISTRAR: "立案员",
    Role.PRESIDENT: "院长",
    Role.ADMIN: "管理员",
    Role.PARTY: "当事人",
    Role.AGENT: "代理人",
    Role.SYSTEM: "系统",
    Role.PUBLIC: "公众",
}
BENCH = frozenset({Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL})
STAFF = BENCH | {Role.CLERK, Role.OFFICER, Role.REGISTRAR}
SYSTEM = frozenset({Role.SYSTEM})


class ActorKind(StrEnum):
    """How the actor was recognised: staff session, enrolled terminal, seat cookie, the program, nobody."""

    STAFF = "staff"
    TERMINAL = "terminal"
    SEAT = "seat"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does it. `id` is the account, terminal or seat id; `name` is shown, never logged."""

    kind: ActorKind
    id: str
    role: Role
    name: str


SYSTEM_ACTOR = Actor(kind=ActorKind.SYSTEM, id="system", role=Role.SYSTEM, name="系统")
PUBLIC_ACTOR = Actor(kind=ActorKind.PUBLIC, id="public", role=Role.PUBLIC, name="公众")

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """One cell of a table: the state it leads to and the roles that may take it."""

    to: S
    who: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S, A]):
    """A table (state, action) -> Step. `name` is the first part of its refusal codes."""

    name: str
    start: S
    table: Mapping[tuple[S, A], Step[S]]
    labels: Mapping[S, str]

    def after(self, state: S, action: A, role: Role) -> S:
        """The state after `action`; refuses `{name}.wrong_state` (409) or `{name}.not_allowed` (403)."""
        step = self.table.get((state, action))
        if step is None:
            raise CourtError(f"{self.name}.wrong_state", state=self.labels[state], action=action.value)
        if role not in step.who:
            raise CourtError(f"{self.name}.not_allowed", role=ROLE_NAMES[role], action=action.value)
        return step.to

    def actions(self, state: S, role: Role) -> tuple[A, ...]:
        """What this role may do now, in the order of the table (buttons of a page)."""
        return tuple(a for (s, a), step in self.table.items() if s is state and role in step.who)
