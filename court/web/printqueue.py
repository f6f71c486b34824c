"""The printing task: takes queued jobs one after the other to the printer, and tells what came of them."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.paper import PrintJob
from court.printing import print_pdf, printed
from court.services import paper, printing
from court.web.keys import BLOBS, CLOCK, CONFIG, DB

log = structlog.get_logger("court.print")

# A printer that has taken a job may wait for paper; after this long the clerk is told instead of left waiting.
FINISH_SECONDS = 120.0
IDLE_SECONDS = 30.0
NUDGE: web.AppKey[asyncio.Event] = web.AppKey("PRINT_NUDGE", asyncio.Event)


async def print_jobs(app: web.Application) -> None:
    """Run until cancelled; a new job nudges it, else it looks every half minute."""
    while True:
        app[NUDGE].clear()
        try:
            while (job := await app[DB].write(printing.start_next, now=app[CLOCK]())) is not None:
                await _one(app, job)
        except Exception:  # a database that is busy or full for a moment must not end all printing
            log.exception("print.queue")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app[NUDGE].wait(), IDLE_SECONDS)


async def _one(app: web.Application, job: PrintJob) -> None:
    try:
        await _print(app, job)
    except CourtError as error:
        await _failed(app, job, error.text)
    except TimeoutError:
        await _failed(app, job, "打印机接收后一直没有打完，请查看是否缺纸或卡纸。")
    except Exception:
        log.exception("print.failed", job=job.id)
        await _failed(app, job, "打印没有完成，请重试。")
    else:
        await app[DB].write(printing.finished, now=app[CLOCK](), job_id=job.id)


async def _print(app: web.Application, job: PrintJob) -> None:
    found = await app[DB].read(paper.get, paper_id=job.paper_id)
    uri = job.printer or app[CONFIG].printer_uri
    pdf = await app[BLOBS].read(found.sha256)
    # The job's name stands on the printer's display: the paper's number, never a person's name.
    taken = await print_pdf(uri, pdf, job_name=found.number or found.kind_name, copies=job.copies)
    state = await printed(uri, taken.job_id, within_seconds=FINISH_SECONDS)
    if state != "completed":
        raise CourtError("printer.stopped", printer=uri, detail=state)


async def _failed(app: web.Application, job: PrintJob, detail: str) -> None:
    await app[DB].write(printing.failed, now=app[CLOCK](), job_id=job.id, detail=detail)
