"""manifest.ndjson of a recording: appended and synced line by line; it alone suffices to verify. Not the media."""

import fcntl
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


def lock_folder(directory: Path) -> int:
    """A descriptor that keeps every other writer out of this recording, in whatever process, until it is closed.

    :raises BlockingIOError: another writer is in it. :raises OSError: no such folder.
    """
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise
    return fd


class Manifest:
    """Open for appending, under the lock of its folder, which it takes over or takes itself. Thread-safe.

    A line that could not be written is kept and tried again.
    """

    def __init__(
        self,
        directory: Path,
        key: Ed25519PrivateKey,
        origin: str,
        ledger: Ledger | None = None,
        *,
        lock: int | None = None,
    ) -> None:
        self._folder = lock_folder(directory) if lock is None else lock
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
        os.close(self._folder)

    def _add(self, line: RecordLine | CheckpointLine) -> None:
        self._unwritten += msgspec.json.encode(line) + b"\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable line: bytes `first`..`last` of the file, its newline included.

    `raw` are the bytes that were hashed; exactly one of the others is set.
    """

    number: int
    first: int
    last: int
    raw: bytes
    chain: str = ""
    record: Record | None = None
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """`good_bytes`: length of the readable beginning; `bad_line`: number of the first unreadable line, or None, which
    ends at byte `bad_until`."""

    entries: tuple[Entry, ...]
    good_bytes: int
    bad_line: int | None = None
    bad_until: int | None = None
    torn: bool = False


def read_manifest(directory: Path) -> Contents:
    """Also of a recording that still runs: its last line may not be whole yet.

    :raises OSError: no manifest. `torn`: nothing readable follows the bad line, as a crash or power cut leaves it.
    """
    data = (directory / NAME).read_bytes()
    entries, good, bad = read_lines(data)
    if bad is None:
        return Contents(tuple(entries), good)
    end = data.find(b"\n", good)
    rest = data[good:].split(b"\n")[1:-1]
    torn = not any(_entry(0, 0, line) for line in rest if len(line) <= MAX_LINE)
    return Contents(tuple(entries), good, bad, end if end >= 0 else len(data) - 1, torn)


def read_lines(data: bytes, *, number: int = 1, at: int = 0) -> tuple[list[Entry], int, int | None]:
    """(entries, where they end, number of the first unreadable line or None); `at`: where in the file `data` begins."""
    entries: list[Entry] = []
    good = 0
    while good < len(data):
        end = data.find(b"\n", good)
        entry = None
        if 0 <= end <= good + MAX_LINE:
            entry = _entry(number, at + good, data[good:end])
        if entry is None:
            return entries, at + good, number
        entries.append(entry)
        good, number = end + 1, number + 1
    return entries, at + good, None


class Follower:
    """Reads a manifest while it grows, each line once. Checks no chain: that is for `verify_recording`."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._at, self._number = 0, 1

    def poll(self) -> list[Entry]:
        """What came since the last time; a line that is not whole yet comes later. No manifest yet: nothing."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                data = file.read()
        except FileNotFoundError:
            return []
        entries, self._at, _ = read_lines(data, number=self._number, at=self._at)
        self._number += len(entries)
        return entries


def _entry(number: int, first: int, raw: bytes) -> Entry | None:
    last = first + len(raw)
    try:
        if raw.startswith(b'{"checkpoint"'):
            note = _checkpoint_lines.decode(raw).checkpoint
            return Entry(number, first, last, b"", checkpoint=note)
        line = _record_lines.decode(raw)
        data = bytes(line.record)
        return Entry(number, first, last, data, line.chain, record=read_record(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
