"""A PDF page as a PNG picture for screens and print preview; bounded in pixels. Judges nothing."""

from __future__ import annotations


def page_png(pdf: bytes, page: int, *, width: int = 1000) -> bytes:
    """PNG of `page` (from 0), `width` 100…2400 pixels. Raises PaperError `preview.no_page` or `preview.unreadable`."""
    raise RuntimeError("being written")


def page_count(pdf: bytes) -> int:
    """Number of pages. Raises PaperError `preview.unreadable`."""
    raise RuntimeError("being written")
