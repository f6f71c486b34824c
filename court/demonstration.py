"""The accounts a fresh node is shown with. Their passwords are one-time: shown at each start until changed."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from court.domain.account import Account
from court.domain.custody import CustodyRole
from court.domain.lifecycle import SYSTEM_ACTOR, Role
from court.installation import write_durably
from court.services import accounts, custody, terminal
from court.store.database import Database, Tx
from court.store.load import custody as load

PEOPLE = (
    ("judge", "李正言", Role.JUDGE),
    ("mediator", "周和平", Role.MEDIATOR),
    ("clerk", "陈书宁", Role.CLERK),
    ("petition", "吴心诚", Role.PETITION_OFFICIAL),
    ("officer", "郑行远", Role.OFFICER),
    ("keeper", "孙守印", Role.OFFICE),
    ("auditor", "钱明审", Role.OFFICE),
    ("admin", "何守正", Role.ADMIN),
)
# Who has which part in the use of the seals, until an administrator says otherwise.
CUSTODY = {
    CustodyRole.KEEPER: ("keeper",),
    CustodyRole.USER: ("judge", "mediator", "clerk", "petition"),
    CustodyRole.AUDITOR: ("auditor",),
}
LEAVE_DAYS, LEAVE_USES = 30, 500


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


async def hand_out(
    db: Database, data_dir: Path, now: datetime, bodies: tuple[str, ...]
) -> tuple[Handed, ...]:
    """The accounts nobody has made his own: made when missing, else as handed out before, so that a restart in
    mid-session signs nobody out. Accounts in use are left alone and forgotten here. `bodies`: whose seals they use.
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
    await db.write(appoint, now=now, bodies=bodies)
    await asyncio.to_thread(write_durably, path, msgspec.json.encode(handed), 0o600)
    return tuple(handed)


def appoint(tx: Tx, *, now: datetime, bodies: tuple[str, ...]) -> None:
    """Roles for the seals that have none yet, and a standing leave by which one sitting can be shown to its end.

    The leave is marked as the demonstration's and given anew when it has ended by itself, not when it was taken back.
    """
    known = {account.login: account for account in accounts.everyone(tx)}
    if not {login for logins in CUSTODY.values() for login in logins} <= known.keys():
        return
    for body in bodies:
        if not load.assignments(tx.conn, body=body):
            for role, logins in CUSTODY.items():
                for login in logins:
                    account_id = known[login].id
                    custody.assign(
                        tx, actor=SYSTEM_ACTOR, now=now, body=body, role=role, account_id=account_id
                    )
        keeper_id = known["keeper"].id
        given = load.delegations(tx.conn, bodies=frozenset({body}))
        ended = all(not one.live(now) and one.revoked_at is None for one in given)
        if ended and custody.holds(tx, keeper_id, body, CustodyRole.KEEPER):
            custody.delegate(
                tx,
                actor=SYSTEM_ACTOR,
                now=now,
                body=body,
                until_at=now + timedelta(days=LEAVE_DAYS),
                most=LEAVE_USES,
                note="演示：一次到车上走完全程用",
                keeper_id=keeper_id,
            )


async def terminal_code(db: Database, now: datetime, vehicle: str) -> str:
    """A one-time code that makes a device the vehicle's terminal."""
    invitation = await db.write(
        terminal.invite, actor=SYSTEM_ACTOR, now=now, name="车载终端", vehicle=vehicle
    )
    return invitation.code
