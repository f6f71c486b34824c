"""Staff accounts and sessions: password and TOTP, guesses slowed and recorded, sessions at the server."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.account import Account, Session
from court.domain.lifecycle import Actor, Role
from court.store.database import Database, Read, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A fresh one-time password with its hash and a TOTP secret (base32). Never stored together, never logged."""

    password: str
    password_hash: str
    totp_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """`token` goes into the cookie once; only its hash is stored."""

    token: str
    session: Session


def hash_password(password: str) -> str:
    """argon2id, about 60 ms of CPU: call it outside a transaction and off the loop."""


def new_credentials() -> Credentials:
    """CPU work of a new account, outside a transaction."""


def create(
    tx: Tx, *, actor: Actor, now: datetime, login: str, name: str, role: Role, credentials: Credentials
) -> Account:
    """A new account whose password is one-time. Refuses `account.login_taken`, `account.login_malformed`."""


async def log_in(db: Database, *, now: datetime, login: str, password: str, totp: str, address: str) -> SessionOpened:
    """Checks password and TOTP (hashing in a thread, outside the transaction) and opens a session.

    Refuses `login.refused` (401, the same for every cause), `login.slow_down` (429, params seconds),
    `login.disabled`. `address` is the client's; only its hash is stored.
    """


async def change_password(
    db: Database, *, actor: Actor, now: datetime, old: str, new: str, address: str
) -> Account:
    """Own password. Refuses `login.refused`, `form.invalid`. Ends every other session of the account."""


def session(rx: Read, *, now: datetime, token: str) -> Session | None:
    """The live session of a cookie, None when unknown or ended. Pair with `touch`."""


def touch(tx: Tx, *, now: datetime, token: str) -> Session | None:
    """Marks it as used; call when `now - seen_at` passes a minute."""


def rotate(tx: Tx, *, now: datetime, token: str) -> SessionOpened | None:
    """A new token for the same session (after a change of rights)."""


def log_out(tx: Tx, *, now: datetime, token: str) -> None:
    """Ends it; unknown tokens are ignored."""


def end_sessions(tx: Tx, *, actor: Actor, now: datetime, account_id: str) -> int:
    """Ends every session of an account (admin, or the person)."""


def reset(tx: Tx, *, actor: Actor, now: datetime, account_id: str, credentials: Credentials) -> Account:
    """New one-time password and TOTP secret; ends every session."""


def disable(tx: Tx, *, actor: Actor, now: datetime, account_id: str, disabled: bool) -> Account:
    """Locks or unlocks an account; locking ends its sessions."""


def get(rx: Read, *, account_id: str) -> Account:
    """Refuses `account.not_found`."""


def everyone(rx: Read, *, role: Role | None = None) -> tuple[Account, ...]:
    """Accounts by role and name (for choosing a mediator, a judge)."""


def sweep(tx: Tx, *, now: datetime) -> int:
    """Deletes ended sessions and forgiven guess rows; says how many. Idempotent."""
