"""Tells a room the whole order as the database has it: where each stands, who may speak, what is shown. Decides nothing."""

from __future__ import annotations

import structlog

from court.domain.hearing import HearingState
from court.services import standing
from court.store.database import Database
from court.web.keys import Clock
from court.web.outside import Outside
from signalling.messages import Phase
from signalling.plane import MediaPlane

log = structlog.get_logger("court.furnishing")

PHASES = {
    HearingState.SCHEDULED: Phase.WAITING,
    HearingState.ROLL_CALL: Phase.WAITING,
    HearingState.IN_SESSION: Phase.IN_SESSION,
    HearingState.SUSPENDED: Phase.SUSPENDED,
    HearingState.CLOSED: Phase.CLOSED,
    HearingState.CANCELLED: Phase.CLOSED,
}


class Furnishing:
    """A room that is new, or whose process was started again, knows all of it after `furnish`."""

    def __init__(self, db: Database, clock: Clock, outside: Outside) -> None:
        self._db, self._clock, self._outside = db, clock, outside

    async def furnish(self, rooms: MediaPlane, hearing_id: str) -> None:
        """Nothing if the room is not open."""
        try:
            known = await self._db.read(standing.standing, hearing_id=hearing_id)
        except Exception:
            log.exception("room.not_furnished", hearing=hearing_id)
            return
        if not rooms.is_open(hearing_id):
            return
        now, sitting = self._clock(), known.sitting
        for one in known.seats:
            over = one.floor_until is not None and one.floor_until <= now
            until = one.floor_until.timestamp() if one.floor_until else None
            rooms.place(hearing_id, one.id, known.areas[one.id])
            rooms.floor(hearing_id, one.id, one.floor and not over, None if over else until)
            rooms.mute(hearing_id, one.id, one.muted, one.locked)
        rooms.interpret(hearing_id, known.interpreters)
        rooms.arrange(hearing_id, sitting.spotlight, sitting.layout.value)
        rooms.stage(hearing_id, sitting.stage)
        ahead = sitting.opens_at is not None and sitting.opens_at > now
        rooms.countdown(hearing_id, sitting.opens_at.timestamp() if sitting.opens_at and ahead else None)
        await self._outside.stand(rooms, hearing_id)
