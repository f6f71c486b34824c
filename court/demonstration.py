"""The accounts a fresh node is shown with. Their passwords are one-time: made anew at each start until changed."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.account import Account
from court.domain.lifecycle import SYSTEM_ACTOR, Role
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What one person needs to sign in for the first time. Printed once, kept nowhere."""

    login: str
    name: str
    role: Role
    password: str
    totp_secret: str


async def _renew(
    db: Database, now: datetime, known: Account | None, login: str, name: str, role: Role
) -> Handed:
    fresh = accounts.new_credentials()
    if known:
        await db.write(accounts.reset, actor=SYSTEM_ACTOR, now=now, account_id=known.id, credentials=fresh)
    else:
        await db.write(
            accounts.create,
            actor=SYSTEM_ACTOR,
            now=now,
            login=login,
            name=name,
            role=role,
            credentials=fresh,
        )
    return Handed(login=login, name=name, role=role, password=fresh.password, totp_secret=fresh.totp_secret)


async def hand_out(db: Database, now: datetime) -> tuple[Handed, ...]:
    """Create what is missing and renew what nobody has made his own; accounts in use are left alone."""
    known = {account.login: account for account in await db.read(accounts.everyone)}
    handed = []
    for login, name, role in PEOPLE:
        account = known.get(login)
        if account is None or (account.one_time and not account.disabled):
            handed.append(await _renew(db, now, account, login, name, role))
    return tuple(handed)


async def terminal_code(db: Database, now: datetime, vehicle: str) -> str:
    """A one-time code that makes a device the vehicle's terminal."""
    invitation = await db.write(
        terminal.invite, actor=SYSTEM_ACTOR, now=now, name="车载终端", vehicle=vehicle
    )
    return invitation.code
