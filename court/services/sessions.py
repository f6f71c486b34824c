"""Staff sessions at the server: a token in the cookie, its hash in the table, two ends (idle, absolute)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain.account import SESSION_ABSOLUTE, SESSION_IDLE, Account, Session
from court.domain.errors import CourtError
from court.domain.ids import new_token
from court.domain.lifecycle import Actor, Role
from court.services import guessing
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.rows import forget_keys, token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """`token` goes into the cookie once; only its hash is stored."""

    token: str
    session: Session


def start(tx: Tx, *, now: datetime, account: Account) -> SessionOpened:
    """A new session for somebody whose password and code were right."""
    token = new_token()
    ends = now + SESSION_ABSOLUTE
    row = {"token_hash": token_hash(token), "account_id": account.id, "opened_at": now, "seen_at": now}
    tx.conn.execute(t.session.insert().values(row | {"ends_at": ends}))
    tx.record("login.opened", account.id, account.actor(), now, {})
    opened = Session(account=account, opened_at=now, seen_at=now, ends_at=ends)
    return SessionOpened(token=token, session=opened)


def session(rx: Read, *, now: datetime, token: str) -> Session | None:
    """The live session of a cookie, None when unknown or ended. Pair with `touch`."""
    s = t.session
    query = sa.select(s, t.account).join(t.account).where(s.c.token_hash == token_hash(token))
    row = rx.conn.execute(query).first()
    if row is None or row.disabled or now >= row.ends_at or now - row.seen_at >= SESSION_IDLE:
        return None
    account = casework.account_of(row)
    return Session(account=account, opened_at=row.opened_at, seen_at=row.seen_at, ends_at=row.ends_at)


def touch(tx: Tx, *, now: datetime, token: str) -> Session | None:
    """Marks it as used; call when `now - seen_at` passes a minute."""
    if session(tx, now=now, token=token) is None:
        return None
    row = t.session.c.token_hash == token_hash(token)
    tx.conn.execute(t.session.update().where(row).values(seen_at=now))
    return session(tx, now=now, token=token)


def rotate(tx: Tx, *, now: datetime, token: str) -> SessionOpened | None:
    """A new token for the same session (after a change of rights)."""
    live = session(tx, now=now, token=token)
    if live is None:
        return None
    fresh = new_token()
    row = t.session.c.token_hash == token_hash(token)
    tx.conn.execute(t.session.update().where(row).values(token_hash=token_hash(fresh), seen_at=now))
    return SessionOpened(token=fresh, session=live)


def log_out(tx: Tx, *, now: datetime, token: str) -> None:
    """Ends it; unknown tokens are ignored."""
    live = session(tx, now=now, token=token)
    tx.conn.execute(t.session.delete().where(t.session.c.token_hash == token_hash(token)))
    if live is not None:
        tx.record("login.ended", live.account.id, live.account.actor(), now, {})


def end_sessions(tx: Tx, *, actor: Actor, now: datetime, account_id: str) -> int:
    """Ends every session of an account (admin, or the person)."""
    if actor.id != account_id and actor.role not in {Role.ADMIN, Role.SYSTEM}:
        raise CourtError("account.not_allowed")
    ended = end_all(tx, account_id)
    tx.record("login.all_ended", account_id, actor, now, {"count": ended})
    return ended


def end_all(tx: Tx, account_id: str) -> int:
    """For callers that checked the actor; says how many."""
    return tx.conn.execute(t.session.delete().where(t.session.c.account_id == account_id)).rowcount


def sweep(tx: Tx, *, now: datetime) -> int:
    """Deletes ended sessions, forgiven guesses and old idempotency keys; says how many. Idempotent."""
    s = t.session
    ended = sa.or_(s.c.ends_at <= now, s.c.seen_at <= now - SESSION_IDLE)
    gone = tx.conn.execute(s.delete().where(ended)).rowcount
    return gone + guessing.forgive(tx, now=now) + forget_keys(tx, now=now)
