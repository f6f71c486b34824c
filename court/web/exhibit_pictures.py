"""Pages of exhibits as pictures: drawn once for everybody, in a process of their own, at few widths. Never the file."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.exhibit import MOST_PAGES
from court.web.keys import BLOBS, CONFIG, SHEETS
from documents import sheets

WIDTHS = (480, 960, 1440, 2160)
USUAL_WIDTH = 1440
KEPT_BYTES = 64 * 1024 * 1024
MOST_FAILED = 500
MOST_WAITING = 48
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """Content never changes under a hash."""

    sha256: str
    media_type: str
    page: int
    width: int


class Drawn:
    """The last drawn pages, those being drawn just now, and the files that could not be drawn in time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, tuple[bytes, str]] = OrderedDict()
        self._size = 0
        self._running: dict[Key, asyncio.Task[tuple[bytes, str]]] = {}
        self._failed: OrderedDict[str, None] = OrderedDict()
        self._turn, self._waiting = asyncio.Lock(), 0

    async def get(self, app: web.Application, key: Key) -> tuple[bytes, str]:
        """The picture and its media type; many asking at once are answered by one drawing.

        Errors: PaperError sheets.*, CourtError exhibit.too_heavy, web.unavailable.
        """
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._draw(app, key))
            task.add_done_callback(lambda done: self._done(key, done))
        # Whoever goes away does not take the picture from the others.
        return await asyncio.shield(task)

    async def _draw(self, app: web.Application, key: Key) -> tuple[bytes, str]:
        return await self.work(
            app,
            key.sha256,
            sheets.picture,
            key.media_type,
            key.page,
            width=key.width,
            most_pixels=app[CONFIG].max_upload_pixels,
        )

    async def work(
        self, app: web.Application, sha256: str, job: Callable[..., T], /, *args: Any, **kwargs: Any
    ) -> T:
        """`job(data of the file, ...)` in the worker, one at a time: whoever kills or blocks it is known by name.

        Errors: the job's own, CourtError exhibit.too_heavy (this file, now and from now on), web.unavailable.
        """
        if sha256 in self._failed:
            raise CourtError("exhibit.too_heavy")
        if self._waiting >= MOST_WAITING:
            raise CourtError("web.unavailable")
        self._waiting += 1
        try:
            async with self._turn:
                if sha256 in self._failed:
                    raise CourtError("exhibit.too_heavy")
                data = await app[BLOBS].read(sha256)
                try:
                    return await app[SHEETS].run(job, data, *args, **kwargs)
                except (CourtError, MemoryError) as error:
                    self._fail(sha256)
                    raise CourtError("exhibit.too_heavy") from error
        finally:
            self._waiting -= 1

    def _done(self, key: Key, task: asyncio.Task[tuple[bytes, str]]) -> None:
        self._running.pop(key, None)
        if not task.cancelled() and task.exception() is None:
            self._keep(key, task.result())

    def _fail(self, sha256: str) -> None:
        self._failed[sha256] = None
        while len(self._failed) > MOST_FAILED:
            self._failed.popitem(last=False)

    def _keep(self, key: Key, drawn: tuple[bytes, str]) -> None:
        if key in self._kept:
            return
        self._kept[key] = drawn
        self._size += len(drawn[0])
        while self._size > KEPT_BYTES:
            self._size -= len(self._kept.popitem(last=False)[1][0])


DRAWN: web.AppKey[Drawn] = web.AppKey("DRAWN", Drawn)


async def pages_of(app: web.Application, sha256: str, media_type: str) -> int:
    """Pages of a file that was handed in, its first page drawn once, so that a bad file is refused now and not in session.

    Errors: PaperError sheets.*, CourtError exhibit.too_heavy.
    """
    count = await app[DRAWN].work(app, sha256, sheets.count, media_type, most=MOST_PAGES)
    await app[DRAWN].get(app, Key(sha256, media_type, 0, WIDTHS[0]))
    return count


async def picture(request: web.Request, sha256: str, media_type: str, page: int) -> web.Response:
    """The answer for `?w=`. Errors: web.bad_request, PaperError sheets.*, exhibit.too_heavy, web.unavailable."""
    asked = request.query.get("w", str(USUAL_WIDTH))
    if asked not in {str(width) for width in WIDTHS}:
        raise CourtError("web.bad_request")
    body, drawn_as = await request.app[DRAWN].get(request.app, Key(sha256, media_type, page, int(asked)))
    return web.Response(body=body, content_type=drawn_as, headers={"Cache-Control": "private, no-store"})
