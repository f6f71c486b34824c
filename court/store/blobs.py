"""Content-addressed files: what is stored under a hash has that hash. Rows about them are in the database."""

import asyncio
import hashlib
import os
import secrets
import threading
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.store.database import Tx
from court.store.rows import insert_new
from court.store.tables import blob as blob_table

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PAPERS = PICTURES | {"application/pdf"}
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_TMP = "incoming"
# Decoding one picture at a time bounds memory; the warning filter is process-wide, hence the lock.
_decoding = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A stored file; `size` in bytes."""

    sha256: str
    size: int
    media_type: str


class Blobs:
    """`blobs = Blobs(directory)`; files lie at <directory>/ab/abcdef..., mode 0600."""

    def __init__(self, directory: Path, *, most_pixels: int = 50_000_000) -> None:
        self._directory = directory
        self._most_pixels = most_pixels
        (directory / _TMP).mkdir(parents=True, exist_ok=True, mode=0o700)

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int, accept: frozenset[str] = PAPERS) -> Blob:
        """Streams to a temporary file, fsync, sniff, rename, fsync of the folder; holds one chunk in memory.

        Refuses `upload.empty`, `upload.too_large`, `upload.wrong_type`, `upload.damaged`,
        `upload.too_many_pixels`. Tell the database with `remember` in the transaction that uses it.
        """
        path = self._temporary()
        sha256, size = hashlib.sha256(), 0
        file = await asyncio.to_thread(_create, path)
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise CourtError("upload.too_large", most_mb=limit // (1024 * 1024))
                sha256.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            if size == 0:
                raise CourtError("upload.empty")
            await asyncio.to_thread(_sync, file)
            media_type = await asyncio.to_thread(sniff, path, accept, self._most_pixels)
            await asyncio.to_thread(self._settle, path, sha256.hexdigest())
        finally:
            file.close()
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return Blob(sha256=sha256.hexdigest(), size=size, media_type=media_type)

    async def put_bytes(self, data: bytes, media_type: str) -> Blob:
        """Our own output (a PDF, stroke data as JSON): not sniffed."""
        return await asyncio.to_thread(self.put_bytes_now, data, media_type)

    def put_bytes_now(self, data: bytes, media_type: str) -> Blob:
        """`put_bytes` for code that already runs in a thread."""
        path, sha256 = self._temporary(), hashlib.sha256(data).hexdigest()
        try:
            with _create(path) as file:
                file.write(data)
                _sync(file)
            self._settle(path, sha256)
        finally:
            path.unlink(missing_ok=True)
        return Blob(sha256=sha256, size=len(data), media_type=media_type)

    def path(self, sha256: str) -> Path:
        """The file's place; refuses `blob.not_found` for a hash that is not stored or is no hash."""
        place = self._place(sha256)
        if place is None or not place.is_file():
            raise CourtError("blob.not_found")
        return place

    def has(self, sha256: str) -> bool:
        place = self._place(sha256)
        return place is not None and place.is_file()

    async def read(self, sha256: str) -> bytes:
        """Whole content; refuses `blob.not_found`."""
        return await asyncio.to_thread(lambda: self.path(sha256).read_bytes())

    def clean(self) -> int:
        """At start: temporary files of a killed process. Says how many."""
        orphans = [path for path in (self._directory / _TMP).iterdir() if path.is_file()]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def _temporary(self) -> Path:
        return self._directory / _TMP / secrets.token_hex(16)

    def _place(self, sha256: str) -> Path | None:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return None
        return self._directory / sha256[:2] / sha256

    def _settle(self, path: Path, sha256: str) -> None:
        place = self._directory / sha256[:2] / sha256
        if place.exists():
            return
        if not place.parent.exists():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._directory)
        path.rename(place)
        _sync_folder(place.parent)


def remember(tx: Tx, *, actor: Actor, now: datetime, blob: Blob) -> None:
    """The row of a stored file; call it in the transaction that refers to the hash. Idempotent."""
    row = {"sha256": blob.sha256, "size": blob.size, "media_type": blob.media_type, "at": now, "by": actor.id}
    insert_new(tx.conn, blob_table, row)


def sniff(path: Path, accept: frozenset[str], most_pixels: int) -> str:
    """The media type by content: magic bytes, then the picture is really opened. The name is never believed."""
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(max(0, path.stat().st_size - 2048))
        tail = file.read()
    media_type = _magic(head)
    if media_type not in accept:
        raise CourtError("upload.wrong_type")
    if media_type == "application/pdf":
        if b"%%EOF" not in tail:
            raise CourtError("upload.damaged")
        return media_type
    _open_picture(path, _FORMATS[media_type], most_pixels)
    return media_type


def _magic(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    return ""


def _open_picture(path: Path, kind: str, most_pixels: int) -> None:
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=[kind]) as picture:
                width, height = picture.size
                if width * height > most_pixels:
                    raise CourtError("upload.too_many_pixels")
                # A JPEG decodes at an eighth: enough to find a cut-off file, cheap in memory.
                picture.draft("RGB", (width // 8, height // 8))
                picture.load()
        except Image.DecompressionBombError as error:
            raise CourtError("upload.too_many_pixels") from error
        except (OSError, SyntaxError, ValueError) as error:
            raise CourtError("upload.damaged") from error


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
