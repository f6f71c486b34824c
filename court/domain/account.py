"""Staff accounts, sessions, terminals and the slowing of guesses, as rules; hashing is done by the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from court.domain.errors import FieldProblem, field_problem
from court.domain.lifecycle import Actor, ActorKind, Role

PASSWORD_MIN, PASSWORD_MAX = 10, 200
# ASVS 5.0 7.3: idle and absolute end of a session. A live hearing touches its session, so it never idles.
SESSION_IDLE = timedelta(hours=2)
SESSION_ABSOLUTE = timedelta(hours=12)
ENROLMENT_VALID = timedelta(hours=1)
# The first five wrong guesses are free; then 30 s, doubled each time, at most one hour.
FREE_GUESSES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# A quiet day forgives earlier guesses.
FORGIVE_AFTER = timedelta(days=1)
TOTP_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff without any secret. `one_time` while the first password has not been changed."""

    id: str
    login: str
    name: str
    role: Role
    one_time: bool
    has_totp: bool
    disabled: bool
    created_at: datetime

    def actor(self) -> Actor:
        return Actor(kind=ActorKind.STAFF, id=self.id, role=self.role, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live staff session found by its cookie."""

    account: Account
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """An enrolled vehicle terminal (kiosk and room). `vehicle` is the plate or call sign shown on pages."""

    id: str
    name: str
    vehicle: str
    enrolled_at: datetime
    revoked: bool

    def actor(self) -> Actor:
        """The villager standing at the terminal; an officer who takes over acts by his own account."""
        return Actor(kind=ActorKind.TERMINAL, id=self.id, role=Role.PARTY, name=self.name)


def wait_after(failures: int) -> timedelta:
    """How long the next guess has to wait after this many wrong ones in a row."""
    if failures < FREE_GUESSES:
        return timedelta(0)
    doublings = min(failures - FREE_GUESSES, 12)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def password_problem(password: str, login: str, name: str) -> FieldProblem | None:
    """Length is the rule (NIST SP 800-63B 5.1.1.2); a login, a name or one repeated character is no password."""
    if len(password) < PASSWORD_MIN:
        return field_problem("password", "password.too_short", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        return field_problem("password", "password.too_long", most=PASSWORD_MAX)
    if len(set(password)) < 4 or login.lower() in password.lower() or (name and name in password):
        return field_problem("password", "password.too_simple")
    return None
