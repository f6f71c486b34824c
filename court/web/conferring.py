"""Private rooms (背对背) as the relay knows them: invitations run out, packets are read after the end. Decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from court.domain.caucus import Caucus
from court.domain.hearing import SeatRole
from court.services import caucus
from court.services import hearing as hearings
from court.store.database import Database
from court.web.keys import Clock
from signalling.plane import MediaPlane
from signalling.status import AreaReport

log = structlog.get_logger("court.conferring")
_BENCH = frozenset({SeatRole.JUDGE, SeatRole.MEDIATOR, SeatRole.CLERK})


class Conferring:
    """Between the private rooms of the database and the areas of the media plane."""

    def __init__(self, db: Database, clock: Clock, rooms: Callable[[], MediaPlane]) -> None:
        self._db, self._clock, self._rooms = db, clock, rooms
        self._waiting: set[str] = set()

    async def count(self, hearing_id: str) -> None:
        """Reads what the relay counted in every room that is over, once; whatever is wrong there is told the bench."""
        for one in await self._db.read(caucus.uncounted, hearing_id=hearing_id):
            found = await self._report(one)
            read = await self._db.write(
                caucus.counted,
                now=self._clock(),
                caucus_id=one.id,
                packets=found.packets if found else None,
                crossed=found.crossed if found else None,
                recorded_ms=round(found.recorded_s * 1000) if found else None,
            )
            if read.figures is not None and read.figures.alarming:
                await self._alarm(read)

    async def unanswered(self, hearing_id: str) -> bool:
        """Waits until the next open invitation has run out; False when nobody has to answer, or another waits already.

        True when one really ran out.
        """
        until = await self._db.read(caucus.waits_until, hearing_id=hearing_id)
        if until is None or hearing_id in self._waiting:
            return False
        self._waiting.add(hearing_id)
        try:
            while until is not None:
                await asyncio.sleep(max(0.0, (until - self._clock()).total_seconds()) + 0.05)
                if await self._db.write(caucus.expire, now=self._clock(), hearing_id=hearing_id):
                    return True
                until = await self._db.read(caucus.waits_until, hearing_id=hearing_id)
        finally:
            self._waiting.discard(hearing_id)
        return False

    async def _report(self, one: Caucus) -> AreaReport | None:
        """None when the process that knew is gone, or nobody with a link ever stood there."""
        try:
            return await self._rooms().area_report(one.hearing_id, one.area)
        except (OSError, KeyError):
            log.warning("caucus.not_counted", hearing=one.hearing_id, caucus=one.id)
            return None

    async def _alarm(self, one: Caucus) -> None:
        assert one.figures is not None
        log.error("caucus.alarm", hearing=one.hearing_id, caucus=one.id)
        seats = await self._db.read(hearings.seats, hearing_id=one.hearing_id)
        told = [seat.id for seat in seats if seat.role in _BENCH]
        body = {
            "number": one.number,
            "crossed": one.figures.crossed,
            "recorded_ms": one.figures.recorded_ms,
        }
        self._rooms().notify(one.hearing_id, "caucus_alarm", body, told)
