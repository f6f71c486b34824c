"""What the web process and a media worker say to each other. Structures, bounds and the version of both; no behaviour.

The worker speaks first (`Greeting`), the web process answers with `Attach`, or with `Retire` if the version is not its
own: these three keep their meaning in every version.
"""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from . import messages as m
from .messages import Phase
from .seat import Seat

MAX_FRAME_BYTES = 2**20
BEAT_S = 1.0
# What crosses is defined in these files: two processes understand each other if they were started from the same ones.
_DEFINING = ("frames", "messages", "plane", "seat", "segments", "status", "summary", "terms")


def _version() -> str:
    told = hashlib.sha256()
    for name in _DEFINING:
        told.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return told.hexdigest()[:16]


VERSION = _version()


class MediaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `Rooms` takes besides observer and key; see there."""

    origin: str = "mobile-court"
    ice_addresses: tuple[str, ...] | None = ("127.0.0.1",)
    public_addresses: tuple[str, ...] = ()


class RoomView(msgspec.Struct, frozen=True):
    """`recording_zero`: monotonic second of this machine at which the recording began, None when there is none."""

    room_id: str
    phase: Phase
    recording_zero: float | None


# --- from the worker ---------------------------------------------------------------------------------------


class Greeting(msgspec.Struct, frozen=True, tag="greeting"):
    version: str
    pid: int


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """Every BEAT_S and before every `Answer`. `busy`: share of one core since the last one."""

    rooms: tuple[RoomView, ...]
    busy: float


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """`error`: name of the exception; `text` says more, `errno` as in OSError."""

    id: int
    result: msgspec.Raw = msgspec.Raw(b"\xc0")  # nil
    error: str = ""
    text: str = ""
    errno: int | None = None


class Told(msgspec.Struct, frozen=True, tag="told"):
    """A call of the Observer."""

    verb: str
    arguments: tuple[Any, ...]


class Deliver(msgspec.Struct, frozen=True, tag="deliver"):
    """An encoded message for one page."""

    page: int
    text: str


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    page: int
    code: int


# --- from the web process ----------------------------------------------------------------------------------


class Attach(msgspec.Struct, frozen=True, tag="attach"):
    """`key`: the 32 bytes of the Ed25519 key that signs recordings."""

    key: bytes
    settings: MediaSettings

    def __repr__(self) -> str:
        return "Attach(...)"


class Retire(msgspec.Struct, frozen=True, tag="retire"):
    """Close every room, finish every recording, end."""


class Call(msgspec.Struct, frozen=True, tag="call"):
    """A verb of the MediaPlane; `id` 0 wants no answer."""

    id: int
    verb: str
    arguments: tuple[Any, ...]


class Enter(msgspec.Struct, frozen=True, tag="enter"):
    page: int
    seat: Seat
    hello: m.Hello


class Say(msgspec.Struct, frozen=True, tag="say"):
    page: int
    message: m.ClientMessage


class Drop(msgspec.Struct, frozen=True, tag="drop"):
    page: int


FromWorker = Greeting | Beat | Answer | Told | Deliver | Closed
FromWeb = Attach | Retire | Call | Enter | Say | Drop
