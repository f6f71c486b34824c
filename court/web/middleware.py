"""What happens around every request: host, limits, session, CSRF, security headers, refusals in words, a log line."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from court.config import Config
from court.domain.errors import CourtError
from court.web import problems, retries
from court.web.access import ACTOR, SEAT_COOKIE, Visitor, guard_of
from court.web.entrance import ENTRANCES, Held, address_of
from court.web.keys import CLOCK, CONFIG, CSRF, NOW, REQUEST_ID, VISITOR
from court.web.sessions import load_visitor

log = structlog.get_logger("court.web")

FORM_BYTES = 256 * 1024
FORM_SECONDS = 30.0
UPLOAD_SECONDS = 180.0
CSRF_COOKIE = "court_csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# Held in every browser test. No 'unsafe-inline', no 'unsafe-eval', no other origin.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def allowed_hosts(config: Config) -> frozenset[str]:
    """Names this node answers to (lower case, no port); anything else could be DNS rebinding."""
    named = {urlsplit(config.base_url).hostname or "", config.host, *config.lan_names}
    return frozenset({name.lower() for name in named if name} | {"localhost", "127.0.0.1", "::1"})


def host_of(request: web.Request) -> str:
    """The host name the caller asked for, without port."""
    try:
        return (urlsplit(f"//{request.host}").hostname or "").lower()
    except ValueError:
        return ""


def log_requests() -> Middleware:
    """One line per request: route template, never the filled path (tokens and ids stay out of logs)."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[REQUEST_ID] = uuid.uuid4().hex
        request[NOW] = request.app[CLOCK]()
        began = time.perf_counter()
        response = await handler(request)
        resource = request.match_info.route.resource
        if not request.path.startswith("/static/"):
            log.info(
                "web.answered",
                id=request[REQUEST_ID],
                method=request.method,
                route=resource.canonical if resource else "unknown",
                status=response.status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                role=request[ACTOR].role.value if ACTOR in request else None,
            )
        return response

    return middleware


def header_signal(config: Config) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Security headers on everything that leaves, streams and refusals too; HSTS where the node speaks HTTPS."""
    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if config.uses_tls else {})

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "mobile-court"  # not which versions of what
        if REQUEST_ID in request:
            response.headers["X-Request-Id"] = request[REQUEST_ID]
        if request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-cache")

    return add


def answer_problems() -> Middleware:
    """Refusals become problem+json or a page; a bug becomes a plain sentence for people and a trace in the log."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPRedirection:
            raise
        except Exception as error:
            known = problems.of(error)
            if known is None:
                log.exception("web.failed", id=request[REQUEST_ID])
                known = problems.of(CourtError("web.internal"))
            if known is None or request.transport is None:
                raise
            return problems.answer(request, known)

    return middleware


def check_host(config: Config) -> Middleware:
    """Answer only to the names this node is known by."""
    allowed = allowed_hosts(config)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if host_of(request) not in allowed:
            raise CourtError("web.host")
        return await handler(request)

    return middleware


def _octets(header: str) -> bytes:
    """What came in a header or cookie, bytes that are no UTF-8 included."""
    return header.encode("utf-8", "surrogateescape")


def _csrf_token(secret: str) -> str:
    return hmac.new(_octets(secret), b"court csrf", hashlib.sha256).hexdigest()


def keep_csrf_cookie() -> Middleware:
    """A browser that has no CSRF secret yet gets one with the answer to its first page."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if _FRESH in request and not response.prepared:
            response.set_cookie(
                CSRF_COOKIE,
                request[_FRESH],
                path="/",
                httponly=True,
                samesite="Strict",
                secure=request.app[CONFIG].base_url.startswith("https:"),
            )
        return response

    return middleware


_FRESH: web.RequestKey[str] = web.RequestKey("FRESH_CSRF")


def load_sessions() -> Middleware:
    """Who the cookies speak for, and the CSRF token of this browser."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if guard_of(request.match_info.handler) is None:
            request[VISITOR] = Visitor()
            request[CSRF] = ""
            return await handler(request)
        secret = request.cookies.get(CSRF_COOKIE, "")
        if not 20 <= len(secret) <= 100:
            secret = request[_FRESH] = secrets.token_urlsafe(32)
        request[CSRF] = _csrf_token(secret)
        request[VISITOR] = await load_visitor(request)
        return await handler(request)

    return middleware


def same_origin(request: web.Request) -> bool:
    """Origin (else Referer) is ours; a program that sends neither is held by the token alone."""
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    try:
        parts = urlsplit(source)
        return parts.netloc.lower() == request.host.lower() and parts.scheme in {"http", "https"}
    except ValueError:
        return False


async def _read_body(request: web.Request, seconds: float) -> None:
    """The whole body, bounded in size by the request and in time here, so that no handler waits on a slow sender."""
    try:
        async with asyncio.timeout(seconds):
            if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
                await request.post()
            else:
                await request.read()
    except TimeoutError as error:
        raise CourtError("web.slow") from error
    except web.HTTPException:
        raise
    except ValueError as error:  # malformed multipart or wrong charset
        raise CourtError("web.bad_request") from error


def check_writes(config: Config) -> Middleware:
    """An act must come from our own pages, within the size and time allowed."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = guard_of(request.match_info.handler)
        if request.method in SAFE or guard is None:
            return await handler(request)
        limit = config.max_upload_bytes + FORM_BYTES if guard.upload else FORM_BYTES
        if (request.content_length or 0) > limit:
            raise CourtError("web.too_large", limit=_size(limit))
        if guard.signed:
            signed = request.clone(client_max_size=limit)
            await _read_body(signed, FORM_SECONDS)
            return await handler(signed)
        if not same_origin(request):
            raise CourtError("web.origin")
        # Before the body: whoever may not act here has no upload taken in.
        guard.admit(request[VISITOR], came_by_link=SEAT_COOKIE in request.cookies)
        bounded = request.clone(client_max_size=limit)
        if guard.upload:
            with request.app[ENTRANCES].holding(Held.UPLOADS, address_of(request)):
                await _read_body(bounded, UPLOAD_SECONDS)
        else:
            await _read_body(bounded, FORM_SECONDS)
        try:
            sent = request.headers.get("X-CSRF-Token") or (await _form_token(bounded))
            if not hmac.compare_digest(_octets(sent), _octets(bounded[CSRF])):
                raise CourtError("web.csrf")
            return await handler(bounded)
        finally:
            if ACTOR in bounded:
                request[ACTOR] = bounded[ACTOR]
            await _close_files(bounded)

    return middleware


async def _close_files(request: web.Request) -> None:
    """Uploaded files lie in temporary files while a handler works; none is left open after it."""
    if request.content_type == "multipart/form-data":
        for value in (await request.post()).values():
            if isinstance(value, web.FileField):
                value.file.close()


async def _form_token(request: web.Request) -> str:
    if request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    sent = (await request.post()).get("csrf", "")
    return sent if isinstance(sent, str) else ""


def _size(limit: int) -> str:
    return f"{limit // (1024 * 1024)} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"


def chain(config: Config) -> list[Middleware]:
    """The middlewares, outermost first."""
    return [
        log_requests(),
        keep_csrf_cookie(),
        answer_problems(),
        check_host(config),
        load_sessions(),
        check_writes(config),
        retries.answer_retries(),
    ]
