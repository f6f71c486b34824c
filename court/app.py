"""Wires the parts into one application: the only place that knows them all. No behaviour of its own."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import structlog
from aiohttp import web

from court import installation, jobs, logs, renewing, sending
from court.config import Config
from court.store.blobs import Blobs
from court.store.database import Database
from court.web import (
    archiving,
    exhibit_pictures,
    exhibit_showing,
    exporting,
    link,
    live,
    machines,
    middleware,
    outbox,
    pages,
    pictures,
    playback,
    printqueue,
    recording_rows,
    sealqueue,
    withdrawing,
)
from court.web import health as line_health
from court.web.access import PUBLIC, Routes
from court.web.bridge import Bridge
from court.web.captions import CAPTIONS, Captions
from court.web.entrance import ENTRANCES, Entrances
from court.web.keys import (
    AUTHORITY,
    BLOBS,
    BRIDGE,
    CHECKS,
    CLOCK,
    CONFIG,
    DB,
    PAPERS,
    ROOMS,
    SHEETS,
    TEMPLATES,
    Clock,
)
from court.web.workers import (
    SHEET_MEMORY,
    SHEET_SECONDS,
    Checks,
    Papers,
)
from documents import registry
from signalling import compiled
from signalling.frames import MediaSettings
from signalling.plane import MediaPlane

log = structlog.get_logger("court")

# One module of routes per desk; each has a table named `routes`.
DESKS = (
    "portal", "kiosk", "query", "verify", "terminal",
    "login", "accounts", "desk", "desk_bulk", "desk_export",
    "matter", "triage", "statements", "registering", "shielding", "petition_desk", "booking", "hearing", "seats", "seating",
    "case_file", "filing", "enforcing", "clock_acts",
    "mediation_track", "performing", "confirmation", "referring", "mediators",
    "tour", "waiting", "calendars",
    "agreement", "wet", "signing", "reading", "by_hand", "people", "evidence",
    "papers", "by_ink", "withdrawing", "printing", "batches", "drawing", "gateway", "live",
    "service", "service_attempt", "service_paper", "served",
    "room", "selftest", "screen", "observers", "observing", "interpreting", "attendance", "order",
    "admonitions", "caucus", "asides", "health", "link", "ice",
    "transcript", "heard", "transcript_paper", "playback",
    "record", "record_papers", "record_reading", "record_signing", "exports", "seals", "seal_register",
    "exhibit", "exhibit_showing", "identifying", "exhibit_examination", "exhibit_paper",
)  # fmt: skip
STATIC = Path(__file__).parent / "static"
health = Routes()


def utc_now() -> datetime:
    """The clock at the edge; tests put another in its place."""
    return datetime.now(UTC)


@health.get("/healthz", access=PUBLIC)
async def healthy(request: web.Request) -> web.Response:
    """Alive: the database answers."""
    await request.app[DB].read(lambda rx: rx.conn.exec_driver_sql("SELECT 1").scalar())
    return pages.json({"ok": True})


def build(config: Config, *, clock: Clock = utc_now, lasting: bool = True) -> web.Application:
    """The whole application, ready for a runner. `installation.prepare(config, …)` must have been run before.

    `lasting`: its sessions go on in their media processes when this process dies; else those end with it.
    Resources open when it starts and close, in reverse order, when it stops.
    """
    logs.configure()
    app = web.Application(middlewares=middleware.chain(config), client_max_size=middleware.FORM_BYTES)
    app[CONFIG], app[CLOCK] = config, clock
    app[ENTRANCES] = Entrances(config)
    app[TEMPLATES] = pages.environment(config)
    app[AUTHORITY] = installation.place(config)
    app[pictures.PICTURES] = pictures.Pictures()
    app[exhibit_pictures.DRAWN] = exhibit_pictures.Drawn()
    app[exhibit_showing.POINTERS] = exhibit_showing.Pointers()
    app[outbox.NUDGE] = asyncio.Event()
    app[outbox.CARRIERS] = sending.carriers(config)
    app[sealqueue.NUDGE] = asyncio.Event()
    app[machines.MACHINES] = machines.Machines.of(config.all_printers)
    app[line_health.EARS] = line_health.Ears()
    app[archiving.NUDGE] = asyncio.Event()
    app[archiving.MIRRORS] = archiving.Mirrors()
    app[playback.SEEN] = playback.Seen()
    app[exporting.EXPORTING] = exporting.Exporting()
    withdrawing.prepare(app)
    live.prepare(app)
    link.prepare(app)
    for desk in DESKS:
        app.router.add_routes(importlib.import_module(f"court.web.{desk}").routes)
    app.router.add_routes(health)
    app.router.add_static("/static", STATIC)
    app.on_response_prepare.append(middleware.header_signal(config))
    app.cleanup_ctx.extend([_store, _papers, partial(_rooms, lasting=lasting), _tasks])
    return app


async def _store(app: web.Application) -> AsyncIterator[None]:
    config = app[CONFIG]
    app[DB] = db = await asyncio.to_thread(Database.open, config.database)
    app[BLOBS] = blobs = Blobs(config.blobs_dir, most_pixels=config.max_upload_pixels)
    await asyncio.to_thread(blobs.clean)
    yield
    await db.close()


async def _papers(app: web.Application) -> AsyncIterator[None]:
    app[PAPERS] = papers = Papers(app[CONFIG].fonts_dir, app[CONFIG].signing_workers)
    app[CHECKS] = Checks()
    app[SHEETS] = sheets = Papers(None, 1, seconds=SHEET_SECONDS, most_memory=SHEET_MEMORY)
    yield
    await sheets.close()
    await papers.close()


async def _rooms(app: web.Application, *, lasting: bool) -> AsyncIterator[None]:
    config = app[CONFIG]
    app[BRIDGE] = bridge = Bridge(config, app[DB], app[PAPERS], app[AUTHORITY], app[CLOCK])
    app[ROOMS] = rooms = await _media(config, bridge, lasting=lasting)
    bridge.start(rooms)
    await bridge.recover()
    yield
    try:
        await rooms.close()
    finally:
        await bridge.stop()


async def _media(config: Config, observer: Bridge, *, lasting: bool) -> MediaPlane:
    """Rooms in processes of their own, or in this one; media libraries are only loaded where rooms are."""
    key = await asyncio.to_thread(recording_rows.key, config)
    addresses = tuple(config.ice_addresses) or (("127.0.0.1",) if config.is_loopback else None)
    settings = MediaSettings(
        origin=recording_rows.ORIGIN,
        ice_addresses=addresses,
        public_addresses=tuple(config.ice_public_addresses),
    )
    if not config.media_workers:
        from signalling.rooms import Rooms

        return Rooms(observer=observer, key=key, **msgspec.structs.asdict(settings))
    from signalling.fleet import Fleet

    log.info("media.workers", number=config.media_workers, compiled=compiled.running())
    fleet = Fleet(config.run_dir, config.media_workers, bound=not lasting)
    await fleet.start(observer=observer, key=key, settings=settings)
    return fleet


async def _tasks(app: web.Application) -> AsyncIterator[None]:
    """What runs beside the requests."""
    app[CAPTIONS] = captions = Captions(app[CONFIG], app[DB], app[ROOMS], app[CLOCK])
    running = [
        asyncio.create_task(_watched("captions", captions.run())),
        asyncio.create_task(_watched("outbox", outbox.send_messages(app))),
        asyncio.create_task(_watched("print", printqueue.keep(app))),
        asyncio.create_task(_watched("seal", sealqueue.seal_batches(app))),
        asyncio.create_task(_watched("sweep", jobs.run(app[DB], app[CLOCK]))),
        asyncio.create_task(_watched("withdrawn", withdrawing.keep(app))),
        asyncio.create_task(_watched("warm", _warm(app))),
        asyncio.create_task(_watched("archive", archiving.keep(app))),
        asyncio.create_task(_watched("export", exporting.make_copies(app))),
        asyncio.create_task(_watched("archive.mirror", archiving.mirror(app))),
        asyncio.create_task(_watched("archive.nudge", archiving.nudge(app))),
        asyncio.create_task(
            _watched(
                "renewing",
                renewing.keep(app[CONFIG], app[DB], app[BLOBS], app[AUTHORITY], app[PAPERS].run, app[CLOCK]),
            )
        ),
    ]
    yield
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _warm(app: web.Application) -> None:
    """What the first paper needs, behind the first page: its processes, and here the classes of all papers."""
    await app[PAPERS].warm()
    await asyncio.to_thread(registry.kinds)


async def _watched(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("task.ended", task=name)
