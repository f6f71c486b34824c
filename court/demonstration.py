"""The accounts a fresh node is shown with. Their passwords are one-time: shown at each start until changed."""

import asyncio
from datetime import datetime
from pathlib import Path

import msgspec

from court.domain.account import Account
from court.domain.lifecycle import SYSTEM_ACTOR, Role
from court.installation import write_durably
from court.services import accounts, terminal
from court.store.database import Database

PEOPLE = (
    ("judge", "李正言", Role.JUDGE),
    ("mediator", "周和平", Role.MEDIATOR),
    ("clerk", "陈书宁", Role.CLERK),
    ("petition", "吴心诚", Role.PETITION_OFFICIAL),
    ("officer", "郑行远", Role.OFFICER),
    ("admin", "何守正", Role.ADMIN),
)


FILE = "demonstration.json"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What one person needs to sign in for the first time; kept (mode 0600) until he has made the account his own."""

    login: str
    name: str
    role: Role
    password: str
    totp_secret: str


async def _renew(
    db: Database, now: datetime, known: Account | None, login: str, name: str, role: Role
) -> Handed:
    fresh = await asyncio.to_thread(accounts.new_credentials)
    if known:
        await db.write(accounts.reset, actor=SYSTEM_ACTOR, now=now, account_id=known.id, credentials=fresh)
    else:
        await db.write(
            accounts.create, actor=SYSTEM_ACTOR, now=now, login=login, name=name, role=role, credentials=fresh
        )
    return Handed(login=login, name=name, role=role, password=fresh.password, totp_secret=fresh.totp_secret)


def _kept(path: Path) -> dict[str, Handed]:
    try:
        return {one.login: one for one in msgspec.json.decode(path.read_bytes(), type=list[Handed])}
    except (OSError, msgspec.DecodeError):
        return {}


async def hand_out(db: Database, data_dir: Path, now: datetime) -> tuple[Handed, ...]:
    """The accounts nobody has made his own: made when missing, else as handed out before, so that a restart in
    mid-session signs nobody out. Accounts in use are left alone and forgotten here.
    """
    path = data_dir / FILE
    before = await asyncio.to_thread(_kept, path)
    known = {account.login: account for account in await db.read(accounts.everyone)}
    handed = []
    for login, name, role in PEOPLE:
        account = known.get(login)
        if account is None:
            handed.append(await _renew(db, now, None, login, name, role))
        elif account.one_time and not account.disabled:
            handed.append(before.get(login) or await _renew(db, now, account, login, name, role))
    await asyncio.to_thread(write_durably, path, msgspec.json.encode(handed), 0o600)
    return tuple(handed)


async def terminal_code(db: Database, now: datetime, vehicle: str) -> str:
    """A one-time code that makes a device the vehicle's terminal."""
    invitation = await db.write(
        terminal.invite, actor=SYSTEM_ACTOR, now=now, name="车载终端", vehicle=vehicle
    )
    return invitation.code
