"""`court user`: accounts of the staff, for whoever may read the data folder."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from court.cli.options import with_config
from court.config import Config
from court.domain.account import Account
from court.domain.errors import CourtError
from court.domain.lifecycle import ROLE_NAMES, STAFF, SYSTEM_ACTOR, Role
from court.services import accounts
from court.store.database import Database

T = TypeVar("T")
ROLES = sorted(role.value for role in STAFF | {Role.ADMIN, Role.OFFICE})


@click.group()
def user() -> None:
    """工作人员账号：新建、重置、停用、列出。"""


def _run(config: Config, work: Callable[[Database], Awaitable[T]]) -> T:
    async def inside() -> T:
        db = Database.open(config.database)
        try:
            return await work(db)
        finally:
            await db.close()

    try:
        return asyncio.run(inside())
    except CourtError as error:
        raise click.ClickException(f"{error}（{error.code}）") from error


async def _find(db: Database, login: str) -> Account:
    for account in await db.read(accounts.everyone):
        if account.login == login:
            return account
    raise CourtError("account.not_found")


def _show(account: Account, fresh: accounts.Credentials) -> None:
    click.echo(f"账号 {account.login}（{account.name}，{ROLE_NAMES[account.role]}）")
    click.echo(f"一次性密码 {fresh.password}")
    click.echo(f"动态码密钥 {fresh.totp_secret}")


@user.command()
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@with_config
def add(config: Config, login: str, name: str, role: str) -> None:
    """新建账号，打印一次性密码和动态码密钥。"""
    fresh = accounts.new_credentials()

    async def work(db: Database) -> Account:
        return await db.write(
            accounts.create,
            actor=SYSTEM_ACTOR,
            now=datetime.now(UTC),
            login=login,
            name=name,
            role=Role(role),
            credentials=fresh,
        )

    _show(_run(config, work), fresh)


@user.command()
@click.argument("login")
@with_config
def reset(config: Config, login: str) -> None:
    """换发一次性密码和动态码密钥，并结束该账号的全部登录。"""
    fresh = accounts.new_credentials()

    async def work(db: Database) -> Account:
        account = await _find(db, login)
        return await db.write(
            accounts.reset,
            actor=SYSTEM_ACTOR,
            now=datetime.now(UTC),
            account_id=account.id,
            credentials=fresh,
        )

    _show(_run(config, work), fresh)


@user.command()
@click.argument("login")
@click.option("--on", "enable", is_flag=True, help="unlock instead of lock")
@with_config
def disable(config: Config, login: str, enable: bool) -> None:
    """停用账号（--on 重新启用）。"""

    async def work(db: Database) -> Account:
        account = await _find(db, login)
        return await db.write(
            accounts.disable,
            actor=SYSTEM_ACTOR,
            now=datetime.now(UTC),
            account_id=account.id,
            disabled=not enable,
        )

    account = _run(config, work)
    click.echo(f"账号 {account.login} 已{'停用' if account.disabled else '启用'}。")


@user.command(name="list")
@with_config
def list_accounts(config: Config) -> None:
    """列出全部账号。"""

    async def work(db: Database) -> tuple[Account, ...]:
        return await db.read(accounts.everyone)

    for account in _run(config, work):
        state = "已停用" if account.disabled else "一次性密码未换" if account.one_time else "正常"
        click.echo(f"{account.login:<16} {account.name}\t{ROLE_NAMES[account.role]}\t{state}")


@user.command()
@click.argument("login")
@with_config
def code(config: Config, login: str) -> None:
    """显示账号此刻的动态码（只能在本机、能读数据目录的人使用）。"""

    async def work(db: Database) -> str:
        return await db.read(accounts.current_code, login=login, now=datetime.now(UTC))

    click.echo(_run(config, work))
