"""Staff accounts: made, changed, locked, logged in with password and TOTP; sessions are in services/sessions.py."""

import asyncio
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from court.domain.account import TOTP_SECONDS, Account, password_problem
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import PUBLIC_ACTOR, ROLE_NAMES, Actor, Role
from court.domain.text import line_clean
from court.services import guessing, sessions
from court.services.sessions import (
    SessionOpened,
    end_sessions,
    log_out,
    rotate,
    session,
    sweep,
    touch,
)
from court.store import tables as t
from court.store.database import Database, Read, Tx
from court.store.load import casework
from court.store.rows import insert_new

__all__ = [
    "Credentials",
    "SessionOpened",
    "change_password",
    "create",
    "current_code",
    "disable",
    "end_sessions",
    "everyone",
    "get",
    "hash_password",
    "log_in",
    "log_out",
    "new_credentials",
    "require_role",
    "reset",
    "rotate",
    "session",
    "sweep",
    "touch",
]

# OWASP's argon2id choice with 19 MiB keeps a login under 0.1 s on the vehicle's processor.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LOGIN = re.compile(r"[a-z0-9._-]{3,40}")
_MANAGERS = frozenset({Role.ADMIN, Role.SYSTEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A fresh one-time password with its hash and a TOTP secret (base32). Shown once, never logged."""

    password: str
    password_hash: str
    totp_secret: str


def hash_password(password: str) -> str:
    """argon2id, some 30 ms of CPU: call it outside a transaction and off the loop."""
    return _HASHER.hash(password)


def new_credentials() -> Credentials:
    """CPU work of a new account, outside a transaction."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    return Credentials(
        password=password, password_hash=hash_password(password), totp_secret=pyotp.random_base32()
    )


def create(
    tx: Tx, *, actor: Actor, now: datetime, login: str, name: str, role: Role, credentials: Credentials
) -> Account:
    """A new account whose password is one-time. Refuses `account.login_taken`, `account.login_malformed`."""
    _require_manager(actor)
    if not _LOGIN.fullmatch(login):
        raise CourtError("account.login_malformed")
    row = {
        "id": new_id(),
        "login": login,
        "name": line_clean(name)[:60],
        "role": role,
        "password_hash": credentials.password_hash,
        "totp_secret": credentials.totp_secret,
        "totp_last_step": 0,
        "one_time": True,
        "disabled": False,
        "created_at": now,
    }
    if not row["name"]:
        raise CourtError("text.empty")
    if not insert_new(tx.conn, t.account, row):
        raise CourtError("account.login_taken")
    tx.record("account.created", str(row["id"]), actor, now, {"role": role})
    return get(tx, account_id=str(row["id"]))


async def log_in(
    db: Database, *, now: datetime, login: str, password: str, totp: str, address: str
) -> SessionOpened:
    """Checks password and TOTP (hashing in a thread, outside the transaction) and opens a session.

    Refuses `login.refused` (401, the same for every cause), `login.slow_down` (429, params seconds),
    `login.disabled`. `address` is the client's; only its hash is stored.
    """
    login = login.strip().lower()[:80]
    guesses = (guessing.subject("login", login), guessing.subject("address", address))
    stored = await db.read(_stored_hash, now=now, login=login, guesses=guesses)
    matches = await asyncio.to_thread(_matches, stored, password[:1000])
    return await db.write(_finish_login, now=now, login=login, matches=matches, totp=totp, guesses=guesses)


async def change_password(
    db: Database, *, actor: Actor, now: datetime, old: str, new: str, address: str
) -> Account:
    """Own password. Refuses `login.refused`, `form.invalid`. Ends every other session of the account."""
    account = await db.read(get, account_id=actor.id)
    problem = password_problem(new, account.login, account.name)
    if problem is not None:
        raise CourtError("form.invalid", problems=(problem,))
    guesses = (guessing.subject("login", account.login), guessing.subject("address", address))
    stored = await db.read(_stored_hash, now=now, login=account.login, guesses=guesses)
    matches = await asyncio.to_thread(_matches, stored, old[:1000])
    fresh = await asyncio.to_thread(hash_password, new) if matches else ""
    return await db.write(_finish_change, actor=actor, now=now, fresh=fresh, guesses=guesses)


def reset(tx: Tx, *, actor: Actor, now: datetime, account_id: str, credentials: Credentials) -> Account:
    """New one-time password and TOTP secret; ends every session."""
    _require_manager(actor)
    changes = {
        "password_hash": credentials.password_hash,
        "totp_secret": credentials.totp_secret,
        "totp_last_step": 0,
        "one_time": True,
    }
    return _changed(tx, actor, now, account_id, "account.reset", changes)


def disable(tx: Tx, *, actor: Actor, now: datetime, account_id: str, disabled: bool) -> Account:
    """Locks or unlocks an account; locking ends its sessions."""
    _require_manager(actor)
    kind = "account.disabled" if disabled else "account.enabled"
    return _changed(tx, actor, now, account_id, kind, {"disabled": disabled})


def get(rx: Read, *, account_id: str) -> Account:
    """Refuses `account.not_found`."""
    found = casework.account(rx.conn, account_id)
    if found is None:
        raise CourtError("account.not_found")
    return found


def everyone(rx: Read, *, role: Role | None = None) -> tuple[Account, ...]:
    """Accounts by role and name (for choosing a mediator, a judge)."""
    query = sa.select(t.account).order_by(t.account.c.role, t.account.c.name, t.account.c.id)
    if role is not None:
        query = query.where(t.account.c.role == role)
    return tuple(casework.account_of(row) for row in rx.conn.execute(query))


def require_role(rx: Read, account_id: str, role: Role) -> Account:
    """Refuses `account.wrong_role`, `account.disabled`: who may be put on a matter or a seat."""
    account = get(rx, account_id=account_id)
    if account.role is not role:
        raise CourtError("account.wrong_role", name=account.name, role=ROLE_NAMES[role])
    if account.disabled:
        raise CourtError("account.disabled", name=account.name)
    return account


def current_code(rx: Read, *, login: str, now: datetime) -> str:
    """The TOTP code of this moment, for the person at the node itself. Refuses `account.not_found`."""
    secret = rx.conn.execute(sa.select(t.account.c.totp_secret).where(t.account.c.login == login)).scalar()
    if not secret:
        raise CourtError("account.not_found")
    return pyotp.TOTP(secret).at(now)


@cache
def _nobodys_hash() -> str:
    """Costs an unknown login the same time as a known one."""
    return hash_password(secrets.token_hex(16))


def _stored_hash(rx: Read, *, now: datetime, login: str, guesses: tuple[str, ...]) -> Callable[[], str]:
    guessing.check(rx, now=now, subjects=guesses)
    stored = rx.conn.execute(sa.select(t.account.c.password_hash).where(t.account.c.login == login)).scalar()
    return (lambda: stored) if stored else _nobodys_hash


def _matches(stored: Callable[[], str], password: str) -> bool:
    try:
        return _HASHER.verify(stored(), password)
    except (VerificationError, InvalidHashError):
        return False


def _finish_login(
    tx: Tx, *, now: datetime, login: str, matches: bool, totp: str, guesses: tuple[str, ...]
) -> SessionOpened:
    # Asked again inside the transaction: parallel guesses may have filled the count meanwhile.
    guessing.check(tx, now=now, subjects=guesses)
    row = tx.conn.execute(sa.select(t.account).where(t.account.c.login == login)).first()
    step = _totp_step(row, totp, now) if row is not None and matches else None
    if row is None or step is None:
        guessing.wrong(tx, now=now, subjects=guesses)
        tx.record("login.refused", row.id if row else "unknown", PUBLIC_ACTOR, now, {})
        raise CourtError("login.refused", keep=True)
    if row.disabled:
        raise CourtError("login.disabled")
    guessing.right(tx, subjects=guesses[:1])
    tx.conn.execute(t.account.update().where(t.account.c.id == row.id).values(totp_last_step=step))
    return sessions.start(tx, now=now, account=casework.account_of(row))


def _totp_step(row: Any, code: str, now: datetime) -> int | None:
    """The time step the code belongs to, one step of drift allowed; a step is good only once (RFC 6238 5.2)."""
    # A Chinese keyboard types full-width digits; what is no digit then matches nothing.
    digits = unicodedata.normalize("NFKC", "".join(code.split())).encode()
    totp = pyotp.TOTP(row.totp_secret)
    current = int(now.timestamp()) // TOTP_SECONDS
    for step in (current, current - 1, current + 1):
        if step > row.totp_last_step and secrets.compare_digest(
            totp.at(step * TOTP_SECONDS).encode(), digits
        ):
            return step
    return None


def _finish_change(tx: Tx, *, actor: Actor, now: datetime, fresh: str, guesses: tuple[str, ...]) -> Account:
    if not fresh:
        guessing.wrong(tx, now=now, subjects=guesses)
        raise CourtError("login.refused", keep=True)
    changes = {"password_hash": fresh, "one_time": False}
    return _changed(tx, actor, now, actor.id, "account.password_changed", changes)


def _changed(
    tx: Tx, actor: Actor, now: datetime, account_id: str, kind: str, changes: dict[str, Any]
) -> Account:
    get(tx, account_id=account_id)
    tx.conn.execute(t.account.update().where(t.account.c.id == account_id).values(changes))
    sessions.end_all(tx, account_id)
    tx.record(kind, account_id, actor, now, {})
    return get(tx, account_id=account_id)


def _require_manager(actor: Actor) -> None:
    if actor.role not in _MANAGERS:
        raise CourtError("account.not_allowed")
