"""One Unix socket between the web process and a worker: typed frames, bounded, in order. Knows no room.

A frame is its length (4 bytes, big-endian) and that many bytes of MessagePack.
"""

import asyncio
import inspect
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from .frames import MAX_FRAME_BYTES

MAX_WAITING_BYTES = 16 * 2**20  # what the other side has not taken yet
LENGTH_BYTES = 4

T = TypeVar("T")


class Malformed(Exception):
    """What came is not a frame of this protocol."""


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} cannot cross to a media worker")


def _typed(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"{kind} does not cross")


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)


def encode(value: Any) -> bytes:
    """:raises TypeError: something in it cannot cross."""
    return _encoder.encode(value)


def decode(data: bytes | msgspec.Raw, kind: Any) -> Any:
    """:raises msgspec.DecodeError: not of this kind."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_typed)


class Channel(Generic[T]):
    """`kind` is what arrives. After `close`, and after the other side is gone, what is sent is dropped."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: Any) -> None:
        self._reader, self._writer = reader, writer
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(kind, dec_hook=_typed)

    def send(self, frame: msgspec.Struct) -> None:
        """At once and in order. A side that takes nothing for too long loses the channel.

        :raises ValueError: the frame is too long. :raises TypeError: something in it cannot cross.
        """
        data = _encoder.encode(frame)
        if len(data) > MAX_FRAME_BYTES:
            raise ValueError(f"frame of {len(data)} bytes")
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > MAX_WAITING_BYTES:
            transport.abort()
            return
        self._writer.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)

    async def receive(self) -> T | None:
        """None when the other side is gone.

        :raises Malformed: too long, cut short, or not of this kind.
        """
        try:
            length = int.from_bytes(await self._reader.readexactly(LENGTH_BYTES), "big")
            if length > MAX_FRAME_BYTES:
                raise Malformed(f"frame of {length} bytes")
            return self._decoder.decode(await self._reader.readexactly(length))
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise Malformed("cut short") from error
            return None
        except OSError:
            return None
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Malformed(str(error)) from error

    async def frames(self) -> AsyncIterator[T]:
        """Until the other side is gone. Errors: Malformed."""
        while (frame := await self.receive()) is not None:
            yield frame

    async def close(self) -> None:
        """What was sent is still delivered to a side that takes it."""
        self._writer.close()
        try:
            async with asyncio.timeout(1):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()


class Verbs:
    """The methods of a Protocol by name, with the types of their arguments: how plain data becomes a call again."""

    def __init__(self, protocol: type, *, without: Sequence[str] = ()) -> None:
        self._kinds: dict[str, list[Any]] = {}
        self._least: dict[str, int] = {}
        for name, method in vars(protocol).items():
            if name.startswith("_") or name in without or not inspect.isfunction(method):
                continue
            parameters = list(inspect.signature(method).parameters.values())[1:]
            hints = get_type_hints(method)
            self._kinds[name] = [hints[p.name] for p in parameters]
            self._least[name] = sum(p.default is p.empty for p in parameters)

    def bind(self, target: object, verb: str, arguments: Sequence[Any]) -> Callable[[], Any]:
        """The call, ready to be made.

        :raises Malformed: no such verb, or other arguments than it takes.
        """
        kinds = self._kinds.get(verb)
        if kinds is None or not self._least[verb] <= len(arguments) <= len(kinds):
            raise Malformed(f"verb {verb}")
        try:
            values = [
                msgspec.convert(value, kind, dec_hook=_typed)
                for value, kind in zip(arguments, kinds, strict=False)
            ]
        except msgspec.ValidationError as error:
            raise Malformed(f"{verb}: {error}") from error
        method = getattr(target, verb)
        return lambda: method(*values)


class SocketFolder:
    """Sockets in a folder of any depth: an address may only be 108 bytes long, so it goes by the folder's descriptor."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = directory
        self._descriptor = os.open(directory, os.O_PATH | os.O_DIRECTORY)

    def _address(self, name: str) -> str:
        return f"/proc/self/fd/{self._descriptor}/{name}"

    def listen(self, name: str) -> socket.socket:
        """Readable and writable by this user only. Errors: OSError."""
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.bind(self._address(name))
        (self.path / name).chmod(0o600)
        made.listen(8)
        return made

    def connect(self, name: str) -> socket.socket:
        """Errors: OSError; ConnectionRefusedError when nobody listens any more."""
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.setblocking(False)
        try:
            made.connect(self._address(name))
        except BaseException:
            made.close()
            raise
        return made

    def names(self) -> list[str]:
        """Of all sockets in it, dead ones too."""
        return sorted(path.name for path in self.path.glob("*.sock"))

    def remove(self, name: str) -> None:
        if name:
            (self.path / name).unlink(missing_ok=True)

    def close(self) -> None:
        os.close(self._descriptor)
