"""Wires the parts into one application: the only place that knows them all. No behaviour of its own."""

from __future__ import annotations

import importlib
import importlib.util
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from court.config import Config
from court.web import middleware, pages
from court.web.keys import CLOCK, CONFIG, TEMPLATES, Clock

# One module of routes per desk; each has a table named `routes`.
DESKS = (
    "portal", "kiosk", "petition", "verify", "terminal",
    "login", "desk", "matter", "hearing", "agreement", "papers", "seats", "live",
    "room", "transcript", "playback",
)  # fmt: skip
STATIC = Path(__file__).parent / "static"


def utc_now() -> datetime:
    """The clock at the edge; tests put another in its place."""
    return datetime.now(UTC)


def build(config: Config, *, clock: Clock = utc_now) -> web.Application:
    """The whole application, ready for a runner. Resources open when it starts and close when it stops."""
    app = web.Application(middlewares=middleware.chain(config), client_max_size=config.max_upload_bytes)
    app[CONFIG] = config
    app[CLOCK] = clock
    app[TEMPLATES] = pages.environment(config)
    for desk in DESKS:
        name = f"court.web.{desk}"
        if importlib.util.find_spec(name):
            app.router.add_routes(importlib.import_module(name).routes)
    STATIC.mkdir(exist_ok=True)
    app.router.add_static("/static", STATIC, append_version=True)
    return app
