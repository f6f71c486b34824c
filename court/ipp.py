"""IPP messages to octets and back (RFC 8010), bounded: what a printer sends is never trusted. No network is here."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

# A printer that tells everything of itself sends 10 to 40 KB.
MOST_OCTETS = 512 * 1024
MOST_VALUES, MOST_DEPTH = 8_000, 6
VERSION = (2, 0)

Range = tuple[int, int]
Value = int | bool | str | bytes | Range | Mapping[str, "tuple[Value, ...]"]
Attributes = Mapping[str, tuple[Value, ...]]


class Tag(IntEnum):
    """Delimiters and the value tags in use (RFC 8010 3.5)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_LANGUAGE = 0x35
    NAME_LANGUAGE = 0x36
    COLLECTION_END = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49
    MEMBER = 0x4A


class Operation(IntEnum):
    """RFC 8011 5.4.15."""

    PRINT_JOB = 0x0002
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER = 0x000B


class Garbled(ValueError):
    """Octets that are no IPP answer, or too many of them."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a request. A value of `Tag.COLLECTION` is a tuple of member attributes."""

    tag: Tag
    name: str
    values: tuple["Value | tuple[Attribute, ...]", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`status` (RFC 8011 B.1; below 0x0100 it went well) and the groups, in the order they came."""

    status: int
    request_id: int
    groups: tuple[tuple[int, Attributes], ...]

    def group(self, tag: Tag) -> Attributes:
        """The first group of this kind; empty when there is none."""
        return next((found for kind, found in self.groups if kind == tag), {})

    def all(self, tag: Tag) -> tuple[Attributes, ...]:
        """Every group of this kind: the jobs of a list."""
        return tuple(found for kind, found in self.groups if kind == tag)


def keywords(name: str, *values: str) -> Attribute:
    """An attribute of keywords."""
    return Attribute(Tag.KEYWORD, name, values)


def encode(operation: Operation, request_id: int, groups: Iterable[tuple[Tag, Iterable[Attribute]]]) -> bytes:
    """A request without its document, which simply follows it."""
    out = bytearray(struct.pack(">BBHI", *VERSION, operation, request_id))
    for tag, attributes in groups:
        out.append(tag)
        for attribute in attributes:
            _put(out, attribute)
    out.append(Tag.END)
    return bytes(out)


def _put(out: bytearray, attribute: Attribute) -> None:
    name = attribute.name
    for value in attribute.values:
        _field(out, attribute.tag, name, _octets(attribute.tag, value))
        if attribute.tag is Tag.COLLECTION:
            _members(out, value)
        name = ""


def _members(out: bytearray, value: object) -> None:
    assert isinstance(value, tuple)
    for member in value:
        _field(out, Tag.MEMBER, "", member.name.encode())
        _put(out, Attribute(member.tag, "", member.values))
    _field(out, Tag.COLLECTION_END, "", b"")


def _octets(tag: Tag, value: object) -> bytes:
    if tag is Tag.COLLECTION:
        return b""
    if tag is Tag.BOOLEAN:
        return b"\x01" if value else b"\x00"
    if isinstance(value, int):
        return struct.pack(">i", value)
    if isinstance(value, tuple):
        return struct.pack(">ii", *value)
    assert isinstance(value, str)
    return value.encode()


def _field(out: bytearray, tag: Tag, name: str, value: bytes) -> None:
    out += struct.pack(">BH", tag, len(name)) + name.encode()
    out += struct.pack(">H", len(value)) + value


class _Reader:
    """Walks the octets once, forwards; every length is checked before it is believed."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._values = data, 0, 0

    def take(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise Garbled("it ends in the middle")
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, octets: int) -> int:
        return int.from_bytes(self.take(octets), "big")

    def field(self) -> tuple[str, bytes]:
        """Name and value of what follows a value tag."""
        self._values += 1
        if self._values > MOST_VALUES:
            raise Garbled("too many values")
        name = self.take(self.number(2)).decode("utf-8", "replace")
        return name, self.take(self.number(2))

    def value(self, tag: int, octets: bytes, depth: int) -> Value | None:
        """None for what says "no value" (0x10 to 0x1f)."""
        if 0x10 <= tag <= 0x1F:
            return None
        match tag:
            case Tag.INTEGER | Tag.ENUM:
                return _integer(octets)
            case Tag.BOOLEAN:
                return octets == b"\x01"
            case Tag.RANGE:
                return _integer(octets[:4]), _integer(octets[4:])
            case Tag.COLLECTION:
                return self._collection(depth + 1)
            case Tag.TEXT_LANGUAGE | Tag.NAME_LANGUAGE:
                skip = 2 + int.from_bytes(octets[:2], "big") + 2
                return octets[skip:].decode("utf-8", "replace")
        return octets.decode("utf-8", "replace") if 0x40 <= tag <= 0x5F else octets

    def _collection(self, depth: int) -> Value:
        if depth > MOST_DEPTH:
            raise Garbled("too deep")
        members: dict[str, list[Value]] = {}
        name = ""
        while (tag := self.number(1)) != Tag.COLLECTION_END:
            _, octets = self.field()
            if tag == Tag.MEMBER:
                name = octets.decode("utf-8", "replace")
                members.setdefault(name, [])
                continue
            value = self.value(tag, octets, depth)
            if value is not None:
                members.setdefault(name, []).append(value)
        self.field()
        return {key: tuple(found) for key, found in members.items()}


def _integer(octets: bytes) -> int:
    if len(octets) != 4:
        raise Garbled("a number of a wrong length")
    return int.from_bytes(octets, "big", signed=True)


def decode(data: bytes) -> Answer:
    """An answer. Errors: Garbled."""
    if len(data) > MOST_OCTETS:
        raise Garbled("too long")
    reader = _Reader(data)
    major, _, status, request_id = struct.unpack(">BBHI", reader.take(8))
    if major not in {1, 2}:
        raise Garbled("no IPP version")
    groups: list[tuple[int, dict[str, list[Value]]]] = []
    name = ""
    while (tag := reader.number(1)) != Tag.END:
        if tag < 0x10:
            groups.append((tag, {}))
            name = ""
            continue
        told, octets = reader.field()
        value = reader.value(tag, octets, 0)
        if not groups:
            raise Garbled("a value before any group")
        name = told or name
        found = groups[-1][1].setdefault(name, [])
        if value is not None:
            found.append(value)
    whole = tuple(
        (kind, {key: tuple(values) for key, values in attributes.items()}) for kind, attributes in groups
    )
    return Answer(status=status, request_id=request_id, groups=whole)
