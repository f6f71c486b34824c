"""`court serve`: prepare what is missing, say where everybody goes, serve until told to stop."""

import asyncio
import signal
from datetime import UTC, datetime

import click
import uvloop
from aiohttp import web

from court import app, installation
from court.cli.init import as_json, set_up, table
from court.cli.options import with_config
from court.config import Config
from court.web.door import Runner

STOP_SECONDS = 10.0


async def _serve(config: Config) -> None:
    # Not aiohttp's own handlers: they end every task of the loop before the parts are closed that need them.
    told_to_stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    runner = Runner(app.build(config))
    await runner.setup()
    context = installation.tls_context(config, datetime.now(UTC))
    site = web.TCPSite(runner, config.host, config.port, ssl_context=context, shutdown_timeout=STOP_SECONDS)
    try:
        await site.start()
        await told_to_stop.wait()
    finally:
        await runner.cleanup()


@click.command()
@click.option("--json", "json_wanted", is_flag=True, help="print accounts and codes as JSON")
@with_config
def serve(config: Config, json_wanted: bool) -> None:
    """启动服务；首次启动自动完成全部准备。"""
    now = datetime.now(UTC)
    handed, code = set_up(config, now)
    click.echo(as_json(handed, code) if json_wanted else table(config, handed, code, now))
    try:
        uvloop.run(_serve(config))
    except OSError as error:
        raise click.ClickException(
            f"无法在 {config.host}:{config.port} 上监听：{error.strerror or error}。"
            "可能已有一个服务在运行；请先停止它，或在 court.toml 里改 port。"
        ) from error
