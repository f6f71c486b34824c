"""A folder as a ZIP that is made while it is read: nothing of it is held in memory or on disk."""

from __future__ import annotations

import queue
import shutil
import threading
import zipfile
from pathlib import Path

from court.video import disc

_CHUNK = 1 << 18
_WAITING = 8


class Packing:
    """A thread that packs a folder into chunks; the reader sets the pace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chunks: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._stopped = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="disc-zip", daemon=True)
        self._thread.start()

    def take(self) -> bytes | None:
        """The next chunk; None at the end. Errors: what packing raised, so that the download breaks off visibly."""
        chunk = self._chunks.get()
        if chunk is None and self._error is not None:
            raise self._error
        return chunk

    def stop(self) -> None:
        """The reader has gone."""
        self._stopped.set()
        while not self._chunks.empty():
            self._chunks.get_nowait()

    def write(self, data: bytes, /) -> int:
        """For zipfile: a file that cannot seek."""
        if not self._put(bytes(data)):
            raise ConnectionResetError
        return len(data)

    def flush(self) -> None:
        """For zipfile; nothing is held back here."""

    def close(self) -> None:
        """For zipfile; the end is told by `take`."""

    def _run(self) -> None:
        try:
            with zipfile.ZipFile(self, "w", zipfile.ZIP_STORED) as packed:
                for path in disc.contents(self._folder):
                    self._pack(packed, path)
        except Exception as error:
            self._error = error
        self._put(None)

    def _put(self, chunk: bytes | None) -> bool:
        """False when nobody reads any more."""
        while not self._stopped.is_set():
            try:
                self._chunks.put(chunk, timeout=1)
            except queue.Full:
                continue
            return True
        return False

    def _pack(self, packed: zipfile.ZipFile, path: Path) -> None:
        entry = zipfile.ZipInfo.from_file(path, f"disc/{path.relative_to(self._folder).as_posix()}")
        with path.open("rb") as source, packed.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _CHUNK)
