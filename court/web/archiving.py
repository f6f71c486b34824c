"""The archive task: after each session the second copy is completed and both copies are read and judged. No page here."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable

import msgspec
import structlog
from aiohttp import web

from court import copies
from court.config import Config
from court.domain.archive import Archive, ArchiveState, Copy, CopyCheck
from court.installation import recording_public_key
from court.services import archive, recording
from court.services.archive import Expected
from court.store.database import SKIPPED
from court.web.keys import CLOCK, CONFIG, DB
from signalling.mirror import Mirror, MirrorStatus
from signalling.segments import Track
from signalling.status import TrackStatus

log = structlog.get_logger("court.archive")

EVERY_SECONDS = 1800.0
MIRROR_SECONDS = 2.0
LATE_S = 20.0  # a file of four seconds is closed, found and copied long before
NUDGE: web.AppKey[asyncio.Event] = web.AppKey("ARCHIVE_NUDGE", asyncio.Event)
NOT_WRITTEN = {
    "mirror.full": "第二份的保存位置已满，没有存完。",
    "mirror.error": "不能写入第二份的保存位置（读写出错）。",
    "mirror.source_error": "第一份有文件读不出来，第二份没有存完。",
}
NOT_THIS = "第二份的保存位置里不是这一场的录音录像。"
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


class CopyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The second copy of a running recording: `lag_s` of what is safe in the first place is not in the second yet.

    `problem`: empty, a trouble of the mirror, mirror.late (it does not keep up) or mirror.none (no second place).
    """

    lag_s: float
    problem: str


class Mirrors:
    """The second copies of the sessions that run now, by hearing; what troubles them is logged once."""

    def __init__(self) -> None:
        self._running: dict[str, Mirror] = {}
        self._last: dict[str, MirrorStatus] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def turn(self, directory: str) -> asyncio.Lock:
        """Held by whoever writes into, or judges, the second copy of this recording."""
        return self._turns[directory]

    async def step(self, app: web.Application) -> None:
        """Bring every running recording's newest closed files to the second place."""
        config = app[CONFIG]
        if config.copy_dir is None:
            return
        running = await app[DB].read(recording.unfinished)
        known = {row.hearing_id for row in running}
        self._running = {key: one for key, one in self._running.items() if key in known}
        self._last = {key: one for key, one in self._last.items() if key in known}
        for row in running:
            pair = (config.recordings_dir / row.directory, config.copy_dir / row.directory)
            mirror = self._running.setdefault(row.hearing_id, Mirror(*pair))
            async with self.turn(row.directory):
                status = await asyncio.to_thread(mirror.step)
            before = self._last.get(row.hearing_id)
            self._last[row.hearing_id] = status
            if status.trouble != (before.trouble if before else ""):
                told = {"trouble": status.trouble, "file": status.file, "waiting": status.waiting}
                log.warning("archive.mirror", hearing=row.hearing_id, **told)

    def facts(self, config: Config, hearing_id: str, tracks: Iterable[TrackStatus]) -> CopyFacts:
        """What the second place lacks now of these tracks. A copy that hangs shows as a lag that grows."""
        if config.copy_dir is None:
            return CopyFacts(lag_s=0.0, problem="mirror.none")
        last = self._last.get(hearing_id)
        until = last.until if last is not None else {}
        lag_s = 0.0
        for one in tracks:
            there = until.get(str(Track(one.seat_id, one.source)), 0) / 1000
            lag_s = max(lag_s, (one.durable_s or 0.0) - there)
        problem = last.trouble if last is not None else ""
        return CopyFacts(lag_s=round(lag_s, 1), problem=problem or ("mirror.late" if lag_s > LATE_S else ""))


MIRRORS: web.AppKey[Mirrors] = web.AppKey("MIRRORS", Mirrors)


async def mirror(app: web.Application) -> None:
    """Run until cancelled: the second copy grows while the session runs, so that one lost disk loses seconds."""
    while True:
        try:
            await app[MIRRORS].step(app)
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
    checks: tuple[CopyCheck, ...] = ()
    if one.directory:
        async with app[MIRRORS].turn(one.directory):
            checks = await asyncio.to_thread(_check, app, one.directory)
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
    # A damaged original is not spread: what the second place has may be the only good one.
    status = Mirror(first, second).step() if not kept.problems else None
    if status is not None and status.trouble:
        log.warning("archive.not_copied", hearing=directory, trouble=status.trouble, file=status.file)
        if status.trouble in NOT_WRITTEN:
            return kept, CopyCheck(copy=Copy.SECOND, root="", problems=(NOT_WRITTEN[status.trouble],))
    found = copies.check(Copy.SECOND, second, key)
    if status is not None and status.trouble and not found.problems:
        return kept, CopyCheck(copy=Copy.SECOND, root=found.root, problems=(NOT_THIS,))
    return kept, found


def _remove(app: web.Application, directory: str) -> None:
    config = app[CONFIG]
    for place in (config.recordings_dir, config.copy_dir):
        if place is None:
            continue
        try:
            copies.remove_media(place / directory)
        except OSError:
            log.exception("archive.not_removed", hearing=directory)
