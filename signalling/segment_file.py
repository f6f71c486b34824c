"""One segment on disk: append-only while it grows, closed with its duration, synced and hashed. Knows no RTP."""

import hashlib
import os
from pathlib import Path

from . import webm
from .manifest import sync_directory
from .segments import BLOCK_BYTES


def fingerprint(path: Path) -> tuple[str, int, tuple[str, ...]]:
    """(SHA-256, size, leading 8 bytes of SHA-256 of each BLOCK_BYTES), all hex."""
    whole, size, blocks = hashlib.sha256(), 0, []
    with path.open("rb") as file:
        while data := file.read(BLOCK_BYTES):
            whole.update(data)
            size += len(data)
            blocks.append(hashlib.sha256(data).hexdigest()[:16])
    return whole.hexdigest(), size, tuple(blocks)


class SegmentFile:
    """Times in ms from the start of the segment."""

    def __init__(self, path: Path, head: webm.Head) -> None:
        self.path = path
        self._head = head
        self._pending: list[webm.Frame] = []
        self._dirty = True
        self._listed = False  # its directory entry is on disk
        self.frames = 0
        self.last_ms = 0
        self._flushed = (0, 0)  # (frames, ms): what a reader would find now
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        self._size = 0
        try:
            self._write(head.data)
        except OSError:
            self._release()
            path.unlink()
            raise

    def add(self, frame: webm.Frame) -> None:
        self._pending.append(frame)
        self.frames += 1
        self.last_ms = frame.at_ms

    def flush(self) -> bool:
        """Write what is pending as one cluster and wait until it is on disk. False if there was nothing."""
        if not self._pending and not self._dirty:
            return False
        if self._pending:
            self._write(webm.cluster(self._pending))
            self._flushed = (self.frames, self.last_ms)
            self._pending.clear()
        os.fdatasync(self._fd)
        self._dirty = False
        if not self._listed:
            sync_directory(self.path.parent)
            self._listed = True
        return True

    def close(self, duration_ms: int) -> tuple[str, int, tuple[str, ...]]:
        """Set the duration, sync, read back; the fingerprint. Afterwards the file never changes."""
        self.flush()
        for offset, data in webm.closing(self._head, self._size, duration_ms):
            os.pwrite(self._fd, data, offset)
        os.fsync(self._fd)
        found = fingerprint(self.path)
        self._release()
        return found

    @property
    def flushed_ms(self) -> int:
        return self._flushed[1]

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    def forget_unwritten(self) -> None:
        """The disk refused the frames since the last flush; what was written before them stands."""
        self._pending.clear()
        self.frames, self.last_ms = self._flushed

    def abandon(self) -> None:
        """The disk refuses even the closing: set what is there aside, unlisted."""
        self._release()
        self.path.rename(self.path.with_suffix(".broken"))

    def _release(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        start = self._size
        try:
            while view:
                written = os.pwrite(self._fd, view, self._size)
                self._size += written
                view = view[written:]
        except OSError:
            os.ftruncate(self._fd, start)
            self._size = start
            raise
