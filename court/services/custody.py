"""Seal custody: roles given, leaves given and taken back, each use asked for, decided, made. Signs nothing itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.custody import (
    CUSTODY_NAMES,
    SEAL_USE,
    Assignment,
    CustodyRole,
    Delegation,
    Purpose,
    SealUse,
    UseAction,
    UseState,
    check_assignment,
    check_delegation,
    leave_for,
)
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, Role
from court.domain.paper import PaperKind
from court.services import accounts
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import custody as load

_ASSIGNERS = frozenset({Role.ADMIN, Role.SYSTEM})
_OPEN = (UseState.ASKED, UseState.APPROVED)


def assign(
    tx: Tx, *, actor: Actor, now: datetime, body: str, role: CustodyRole, account_id: str
) -> Assignment:
    """Gives a role for a body's seal. Refuses `custody.not_assigner`, `custody.conflict`, `custody.admin`,
    `custody.tribunal` (民诉法解释 262), `account.disabled`; the same again is the same."""
    if actor.role not in _ASSIGNERS:
        raise CourtError("custody.not_assigner")
    if body.endswith("法庭"):
        raise CourtError("custody.tribunal", name=body)
    account = accounts.get(tx, account_id=account_id)
    if account.disabled:
        raise CourtError("account.disabled", name=account.name)
    held = load.assignments(tx.conn)
    check_assignment(held, account_id, account.name, role, account.role)
    same = (body, role, account_id)
    known = next((one for one in held if (one.body, one.role, one.account_id) == same), None)
    if known is not None:
        return known
    row = {"id": new_id(), "body": body, "role": role, "account_id": account_id, "since": now, "until": None}
    tx.conn.execute(t.custody.insert().values(row | {"by": actor.name}))
    facts = {"body": body, "role": role, "account": account_id}
    tx.record("custody.assigned", str(row["id"]), actor, now, facts)
    return next(one for one in load.assignments(tx.conn, body=body) if one.id == row["id"])


def dismiss(tx: Tx, *, actor: Actor, now: datetime, assignment_id: str) -> None:
    """Ends a role; a keeper's leaves end with it. Refuses `custody.not_assigner`, `custody.not_found`."""
    if actor.role not in _ASSIGNERS:
        raise CourtError("custody.not_assigner")
    found = next((one for one in load.assignments(tx.conn) if one.id == assignment_id), None)
    if found is None:
        raise CourtError("custody.not_found")
    tx.conn.execute(t.custody.update().where(t.custody.c.id == assignment_id).values(until=now))
    tx.record("custody.dismissed", assignment_id, actor, now, {"body": found.body, "role": found.role})
    if found.role is CustodyRole.KEEPER:
        d = t.seal_delegation
        mine = (d.c.keeper_id == found.account_id, d.c.body == found.body, d.c.revoked_at.is_(None))
        for row in tx.conn.execute(sa.select(d.c.id).where(*mine)).all():
            tx.conn.execute(d.update().where(d.c.id == row.id).values(revoked_at=now))
            tx.record("custody.leave_ended", row.id, actor, now, {"body": found.body})


def holds(rx: Read, actor_id: str, body: str, role: CustodyRole) -> bool:
    """Whether this account has this role for this seal now."""
    held = load.assignments(rx.conn, body=body)
    return any(one.account_id == actor_id and one.role is role for one in held)


def require(rx: Read, actor: Actor, body: str, role: CustodyRole) -> None:
    """Refuses `custody.not_yours` (params role, body)."""
    if not holds(rx, actor.id, body, role):
        raise CourtError("custody.not_yours", role=CUSTODY_NAMES[role], body=body)


def delegate(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    body: str,
    until_at: datetime,
    most: int,
    kinds: frozenset[PaperKind] = frozenset(),
    user_id: str | None = None,
    note: str = "",
    keeper_id: str | None = None,
) -> Delegation:
    """A keeper's standing leave from now on. The program gives one only for the demonstration (`keeper_id`).

    Refuses `custody.not_yours`, `custody.delegation_bounds`, `custody.not_a_user`."""
    demonstration = actor.role is Role.SYSTEM and keeper_id is not None
    keeper = keeper_id if demonstration and keeper_id else actor.id
    if not holds(tx, keeper, body, CustodyRole.KEEPER):
        raise CourtError("custody.not_yours", role=CUSTODY_NAMES[CustodyRole.KEEPER], body=body)
    if user_id is not None and not holds(tx, user_id, body, CustodyRole.USER):
        raise CourtError("custody.not_a_user", name=accounts.get(tx, account_id=user_id).name)
    check_delegation(now, until_at, most, now)
    row = {
        "id": new_id(),
        "body": body,
        "keeper_id": keeper,
        "user_id": user_id,
        "kinds": "" if kinds == frozenset(PaperKind) else ",".join(sorted(kinds)),
        "from_at": now,
        "until_at": until_at,
        "most": most,
        "note": text.within(note, "reason") if note else "",
        "demonstration": demonstration,
        "given_at": now,
        "revoked_at": None,
    }
    tx.conn.execute(t.seal_delegation.insert().values(row))
    facts = {"body": body, "kinds": row["kinds"], "most": most, "until": until_at.isoformat()}
    tx.record("custody.leave_given", str(row["id"]), actor, now, facts)
    found = load.delegations(tx.conn, bodies=frozenset({body}))
    return next(one for one in found if one.id == row["id"])


def revoke_delegation(tx: Tx, *, actor: Actor, now: datetime, delegation_id: str) -> None:
    """Any keeper of the seal takes a leave back; uses made by it stay. Refuses `custody.not_found`, `custody.not_yours`."""
    d = t.seal_delegation
    row = tx.conn.execute(sa.select(d.c.body, d.c.revoked_at).where(d.c.id == delegation_id)).first()
    if row is None:
        raise CourtError("custody.not_found")
    require(tx, actor, row.body, CustodyRole.KEEPER)
    if row.revoked_at is None:
        tx.conn.execute(d.update().where(d.c.id == delegation_id).values(revoked_at=now))
        tx.record("custody.leave_ended", delegation_id, actor, now, {"body": row.body})


def ask(tx: Tx, *, actor: Actor, now: datetime, body: str, purpose: Purpose, base_sha256: str) -> SealUse:
    """One use of a seal for one paper: approved at once where a leave covers it, else waiting for a keeper.

    Asked again for the same paper of the same person it is the same use: the paper that the keeper saw is sealed.
    Refuses `custody.not_user`, `custody.no_keeper`.
    """
    if not holds(tx, actor.id, body, CustodyRole.USER):
        raise CourtError("custody.not_user", body=body)
    u = t.seal_use
    same = (
        u.c.body == body,
        u.c.subject_id == purpose.subject_id,
        u.c.kind == purpose.kind,
        u.c.title == purpose.title,
        u.c.asked_by == actor.id,
        u.c.state.in_(_OPEN),
    )
    known = load.uses(tx.conn, *same, most=1)
    if known and known[0].hearing_id == purpose.hearing_id:
        return _asked_again(tx, actor, now, known[0], base_sha256)
    row = {
        "id": new_id(),
        "body": body,
        "kind": purpose.kind,
        "title": text.line_clean(purpose.title)[:200],
        "number": purpose.number[:40],
        "subject_kind": purpose.subject_kind,
        "subject_id": purpose.subject_id,
        "hearing_id": purpose.hearing_id,
        "base_sha256": base_sha256,
        "state": UseState.ASKED,
        "asked_by": actor.id,
        "asked_at": now,
        "decided_name": "",
        "decided_at": None,
        "delegation_id": None,
        "reason": "",
        "sealed_sha256": "",
        "pages": 0,
        "used_at": None,
    }
    tx.conn.execute(u.insert().values(row))
    facts = {"body": body, "kind": purpose.kind, "subject": purpose.subject_id, "sha256": base_sha256}
    tx.record("custody.asked", str(row["id"]), actor, now, facts)
    return _by_leave(tx, actor, now, get(tx, use_id=str(row["id"])))


def get(rx: Read, *, use_id: str) -> SealUse:
    """Refuses `custody.not_found`."""
    found = load.use(rx.conn, use_id)
    if found is None:
        raise CourtError("custody.not_found")
    return found


def seen(rx: Read, *, actor: Actor, use_id: str) -> SealUse:
    """For who asked, and for keepers and auditors of the seal; nobody else. Refuses `custody.not_found`."""
    found = get(rx, use_id=use_id)
    mine = {one.role for one in load.assignments(rx.conn, body=found.body) if one.account_id == actor.id}
    if found.asked_by != actor.id and not mine & {CustodyRole.KEEPER, CustodyRole.AUDITOR}:
        raise CourtError("custody.not_found")
    return found


def open_of(rx: Read, *, actor: Actor, subject_id: str) -> tuple[SealUse, ...]:
    """What this person asked for in one matter and has not sealed yet, newest first."""
    u = t.seal_use
    same = (u.c.subject_id == subject_id, u.c.asked_by == actor.id, u.c.state.in_(_OPEN))
    return tuple(load.uses(rx.conn, *same, most=50))


def decide(tx: Tx, *, actor: Actor, now: datetime, use_id: str, approve: bool, reason: str = "") -> SealUse:
    """A keeper approves, refuses or, before the seal is on it, takes an approval back; `reason` is asked for a no.

    Refuses `custody.not_yours`, `custody.reason`, `custody.wrong_state`."""
    found = get(tx, use_id=use_id)
    require(tx, actor, found.body, CustodyRole.KEEPER)
    if not approve and not reason.strip():
        raise CourtError("custody.reason")
    no = UseAction.TAKE_BACK if found.state is UseState.APPROVED else UseAction.REFUSE
    changes = {
        "decided_name": actor.name,
        "decided_at": now,
        "reason": text.within(reason, "reason") if reason else "",
    }
    return _step(tx, actor, now, found, UseAction.APPROVE if approve else no, changes)


def withdraw(tx: Tx, *, actor: Actor, now: datetime, use_id: str) -> SealUse:
    """Who asked no longer wants it (the paper was changed, say). Refuses `custody.not_found`, `custody.wrong_state`."""
    found = get(tx, use_id=use_id)
    if found.asked_by != actor.id:
        raise CourtError("custody.not_found")
    return _step(tx, actor, now, found, UseAction.WITHDRAW, {})


def used(tx: Tx, *, actor: Actor, now: datetime, use_id: str, sealed_sha256: str, pages: int) -> SealUse:
    """The seal is on the paper. Refuses `custody.wrong_state` for a use nobody approved."""
    found = get(tx, use_id=use_id)
    changes = {"sealed_sha256": sealed_sha256, "pages": pages, "used_at": now}
    return _step(tx, actor, now, found, UseAction.USE, changes)


def dropped(tx: Tx, *, actor: Actor, now: datetime, use_id: str) -> None:
    """Sealing failed: a use by leave is given back, an approval of a keeper stays."""
    found = get(tx, use_id=use_id)
    if found.state is UseState.APPROVED and found.delegation_id is not None:
        _step(tx, actor, now, found, UseAction.WITHDRAW, {"reason": "盖章没有完成，授权次数已退回"})


def exported(tx: Tx, *, actor: Actor, now: datetime, lines: int) -> None:
    """The register was taken along."""
    tx.record("custody.exported", actor.id, actor, now, {"lines": lines})


def keepers(rx: Read, *, body: str) -> str:
    """Names of a seal's keepers, for the words of a refusal."""
    found = load.assignments(rx.conn, body=body)
    return "、".join(one.name for one in found if one.role is CustodyRole.KEEPER)


def _asked_again(tx: Tx, actor: Actor, now: datetime, found: SealUse, base_sha256: str) -> SealUse:
    """A keeper's answer is about the paper he saw; a leave that a dead process left open is for the newest drawing."""
    if found.delegation_id is not None and found.base_sha256 != base_sha256:
        u = t.seal_use
        tx.conn.execute(u.update().where(u.c.id == found.id).values(base_sha256=base_sha256))
        tx.record("custody.redrawn", found.id, actor, now, {"sha256": base_sha256})
        return get(tx, use_id=found.id)
    return _by_leave(tx, actor, now, found)


def _by_leave(tx: Tx, actor: Actor, now: datetime, found: SealUse) -> SealUse:
    if found.state is not UseState.ASKED:
        return found
    if not keepers(tx, body=found.body):
        raise CourtError("custody.no_keeper", body=found.body)
    given = load.delegations(tx.conn, bodies=frozenset({found.body}))
    leave = leave_for(given, now, actor.id, found.kind)
    if leave is None:
        return found
    told = f"{leave.keeper_name}（{'演示授权' if leave.demonstration else '授权'}）"
    changes = {"decided_name": told, "decided_at": now, "delegation_id": leave.id}
    return _step(tx, actor, now, found, UseAction.APPROVE, changes)


def _step(
    tx: Tx, actor: Actor, now: datetime, found: SealUse, action: UseAction, changes: dict[str, Any]
) -> SealUse:
    state = SEAL_USE.after(found.state, action, actor.role)
    tx.conn.execute(t.seal_use.update().where(t.seal_use.c.id == found.id).values(changes | {"state": state}))
    facts = {"body": found.body, "kind": found.kind, "subject": found.subject_id}
    if "delegation_id" in changes:
        facts["leave"] = changes["delegation_id"]
    tx.record(f"custody.{action}", found.id, actor, now, facts)
    return get(tx, use_id=found.id)
