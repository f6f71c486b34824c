"""The few fields of an act that comes as JSON from a script or as a form from a page. Reads and bounds, nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.web import forms


async def body(request: web.Request) -> dict[str, Any]:
    """The fields of a JSON body or of a form."""
    if "json" not in request.content_type:
        return dict((await forms.sent(request)).values)
    try:
        found = msgspec.json.decode(await request.read())
    except msgspec.DecodeError as error:
        raise CourtError("web.bad_request") from error
    if not isinstance(found, dict):
        raise CourtError("web.bad_request")
    return found


def text(fields: dict[str, Any], name: str, *, most: int = 64) -> str:
    """A short text or number as text; missing is empty. Errors: web.bad_request."""
    value = fields.get(name, "")
    if not isinstance(value, str | int) or len(str(value)) > most:
        raise CourtError("web.bad_request")
    return str(value)


def rev(fields: dict[str, Any]) -> int:
    """The revision the caller saw. Errors: web.bad_request."""
    value = text(fields, "rev")
    if not (value.isascii() and value.isdigit()):
        raise CourtError("web.bad_request")
    return int(value)
