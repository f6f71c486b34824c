"""A process that registers disputes and writes transcript lines until it is killed; it prints what was acknowledged.

Run: python -m tests.store.writer URL TERMINAL_TOKEN HEARING_ID CLERK_ID
"""

import asyncio
import sys
from datetime import UTC, datetime

from court.domain.draft import DraftKind
from court.domain.lifecycle import Actor, ActorKind, Role
from court.services import draft, matter, terminal, transcript
from court.store.database import Database
from tests.services.world import dispute_answers


def say(*words: str) -> None:
    """One whole line at once, so that a kill cannot mix two."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


async def main(url: str, token: str, hearing_id: str, clerk_id: str) -> None:
    db = await asyncio.to_thread(Database.open, url)
    clerk = Actor(kind=ActorKind.STAFF, id=clerk_id, role=Role.CLERK, name="书记员")
    known = await db.read(terminal.terminal, token=token)
    assert known is not None
    kiosk = known.actor()

    async def disputes() -> None:
        while True:
            now = datetime.now(UTC)
            begun = await db.write(draft.start, actor=kiosk, now=now, kind=DraftKind.DISPUTE)
            saved = await db.write(
                draft.save,
                actor=kiosk,
                now=now,
                draft_id=begun.id,
                version=1,
                step="x",
                changes=dispute_answers(),
            )
            made = await db.write(
                matter.register, actor=kiosk, now=now, draft_id=begun.id, version=saved.version
            )
            say("matter", made.id, made.number)

    async def lines() -> None:
        while True:
            line = await db.write(
                transcript.append,
                actor=clerk,
                now=datetime.now(UTC),
                hearing_id=hearing_id,
                speaker="甲",
                text="一句话",
            )
            say("line", line.id, str(line.seq))

    say("ready")
    await asyncio.gather(disputes(), lines())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
