"""Vehicle terminals: enrolled by a one-time code, known by a cookie."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from court.domain.account import ENROLMENT_VALID, Terminal
from court.domain.errors import CourtError
from court.domain.ids import new_id, new_token
from court.domain.lifecycle import PUBLIC_ACTOR, Actor, Role
from court.domain.text import line_clean
from court.services import guessing
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.rows import token_hash

_MAY_ENROL = frozenset({Role.OFFICER, Role.ADMIN, Role.SYSTEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """`code` is 8 digits, shown once, valid until `expires_at`, usable once."""

    code: str
    name: str
    vehicle: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalOpened:
    """`token` goes into the cookie court_terminal; only its hash is stored."""

    token: str
    terminal: Terminal


def invite(tx: Tx, *, actor: Actor, now: datetime, name: str, vehicle: str) -> Enrolment:
    """A one-time code for a new terminal; officers, admins and the program itself."""
    _require_enroller(actor)
    code = f"{secrets.randbelow(10**8):08d}"
    named = {"name": line_clean(name)[:60] or "车载终端", "vehicle": line_clean(vehicle)[:60]}
    expires = now + ENROLMENT_VALID
    tx.conn.execute(t.enrolment.delete().where(t.enrolment.c.expires_at <= now))
    tx.conn.execute(
        t.enrolment.insert().values(named | {"code_hash": token_hash(code), "expires_at": expires})
    )
    tx.record("terminal.invited", "terminal", actor, now, {})
    return Enrolment(code=code, expires_at=expires, **named)


def enrol(tx: Tx, *, now: datetime, code: str, address: str) -> TerminalOpened:
    """Refuses `terminal.code_wrong`, `terminal.code_expired`, `login.slow_down` after many wrong codes."""
    guesses = (guessing.subject("terminal", address),)
    guessing.check(tx, now=now, subjects=guesses)
    known = t.enrolment.c.code_hash == token_hash("".join(code.split()))
    row = tx.conn.execute(sa.select(t.enrolment).where(known)).first()
    if row is None:
        guessing.wrong(tx, now=now, subjects=guesses)
        raise CourtError("terminal.code_wrong", keep=True)
    if row.used_at is not None or now >= row.expires_at:
        raise CourtError("terminal.code_expired")
    token = new_token()
    opened = {"id": new_id(), "name": row.name, "vehicle": row.vehicle, "token_hash": token_hash(token)}
    tx.conn.execute(t.terminal.insert().values(opened | {"enrolled_at": now}))
    tx.conn.execute(t.enrolment.update().where(known).values(used_at=now))
    guessing.right(tx, subjects=guesses)
    tx.record("terminal.enrolled", opened["id"], PUBLIC_ACTOR, now, {})
    return TerminalOpened(token=token, terminal=_get(tx, opened["id"]))


def terminal(rx: Read, *, token: str) -> Terminal | None:
    """The terminal of a cookie; None when unknown or revoked."""
    query = sa.select(t.terminal).where(
        t.terminal.c.token_hash == token_hash(token), t.terminal.c.revoked_at.is_(None)
    )
    row = rx.conn.execute(query).first()
    return casework.terminal_of(row) if row else None


def revoke(tx: Tx, *, actor: Actor, now: datetime, terminal_id: str) -> Terminal:
    """The cookie is worth nothing from now on."""
    _require_enroller(actor)
    _get(tx, terminal_id)
    tx.conn.execute(t.terminal.update().where(t.terminal.c.id == terminal_id).values(revoked_at=now))
    tx.record("terminal.revoked", terminal_id, actor, now, {})
    return _get(tx, terminal_id)


def everyone(rx: Read) -> tuple[Terminal, ...]:
    """All terminals, newest first."""
    query = sa.select(t.terminal).order_by(t.terminal.c.enrolled_at.desc())
    return tuple(casework.terminal_of(row) for row in rx.conn.execute(query))


def _get(rx: Read, terminal_id: str) -> Terminal:
    row = rx.conn.execute(sa.select(t.terminal).where(t.terminal.c.id == terminal_id)).first()
    if row is None:
        raise CourtError("terminal.not_found")
    return casework.terminal_of(row)


def _require_enroller(actor: Actor) -> None:
    if actor.role not in _MAY_ENROL:
        raise CourtError("terminal.not_allowed")
