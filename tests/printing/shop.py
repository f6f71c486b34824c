"""A print shop for tests: real `ippeveprinter`s that obey, a database with a paper, and the printing tasks on them."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from aiohttp import web

from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.paper import Paper, PaperKind
from court.domain.printer import Options, Place
from court.domain.printing import PrintJob, PrintState
from court.printers import PrinterSetting
from court.services import paper, printing
from court.store.blobs import Blobs, remember
from court.store.database import Database, Tx
from court.web import printqueue
from court.web.keys import BLOBS, CLOCK, DB
from court.web.machines import MACHINES, Machines
from tests.conftest import free_port, wait_for_port

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
# Runs for every job: keeps what the job asked for, says what the file `say` holds, and waits while `busy` is there.
SCRIPT = """#!/bin/sh
env | grep ^IPP_ | sort > "{folder}/job-$(date +%s%N).env"
[ -s "{folder}/say" ] && cat "{folder}/say" >&2
while [ -e "{folder}/busy" ]; do sleep 0.1; done
exit 0
"""


@dataclass
class Machine:
    """One `ippeveprinter` and the folder through which it is told what to do."""

    folder: Path
    dbus: str
    name: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def setting(self, place: Place = Place.VEHICLE) -> PrinterSetting:
        return PrinterSetting(name=self.name, uri=self.uri, place=place)

    def on(self) -> None:
        script = self.folder / "print.sh"
        script.write_text(SCRIPT.format(folder=self.folder))
        script.chmod(0o755)
        self.process = subprocess.Popen(
            [
                "ippeveprinter", "-n", "localhost", "-r", "off", "-2", "-d", str(self.folder), "-s", "60,60",
                "-f", "application/pdf", "-c", str(script), "-p", str(self.port), self.name,
            ],
            env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.dbus},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_port(self.port)

    def off(self) -> None:
        if self.process:
            self.busy(False)
            self.process.terminate()
            self.process.wait(5)
            self.process = None

    def busy(self, busy: bool) -> None:
        """While busy, a job that has begun does not end."""
        flag = self.folder / "busy"
        flag.touch() if busy else flag.unlink(missing_ok=True)

    def say(self, line: str) -> None:
        """What the next job tells of the printer, such as `STATE: +toner-low`."""
        (self.folder / "say").write_text(line + "\n" if line else "")

    async def paper(self, there: bool) -> None:
        """Fill both trays, or take everything out (the program's own page)."""
        trays = ((1, "iso_a4_210x297mm", 250), (2, "iso_a5_148x210mm", 25))
        query = "&".join(
            f"size{n}={size}&type{n}=stationery&level{n}={level if there else 0}" for n, size, level in trays
        )
        address = f"http://127.0.0.1:{self.port}/media?{query}"

        def press() -> None:
            urlopen(address, timeout=5).close()

        await asyncio.to_thread(press)

    @property
    def orders(self) -> list[dict[str, str]]:
        """What each job that began asked for."""
        files = sorted(self.folder.glob("job-*.env"))
        return [
            dict(line.split("=", 1) for line in one.read_text().splitlines() if "=" in line) for one in files
        ]


@dataclass
class Shop:
    """The printing tasks at work, and one paper."""

    app: web.Application
    paper: Paper

    async def order(self, printer: str, options: Options | None = None) -> PrintJob:
        wanted = options or Options()
        job: PrintJob = await self.app[DB].write(
            printing.request,
            actor=SYSTEM_ACTOR,
            now=datetime.now(UTC),
            paper_id=self.paper.id,
            options=wanted,
            printer=printer,
            reason="测试",
        )
        self.app[MACHINES].ring()
        return job

    async def job(self, job: PrintJob) -> PrintJob:
        found: PrintJob = await self.app[DB].read(printing.get, job_id=job.id)
        return found

    async def until(self, job: PrintJob, holds: Callable[[PrintJob], bool]) -> PrintJob:
        """Waits for a fact about the job."""
        async with asyncio.timeout(60):
            while not holds(found := await self.job(job)):
                await asyncio.sleep(0.05)
        return found

    async def state(self, job: PrintJob, *states: PrintState) -> PrintJob:
        return await self.until(job, lambda one: one.state in states)

    async def copies(self) -> int:
        return (await self.app[DB].read(paper.get, paper_id=self.paper.id)).copies


async def stocked(db: Database, blobs: Blobs) -> Paper:
    """A paper in the register."""
    blob = await blobs.put_bytes(PDF, "application/pdf")

    def write(tx: Tx) -> Paper:
        now = datetime.now(UTC)
        remember(tx, actor=SYSTEM_ACTOR, now=now, blob=blob)
        return paper.register(
            tx,
            actor=SYSTEM_ACTOR,
            now=now,
            subject_kind="matter",
            subject_id=new_id(),
            kind=PaperKind.SUMMONS,
            number="（2026）渝0235民调7号",
            title="传票",
            sha256=blob.sha256,
            pages=4,
        )

    return await db.write(write)


@asynccontextmanager
async def at_work(
    db: Database, folder: Path, *settings: PrinterSetting, known: Paper | None = None
) -> AsyncIterator[Shop]:
    """The printing tasks run until the block ends; entered again, the program has started again."""
    app: Any = web.Application()
    app[DB], app[BLOBS] = db, Blobs(folder / "blobs")
    app[CLOCK] = lambda: datetime.now(UTC)
    app[MACHINES] = Machines.of(list(settings))
    shop = Shop(app, known or await stocked(db, app[BLOBS]))
    task = asyncio.create_task(printqueue.keep(app))
    try:
        yield shop
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
