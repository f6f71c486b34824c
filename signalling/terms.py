"""The words of the room: enumerations, names of areas and bounded types of the protocol. No structures, no behaviour."""

from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Mid = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
Sdp = Annotated[str, msgspec.Meta(min_length=1, max_length=64 * 1024)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

# Where a seat stands. Everyone in the lobby (候庭) is alone there; a caucus (背对背) is a room of its own.
LOBBY = "lobby"
MAIN = "main"
CAUCUS = "caucus-"


def is_caucus(area: str) -> bool:
    return area.startswith(CAUCUS)


def is_area(name: str) -> bool:
    """`caucus-` is followed by a name of the application, up to 64 characters in all."""
    known = name in (LOBBY, MAIN) or (is_caucus(name) and len(CAUCUS) < len(name) <= 64)
    return known and name.isascii() and name.replace("-", "").replace("_", "").isalnum()


class Source(StrEnum):
    """What a publication shows. `camera` looks at who speaks, `room` at the whole place (车内全景)."""

    MIC = "mic"
    CAMERA = "camera"
    ROOM = "room"
    DOCUMENT = "document"

    __hash__ = str.__hash__  # Enum's is a Python function, and tables by these are read for every packet

    @property
    def kind(self) -> "Kind":
        return Kind.AUDIO if self is Source.MIC else Kind.VIDEO


class Kind(StrEnum):
    AUDIO = "audio"
    VIDEO = "video"

    __hash__ = str.__hash__


class Layer(StrEnum):
    """One of the encodings of a picture; the value is its RID."""

    HIGH = "h"
    LOW = "l"


class Phase(StrEnum):
    """Of the room, told by the application; it mirrors the hearing."""

    WAITING = "waiting"
    IN_SESSION = "in_session"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class SeatState(StrEnum):
    """`lost` is a cut link: the seat is kept. Only a farewell makes it `left`."""

    EMPTY = "empty"
    JOINED = "joined"
    LOST = "lost"
    LEFT = "left"


class Layout(StrEnum):
    """How the pages of the main room arrange the pictures; `auto` leaves it to each page."""

    AUTO = "auto"
    GRID = "grid"
    SPEAKER = "speaker"
    EVIDENCE = "evidence"


class Channel(StrEnum):
    """What a listener hears where somebody interprets: the speakers, the interpreter in their place, or both."""

    FLOOR = "floor"
    INTERPRETER = "interpreter"
    BOTH = "both"


class OrderEvent(StrEnum):
    """What the room did or saw by itself about order, for the application to write down.

    `floor_ended`: the time given ran out. `opened`: the countdown ran out (no seat). `muted_sound`: speech arrives
    from a microphone that may not pass. `attempt`: a page asked for what it may not. `unmuted`: by the person.
    `picture_held`: a line carries too little for sound and picture, so the page is asked for sound alone;
    `picture_back`: the picture is tried again.
    `hears_…`: the person chose this channel.
    """

    FLOOR_ENDED = "floor_ended"
    OPENED = "opened"
    MUTED_SOUND = "muted_sound"
    ATTEMPT = "attempt"
    UNMUTED = "unmuted"
    PICTURE_HELD = "picture_held"
    PICTURE_BACK = "picture_back"
    HEARS_FLOOR = "hears_floor"
    HEARS_INTERPRETER = "hears_interpreter"
    HEARS_BOTH = "hears_both"


class Path(StrEnum):
    """Which way media packets go between page and court: through a relay (TURN), reached over UDP or over TCP (TLS)."""

    DIRECT = "direct"
    RELAY = "relay"
    RELAY_TCP = "relay_tcp"


class CloseCode(IntEnum):
    """WebSocket close codes of this protocol."""

    TAKEN_OVER = 4001
    TOO_MANY_ERRORS = 4002
    ROOM_CLOSED = 4003
    SILENT = 4004
    NOT_ADMITTED = 4005
    OVERFLOW = 4006
    ELSEWHERE = 4007
