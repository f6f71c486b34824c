"""Slows the guessing of passwords, codes and links, per target and per address; what is guessed is not known here."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil

import sqlalchemy as sa

from court.domain.account import FORGIVE_AFTER, wait_after
from court.domain.errors import CourtError
from court.domain.lifecycle import PUBLIC_ACTOR
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.rows import insert_new, token_hash


def subject(kind: str, what: str) -> str:
    """The key of a guess row: nothing readable is stored."""
    return f"{kind}:{token_hash(what)}"


def check(rx: Read, *, now: datetime, subjects: Iterable[str]) -> None:
    """Refuses `login.slow_down` while any of the subjects has to wait."""
    blocked = sa.select(sa.func.max(t.guess.c.blocked_until)).where(t.guess.c.subject.in_(list(subjects)))
    until = rx.conn.execute(blocked).scalar()
    if until is not None and until > now:
        raise CourtError("login.slow_down", seconds=ceil((until - now).total_seconds()))


def wrong(tx: Tx, *, now: datetime, subjects: Iterable[str]) -> None:
    """One more wrong guess at each subject. Raise the refusal with keep=True, or this is rolled back."""
    for one in subjects:
        row = {"subject": one, "failures": 1, "last_at": now}
        failures = 1
        if not insert_new(tx.conn, t.guess, row):
            known = tx.conn.execute(sa.select(t.guess).where(t.guess.c.subject == one)).one()
            failures = 1 if now - known.last_at > FORGIVE_AFTER else known.failures + 1
        wait = wait_after(failures)
        changed = {"failures": failures, "last_at": now, "blocked_until": now + wait if wait else None}
        tx.conn.execute(t.guess.update().where(t.guess.c.subject == one).values(changed))
        if wait:
            tx.record("guess.slowed", one[:80], PUBLIC_ACTOR, now, {"failures": failures})


def right(tx: Tx, *, subjects: Iterable[str]) -> None:
    """A right answer forgets the wrong ones before it."""
    tx.conn.execute(t.guess.delete().where(t.guess.c.subject.in_(list(subjects))))


def forgive(tx: Tx, *, now: datetime) -> int:
    """Sweep: rows past a quiet day."""
    return tx.conn.execute(t.guess.delete().where(t.guess.c.last_at < now - FORGIVE_AFTER)).rowcount
