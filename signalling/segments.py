"""The records of a recording: what was written, what is missing and why. Plain data; times in whole milliseconds."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from .messages import Kind, Source

BLOCK_BYTES = 16 * 1024  # a changed byte is located to one of these


class GapReason(StrEnum):
    """Why a stretch of a track is missing. docs/recording.md says each in words."""

    LOSS = "loss"
    MUTE = "mute"
    LINK = "link"
    DEVICE = "device"  # camera or microphone of the seat
    DISK = "disk"  # the court's own disk: full, refusing, or too slow
    CRASH = "crash"
    NOT_JOINED = "not_joined"
    CAUCUS = "caucus"  # 背对背: in a private room, which is never recorded
    OUTSIDE = "outside"  # in the waiting room: not yet called in, or dismissed
    BANDWIDTH = "bandwidth"  # its line was too weak: the page was asked to stop this picture
    # 法释〔2017〕5号 第三条: the three lawful reasons to interrupt a recording.
    ADJOURNMENT = "adjournment"
    CLOSED_EVIDENCE = "closed_evidence"
    MEDIATION_UNSUITED = "mediation_unsuited"


LAWFUL_PAUSES = frozenset({GapReason.ADJOURNMENT, GapReason.CLOSED_EVIDENCE, GapReason.MEDIATION_UNSUITED})


class Track(NamedTuple):
    """One series of segments: one source of one seat."""

    seat_id: str
    source: Source

    @property
    def kind(self) -> Kind:
        return self.source.kind

    def __str__(self) -> str:
        return f"{self.seat_id}-{self.source}"


class Header(msgspec.Struct, frozen=True, tag="header", kw_only=True):
    """First record. `started`: RFC 3339 UTC, the zero of all times of this recording.

    `boot`, `boot_ms`: the running of the machine and its steady clock at that zero, so that a restart of the program
    finds its place without trusting the wall clock.
    """

    version: int = 2
    hearing: str
    room: str
    started: str
    boot: str = ""
    boot_ms: int = 0


class Part(msgspec.Struct, frozen=True, tag="part", kw_only=True):
    """The recording was continued after a crash at `at_ms`; `number` from 2."""

    number: int
    at_ms: int
    started: str


class Clock(msgspec.Struct, frozen=True, tag="clock", kw_only=True):
    """The machine's wall clock was set by `step_ms` at about `at_ms`; `wall`: what it says since, RFC 3339 UTC.

    Times of this recording follow the steady clock and did not move.
    """

    at_ms: int
    wall: str
    step_ms: int


class Segment(msgspec.Struct, frozen=True, tag="segment", kw_only=True):
    """One self-readable WebM file. `blocks`: the first 8 bytes of SHA-256 of each BLOCK_BYTES, to locate damage.

    `lost`: packets that never came. `first_rtp`, `last_rtp`: RTP timestamps of the first and last frame.
    `raw`: the file as the crash left it, kept beside a `recovered` one. `wall_ms`: our wall clock at the start, since
    1970; `sender_ms`: the sender's own at the first frame, since 1900 (its RTCP reports). `drift_ppm`: its clock
    against ours, + is slow. `dependent`: no key frame came in time, it is decoded only after the segment before it.
    `width`, `height` of the first picture.
    """

    seat: str
    source: Source
    file: str
    sha256: str
    size: int
    start_ms: int
    end_ms: int
    frames: int
    lost: int
    first_rtp: int
    last_rtp: int
    blocks: tuple[str, ...]
    recovered: bool = False
    raw: str | None = None
    raw_sha256: str | None = None
    wall_ms: int = 0
    sender_ms: int | None = None
    drift_ppm: int | None = None
    dependent: bool = False
    width: int = 0
    height: int = 0

    @property
    def track(self) -> Track:
        return Track(self.seat, self.source)

    @property
    def start(self) -> float:
        return self.start_ms / 1000

    @property
    def end(self) -> float:
        return self.end_ms / 1000


class Gap(msgspec.Struct, frozen=True, tag="gap", kw_only=True):
    """A missing interval of one track, and why."""

    seat: str
    source: Source
    start_ms: int
    end_ms: int
    reason: GapReason

    @property
    def track(self) -> Track:
        return Track(self.seat, self.source)

    @property
    def start(self) -> float:
        return self.start_ms / 1000

    @property
    def end(self) -> float:
        return self.end_ms / 1000


class StopReason(StrEnum):
    """Why a recording ended; there is no end without a reason."""

    CLOSED = "closed"  # 闭庭
    CANCELLED = "cancelled"  # the hearing was called off
    SHUTDOWN = "shutdown"  # the program was stopped in order; its next start goes on in a new part
    CRASH = "crash"  # cut short, and closed by the repair at the next start


class Stop(msgspec.Struct, frozen=True, tag="stop", kw_only=True):
    """Last record of a finished recording, or of a part before an orderly restart."""

    at_ms: int
    reason: StopReason | None = None  # None in recordings of version 1


Record = Header | Part | Clock | Segment | Gap | Stop


def stopped(records: Iterable[Record | None]) -> Stop | None:
    """The end of a recording; None while it runs, was cut short, or went on in a new part afterwards."""
    end: Stop | None = None
    for record in records:
        if isinstance(record, Stop):
            end = record
        elif isinstance(record, Part):
            end = None
    return end


class RecordLine(msgspec.Struct, frozen=True):
    """A line of manifest.ndjson: a record as it was hashed, and the value of the chain after it (hex)."""

    record: msgspec.Raw
    chain: str


class CheckpointLine(msgspec.Struct, frozen=True):
    """A line of manifest.ndjson: a signed note over the records before it."""

    checkpoint: str


_records: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def canonical(record: Record) -> bytes:
    """The bytes that are hashed: JSON, keys sorted, no spaces, integers only."""
    return msgspec.json.encode(record, order="sorted")


def read_record(data: bytes | msgspec.Raw) -> Record:
    """:raises msgspec.DecodeError: not a record of this version."""
    return _records.decode(data)
