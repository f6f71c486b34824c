"""Content-addressed files: what is stored under a hash has that hash. Rows about them are in the database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    sha256: str
    size: int
    media_type: str


class Blobs:
    """`blobs = Blobs(directory)`; files lie at <directory>/ab/abcdef..."""

    async def put(self, chunks: AsyncIterator[bytes], *, limit: int, accept: frozenset[str]) -> Blob:
        """Streams to a temporary file, fsync, sniff (magic + Pillow), rename, fsync of the folder.
        Refuses `upload.too_large` (413), `upload.wrong_type` (415), `upload.damaged`, `upload.empty`.
        Record the row afterwards with `remember(tx, actor, now, blob)`."""

    async def put_bytes(self, data: bytes, media_type: str) -> Blob:
        """Our own output (PDF, JSON)."""

    def path(self, sha256: str) -> Path:
        """The file's place; refuses `blob.not_found`."""

    async def read(self, sha256: str) -> bytes:
        """Whole content; refuses `blob.not_found`."""
