"""A court with a recording to look at: `python -m tests.web.record_served FOLDER FONTS over|live` prints JSON and serves.

A line on standard input lets a live recording grow by four seconds; its end stops the server.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from court.domain.recording import SegmentRow
from court.services import recording, transcript
from court.store import tables as t
from court.store.database import Tx
from court.web import archiving
from court.web.keys import DB
from signalling.messages import Source
from tests.recorded import webm
from tests.web.record_court import closed, config_of, form
from tests.web.room_court import Court

FOUR = 4000


def _spoken(tx: Tx, court: Court) -> str:
    """Two lines with their places and two stages; gives the id of the second line."""
    judge, hearing_id, now = court.case.people["judge"].actor(), court.case.hearing.id, datetime.now(UTC)
    ids = []
    for offset, words in ((500, "现在开始调解。"), (4200, "请被申请人陈述。")):
        line = transcript.append(
            tx, actor=judge, now=now, hearing_id=hearing_id, speaker="审判员", text=words, offset_ms=offset
        )
        ids.append(line.id)
    for offset, code, name in ((0, "rights", "告知权利义务"), (4000, "statements", "陈述")):
        row = {
            "id": f"stage-{offset}", "hearing_id": hearing_id, "code": code, "name": name, "at": now,
            "offset_ms": offset, "by": judge.name,
        }  # fmt: skip
        tx.conn.execute(t.stage_mark.insert().values(row))
    return ids[1]


def _reopen(tx: Tx, court: Court) -> None:
    """As if the recorder were still writing."""
    again = {"ended_at": None, "root": "", "checkpoint": ""}
    mine = t.recording.c.hearing_id == court.case.hearing.id
    tx.conn.execute(t.recording.update().where(mine).values(again))


def _grow(tx: Tx, court: Court, start: int, files: list[tuple[str, str, Path]]) -> None:
    for seat, source, path in files:
        segment = SegmentRow(
            hearing_id=court.case.hearing.id, track=f"{seat}-{source}", participant=seat, media=source,
            index=start // 1000, path=path.name, sha256="0" * 64, size=path.stat().st_size,
            start_ms=start, end_ms=start + FOUR,
        )  # fmt: skip
        recording.segment_closed(tx, now=datetime.now(UTC), segment=segment)


async def grow(court: Court, start: int) -> None:
    """Four more seconds of the judge."""

    assert court.client.app is not None
    directory = config_of(court).recordings_dir / court.case.hearing.id
    seat = court.case.seats["judge"].id
    files = []
    for source in (Source.CAMERA, Source.MIC):
        path = directory / f"{seat}-{source}-01-{start:05}.webm"
        path.write_bytes(webm(source, FOUR))
        files.append((seat, source.value, path))
    await court.client.app[DB].write(_grow, court=court, start=start, files=files)


async def main(folder: Path, fonts: Path, state: str) -> None:
    """Serve until standard input ends."""
    options = {"recordings_copy_dir": str(folder / "second"), "over": state == "over"}
    async with closed(folder, fonts, **options) as court:
        assert court.client.app is not None
        app, hearing_id = court.client.app, court.case.hearing.id
        line = await app[DB].write(_spoken, court=court)
        if state == "live":
            await app[DB].write(_reopen, court=court)
        else:
            await archiving.sweep(app)
            await form(court, "judge", f"/desk/recordings/{hearing_id}/papers", paper="note")
            await form(
                court, "judge", f"/desk/recordings/{hearing_id}/hold", **{"hold-reason": "当事人申请再审"}
            )
        told = {
            "url": str(court.client.make_url("")).rstrip("/"),
            "hearing": hearing_id,
            "line": line,
            "cookies": court.case.cookies,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        start = 6000
        while await asyncio.to_thread(sys.stdin.readline):
            await grow(court, start)
            start += FOUR
            sys.stdout.write("grown\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
