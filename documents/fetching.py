"""Bounded HTTP for what signing asks of others: stamps, status of certificates, signatures. One attempt, no policy."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` as sent; `body` at most the asked-for size."""

    status: int
    body: bytes


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An address is what was configured or certified; nobody sends a signature request elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch(
    url: str,
    body: bytes | None = None,
    *,
    headers: dict[str, str] | None = None,
    seconds: float,
    most: int,
    ca_file: Path | None = None,
) -> Answer:
    """GET, or POST where there is a body. Errors: OSError (unreachable, too slow), ValueError (address, size)."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("an address begins with http:// or https://")
    request = urllib.request.Request(url, data=body, headers=headers or {})  # noqa: S310 (scheme checked above)
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if ca_file is not None:
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)))
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(request, timeout=seconds) as answer:
            return Answer(answer.status, _bounded(answer.read(most + 1), most))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(most))


def _bounded(body: bytes, most: int) -> bytes:
    if len(body) > most:
        raise ValueError("the answer is too large")
    return body
