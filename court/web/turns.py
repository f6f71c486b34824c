"""Speaking turns as the room reports them: written down, and told to those who write the record. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from court.services import attendance, standing
from court.store.database import Database
from court.web.later import Later
from signalling.plane import MediaPlane


class Turns:
    """Each is told after it was written, with whose words it was: several may share the vehicle's microphone."""

    def __init__(self, db: Database, later: Later, rooms: Callable[[], MediaPlane]) -> None:
        self._db, self._later, self._rooms = db, later, rooms

    def spoke(
        self, room_id: str, seat_id: str, started_at: float, ended_at: float, offset: float | None
    ) -> None:
        """`started_at`, `ended_at` in seconds since 1970, `offset` in seconds of the recording."""
        moments = {
            "from_at": datetime.fromtimestamp(started_at, UTC),
            "to_at": datetime.fromtimestamp(ended_at, UTC),
        }
        offset_ms = None if offset is None else round(offset * 1000)
        self._later.put(standing.spoke, hearing_id=room_id, seat_id=seat_id, offset_ms=offset_ms, **moments)

        async def tell() -> None:
            who = await self._db.read(attendance.spoke_here, hearing_id=room_id, seat_id=seat_id, **moments)
            body = {"seat": who, "from": started_at, "to": ended_at, "offset": offset}
            self._rooms().notify(room_id, "turn", body)

        self._later.do(tell)
