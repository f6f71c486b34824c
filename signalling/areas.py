"""The areas of a running room as the relay sees them: who stands there since when, and packets counted. No forwarding."""

from typing import Protocol

from .rtp import RtpPacket, SenderReport
from .segments import Track
from .status import AreaReport, Visit
from .streams import Inlet
from .terms import LOBBY, MAIN


class Tap(Protocol):
    """The recorder's ear."""

    def packet(self, track: Track, packet: RtpPacket, arrival: float) -> None: ...

    def report(self, track: Track, report: SenderReport) -> None: ...


class Area:
    """Packets stay inside. It has no ear for a recorder: only Main has one.

    `inside`: packets sent from seats here to seats here. `crossed`: packets that were on their way to or from another
    area and were dropped. Times in seconds since 1970.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.inside = self.crossed = 0
        self._visits: list[Visit] = []
        self._here: dict[str, float] = {}

    def came(self, seat_id: str, at: float) -> None:
        self._here.setdefault(seat_id, at)

    def went(self, seat_id: str, at: float) -> None:
        since = self._here.pop(seat_id, None)
        if since is not None:
            self._visits.append(Visit(seat_id=seat_id, came_at=since, left_at=at))

    def passed(self, inlet: Inlet, packet: RtpPacket, arrival: float) -> None:
        """A packet of a seat here was forwarded. Nobody else listens."""

    def reported(self, inlet: Inlet, report: SenderReport) -> None:
        """The clock of a seat here told its time."""

    def report(self, room_id: str, recorded_s: float = 0.0) -> AreaReport:
        still = [Visit(seat_id=s, came_at=at, left_at=None) for s, at in self._here.items()]
        visits = sorted([*self._visits, *still], key=lambda v: (v.came_at, v.seat_id))
        return AreaReport(
            room_id=room_id,
            area=self.name,
            opened_at=visits[0].came_at if visits else None,
            closed_at=max(v.left_at or 0.0 for v in visits) if visits and not still else None,
            visits=tuple(visits),
            packets=self.inside,
            crossed=self.crossed,
            recorded_s=recorded_s,
        )


class Main(Area):
    """The one area that can be recorded."""

    def __init__(self) -> None:
        super().__init__(MAIN)
        self.tap: Tap | None = None

    def passed(self, inlet: Inlet, packet: RtpPacket, arrival: float) -> None:
        if self.tap is not None:
            self.tap.packet(inlet.track, packet, arrival)

    def reported(self, inlet: Inlet, report: SenderReport) -> None:
        if self.tap is not None:
            self.tap.report(inlet.track, report)


class Areas:
    """All areas of one room. A seat that was never placed stands nowhere, and nothing of it passes."""

    def __init__(self) -> None:
        self.main = Main()
        self._named: dict[str, Area] = {MAIN: self.main}
        self.standing: dict[str, Area] = {}  # by seat; changed by `place` only

    def place(self, seat_id: str, name: str, at: float) -> None:
        before = self.standing.get(seat_id)
        if before is not None and before.name == name:
            before.came(seat_id, at)  # a seat that was given up is taken again
            return
        if before is not None:
            before.went(seat_id, at)
        # Everyone in the lobby is alone there.
        area = Area(LOBBY) if name == LOBBY else self._named.setdefault(name, Area(name))
        area.came(seat_id, at)
        self.standing[seat_id] = area

    def left(self, seat_id: str, at: float) -> None:
        """The seat was given up."""
        if seat_id in self.standing:
            self.standing[seat_id].went(seat_id, at)

    def of(self, seat_id: str) -> Area | None:
        return self.standing.get(seat_id)

    def named(self, name: str) -> Area | None:
        """None for the lobby, which is many, and for an area where nobody ever stood."""
        return self._named.get(name)
