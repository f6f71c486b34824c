"""WebM (EBML, RFC 8794; Matroska, RFC 9559): written cluster by cluster, every written byte stays readable.

Not a general muxer: one track, no cues. A cluster is written whole: a killed writer loses only the last one.
"""

import json
import struct
import zlib
from dataclasses import dataclass

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7

_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = (
    b"\x1a\x45\xdf\xa3",
    b"\x18\x53\x80\x67",
    b"\x15\x49\xa9\x66",
    b"\x16\x54\xae\x6b",
    b"\x1f\x43\xb6\x75",
)
_VOID, _DURATION, _TITLE, _TIMESTAMP, _SIMPLE_BLOCK = b"\xec", b"\x44\x89", b"\x7b\xa9", b"\xe7", b"\xa3"
_CRC = b"\xbf"
_WRITER = "mobile-court"
_LONGEST_HEAD = 12  # bytes of an element's name and size; no element of ours that matters is shorter


def _vint(value: int) -> bytes:
    """Element size in as many bytes as it needs."""
    length = max(1, (value.bit_length() + 6) // 7)
    if value == (1 << 7 * length) - 1:
        length += 1  # all ones would mean "unknown"
    return (value | 1 << 7 * length).to_bytes(length, "big")


def _element(name: bytes, body: bytes) -> bytes:
    return name + _vint(len(body)) + body


def _uint(name: bytes, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _text(name: bytes, value: str) -> bytes:
    return _element(name, value.encode())


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a file and where the size and duration go when it is closed."""

    data: bytes
    size_at: int
    duration_at: int


@dataclass(frozen=True, slots=True)
class Frame:
    """`at_ms` from the start of the file; `data` one Opus packet or one VP8 frame."""

    at_ms: int
    key: bool
    data: bytes


def opus_track(channels: int = 2) -> bytes:
    """TrackEntry of Opus; the pre-skip is 0 because the stream is joined in its middle."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, 48000, 0, 0)
    audio = _element(b"\xb5", struct.pack("!d", 48000.0)) + _uint(b"\x9f", channels)
    body = _track_head(2, "A_OPUS") + _element(b"\x63\xa2", head)
    return _element(b"\xae", body + _uint(b"\x56\xbb", 80_000_000) + _element(b"\xe1", audio))


def vp8_track(width: int, height: int) -> bytes:
    video = _uint(b"\xb0", width) + _uint(b"\xba", height)
    return _element(b"\xae", _track_head(1, "V_VP8") + _element(b"\xe0", video))


def _track_head(kind: int, codec: str) -> bytes:
    return (
        _uint(b"\xd7", 1)
        + _uint(b"\x73\xc5", 1)
        + _uint(b"\x83", kind)
        + _uint(b"\x9c", 0)
        + _text(b"\x86", codec)
    )


def head(track: bytes, title: dict[str, str | int]) -> Head:
    """File head with a placeholder for the duration; `title` is kept as JSON and read back by `salvage`."""
    ebml = _element(
        _EBML,
        _uint(b"\x42\x86", 1)
        + _uint(b"\x42\xf7", 1)
        + _uint(b"\x42\xf2", 4)
        + _uint(b"\x42\xf3", 8)
        + _text(b"\x42\x82", "webm")
        + _uint(b"\x42\x87", 4)
        + _uint(b"\x42\x85", 2),
    )
    placeholder = _VOID + b"\x89" + bytes(9)  # as long as a Duration element
    info_body = (
        placeholder
        + _uint(b"\x2a\xd7\xb1", 1_000_000)  # one tick is a millisecond
        + _text(_TITLE, json.dumps(title, sort_keys=True))
        + _text(b"\x4d\x80", _WRITER)
        + _text(b"\x57\x41", _WRITER)
    )
    info = _element(_INFO, info_body)
    before = ebml + _SEGMENT
    duration_at = len(before) + 8 + len(info) - len(info_body)
    return Head(before + UNKNOWN_SIZE + info + _element(_TRACKS, track), len(before), duration_at)


def closing(head: Head, size: int, duration_ms: int) -> list[tuple[int, bytes]]:
    """(offset, bytes) to write over the placeholders of a finished file of `size` bytes."""
    body = size - head.size_at - 8
    return [
        (head.size_at, (1 << 56 | body).to_bytes(8, "big")),
        (head.duration_at, _DURATION + b"\x88" + struct.pack("!d", float(duration_ms))),
    ]


def cluster(frames: list[Frame]) -> bytes:
    """Frames in order, all within 32 s of the first. Its checksum tells a cluster that reached the disk from a torn one."""
    first = frames[0].at_ms
    parts = [_uint(_TIMESTAMP, first)]
    for f in frames:
        head = struct.pack("!BhB", 0x81, f.at_ms - first, 0x80 if f.key else 0)
        parts += (_SIMPLE_BLOCK, _vint(len(f.data) + 4), head, f.data)
    body = b"".join(parts)
    return _element(_CLUSTER, _element(_CRC, struct.pack("<I", zlib.crc32(body))) + body)


# --- reading back what a crash left -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Salvage:
    """The readable beginning of a file: `frames` frames in its first `size` bytes, the last at `last_ms`."""

    head: Head
    title: dict[str, str | int]
    size: int
    frames: int
    last_ms: int


def _read_id(data: bytes, pos: int) -> tuple[bytes, int]:
    length = 9 - data[pos].bit_length()
    if length > 4:
        raise ValueError("not EBML")
    return data[pos : pos + length], pos + length


def _read_size(data: bytes, pos: int) -> tuple[int | None, int]:
    length = 9 - data[pos].bit_length()
    if length > 8 or pos + length > len(data):
        raise ValueError("not EBML")
    value = int.from_bytes(data[pos : pos + length], "big") & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), pos + length


def salvage(data: bytes) -> Salvage | None:
    """What can be kept of a file this module wrote; None when not even one cluster is whole."""
    try:
        return _salvage(data)
    except (ValueError, IndexError, struct.error, UnicodeDecodeError):
        return None


def _salvage(data: bytes) -> Salvage | None:
    name, pos = _read_id(data, 0)
    size, pos = _read_size(data, pos)
    if name != _EBML or size is None:
        return None
    pos += size
    name, pos = _read_id(data, pos)
    if name != _SEGMENT:
        return None
    size_at = pos
    pos += 8
    title: dict[str, str | int] = {}
    duration_at = frames = last_ms = good = 0
    while pos < len(data):
        try:
            name, body = _read_id(data, pos)
            size, body = _read_size(data, body)
        except (ValueError, IndexError):
            break
        if size is None or body + size > len(data):
            break
        if name == _INFO:
            duration_at = body
            title = _read_title(data[body : body + size])
        elif name == _CLUSTER:
            try:
                count, last_ms = _read_cluster(data[body : body + size])
            except (ValueError, IndexError, struct.error):
                break  # its length reached the disk, its content did not
            frames += count
        pos = body + size
        good = pos
    if not frames or not title:
        return None
    return Salvage(Head(b"", size_at, duration_at), title, good, frames, last_ms)


def _children(body: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    pos = 0
    while pos < len(body):
        name, at = _read_id(body, pos)
        size, at = _read_size(body, at)
        if size is None or at + size > len(body):
            raise ValueError("not EBML")
        found.append((name, body[at : at + size]))
        pos = at + size
    return found


def _read_title(info: bytes) -> dict[str, str | int]:
    for name, body in _children(info):
        if name == _TITLE:
            title = json.loads(body)
            if isinstance(title, dict):
                return title
    raise ValueError("no title")


def _read_cluster(body: bytes) -> tuple[int, int]:
    """(number of blocks, time of the last in ms)."""
    blocks = _blocks(body)
    return len(blocks), blocks[-1].at_ms if blocks else 0


def _blocks(cluster: bytes) -> list[Frame]:
    base = 0
    found = []
    children = _children(cluster)
    if children and children[0][0] == _CRC:
        if children[0][1] != struct.pack("<I", zlib.crc32(cluster[6:])):
            raise ValueError("torn cluster")
        children = children[1:]
    for name, data in children:
        if name == _TIMESTAMP:
            base = int.from_bytes(data, "big")
        elif name == _SIMPLE_BLOCK:
            at, flags = struct.unpack_from("!hB", data, 1)
            found.append(Frame(base + at, bool(flags & 0x80), data[4:]))
    return found


def read_on(data: bytes) -> tuple[dict[str, str | int] | None, list[Frame], int]:
    """Elements from the start of `data` that are whole: (title if it is among them, frames, bytes used).

    For a file that is still growing: call again with the bytes from there on.

    :raises ValueError: not a file of this module.
    """
    title: dict[str, str | int] | None = None
    frames: list[Frame] = []
    pos = 0
    try:
        while len(data) - pos >= _LONGEST_HEAD:
            name, body = _read_id(data, pos)
            size, body = _read_size(data, body)
            if name == _SEGMENT:
                pos = body
                continue
            if size is None or body + size > len(data):
                break
            if name == _INFO:
                title = _read_title(data[body : body + size])
            elif name == _CLUSTER:
                frames += _blocks(data[body : body + size])
            pos = body + size
    except (IndexError, struct.error, UnicodeDecodeError) as exc:
        raise ValueError("not of this module") from exc
    return title, frames, pos
