"""The wire protocol: the tagged union of messages IS the protocol. Structures and bounds only, no behaviour.

See docs/protocol.md. Client messages arrive as JSON text of at most MAX_MESSAGE_BYTES.
"""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

PROTOCOL = 1
MAX_MESSAGE_BYTES = 96 * 1024
PING_S = 2.0

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Mid = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
Sdp = Annotated[str, msgspec.Meta(min_length=1, max_length=64 * 1024)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Source(StrEnum):
    """What a publication shows."""

    MIC = "mic"
    CAMERA = "camera"
    DOCUMENT = "document"

    @property
    def kind(self) -> "Kind":
        return Kind.AUDIO if self is Source.MIC else Kind.VIDEO


class Kind(StrEnum):
    AUDIO = "audio"
    VIDEO = "video"


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


class CloseCode:
    """WebSocket close codes of this protocol."""

    TAKEN_OVER = 4001
    TOO_MANY_ERRORS = 4002
    ROOM_CLOSED = 4003
    SILENT = 4004
    NOT_ADMITTED = 4005
    OVERFLOW = 4006


# --- from the page to the court ---------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """First message of every socket. `page` names this page load; `last_seq` is what it has already seen."""

    page: Token
    protocol: int = PROTOCOL
    last_seq: Count | None = None


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


class Floor(msgspec.Struct, frozen=True, tag="floor"):
    """A moderator gives or takes the word of a seat."""

    seat: Token
    allowed: bool


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Every PING_S seconds. `rtt_ms` and `loss` (0..1) are what the page measured."""

    n: Count
    rtt_ms: Annotated[float, msgspec.Meta(ge=0, le=120_000)] | None = None
    loss: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """The farewell: the only message that makes a seat `left`."""


ClientMessage = Hello | Offer | Live | Hand | Floor | Ping | Leave


# --- from the court to the page ---------------------------------------------------------------------------


class SourceView(msgspec.Struct, frozen=True):
    source: Source
    live: bool


class SeatView(msgspec.Struct, frozen=True):
    """`hand` is the place in the queue of raised hands, from 1."""

    seat: str
    name: str
    caption: str
    role: str
    state: SeatState
    floor: bool
    sources: tuple[SourceView, ...] = ()
    hand: int | None = None


class SlotView(msgspec.Struct, frozen=True):
    """What an incoming m-line of the page carries now."""

    mid: str
    kind: Kind
    seat: str
    source: Source


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """Answer to `hello`. `resumed`: the missed messages follow; otherwise a full `state` follows."""

    room: str
    seat: str
    resumed: bool
    protocol: int = PROTOCOL
    ping_s: float = PING_S


class State(msgspec.Struct, frozen=True, tag="state"):
    """Everything, for a page that knows nothing."""

    seq: int
    phase: Phase
    reason: str
    recording: bool
    seats: tuple[SeatView, ...]


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


class MediaState(msgspec.Struct, frozen=True, tag="media"):
    """What the court sees of this connection's packets."""

    connection: str
    connected: bool


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """`at`: the court's clock, seconds since 1970."""

    n: int
    at: float


class TakenOver(msgspec.Struct, frozen=True, tag="taken_over"):
    """Another page took this seat; the socket closes with 4001 and must not reconnect by itself."""


class Error(msgspec.Struct, frozen=True, tag="error"):
    """`code` is stable, `text` is Chinese and says what to do, `about` names the offending message."""

    code: str
    text: str
    about: str = ""


Sequenced = State | SeatChanged | SeatGone | PhaseChanged | RecordingChanged | Notice
ServerMessage = Welcome | Sequenced | Slots | Answer | MediaState | Pong | TakenOver | Error

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_encoder = msgspec.json.Encoder()


class Malformed(ValueError):
    """Not a message of this protocol; `code` is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


REFUSALS = {
    "signal.too_long": "消息过长，未予处理。请刷新页面后重试。",
    "signal.malformed": "消息格式不正确，未予处理。请刷新页面后重试。",
    "signal.not_text": "只接受文本消息。请刷新页面后重试。",
    "signal.hello_first": "连接尚未完成登记。请刷新页面重新进入。",
    "signal.protocol": "页面版本与服务器不一致。请刷新页面。",
    "signal.too_fast": "操作过于频繁，请稍候再试。",
    "media.offer": "音视频连接请求无法识别。请刷新页面，或换用新版浏览器。",
    "media.codec": "浏览器不支持本系统使用的音视频格式（VP8、Opus）。请换用新版浏览器。",
    "media.not_allowed": "本席位只可旁听，不能发送声音和画面。",
    "room.not_moderator": "只有主持人可以安排发言。",
    "room.unknown_seat": "没有这个席位，请核对后重试。",
    "room.closed": "本次活动已经结束。",
    "room.full": "席位已满，请联系书记员。",
}


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
