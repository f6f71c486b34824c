"""Receipts of the ways out: a signed POST for each text message that arrived or did not, and for each delivery
notification of the mail server. Trusts nothing else."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from court.domain import bounce
from court.domain.errors import CourtError
from court.domain.outbox import Channel
from court.sending import signature
from court.services import service_receipts
from court.web import pages
from court.web.access import PUBLIC, Routes
from court.web.keys import CHECKS, CONFIG, DB, NOW

routes = Routes()
MOST_BYTES = 8 * 1024
CLOCKS_APART = 300.0


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One message: the `key` it was sent with or the gateway's own `id`; `at` is when the telephone had it."""

    state: Literal["delivered", "failed"]
    at: datetime
    key: Annotated[str, Meta(max_length=120)] = ""
    id: Annotated[str, Meta(max_length=120)] = ""


@routes.post("/gateway/sms/receipts", access=PUBLIC, signed=True)
async def receipt(request: web.Request) -> web.Response:
    """`{"ok": true, "repeated": false}`, or a problem with a stable code: gateway.*."""
    body, config = await request.read(), request.app[CONFIG]
    if not config.sms.url or not config.sms_secret:
        raise CourtError("gateway.unset")
    if len(body) > MOST_BYTES:
        raise CourtError("gateway.malformed")
    _signed(request, body, config.sms_secret)
    try:
        told = msgspec.json.decode(body, type=Receipt)
    except msgspec.DecodeError as error:
        raise CourtError("gateway.malformed") from error
    if told.at.tzinfo is None or not (told.key or told.id):
        raise CourtError("gateway.malformed")
    news = await request.app[DB].write(
        service_receipts.told,
        now=request[NOW],
        channel=Channel.SMS,
        key=told.key,
        gateway_id=told.id,
        arrived=told.state == "delivered",
        at=told.at,
    )
    return pages.json({"ok": True, "repeated": not news})


@routes.post("/gateway/mail/bounces", access=PUBLIC, signed=True)
async def bounced(request: web.Request) -> web.Response:
    """A mail with a delivery status notification, as the mail server got it (`court bounce` hands it over). The answer of
    one that settles nothing (delayed, or no notification) is `{"ok": true, "noted": false}`."""
    body, config = await request.read(), request.app[CONFIG]
    if not config.mail.host or not config.mail_bounce_secret:
        raise CourtError("gateway.unset")
    _signed(request, body, config.mail_bounce_secret)
    found = await request.app[CHECKS].run(bounce.read, body)
    if found is None:
        return pages.json({"ok": True, "noted": False})
    news = await request.app[DB].write(
        service_receipts.told,
        now=request[NOW],
        channel=Channel.MAIL,
        key="",
        gateway_id=found.message_id,
        arrived=found.fate is bounce.Fate.DELIVERED,
        at=request[NOW],
        detail=found.status,
    )
    return pages.json({"ok": True, "noted": news})


def _signed(request: web.Request, body: bytes, secret: str) -> None:
    """Errors: gateway.bad_signature, gateway.stale."""
    stamp = request.headers.get("X-Court-Time", "")[:20]
    given = request.headers.get("X-Court-Signature", "")[:200].encode("utf-8", "surrogateescape")
    made = signature(secret, stamp, body).encode() if stamp.isascii() else b""
    if not made or not hmac.compare_digest(given, made):
        raise CourtError("gateway.bad_signature")
    if not stamp.isdigit() or abs(request[NOW].timestamp() - int(stamp)) > CLOCKS_APART:
        raise CourtError("gateway.stale")
