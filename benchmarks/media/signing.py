"""Signs agreements through a node of its own until it is ended: `python -m benchmarks.media.signing FOLDER TALLY`.

The whole way over HTTP, as main_line measures it: drafted, read aloud, signed by each, sealed. TALLY grows by a byte
with each sealed paper.
"""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.main_line import sealed_paper
from court import config, installation, logs
from court.rehearsal import desk, kiosk, session
from court.rehearsal.stage import private_node
from court.rehearsal.visitor import Visitor


async def sign(folder: Path, tally: Path) -> None:
    logs.configure(level=logging.ERROR)
    own = config.Config()
    await asyncio.to_thread(installation.prepare, own, datetime.now(UTC), lambda _step, _done, _total: None)
    async with private_node(own, folder / "node") as stage:
        async with Visitor(stage.url) as vehicle, Visitor(stage.url) as judge, Visitor(stage.url) as clerk:
            await kiosk.enrol(vehicle, stage)
            for visitor, login in ((judge, "judge"), (clerk, "clerk")):
                await desk.sign_in(visitor, stage.people[login])
            while True:
                hearing_id, _, _ = await sealed_paper(vehicle, judge, clerk)
                await session.order(judge, hearing_id, "close")
                with tally.open("ab") as grown:
                    grown.write(b".")


if __name__ == "__main__":
    asyncio.run(sign(Path(sys.argv[1]), Path(sys.argv[2])))
