"""调解员名册: what the court knows of each mediator, published so that parties can choose (特邀调解规定 5, 8)."""

from datetime import datetime

from court.domain import text
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.mediator import Mediator
from court.services import accounts
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import mediation as load

KEEPERS = frozenset({Role.ADMIN, Role.CLERK, Role.JUDGE, Role.REGISTRAR})


def roll(rx: Read) -> tuple[Mediator, ...]:
    """Everybody who may mediate, by name."""
    everyone = tuple(one for one in accounts.everyone(rx, role=Role.MEDIATOR) if not one.disabled)
    return tuple(sorted(load.roll(rx.conn, everyone), key=lambda one: one.name))


def enter(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    account_id: str,
    rev: int,
    body: str,
    invited: bool,
    languages: str,
    places: str,
    fields: str,
) -> Mediator:
    """An entry made or changed. Lists have one item a line. Refuses `mediator.unknown`, `mediator.stale`."""
    known = {one.account_id: one for one in roll(tx)}
    if account_id not in known or actor.role not in KEEPERS:
        raise CourtError("mediator.unknown")
    if known[account_id].rev != rev:
        raise CourtError("mediator.stale")
    row = {
        "account_id": account_id,
        "body": text.within(text.line_clean(body), "label"),
        "invited": invited,
        "languages": _lines(languages),
        "places": _lines(places),
        "fields": _lines(fields),
        "rev": rev + 1,
        "updated_at": now,
        "by": actor.name,
    }
    m = t.mediator
    if rev:
        tx.conn.execute(m.update().where(m.c.account_id == account_id).values(row))
    else:
        tx.conn.execute(m.insert().values(row))
    tx.record("mediator.entered", account_id, actor, now, {"rev": rev + 1})
    return next(one for one in roll(tx) if one.account_id == account_id)


def _lines(words: str) -> str:
    found = (text.line_clean(line) for line in words.replace("、", "\n").split("\n"))
    return text.within("\n".join(dict.fromkeys(one for one in found if one)), "reason")
