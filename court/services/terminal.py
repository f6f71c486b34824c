"""Vehicle terminals: enrolled by a one-time code, known by a cookie."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.account import Terminal
from court.domain.lifecycle import Actor
from court.store.database import Read, Tx


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


def enrol(tx: Tx, *, now: datetime, code: str, address: str) -> TerminalOpened:
    """Refuses `terminal.code_wrong`, `terminal.code_expired`, `login.slow_down` after many wrong codes."""


def terminal(rx: Read, *, token: str) -> Terminal | None:
    """The terminal of a cookie; None when unknown or revoked."""


def revoke(tx: Tx, *, actor: Actor, now: datetime, terminal_id: str) -> Terminal:
    """The cookie is worth nothing from now on."""


def everyone(rx: Read) -> tuple[Terminal, ...]:
    """All terminals, newest first."""
