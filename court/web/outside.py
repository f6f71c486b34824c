"""Where the outside screen of a vehicle stands in a room: in the main room while the public may watch, else before the
door, where nothing is sent to it. Decides no publicity."""

from __future__ import annotations

from court.domain.publicity import SCREEN, Showing
from court.services import publicity
from court.store.database import Database
from signalling.plane import MediaPlane
from signalling.terms import LOBBY, MAIN


class Outside:
    """Goes away at once and without asking; comes back only by what the database says while the session runs."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._running: set[str] = set()

    def away(self, rooms: MediaPlane, hearing_id: str) -> None:
        """The session stops or is interrupted: before any other word of it."""
        self._running.discard(hearing_id)
        if rooms.is_open(hearing_id):
            rooms.place(hearing_id, SCREEN, LOBBY)

    async def runs(self, rooms: MediaPlane, hearing_id: str) -> None:
        """The session was opened or goes on."""
        self._running.add(hearing_id)
        await self.stand(rooms, hearing_id)

    async def stand(self, rooms: MediaPlane, hearing_id: str) -> None:
        """Anything of the session changed."""
        now_is = await self._db.read(publicity.state, hearing_id=hearing_id)
        if rooms.is_open(hearing_id):
            rooms.place(hearing_id, SCREEN, self.area(hearing_id, now_is))

    def area(self, hearing_id: str, now_is: Showing) -> str:
        """An interruption that came while the database was read is known here first."""
        return MAIN if now_is is Showing.LIVE and hearing_id in self._running else LOBBY
