"""The second copy of a recording, while it runs and after: closed files first, then the lines that name them. No thread.

At every moment the copy is a whole beginning of the original: what its manifest names is there, synced and read back.
A file that is there in full length is never overwritten: where both differ, the original may be the bad one.
"""

import errno
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .manifest import NAME, Entry, read_lines, sync_directory
from .segments import Gap, Segment, stopped

CHUNK = 1024 * 1024
PART = ".part"  # of a file that is not whole yet
LEFT_OUT = ("reserve",)


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorStatus:
    """`until`: how far each track is here, ms since the recording began; `waiting` closed files are not here yet.

    `finished`: the original was stopped and all of it is here. `trouble`: empty, or a code, with the `file` it is
    about: mirror.full, mirror.error (the second place refuses), mirror.source_error (the original cannot be read),
    mirror.source_changed (it is not what its manifest says), mirror.differs (the second place has another recording,
    or a changed manifest).
    """

    copied: int
    copied_bytes: int
    waiting: int
    until: Mapping[str, int]
    finished: bool
    trouble: str = ""
    file: str = ""


class _Trouble(Exception):
    def __init__(self, code: str, file: str) -> None:
        super().__init__(code)
        self.code, self.file = code, file


class Mirror:
    """From one directory to another, preferably on another disk; takes up where an earlier one left off.

    One at a time for one target: that is the caller's to see to.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._source, self._target = source, target
        self._at: int | None = None  # bytes of the manifest that are here
        self._number = 1
        self._copied = self._copied_bytes = 0
        self._until: dict[str, int] = {}
        self._finished = False

    def step(self) -> MirrorStatus:
        """Copy what is closed and not here yet. Blocks; never raises OSError: the next step tries again."""
        entries: list[Entry] = []
        code = file = ""
        try:
            if self._at is None:
                self._take_up()
            entries = self._read_on()
            while entries:
                self._bring(entries[0])
                entries.pop(0)
            self._bring_kept()
        except _Trouble as exc:
            code, file = exc.code, exc.file
        except OSError as exc:
            full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
            code = "mirror.full" if full else "mirror.error"
        return MirrorStatus(
            copied=self._copied,
            copied_bytes=self._copied_bytes,
            waiting=sum(isinstance(e.record, Segment) for e in entries),
            until=dict(self._until),
            finished=self._finished and not code and not entries,
            trouble=code,
            file=file,
        )

    # -- inside

    def _take_up(self) -> None:
        """What an earlier run brought here must be the beginning of the original."""
        self._target.mkdir(parents=True, exist_ok=True)
        there = self._target / NAME
        have = there.read_bytes() if there.exists() else b""
        entries, good, _ = read_lines(have)
        try:
            with (self._source / NAME).open("rb") as file:
                original = file.read(good)
        except OSError as exc:
            raise _Trouble("mirror.source_error", NAME) from exc
        if original != have[:good]:
            raise _Trouble("mirror.differs", NAME)
        if good < len(have):
            os.truncate(there, good)
        for entry in entries:
            self._bring_files(entry)  # one may be gone or cut short meanwhile
            self._note(entry)
        self._at, self._number = good, len(entries) + 1

    def _read_on(self) -> list[Entry]:
        """The lines that are not here yet, once they are safe on the first disk."""
        try:
            fd = os.open(self._source / NAME, os.O_RDONLY)
            try:
                os.fdatasync(fd)
                data = os.pread(fd, os.fstat(fd).st_size - (self._at or 0), self._at or 0)
            finally:
                os.close(fd)
        except OSError as exc:
            raise _Trouble("mirror.source_error", NAME) from exc
        return read_lines(data, number=self._number, at=self._at or 0)[0]

    def _bring(self, entry: Entry) -> None:
        self._bring_files(entry)
        with (self._source / NAME).open("rb") as file:
            file.seek(entry.first)
            line = file.read(entry.last - entry.first + 1)
        fd = os.open(self._target / NAME, os.O_WRONLY | os.O_CREAT, 0o640)
        try:
            os.pwrite(fd, line, entry.first)
            os.fdatasync(fd)
        finally:
            os.close(fd)
        self._at, self._number = entry.last + 1, entry.number + 1
        self._note(entry)

    def _bring_files(self, entry: Entry) -> None:
        if isinstance(entry.record, Segment):
            self._copy(entry.record.file, entry.record.sha256)
            if entry.record.raw is not None:
                self._copy(entry.record.raw, entry.record.raw_sha256)

    def _note(self, entry: Entry) -> None:
        record = entry.record
        if isinstance(record, Segment | Gap):
            self._until[str(record.track)] = record.end_ms
        if record is not None:
            self._finished = stopped([record]) is not None

    def _copy(self, name: str, sha256: str | None) -> None:
        """Written, synced, read back from the disk, and only then given its name."""
        target = self._target / name
        if "/" in name or self._whole(name):
            return
        try:
            data = (self._source / name).read_bytes()
        except OSError as exc:
            raise _Trouble("mirror.source_error", name) from exc
        found = hashlib.sha256(data).hexdigest()
        if sha256 is not None and found != sha256:
            raise _Trouble("mirror.source_changed", name)
        part = target.with_name(name + PART)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(
                file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED
            )  # so that the disk is read, not memory
        if _sha256(part) != found:
            part.unlink()
            raise OSError(errno.EIO, "not read back as it was written")
        part.rename(target)
        sync_directory(self._target)
        self._copied += 1
        self._copied_bytes += len(data)

    def _whole(self, name: str) -> bool:
        try:
            there = (self._target / name).stat().st_size
        except FileNotFoundError:
            return False
        try:
            return there >= (self._source / name).stat().st_size
        except OSError as exc:
            raise _Trouble("mirror.source_error", name) from exc

    def _bring_kept(self) -> None:
        """Once it is stopped: what no line names but was kept, such as unreadable remains of a crash."""
        if not self._finished:
            return
        for path in sorted(self._source.iterdir()):
            if path.is_file() and path.name not in (NAME, *LEFT_OUT) and path.suffix != PART:
                self._copy(path.name, None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
