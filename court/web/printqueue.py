"""The printing tasks, one a printer: each paper is handed over once, and followed until the printer says what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web

from court import printing as ipp
from court.domain import printer as printers
from court.domain.errors import CourtError
from court.domain.paper import Paper, PaperKind
from court.domain.printer import PrinterState, PrinterStatus
from court.domain.printing import PrintJob, PrintState
from court.ipp_line import Unsent
from court.printers import PrinterSetting
from court.services import paper, print_work, printing
from court.web.keys import BLOBS, CLOCK, DB
from court.web.machines import MACHINES

log = structlog.get_logger("court.print")

IDLE_SECONDS, WATCH_SECONDS = 10.0, 10.0
# How often a job at the printer is asked for: quickly while a person waits for it, slowly later.
FOLLOW_SECONDS = (0.3, 0.3, 0.5, 0.5, 1.0, 1.0, 1.0, 2.0)
SLOWEST_SECONDS = 4.0
AGAIN = timedelta(seconds=20)
# A printer gives up a job whose document does not come (multiple-operation-time-out); ours is stopped before.
INCOMPLETE_SECONDS = 45.0
_INCOMPLETE = frozenset({"job-incoming", "job-data-insufficient"})
# What a printer may not leave out without a word; in the clerk's words.
_ORDERED = {
    "copies": "这个份数",
    "sides": "双面",
    "page-ranges": "选页",
    "media-col": "这个纸盒",
    "print-color-mode": "这种颜色",
}
_ALIVE = frozenset({PrintState.PRINTING, PrintState.CANCELLING})


async def keep(app: web.Application) -> None:
    """Run until cancelled: for each printer one task that prints and one that looks how it is."""
    machines = app[MACHINES]
    await app[DB].write(print_work.strand, now=app[CLOCK](), printers=frozenset(machines.settings))
    async with asyncio.TaskGroup() as tasks:
        for setting in machines.settings.values():
            desk = Desk(app, setting)
            tasks.create_task(desk.work())
            tasks.create_task(desk.watch())


class Desk:
    """What is done for one printer."""

    def __init__(self, app: web.Application, setting: PrinterSetting) -> None:
        self._app, self._name, self._device = app, setting.name, setting.device()

    async def watch(self) -> None:
        """Looks every few seconds; a printer that is ready again wakes what was held for it."""
        while True:
            with contextlib.suppress(CourtError):
                await self._look()
            await asyncio.sleep(WATCH_SECONDS)

    async def work(self) -> None:
        """What was under way when the program ended first; then job after job."""
        bell, resumed = self._app[MACHINES].bells[self._name], False
        while True:
            bell.clear()
            try:
                if not resumed:
                    for job in await self._app[DB].read(print_work.under_way, printer=self._name):
                        await self._safely(self._resume, job)
                    resumed = True
                while (job := await self._write(print_work.start_next, printer=self._name)) is not None:
                    await self._safely(self._one, job)
            except Exception:  # a database that is busy or full for a moment must not end all printing
                log.exception("print.queue")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), IDLE_SECONDS)

    async def _write(self, service: Callable[..., Any], **facts: Any) -> Any:
        return await self._app[DB].write(service, now=self._app[CLOCK](), **facts)

    async def _safely(self, do: Callable[[PrintJob], Any], job: PrintJob) -> None:
        try:
            await do(job)
        except CourtError as error:
            if error.code.endswith(".wrong_state"):  # somebody was quicker: the job is not ours any more
                return
            await self._write(print_work.failed, job_id=job.id, detail=error.text)
        except Exception:
            log.exception("print.failed", job=job.id)
            now = await self._app[DB].read(printing.get, job_id=job.id)
            if now.state in _ALIVE:
                verdict = print_work.lost if now.sent_at else print_work.failed
                told = {} if now.sent_at else {"detail": "打印没有完成，请重试。"}
                await self._write(verdict, job_id=job.id, **told)

    async def _look(self) -> PrinterStatus:
        """Ask the printer; a change of state is recorded. Errors: CourtError printer.* when it does not answer."""
        machines, now = self._app[MACHINES], self._app[CLOCK]()
        before = machines.status[self._name]
        try:
            told = await ipp.tell(self._device)
        except CourtError as error:
            fresh = PrinterStatus(
                name=self._name, state=PrinterState.AWAY, at=now, detail=error.text, can=before.can
            )
            await self._changed(before, fresh)
            raise
        fresh = PrinterStatus(
            name=self._name,
            state=told.state,
            at=now,
            accepting=told.accepting,
            reasons=told.reasons,
            levels=told.levels,
            queued=told.queued,
            can=told.can,
        )
        await self._changed(before, fresh)
        return fresh

    async def _changed(self, before: PrinterStatus, fresh: PrinterStatus) -> None:
        self._app[MACHINES].status[self._name] = fresh
        busy = {PrinterState.BUSY: PrinterState.IDLE}
        if (busy.get(before.state, before.state), before.reasons, before.ready) == (
            busy.get(fresh.state, fresh.state),
            fresh.reasons,
            fresh.ready,
        ):
            return
        facts = {"printer": self._name, "state": fresh.state, "reasons": fresh.reasons}
        await self._write(print_work.printer_changed, **facts)
        if fresh.ready and before.state is not PrinterState.UNKNOWN:
            await self._write(print_work.release, printer=self._name)
            self._app[MACHINES].ring(self._name)

    async def _hold(self, job: PrintJob, why: str) -> None:
        await self._write(print_work.held, job_id=job.id, detail=why, try_at=self._app[CLOCK]() + AGAIN)

    async def _one(self, job: PrintJob) -> None:
        """Hand one job over, once, and follow it; held when nothing was handed over."""
        try:
            status = await self._look()
        except CourtError as error:
            return await self._hold(job, error.text)
        if not status.ready:
            return await self._hold(job, status.words)
        assert status.can is not None
        found = await self._app[DB].read(paper.get, paper_id=job.paper_id)
        printers.check(job.options, status.can, found.pages)
        if not status.can.pdf:
            raise CourtError("printing.cannot", what="PDF 文件")
        pdf = await self._app[BLOBS].read(found.sha256)
        if await asyncio.to_thread(lambda: hashlib.sha256(pdf).hexdigest()) != found.sha256:
            raise CourtError("blob.not_found")
        hand_over = self._created if status.can.creates else self._at_once
        handed = await hand_over(job, found, pdf, status)
        return await self._follow(handed, found) if handed else None

    def _attributes(self, job: PrintJob, found: Paper, status: PrinterStatus) -> list[Any]:
        # Scans come in any size; what was drawn here keeps its size, or its code could not be read.
        fit = found.kind in {PaperKind.SCAN, PaperKind.SIGNED_SHEETS}
        return ipp.job_attributes(job.options, printers.media_of(found.kind), status.can, fit=fit)

    async def _created(
        self, job: PrintJob, found: Paper, pdf: bytes, status: PrinterStatus
    ) -> PrintJob | None:
        """Create-Job, then Send-Document: between them the job's number is kept, so that no answer lost on the way
        and no restart can print twice."""
        wanted = self._attributes(job, found, status)
        try:
            remote = await ipp.create(self._device, job_name=job.name(_number(found)), job=wanted)
        except CourtError as error:
            if error.code in {"printer.refused", "printer.garbled"}:
                raise
            await self._hold(job, error.text)
            return None
        if ignored := _ORDERED.keys() & set(remote.ignored):
            await self._give_up(remote.job_id)
            raise CourtError("printing.cannot", what="、".join(_ORDERED[one] for one in sorted(ignored)))
        handed: PrintJob = await self._write(
            print_work.handed, job_id=job.id, remote_id=remote.job_id, before=status.brief
        )
        if handed.state is PrintState.CANCELLING:
            await self._give_up(remote.job_id)
            await self._write(print_work.stopped, job_id=job.id)
            return None
        try:
            await ipp.send(self._device, remote.job_id, pdf)
        except Unsent as error:
            await self._give_up(remote.job_id)
            await self._hold(job, error.text)
            return None
        except CourtError as error:
            log.info("print.answer_lost", job=job.id, code=error.code)  # `_follow` asks what arrived
        return handed

    async def _at_once(
        self, job: PrintJob, found: Paper, pdf: bytes, status: PrinterStatus
    ) -> PrintJob | None:
        """Print-Job, where a printer knows nothing else; a lost answer is looked for in its list of jobs by name."""
        name = job.name(_number(found))
        handed: PrintJob = await self._write(
            print_work.handed, job_id=job.id, remote_id=None, before=status.brief
        )
        if handed.state is PrintState.CANCELLING:
            await self._write(print_work.stopped, job_id=job.id)
            return None
        wanted = self._attributes(job, found, status)
        try:
            remote = await ipp.print_pdf(self._device, pdf, job_name=name, job=wanted)
        except CourtError as error:
            if isinstance(error, Unsent) or error.code == "printer.busy":
                await self._hold(job, error.text)
                return None
            if error.code == "printer.refused":
                raise
            return handed  # without a number: `_follow` finds it by name, or says that eyes must tell
        known: PrintJob = await self._app[DB].write(
            print_work.known_as, job_id=job.id, remote_id=remote.job_id
        )
        return known

    async def _give_up(self, remote_id: int) -> None:
        """A job without a document prints nothing; the printer also drops it by itself after a while."""
        with contextlib.suppress(CourtError):
            await ipp.cancel(self._device, remote_id)

    async def _resume(self, job: PrintJob) -> None:
        """After a restart: what was never handed over goes back to the queue, what was is followed on."""
        if job.sent_at is None:
            await self._write(print_work.held, job_id=job.id, detail="", try_at=self._app[CLOCK]())
            return
        found = await self._app[DB].read(paper.get, paper_id=job.paper_id)
        await self._follow(job, found)

    async def _follow(self, job: PrintJob, found: Paper) -> None:
        """Until the printer is through, or a person no longer waits. A printer out of paper is waited for."""
        pauses, asked_to_stop, incomplete = iter(FOLLOW_SECONDS), False, 0.0
        name = job.name(_number(found))
        while (job := await self._app[DB].read(printing.get, job_id=job.id)).state in _ALIVE:
            pause = next(pauses, SLOWEST_SECONDS)
            try:
                remote = await self._remote(job, name)
                if remote is None:
                    await self._write(print_work.lost, job_id=job.id)
                    return
                if job.state is PrintState.CANCELLING and not asked_to_stop:
                    await ipp.cancel(self._device, remote.job_id)
                    asked_to_stop = True
                    continue
                if remote.state in ipp.FINISHED:
                    await self._over(job, remote)
                    return
                if _INCOMPLETE & set(remote.reasons):
                    incomplete += pause
                    if incomplete > INCOMPLETE_SECONDS:
                        await ipp.cancel(self._device, remote.job_id)
                if pause >= 1 or remote.state == "stopped":
                    status = await self._look()
                    await self._write(print_work.noted, job_id=job.id, detail=status.waits)
            except CourtError as error:
                if not error.code.startswith("printer."):
                    raise
                detail = f"{error.text}任务已交给打印机，恢复联系后自动查询结果，不会重复打印。"
                await self._write(print_work.noted, job_id=job.id, detail=detail)
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        bell = self._app[MACHINES].bells[self._name]
        bell.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), seconds)

    async def _remote(self, job: PrintJob, name: str) -> ipp.RemoteJob | None:
        """The printer's view of the job; None when it does not know it. A number is only believed with its name:
        after a power cut a printer counts from 1 again."""
        if job.remote_id is None:
            found = await ipp.find(self._device, name)
            if found is not None:
                await self._app[DB].write(print_work.known_as, job_id=job.id, remote_id=found.job_id)
            return found
        try:
            remote = await ipp.job(self._device, job.remote_id)
        except CourtError as error:
            if error.code == "printer.job_unknown":
                return None
            raise
        return remote if remote.name in {"", name[: ipp.NAME_MOST]} else None

    async def _over(self, job: PrintJob, remote: ipp.RemoteJob) -> None:
        after = ""
        with contextlib.suppress(CourtError):
            after = (await self._look()).brief
        if remote.state == "completed":
            await self._write(print_work.finished, job_id=job.id, after=after)
            return
        canceled = (
            "有人在打印机上取消了这个任务。" if remote.state == "canceled" else "打印机中止了这个任务。"
        )
        detail = f"{canceled}请看已打出的纸是否完整，再决定是否重新打印。"
        await self._write(print_work.failed, job_id=job.id, detail=detail, after=after)


def _number(found: Paper) -> str:
    return found.number or found.kind_name
