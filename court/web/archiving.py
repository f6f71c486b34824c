"""The archive task: after each session the second copy is completed and both copies are read and judged. No page here."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from aiohttp import web

from court import copies
from court.domain.archive import Archive, ArchiveState, Copy, CopyCheck
from court.installation import recording_public_key
from court.services import archive, recording
from court.services.archive import Expected
from court.store.database import SKIPPED
from court.web.keys import CLOCK, CONFIG, DB
from signalling.mirror import Mirror

log = structlog.get_logger("court.archive")

EVERY_SECONDS = 1800.0
MIRROR_SECONDS = 5.0
NUDGE: web.AppKey[asyncio.Event] = web.AppKey("ARCHIVE_NUDGE", asyncio.Event)
NO_SECOND = "还没有配置第二份的保存位置（recordings_copy_dir）。"


async def keep(app: web.Application) -> None:
    """Run until cancelled: at start, when a session ended, and every half hour."""
    while True:
        app[NUDGE].clear()
        try:
            await sweep(app)
        except Exception:  # a disk or database in trouble for a moment must not end all checking
            log.exception("archive.sweep")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app[NUDGE].wait(), EVERY_SECONDS)


class Mirrors:
    """The second copies of the sessions that run now, by hearing; what troubles them is logged once."""

    def __init__(self) -> None:
        self._running: dict[str, Mirror] = {}
        self._told: dict[str, str] = {}

    async def step(self, app: web.Application) -> None:
        """Bring every running recording's newest closed files to the second place."""
        config = app[CONFIG]
        if config.copy_dir is None:
            return
        running = await app[DB].read(recording.unfinished)
        known = {row.hearing_id for row in running}
        self._running = {key: one for key, one in self._running.items() if key in known}
        for row in running:
            pair = (config.recordings_dir / row.directory, config.copy_dir / row.directory)
            mirror = self._running.setdefault(row.hearing_id, Mirror(*pair))
            status = await asyncio.to_thread(mirror.step)
            if status.trouble != self._told.get(row.hearing_id, ""):
                self._told[row.hearing_id] = status.trouble
                log.warning(
                    "archive.mirror", hearing=row.hearing_id, trouble=status.trouble, lag_s=status.lag_s
                )


async def mirror(app: web.Application) -> None:
    """Run until cancelled: the second copy grows while the session runs, so that one lost disk loses seconds."""
    mirrors = Mirrors()
    while True:
        try:
            await mirrors.step(app)
        except Exception:
            log.exception("archive.mirror")
        await asyncio.sleep(MIRROR_SECONDS)


async def nudge(app: web.Application) -> None:
    """Run until cancelled: a recording that just ended is looked at right away."""
    with app[DB].subscribe() as feed:
        async for event in feed:
            if event.type in {"recording.finished", SKIPPED}:
                app[NUDGE].set()


async def sweep(app: web.Application) -> int:
    """Expected against stored, once; says how many have problems."""
    db = app[DB]
    for directory in await db.read(archive.removed):
        await asyncio.to_thread(_remove, app, directory)
    due = await db.read(archive.expected, now=app[CLOCK]())
    faulty = 0
    for one in due:
        found = await judge(app, one)
        faulty += found.state is ArchiveState.FAULTY
    if due:
        await db.write(archive.swept, now=app[CLOCK](), checked=len(due), faulty=faulty)
    return faulty


async def judge(app: web.Application, one: Expected) -> Archive:
    """Complete the second copy, read both, write down what was found."""
    checks = await asyncio.to_thread(_check, app, one.directory) if one.directory else ()
    return await app[DB].write(archive.checked, now=app[CLOCK](), hearing_id=one.hearing_id, checks=checks)


def _check(app: web.Application, directory: str) -> tuple[CopyCheck, ...]:
    config = app[CONFIG]
    key = recording_public_key(config.authority_dir)
    first = config.recordings_dir / directory
    if key is None:
        return (CopyCheck(copy=Copy.FIRST, root="", problems=("没有录音录像的公钥，不能核对。",)),)
    kept = copies.check(Copy.FIRST, first, key)
    if config.copy_dir is None:
        return kept, CopyCheck(copy=Copy.SECOND, root="", problems=(NO_SECOND,))
    second = config.copy_dir / directory
    try:
        # A damaged original is not spread: what the second place has may be the only good one.
        if not kept.problems:
            copies.complete(first, second)
    except OSError as error:
        log.warning("archive.not_copied", hearing=directory, error=error.errno)
        words = f"不能写入第二份的保存位置（{error.strerror or '读写出错'}）。"
        return kept, CopyCheck(copy=Copy.SECOND, root="", problems=(words,))
    return kept, copies.check(Copy.SECOND, second, key)


def _remove(app: web.Application, directory: str) -> None:
    config = app[CONFIG]
    for place in (config.recordings_dir, config.copy_dir):
        if place is None:
            continue
        try:
            copies.remove_media(place / directory)
        except OSError:
            log.exception("archive.not_removed", hearing=directory)
