"""Where onlookers (the vehicle's outside screen, observers by list) stand in a room: in the main room while the public may
watch, else before the door, where nothing is sent to them. Decides no publicity."""

from __future__ import annotations

from collections import defaultdict

from court.domain.observer import observer_of
from court.domain.publicity import SCREEN, Showing
from court.services import observers, publicity
from court.store.database import Database, Read
from signalling.plane import MediaPlane
from signalling.terms import LOBBY, MAIN


def is_onlooker(seat_id: str) -> bool:
    """Whether this place in a room is no seat of the session, but one that only watches."""
    return seat_id == SCREEN or observer_of(seat_id) is not None


def _watched(rx: Read, *, hearing_id: str) -> tuple[Showing, list[str]]:
    listed = observers.of_hearing(rx, hearing_id=hearing_id)
    return publicity.state(rx, hearing_id=hearing_id), [one.place for one in listed if one.bound]


class Outside:
    """They go away at once and without asking; they come back only by what the database says while the session runs."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._running: set[str] = set()
        self._here: defaultdict[str, set[str]] = defaultdict(lambda: {SCREEN})

    def came(self, hearing_id: str, place: str) -> None:
        """An onlooker is at the door."""
        self._here[hearing_id].add(place)

    def away(self, rooms: MediaPlane, hearing_id: str) -> None:
        """The session stops or is interrupted: before any other word of it."""
        self._running.discard(hearing_id)
        if rooms.is_open(hearing_id):
            for place in self._here[hearing_id]:
                rooms.place(hearing_id, place, LOBBY)

    def forget(self, hearing_id: str) -> None:
        """The room is closed."""
        self._here.pop(hearing_id, None)

    async def runs(self, rooms: MediaPlane, hearing_id: str) -> None:
        """The session was opened or goes on."""
        self._running.add(hearing_id)
        await self.stand(rooms, hearing_id)

    async def stand(self, rooms: MediaPlane, hearing_id: str) -> None:
        """Anything of the session changed."""
        now_is, listed = await self._db.read(_watched, hearing_id=hearing_id)
        self._here[hearing_id].update(listed)
        if rooms.is_open(hearing_id):
            area = self.area(hearing_id, now_is)
            for place in self._here[hearing_id]:
                rooms.place(hearing_id, place, area)

    def area(self, hearing_id: str, now_is: Showing) -> str:
        """An interruption that came while the database was read is known here first."""
        return MAIN if now_is is Showing.LIVE and hearing_id in self._running else LOBBY
