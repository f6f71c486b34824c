"""manifest.ndjson of a recording: appended and synced line by line; it alone suffices to verify. Not the media."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .ledger import Ledger, sign_checkpoint
from .segments import CheckpointLine, Record, RecordLine, canonical, read_record

NAME = "manifest.ndjson"
MAX_LINE = 256 * 1024

_record_lines: msgspec.json.Decoder[RecordLine] = msgspec.json.Decoder(RecordLine)
_checkpoint_lines: msgspec.json.Decoder[CheckpointLine] = msgspec.json.Decoder(CheckpointLine)


def sync_directory(directory: Path) -> None:
    """A new file survives a power cut only once its directory entry does."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


class Manifest:
    """Open for appending. Thread-safe. A line that could not be written is kept and tried again."""

    def __init__(
        self, directory: Path, key: Ed25519PrivateKey, origin: str, ledger: Ledger | None = None
    ) -> None:
        self._path = directory / NAME
        self._key, self._origin = key, origin
        self._ledger = ledger or Ledger()
        self._lock = threading.Lock()  # held for microseconds, also by the event loop
        self._disk = threading.Lock()
        self._unwritten = b""
        self._dirty = False
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o640)
        self._end = os.fstat(self._fd).st_size
        sync_directory(directory)

    def append(self, record: Record) -> None:
        """:raises OSError: not on disk yet; it is kept for `flush`."""
        data = canonical(record)
        with self._lock:
            chain = self._ledger.append(data)
            self._add(RecordLine(record=msgspec.Raw(data), chain=chain))
        self.flush()

    def checkpoint(self) -> str:
        """Sign what is recorded so far. Does not touch the disk: the note is kept by the next `flush`."""
        with self._lock:
            note = sign_checkpoint(self._key, self._origin, self._ledger.size, self._ledger.root())
            self._add(CheckpointLine(checkpoint=note))
        return note

    def flush(self) -> None:
        """:raises OSError: still not on disk."""
        with self._disk:
            while data := self._unwritten:
                written = os.pwrite(self._fd, data, self._end)
                self._end += written
                self._dirty = True
                with self._lock:
                    self._unwritten = self._unwritten[written:]
            if self._dirty:
                os.fdatasync(self._fd)
                self._dirty = False

    @property
    def root(self) -> str:
        with self._lock:
            return self._ledger.root().hex()

    @property
    def size(self) -> int:
        return self._ledger.size

    def close(self) -> None:
        os.close(self._fd)

    def _add(self, line: RecordLine | CheckpointLine) -> None:
        self._unwritten += msgspec.json.encode(line) + b"\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable line. `raw` are the bytes that were hashed; exactly one of the others is set."""

    number: int
    raw: bytes
    chain: str = ""
    record: Record | None = None
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """`good_bytes`: length of the readable beginning; `bad_line`: number of the first unreadable line, or None."""

    entries: tuple[Entry, ...]
    good_bytes: int
    bad_line: int | None
    torn: bool


def read_manifest(directory: Path) -> Contents:
    """:raises OSError: no manifest. `torn`: only the last line is broken, as a crash leaves it."""
    data = (directory / NAME).read_bytes()
    entries: list[Entry] = []
    good = 0
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if not raw and good >= len(data):
            break
        whole = good + len(raw) < len(data)  # its newline was written too
        entry = _entry(number, raw) if whole and len(raw) <= MAX_LINE else None
        if entry is None:
            torn = data.find(b"\n", good) in (-1, len(data) - 1) and not whole
            return Contents(tuple(entries), good, number, torn)
        entries.append(entry)
        good += len(raw) + 1
    return Contents(tuple(entries), good, None, False)


def _entry(number: int, raw: bytes) -> Entry | None:
    try:
        if raw.startswith(b'{"checkpoint"'):
            return Entry(number, b"", checkpoint=_checkpoint_lines.decode(raw).checkpoint)
        line = _record_lines.decode(raw)
        data = bytes(line.record)
        return Entry(number, data, line.chain, record=read_record(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
