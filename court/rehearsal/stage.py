"""A private node for one rehearsal: own data folder, own loopback port, real server, keys that say 彩排."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from aiohttp import web

from court import app, demonstration, installation
from court.config import Config
from court.demonstration import Handed
from court.store.database import Database
from court.web.door import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the rehearsal plays and who plays."""

    url: str
    config: Config
    people: dict[str, Handed]
    terminal_code: str


def _quiet(_step: str, _done: int, _total: int) -> None:
    """Fonts stand already when a rehearsal begins."""


def private_config(config: Config, folder: Path) -> Config:
    """The node's own settings, moved to a private folder and a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return msgspec.structs.replace(
        config,
        data_dir=folder,
        database_url="",
        host="127.0.0.1",
        port=port,
        public_url="",
        tls_cert="",
        tls_key="",
        ice_addresses=[],
        demonstration=True,
    )


async def _cast(config: Config) -> tuple[dict[str, Handed], str]:
    now = datetime.now(UTC)
    db = await asyncio.to_thread(Database.open, config.database)
    try:
        handed = await demonstration.hand_out(db, config.data_dir, now, config.seal_bodies)
        code = await demonstration.terminal_code(db, now, config.vehicle_name)
    finally:
        await db.close()
    return {one.login: one for one in handed}, code


@asynccontextmanager
async def private_node(config: Config, folder: Path) -> AsyncIterator[Stage]:
    """Prepare, start and finally stop a node whose authority is certified by this installation's root."""
    private = private_config(config, folder)
    await asyncio.to_thread(installation.prepare, private, datetime.now(UTC), _quiet, parent=config)
    people, code = await _cast(private)
    runner = Runner(app.build(private, lasting=False))
    await runner.setup()
    try:
        await web.TCPSite(runner, private.host, private.port).start()
        yield Stage(url=private.base_url, config=private, people=people, terminal_code=code)
    finally:
        await runner.cleanup()
