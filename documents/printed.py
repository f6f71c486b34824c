"""A paper printed to be signed by hand, read from its own content: what it is, who signs on its lines. Judges nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from documents import kit, registry
from documents.errors import PaperError


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """`people` are (role, name) in the order of the lines; `content_sha256` is what the codes on its pages name."""

    kind: str
    title: str
    body_name: str
    content_sha256: str
    pages: int
    people: tuple[tuple[str, str], ...]


def read(pdf: bytes) -> Printed | None:
    """A stored file of this program; None where it is not one with lines to sign on by hand."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            content, pages = _content(document), len(document.pages)
        if content is None:
            return None
        facts = facts_in(content)
    except (pikepdf.PdfError, PaperError, ValueError):
        return None
    if facts is None or not facts.wet:
        return None
    return Printed(
        kind=facts.pattern.kind,
        title=facts.pattern.title,
        body_name=facts.body_name,
        content_sha256=hashlib.sha256(content).hexdigest(),
        pages=pages,
        people=tuple((slot.role, slot.name) for slot in facts.slots()),
    )


def facts_in(content: bytes) -> kit.Facts | None:
    """The facts a paper was drawn from; None for content of something else. Raises PaperError, ValueError."""
    told = json.loads(content)
    if not isinstance(told, dict) or told.get("paper") not in registry.kinds():
        return None
    name = str(told.pop("paper"))
    return registry.read(name, json.dumps(told).encode())


def _content(document: pikepdf.Pdf) -> bytes | None:
    for name in {made.pattern.content_file for made in registry.kinds().values()}:
        if name in document.attachments:
            return document.attachments[name].get_file().read_bytes()
    return None
