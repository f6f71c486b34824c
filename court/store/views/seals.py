"""The pages of seal custody: what waits for a keeper, own requests, leaves, roles; the register of uses."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain.account import Account
from court.domain.custody import Assignment, CustodyRole, Delegation, SealUse, UseState
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.paper import PaperKind
from court.store import tables as t
from court.store.database import Read
from court.store.load import custody as load

MOST_SHOWN, MOST_EXPORTED, MOST_MINE = 200, 10_000, 30
_READERS = frozenset({CustodyRole.KEEPER, CustodyRole.AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealsPage:
    """`waiting`: to be decided by this keeper; `mine`: asked for by this user, newest first. Empty for the others.

    `staff` can be chosen for a role, for administrators alone.
    """

    assignments: tuple[Assignment, ...]
    roles: frozenset[CustodyRole]
    kept: tuple[str, ...]
    waiting: tuple[SealUse, ...]
    mine: tuple[SealUse, ...]
    delegations: tuple[Delegation, ...]
    staff: tuple[Account, ...]

    def users(self, body: str) -> tuple[Assignment, ...]:
        """Who may use this seal."""
        return tuple(one for one in self.assignments if one.body == body and one.role is CustodyRole.USER)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """What is looked for; None and "" leave a field open. `until_at` is the first moment after."""

    body: str = ""
    kind: PaperKind | None = None
    state: UseState | None = None
    user_id: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Lines newest first. `more`: there are older ones than shown. `users`: everybody who ever asked, (id, name)."""

    uses: tuple[SealUse, ...]
    more: bool
    bodies: tuple[str, ...]
    users: tuple[tuple[str, str], ...]


def seals_waiting(rx: Read, *, actor: Actor) -> int:
    """How many uses wait for this person's yes."""
    assigned, use = t.custody, t.seal_use
    kept = sa.select(assigned.c.body).where(
        assigned.c.account_id == actor.id,
        assigned.c.role == CustodyRole.KEEPER,
        assigned.c.until.is_(None),
    )
    count = sa.select(sa.func.count()).select_from(use)
    return int(rx.conn.execute(count.where(use.c.body.in_(kept), use.c.state == UseState.ASKED)).scalar_one())


def seals_page(rx: Read, *, actor: Actor, now: datetime) -> SealsPage:
    """Roles of this person for the seals of the node, and what follows from them."""
    held = load.assignments(rx.conn)
    own = [one for one in held if one.account_id == actor.id]
    kept = tuple(one.body for one in own if one.role is CustodyRole.KEEPER)
    seen = frozenset(one.body for one in own if one.role is not CustodyRole.USER)
    u = t.seal_use
    waiting: tuple[SealUse, ...] = ()
    if kept:
        open_states = (UseState.ASKED, UseState.APPROVED)
        waiting = load.uses(rx.conn, u.c.body.in_(kept), u.c.state.in_(open_states), most=MOST_SHOWN)
    admin = actor.role is Role.ADMIN
    return SealsPage(
        assignments=held if admin else tuple(one for one in held if one.body in {o.body for o in own}),
        roles=frozenset(one.role for one in own),
        kept=kept,
        waiting=waiting,
        mine=load.uses(rx.conn, u.c.asked_by == actor.id, most=MOST_MINE),
        delegations=load.delegations(rx.conn, bodies=seen) if seen else (),
        staff=load.candidates(rx.conn) if admin else (),
    )


def seal_register(rx: Read, *, actor: Actor, wanted: RegisterFilter, most: int = MOST_SHOWN) -> Register:
    """用印登记簿 of the seals that this person keeps or audits. Refuses `custody.not_found` to everybody else."""
    bodies = tuple(
        one.body for one in load.assignments(rx.conn) if one.account_id == actor.id and one.role in _READERS
    )
    if not bodies:
        raise CourtError("custody.not_found")
    u = t.seal_use
    of_seals = u.c.body.in_(bodies)
    where = [of_seals, *load.asked_between(wanted.from_at, wanted.until_at)]
    if wanted.body:
        where.append(u.c.body == wanted.body)
    if wanted.kind:
        where.append(u.c.kind == wanted.kind)
    if wanted.state:
        where.append(u.c.state == wanted.state)
    if wanted.user_id:
        where.append(u.c.asked_by == wanted.user_id)
    found = load.uses(rx.conn, *where, most=most + 1)
    return Register(
        uses=found[:most], more=len(found) > most, bodies=bodies, users=load.askers(rx.conn, of_seals)
    )
