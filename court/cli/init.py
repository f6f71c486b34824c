"""`court init`: make everything a node needs, without serving."""

import asyncio
import json
from datetime import UTC, datetime

import click
import pyotp

from court import demonstration, installation
from court.cli.options import show_progress, with_config
from court.config import Config
from court.demonstration import Handed
from court.store.database import Database
from signalling import compiled


async def first_steps(config: Config, now: datetime) -> tuple[tuple[Handed, ...], str]:
    """Demonstration accounts still to be claimed, and a code for the vehicle's terminal."""
    db = Database.open(config.database)
    try:
        handed = (
            await demonstration.hand_out(db, config.data_dir, now, config.seal_bodies)
            if config.demonstration
            else ()
        )
        return handed, await demonstration.terminal_code(db, now, config.vehicle_name)
    finally:
        await db.close()


def set_up(config: Config, now: datetime) -> tuple[tuple[Handed, ...], str]:
    """Prepare the node, then hand out what a first user needs."""
    installation.prepare(config, now, show_progress)
    return asyncio.run(first_steps(config, now))


def as_json(handed: tuple[Handed, ...], code: str) -> str:
    """The same table for scripts."""
    people = [
        {
            "login": one.login,
            "name": one.name,
            "role": one.role.value,
            "password": one.password,
            "totp_secret": one.totp_secret,
        }
        for one in handed
    ]
    return json.dumps({"accounts": people, "terminal_code": code}, ensure_ascii=False, indent=2)


def table(config: Config, handed: tuple[Handed, ...], code: str, now: datetime) -> str:
    """Where everybody goes, in the words of the people who go there."""
    url = config.base_url
    media = (
        "已编译" if compiled.running() else "未编译，较占处理器；装有 gcc 时运行 ./run --setup-only 即编译"
    )
    lines = [
        "",
        f"  {config.court_name} · {config.vehicle_name}",
        "",
        f"  车载终端（群众）  {url}/kiosk      启用码 {code}（一小时内用一次）",
        f"  工作人员登录      {url}/login",
        f"  文书校验          {url}/verify",
        f"  媒体转发          {media}",
        "",
    ]
    if handed:
        lines.append(
            "  演示账号    姓名      一次性密码            动态码密钥                          此刻动态码"
        )
        for one in handed:
            now_code = pyotp.TOTP(one.totp_secret).at(now)
            lines.append(
                f"  {one.login:<10}  {one.name}    {one.password:<20}  {one.totp_secret}    {now_code}"
            )
        lines += ["", "  动态码每 30 秒一变：把密钥输入验证器应用，或运行 court user code <账号>。"]
    else:
        lines.append("  演示账号都已由本人接管；忘记密码请运行 court user reset <账号>。")
    return "\n".join([*lines, ""])


@click.command()
@click.option("--json", "json_wanted", is_flag=True, help="print accounts and codes as JSON")
@with_config
def init(config: Config, json_wanted: bool) -> None:
    """准备数据目录、密钥、字体、数据库和演示账号。"""
    now = datetime.now(UTC)
    handed, code = set_up(config, now)
    click.echo(as_json(handed, code) if json_wanted else table(config, handed, code, now))
