"""A photograph that comes with a form: streamed to the store, looked into there. What it shows nobody here judges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO, cast

from aiohttp import web

from court.store.blobs import PICTURES, Blob
from court.web import forms
from court.web.keys import BLOBS, CONFIG

CHUNK = 64 * 1024


async def chunks(source: BinaryIO) -> AsyncIterator[bytes]:
    """A temporary file read in a thread, a piece at a time."""
    while chunk := await asyncio.to_thread(source.read, CHUNK):
        yield chunk


async def photograph(request: web.Request, form: forms.Sent, name: str) -> Blob | None:
    """The stored picture of this field; None when none was chosen. Errors: upload.*."""
    found = form.file(name)
    if found is None:
        return None
    return await request.app[BLOBS].put(
        chunks(cast("BinaryIO", found.file)), limit=request.app[CONFIG].max_upload_bytes, accept=PICTURES
    )
