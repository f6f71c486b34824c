"""Pictures of stored files for screens: one page as PNG, made in a worker, remembered by content. Never the file itself."""

from __future__ import annotations

import io
from collections import OrderedDict

from aiohttp import web
from PIL import Image, ImageOps

from court.domain.errors import CourtError
from court.web.keys import BLOBS, PAPERS
from documents import preview

LEAST_WIDTH, MOST_WIDTH, USUAL_WIDTH = 100, 2400, 1000
# Made pictures kept in memory: a page at 1000 px is 50–300 KB.
KEPT_BYTES = 32 * 1024 * 1024


class Pictures:
    """The last made pictures, by (hash, page, width); content never changes under a hash."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._size = 0

    def get(self, key: tuple[str, int, int]) -> bytes | None:
        """The picture if it is still here."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: tuple[str, int, int], png: bytes) -> None:
        """Remember it; the longest unused ones go."""
        if key in self._kept:
            return
        self._kept[key] = png
        self._size += len(png)
        while self._size > KEPT_BYTES:
            self._size -= len(self._kept.popitem(last=False)[1])


PICTURES: web.AppKey[Pictures] = web.AppKey("PICTURES", Pictures)


def image_png(data: bytes, width: int, most: int) -> bytes:
    """A photograph, upright, at most `width` wide, as PNG without its metadata. `most` bounds the decoded pixels."""
    try:
        with Image.open(io.BytesIO(data)) as found:
            if found.width * found.height > most:
                raise CourtError("upload.too_many_pixels")
            found.draft("RGB", (width, width * 4))
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CourtError("upload.damaged") from error
    upright.thumbnail((width, width * 4))
    out = io.BytesIO()
    upright.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _asked(request: web.Request, name: str, fallback: int, least: int, most: int) -> int:
    value = request.query.get(name, "")
    if not value:
        return fallback
    if not (value.isascii() and value.isdigit() and len(value) < 6 and least <= int(value) <= most):
        raise CourtError("web.bad_request")
    return int(value)


async def picture(request: web.Request, sha256: str, media_type: str, *, most: int) -> web.Response:
    """The answer for `?page=&width=` of a stored PDF or image. Errors: web.bad_request, upload.*, preview.no_page."""
    page = _asked(request, "page", 0, 0, 2000)
    width = _asked(request, "width", USUAL_WIDTH, LEAST_WIDTH, MOST_WIDTH)
    kept, key = request.app[PICTURES], (sha256, page, width)
    png = kept.get(key)
    if png is None:
        data = await request.app[BLOBS].read(sha256)
        if media_type == "application/pdf":
            png = await request.app[PAPERS].run(preview.page_png, data, page, width=width)
        else:
            png = await request.app[PAPERS].run(image_png, data, width, most)
        kept.keep(key, png)
    return web.Response(body=png, content_type="image/png", headers={"Cache-Control": "private, no-store"})
