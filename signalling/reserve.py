"""Room kept on the disk for the sound: a file of nothing that gives way when the disk is full. Holds no data."""

import contextlib
import logging
import os
import shutil
from pathlib import Path

RESERVE_BYTES = 64 * 2**20  # six people's sound for three quarters of an hour
SHARE = 16  # of a small disk no more than this part of what is free

log = logging.getLogger(__name__)


class Reserve:
    """`take` and `give` are idempotent and block for a moment."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "reserve"

    def take(self) -> None:
        """As much as can be had; a disk without room simply has no reserve."""
        if self._path.exists():
            return
        try:
            wanted = min(RESERVE_BYTES, shutil.disk_usage(self._path.parent).free // SHARE)
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o640)
            try:
                os.posix_fallocate(fd, 0, max(1, wanted))
            finally:
                os.close(fd)
        except OSError as exc:
            log.warning("recording.no_reserve", extra={"error": exc.errno})
            self.give()

    def give(self) -> bool:
        """True when there was something to give."""
        with contextlib.suppress(OSError):
            self._path.unlink()
            return True
        return False
