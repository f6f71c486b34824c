"""Printers and a database for the tests of printing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from court.store.database import Database
from tests.conftest import need
from tests.printing.shop import Machine
from tests.store.engines import fresh_sqlite


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """An open database."""
    opened = await asyncio.to_thread(Database.open, await asyncio.to_thread(fresh_sqlite, tmp_path))
    yield opened
    await opened.close()


@pytest.fixture
def machine(tmp_path: Path, dbus_address: str) -> Iterator[Callable[[str], Machine]]:
    """Makes printers, switched off."""
    need("ippeveprinter")
    made: list[Machine] = []

    def make(name: str) -> Machine:
        folder = tmp_path / f"printer-{len(made)}"
        folder.mkdir()
        made.append(Machine(folder, dbus_address, name))
        return made[-1]

    yield make
    for one in made:
        one.off()
