"""The task that makes copies: one job at a time, behind everything else; a restart goes on where it was. No page here."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import structlog
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.export import Export, ExportKind
from court.domain.lifecycle import SYSTEM_ACTOR
from court.installation import RECORDING_PUBLIC_KEY
from court.services import exports
from court.services import hearing as hearings
from court.store import views
from court.store.database import Read
from court.store.views import Playback
from court.video import disc
from court.video.maker import FfmpegFailed, Maker, need_space
from court.web import pages
from court.web.export_film import film
from court.web.keys import CLOCK, CONFIG, DB
from court.web.playback_words import GAP_WORDS

log = structlog.get_logger("court.export")

IDLE_SECONDS = 600.0
FILES = {ExportKind.AUDIO: "audio.m4a", ExportKind.VIDEO: "video.mp4", ExportKind.DISC: "disc"}
_FONT = "hei.ttf"


class Exporting:
    """The running job, so that a cancel reaches it at once."""

    def __init__(self) -> None:
        self.nudge = asyncio.Event()
        self.running: tuple[str, asyncio.Task[None]] | None = None

    def cancel(self, export_id: str) -> None:
        """Stop making it; its row says cancelled already."""
        if self.running is not None and self.running[0] == export_id:
            self.running[1].cancel()


EXPORTING: web.AppKey[Exporting] = web.AppKey("EXPORTING", Exporting)


async def make_copies(app: web.Application) -> None:
    """Run until cancelled."""
    await app[DB].write(exports.recover, now=app[CLOCK]())
    state = app[EXPORTING]
    while True:
        state.nudge.clear()
        try:
            while (job := await app[DB].write(exports.start_next, now=app[CLOCK]())) is not None:
                await _guard(app, job)
            await _clear(app)
        except Exception:
            log.exception("export.queue")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(state.nudge.wait(), IDLE_SECONDS)


async def _guard(app: web.Application, job: Export) -> None:
    """One job in a task of its own: cancelled, it ends quietly; this task cancelled, it waits to be resumed."""
    task = asyncio.create_task(_one(app, job))
    app[EXPORTING].running = (job.id, task)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        app[EXPORTING].running = None


async def _one(app: web.Application, job: Export) -> None:
    try:
        file, sha256, size = await _make(app, job)
    except CourtError as error:
        await _failed(app, job, error.text)
    except (FfmpegFailed, OSError):
        log.exception("export.failed", export=job.id)
        await _failed(app, job, "复制件没有做成，请重试；多次失败请联系技术人员。")
    else:
        now = app[CLOCK]()
        with contextlib.suppress(CourtError):  # cancelled in the last moment
            await app[DB].write(
                exports.finished, now=now, export_id=job.id, file=file, sha256=sha256, size=size
            )


async def _failed(app: web.Application, job: Export, detail: str) -> None:
    with contextlib.suppress(CourtError):
        await app[DB].write(exports.failed, now=app[CLOCK](), export_id=job.id, detail=detail)


async def _make(app: web.Application, job: Export) -> tuple[str, str, int]:
    """(file, its SHA-256, bytes)."""
    found, captions = await app[DB].read(_gather, hearing_id=job.hearing_id)
    places = _places(app, found)
    folder = app[CONFIG].exports_dir / job.id
    made = await asyncio.to_thread(film, found, captions, places, job, job.at)
    maker = Maker(made, folder, font=app[CONFIG].fonts_dir / _FONT)
    target = folder / FILES[job.kind]
    low, high = 0, 1000

    async def progress(done: int) -> None:
        reached = low + (high - low) * done // 1000
        if not await app[DB].write(exports.progressed, export_id=job.id, progress=reached):
            raise asyncio.CancelledError

    match job.kind:
        case ExportKind.AUDIO:
            await maker.make_sound(target, progress)
        case ExportKind.VIDEO:
            await maker.make_video(target, progress)
        case ExportKind.DISC:
            originals = await asyncio.to_thread(_originals, app, places)
            await asyncio.to_thread(target.mkdir, parents=True, exist_ok=True)
            high = 900
            if not (target / FILES[ExportKind.VIDEO]).is_file():
                await maker.make_video(target / FILES[ExportKind.VIDEO], progress)
            low, high = 900, 990
            if not (target / FILES[ExportKind.AUDIO]).is_file():
                await maker.make_sound(target / FILES[ExportKind.AUDIO], progress)
            sheet = await asyncio.to_thread(disc.build, target, disc_facts(found, captions), originals)
            return FILES[job.kind], sheet, await asyncio.to_thread(_size, target)
    return FILES[job.kind], await asyncio.to_thread(_sha256, target), target.stat().st_size


def _gather(rx: Read, *, hearing_id: str) -> tuple[Playback, dict[str, str]]:
    found = views.playback(rx, actor=SYSTEM_ACTOR, hearing_id=hearing_id)
    return found, {seat.id: seat.caption for seat in hearings.seats(rx, hearing_id=hearing_id)}


def _places(app: web.Application, found: Playback) -> list[Path]:
    config = app[CONFIG]
    roots = [config.recordings_dir, *([config.copy_dir] if config.copy_dir else [])]
    return [root / found.recording.directory for root in roots]


def _originals(app: web.Application, places: Sequence[Path]) -> list[Path]:
    """The files of the first copy and the public key, if there is room for them."""
    kept = [path for path in sorted(places[0].iterdir()) if path.is_file()]
    folder = app[CONFIG].exports_dir
    folder.mkdir(parents=True, exist_ok=True)
    need_space(folder, sum(path.stat().st_size for path in kept))
    key = app[CONFIG].authority_dir / RECORDING_PUBLIC_KEY
    return [*kept, key]


def disc_facts(found: Playback, captions: dict[str, str]) -> disc.DiscFacts:
    """The page of the disc in words."""
    hearing = found.hearing
    gaps = {
        (gap.start_ms // 1000, f"{captions.get(gap.participant, '')} {GAP_WORDS.get(gap.reason, gap.reason)}")
        for track in found.tracks
        for gap in track.gaps
    }
    marks = [(mark.at_ms, mark.words) for mark in found.markers]
    marks += [(second * 1000, f"缺口：{words.strip()}") for second, words in gaps]
    opened = pages.datetime_cn(hearing.opened_at) if hearing.opened_at else ""
    return disc.DiscFacts(
        title=f"{hearing.title} {hearing.kind_name}录音录像",
        about=f"{opened}　{hearing.place}",
        root=found.recording.root,
        began=int(found.recording.started_at.timestamp() * 1000),
        lines=tuple((line.offset_ms or 0, f"{line.speaker}：{line.text}") for line in found.lines),
        marks=tuple(sorted(marks)),
    )


async def _clear(app: web.Application) -> None:
    """Folders of cancelled jobs and files that lay long enough."""
    for export_id in await app[DB].read(exports.stale, now=app[CLOCK]()):
        await asyncio.to_thread(shutil.rmtree, app[CONFIG].exports_dir / export_id, ignore_errors=True)
        await app[DB].write(exports.cleared, now=app[CLOCK](), export_id=export_id)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in disc.contents(folder))
