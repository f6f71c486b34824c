"""The wire protocol: the tagged union of messages IS the protocol. Structures and bounds only, no behaviour.

See docs/protocol.md. Client messages arrive as JSON text of at most MAX_MESSAGE_BYTES.
"""

from typing import Annotated, Any

import msgspec

from .refusals import REFUSALS
from .terms import Channel, CloseCode, Count, Kind, Layout, Mid, Path, Phase, Sdp, SeatState, Source, Token
from .views import SeatView, SlotView, SourceView, Spotlight

# What other files define and belongs to the protocol too.
__all__ = [
    "REFUSALS", "Channel", "CloseCode", "Kind", "Layout", "Phase", "SeatState", "SeatView",
    "SlotView", "Source", "SourceView", "Spotlight",
]  # fmt: skip

PROTOCOL = 2
MAX_MESSAGE_BYTES = 96 * 1024
PING_S = 2.0

# --- from the page to the court ---------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """First message of every socket. `page` names this page load; `last_seq` is what it has already seen.

    `take_over`: even if another page of this seat is here now.
    """

    page: Token
    protocol: int = PROTOCOL
    last_seq: Count | None = None
    take_over: bool = False


class Send(msgspec.Struct, frozen=True):
    """One sending m-line of the offer; `live` is false while the device is off or muted."""

    mid: Mid
    source: Source
    live: bool = True


class Offer(msgspec.Struct, frozen=True, tag="offer"):
    """A new peer connection for the same seat; the old one serves until the new one carries packets."""

    connection: Token
    sdp: Sdp
    sends: Annotated[tuple[Send, ...], msgspec.Meta(max_length=4)]


class Live(msgspec.Struct, frozen=True, tag="live"):
    """A source was muted, switched off, or is live again."""

    source: Source
    live: bool


class Hand(msgspec.Struct, frozen=True, tag="hand"):
    raised: bool


class Unmute(msgspec.Struct, frozen=True, tag="unmute"):
    """A person muted by the bench opens the microphone again; refused while it is locked."""


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """Which sound this seat wants where somebody interprets."""

    channel: Channel


class Picture(msgspec.Struct, frozen=True):
    seat: Token
    source: Source


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """What the page shows: nothing while `hidden`; `large` pictures (the main one first) before small ones.

    Without it, or with `large` null, all pictures count as large, in the order of the slots.
    """

    hidden: bool = False
    large: Annotated[tuple[Picture, ...], msgspec.Meta(max_length=16)] | None = None


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Every PING_S seconds. `rtt_ms` and `loss` (0..1) are what the page measured, `path` the way its packets go."""

    n: Count
    rtt_ms: Annotated[float, msgspec.Meta(ge=0, le=120_000)] | None = None
    loss: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    path: Path | None = None


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """The farewell: the only message that makes a seat `left`."""


ClientMessage = Hello | Offer | Live | Hand | Unmute | Listen | Watch | Ping | Leave


# --- from the court to the page ---------------------------------------------------------------------------


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """Answer to `hello`. `resumed`: the missed messages follow; otherwise a full `state` follows."""

    room: str
    seat: str
    resumed: bool
    protocol: int = PROTOCOL
    ping_s: float = PING_S


class State(msgspec.Struct, frozen=True, tag="state"):
    """Everything this seat may know, for a page that knows nothing or whose area is another now.

    In the lobby `seats` is the seat alone and nothing is spotlit. `opens_at`: end of the countdown, seconds since 1970.
    """

    seq: int
    phase: Phase
    reason: str
    recording: bool
    seats: tuple[SeatView, ...]
    stage: str = ""
    opens_at: float | None = None
    spotlight: Spotlight | None = None
    layout: Layout = Layout.AUTO


class SeatChanged(msgspec.Struct, frozen=True, tag="seat"):
    seq: int
    seat: SeatView


class SeatGone(msgspec.Struct, frozen=True, tag="gone"):
    """The seat was given up and is no longer listed."""

    seq: int
    seat: str


class PhaseChanged(msgspec.Struct, frozen=True, tag="phase"):
    seq: int
    phase: Phase
    reason: str


class RecordingChanged(msgspec.Struct, frozen=True, tag="recording"):
    seq: int
    on: bool


class StageChanged(msgspec.Struct, frozen=True, tag="stage"):
    """The stage of the hearing, a code of the application; empty before the first."""

    seq: int
    code: str


class Countdown(msgspec.Struct, frozen=True, tag="countdown"):
    """Microphones open at `opens_at` (seconds since 1970); null: it is over or was called off."""

    seq: int
    opens_at: float | None


class Arranged(msgspec.Struct, frozen=True, tag="arranged"):
    """How the main room shall look on every page."""

    seq: int
    spotlight: Spotlight | None
    layout: Layout


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """An event of the application, carried in order: transcript lines, progress of the agreement."""

    seq: int
    topic: str
    body: Any


class Slots(msgspec.Struct, frozen=True, tag="slots"):
    """Unsequenced: belongs to one connection. An m-line that is not listed carries nothing."""

    connection: str
    slots: tuple[SlotView, ...]


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    connection: str
    sdp: str


class Encoding(msgspec.Struct, frozen=True):
    """Of one picture the page sends; with a single encoding either of them keeps it on."""

    source: Source
    high: bool
    low: bool


class Encodings(msgspec.Struct, frozen=True, tag="encodings"):
    """Unsequenced: which encodings of this connection somebody watches; the others are not to be sent."""

    connection: str
    encodings: tuple[Encoding, ...]


class MediaState(msgspec.Struct, frozen=True, tag="media"):
    """What the court sees of this connection's packets.

    `missing`: sources that do not reach it although somebody is to see or hear them.
    """

    connection: str
    connected: bool
    missing: tuple[Source, ...] = ()


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """`at`: the court's clock, seconds since 1970."""

    n: int
    at: float


class TakenOver(msgspec.Struct, frozen=True, tag="taken_over"):
    """Another page took this seat; the socket closes with 4001 and must not reconnect by itself."""


class Elsewhere(msgspec.Struct, frozen=True, tag="elsewhere"):
    """Another page holds this seat now; the socket closes with 4007. A hello with `take_over` takes it from there."""


class Error(msgspec.Struct, frozen=True, tag="error"):
    """`code` is stable, `text` is Chinese and says what to do, `about` names the offending message."""

    code: str
    text: str
    about: str = ""


Sequenced = (
    State
    | SeatChanged
    | SeatGone
    | PhaseChanged
    | RecordingChanged
    | StageChanged
    | Countdown
    | Arranged
    | Notice
)
ServerMessage = (
    Welcome | Sequenced | Slots | Answer | Encodings | MediaState | Pong | TakenOver | Elsewhere | Error
)

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_encoder = msgspec.json.Encoder()


class Malformed(ValueError):
    """Not a message of this protocol; `code` is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refusal(code: str, about: str = "") -> Error:
    return Error(code=code, text=REFUSALS[code], about=about)


def decode(text: str | bytes) -> ClientMessage:
    """:raises Malformed: too long, not JSON, an unknown tag, or a field out of bounds."""
    if len(text) > MAX_MESSAGE_BYTES:
        raise Malformed("signal.too_long")
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as exc:
        raise Malformed("signal.malformed") from exc


def decode_server(text: str | bytes) -> ServerMessage:
    """For the headless peer."""
    return _server_decoder.decode(text)


def encode(message: ClientMessage | ServerMessage) -> str:
    return _encoder.encode(message).decode()
