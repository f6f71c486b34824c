"""The VP8 payload descriptor (RFC 7741 §4.2) and the head of a key frame: read and rewritten, not decoded."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Descriptor:
    """`size` in bytes; `picture_id` None when absent, `wide` when it has 15 bits."""

    size: int
    start: bool
    picture_id: int | None = None
    picture_at: int = 0
    wide: bool = False
    tl0: int | None = None
    tl0_at: int = 0
    tid: int = 0  # temporal layer; frames of 0 need no other
    sync: bool = False  # needs only frames of layer 0


def read(payload: bytes) -> Descriptor | None:
    """None for a payload too short to be VP8."""
    try:
        first = payload[0]
        start = bool(first & 0x10) and first & 0x07 == 0
        if not first & 0x80:
            return Descriptor(1, start) if len(payload) > 1 else None
        flags = payload[1]
        pos = 2
        picture_id, picture_at, wide, tl0, tl0_at, tid, sync = None, 0, False, None, 0, 0, False
        if flags & 0x80:
            picture_at = pos
            picture_id = payload[pos]
            pos += 1
            if picture_id & 0x80:
                wide = True
                picture_id = (picture_id & 0x7F) << 8 | payload[pos]
                pos += 1
        if flags & 0x40:
            tl0, tl0_at = payload[pos], pos
            pos += 1
        if flags & 0x30:
            if flags & 0x20:
                tid, sync = payload[pos] >> 6, bool(payload[pos] & 0x20)
            pos += 1
    except IndexError:
        return None
    if pos >= len(payload):
        return None
    return Descriptor(pos, start, picture_id, picture_at, wide, tl0, tl0_at, tid, sync)


def body_at(payload: bytes) -> int:
    """Where the picture's bytes begin behind the descriptor; 0 for a payload too short to be VP8.

    `read` for those who only want that: the recorder asks it of every packet.
    """
    try:
        if not payload[0] & 0x80:
            at = 1
        else:
            flags, at = payload[1], 2
            if flags & 0x80:
                at += 2 if payload[at] & 0x80 else 1
            if flags & 0x40:
                at += 1
            if flags & 0x30:
                at += 1
    except IndexError:
        return 0
    return at if at < len(payload) else 0


def is_key_start(payload: bytes) -> bool:
    """First packet of a key frame (RFC 6386 §9.1: lowest bit of the frame tag is 0)."""
    return starts_key(payload, read(payload))


def starts_key(payload: bytes, d: Descriptor | None) -> bool:
    return d is not None and d.start and not payload[d.size] & 1


def key_size(frame: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels from the head of a key frame; None for any other frame."""
    if len(frame) < 10 or frame[0] & 1 or frame[3:6] != b"\x9d\x01\x2a":
        return None
    return int.from_bytes(frame[6:8], "little") & 0x3FFF, int.from_bytes(frame[8:10], "little") & 0x3FFF


def shift_ids(payload: bytes, d: Descriptor, picture: int, tl0: int) -> bytes:
    """The payload with its picture ID and TL0PICIDX moved on, so that a viewer sees one unbroken stream."""
    out = bytearray(payload)
    if d.picture_id is not None:
        if d.wide:
            value = (d.picture_id + picture) & 0x7FFF
            out[d.picture_at] = 0x80 | value >> 8
            out[d.picture_at + 1] = value & 0xFF
        else:
            out[d.picture_at] = (d.picture_id + picture) & 0x7F
    if d.tl0 is not None:
        out[d.tl0_at] = (d.tl0 + tl0) & 0xFF
    return bytes(out)
