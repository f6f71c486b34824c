"""What the room hears of its media, each thing once. Decides nothing."""

from typing import Protocol

from . import messages as m
from .connection import Connection
from .ladder import Step


class Listener(Protocol):
    """The room."""

    def media_lost(self, seat_id: str, connection: str) -> None: ...

    def missing_changed(self, seat_id: str, connection: str, missing: tuple[m.Source, ...]) -> None:
        """Of a connection that stands: what of its sources does not arrive. Told first when it is connected."""

    def encodings_wanted(self, seat_id: str, connection: str, encodings: tuple[m.Encoding, ...]) -> None: ...

    def step_changed(self, seat_id: str, step: Step) -> None: ...

    def pictures_held(self, seat_id: str, held: bool) -> None:
        """The line of this seat is too thin for its pictures: they are (not) to be sent."""


QUIET_S = 3.0  # a camera of few frames a second is not missing between two of them


class Told:
    """What arrives of each page, and what each line carries of pictures either way."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._steps: dict[str, Step] = {}
        self._held: set[str] = set()  # seats whose pictures their lines do not carry
        self._encodings: dict[Connection, tuple[m.Encoding, ...]] = {}
        self._came: dict[Connection, dict[m.Source, float]] = {}
        self._missing: dict[Connection, tuple[m.Source, ...]] = {}

    def step(self, seat_id: str, step: Step) -> None:
        """Of a viewer."""
        if step is not self._steps.get(seat_id, Step.HIGH):
            self._steps[seat_id] = step
            self._listener.step_changed(seat_id, step)

    def encodings(self, connection: Connection, wanted: tuple[m.Encoding, ...]) -> None:
        """Of a publisher: nothing of what is wanted where its line carries no picture beside the sound."""
        held = not connection.uplink.carries_pictures
        if held:
            wanted = tuple(m.Encoding(source=one.source, high=False, low=False) for one in wanted)
        if held is not (connection.seat_id in self._held):
            (self._held.add if held else self._held.discard)(connection.seat_id)
            self._listener.pictures_held(connection.seat_id, held)
        if wanted != self._encodings.get(connection):
            self._encodings[connection] = wanted
            self._listener.encodings_wanted(connection.seat_id, connection.name, wanted)

    def arrivals(self, connection: Connection, now: float) -> None:
        """Of a publisher, after `encodings`: what nobody watches is not sent, and so not missing."""
        unwatched = {one.source for one in self._encodings.get(connection, ()) if not (one.high or one.low)}
        came = self._came.setdefault(connection, {})
        for source, feed in connection.feeds.items():
            if source in unwatched or feed.arrives(now):
                came[source] = now
        missing = tuple(s for s in connection.feeds if now - came.get(s, float("-inf")) > QUIET_S)
        if missing != self._missing.get(connection):
            self._missing[connection] = missing
            self._listener.missing_changed(connection.seat_id, connection.name, missing)

    def forget(self, connection: Connection) -> None:
        """It is over, or its page may not have heard what was told."""
        self._encodings.pop(connection, None)
        self._missing.pop(connection, None)
        self._came.pop(connection, None)
