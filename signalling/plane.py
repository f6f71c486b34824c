"""What the application may ask of the rooms, wherever they run: in this process (`Rooms`) or in others (`Fleet`)."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from . import messages as m
from .messages import Phase
from .seat import Seat
from .status import AreaReport, RoomStatus
from .summary import RecordingSummary
from .terms import MAIN


class Socket(Protocol):
    """One page's WebSocket, as the room sees it."""

    page: str

    def deliver(self, message: m.ServerMessage) -> None: ...

    def pass_on(self, text: str) -> None:
        """A message that is encoded already."""

    def close(self, code: int) -> None: ...


class MediaPlane(Protocol):
    """Used inside one event loop. A room that is not open is a KeyError, where nothing else is said.

    What returns nothing is carried out in the order of the calls; arguments are plain data that msgspec can carry.
    What must be asked of the room is a coroutine, and an OSError when the process that holds the room is gone.
    """

    # -- for the application

    def open(self, room_id: str) -> None:
        """Idempotent."""

    def is_open(self, room_id: str) -> bool: ...

    def rooms(self) -> Collection[str]:
        """Ids of those that are open."""

    def phase(self, room_id: str, phase: Phase, reason: str = "") -> None:
        """Tell everyone; CLOSED also ends all connections of the room."""

    def place(self, room_id: str, seat_id: str, area: str) -> None:
        """`area`: lobby, main or caucus-…; from now on the seat sees, hears and is heard there alone.

        Like all orders: nothing if the room is not open. :raises ValueError: not the name of an area.
        """

    def floor(self, room_id: str, seat_id: str, allowed: bool, until: float | None = None) -> None:
        """Give or take the word, to be taken again by itself at `until` (seconds since 1970)."""

    def mute(self, room_id: str, seat_id: str | None, muted: bool, locked: bool) -> None:
        """`seat_id` None: every party, also who comes later. `locked`: nobody of them may open the microphone again."""

    def lower_hand(self, room_id: str, seat_id: str) -> None:
        """Of one who was heard, or need not be."""

    def arrange(self, room_id: str, spotlight: tuple[str, str] | None, layout: str) -> None:
        """`spotlight`: seat and source; `layout`: auto, grid, speaker or evidence. :raises ValueError: neither."""

    def interpret(self, room_id: str, links: dict[str, tuple[str, bool]]) -> None:
        """Who renders whose words, by the interpreter's seat; true: everybody hears it, else who chose the channel."""

    def stage(self, room_id: str, code: str) -> None:
        """A code of the application, empty for none."""

    def countdown(self, room_id: str, opens_at: float | None) -> None:
        """All but moderators are silent until `opens_at` (seconds since 1970); None calls it off."""

    async def area_report(self, room_id: str, area: str) -> AreaReport | None:
        """Who stood there and what passed; None if nobody ever did. Not for the lobby, where everyone is alone."""

    def evict(self, room_id: str, seat_id: str) -> None:
        """Send the page of a seat away; nothing if it is not there or the room is not open."""

    def notify(
        self,
        room_id: str,
        topic: str,
        body: Any,
        only: Collection[str] | None = None,
        areas: Collection[str] = (MAIN,),
    ) -> None:
        """An event to the pages of a room, in order; to nobody if the room is not open.

        `only`: these seats wherever they stand; otherwise everyone who stands in one of `areas`.
        """

    async def start_recording(self, room_id: str, directory: Path, hearing_id: str) -> None:
        """From this moment on, every publication is written. Continues a recording that was cut short; nothing
        if one is running.

        :raises OSError: the directory cannot be written. :raises ValueError: its manifest is damaged.
        """

    def pause_recording(self, room_id: str, reason: str) -> None:
        """`reason`: adjournment, closed_evidence or mediation_unsuited (法释〔2017〕5号 第三条).

        :raises ValueError: any other reason.
        """

    def resume_recording(self, room_id: str) -> None: ...

    async def stop_recording(self, room_id: str, reason: str) -> RecordingSummary:
        """Everything on disk, hashed and signed. `reason`: one of `segments.StopReason`; no stop is without one.

        :raises ValueError: another reason. :raises LookupError: nothing is being recorded.
        :raises OSError: the last records could not be written.
        """

    async def checkpoint(self, room_id: str) -> str:
        """A signed note over everything recorded and closed so far.

        :raises LookupError: nothing is being recorded.
        """

    def recording_offset(self, room_id: str) -> float | None:
        """Seconds since the recording began, None when nothing is recorded."""

    async def status(self, room_id: str) -> RoomStatus: ...

    async def close_room(self, room_id: str) -> None:
        """Stops a running recording too, to be continued at the next start; nothing if the room is not open."""

    async def close(self) -> None:
        """Leave every room and end: its pages come back by themselves, its recording goes on at the next start.

        :raises OSError: the last records of a recording could not be written.
        """

    # -- for the endpoint

    def enter(self, seat: Seat, hello: m.Hello, socket: Socket) -> None:
        """Seat a page; whoever is turned away finds the socket closed."""

    def say(self, seat: Seat, message: m.ClientMessage, socket: Socket) -> None:
        """Ignored when the socket does not hold the seat."""

    def drop(self, seat: Seat, socket: Socket) -> None:
        """The socket is gone; the seat stays."""
