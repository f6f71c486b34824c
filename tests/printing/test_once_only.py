"""A paper is printed once, whatever a printer loses, refuses or does not know; when nobody can tell, nothing is repeated."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from court.domain.batch import Tally, tally
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, ActorKind, Role
from court.domain.printer import Options
from court.domain.printing import PrintAction, PrintState
from court.ipp import Operation
from court.printers import PrinterSetting
from court.services import batches, printing
from court.store.database import Database
from court.web.keys import BLOBS, DB
from court.web.machines import MACHINES
from tests.printing.shop import PDF, at_work, stocked
from tests.printing.unreliable import unreliable

# A printer of 2001: no Create-Job.
OLD = (
    Operation.PRINT_JOB,
    Operation.GET_JOB,
    Operation.GET_JOBS,
    Operation.GET_PRINTER,
    Operation.CANCEL_JOB,
)


@pytest.mark.parametrize(
    ("operations", "lost"),
    [
        (tuple(Operation), Operation.CREATE_JOB),
        (tuple(Operation), Operation.SEND_DOCUMENT),
        (tuple(Operation), Operation.GET_JOB),
        (OLD, Operation.PRINT_JOB),
        (OLD, Operation.GET_JOB),
    ],
)
async def test_an_answer_lost_on_the_way_prints_nothing_twice(
    db: Database, tmp_path: Path, operations: tuple[int, ...], lost: Operation
) -> None:
    async with unreliable(operations=operations, lose=[lost]) as printer:
        setting = PrinterSetting(name="车上", uri=printer.uri)
        async with at_work(db, tmp_path, setting) as shop:
            job = await shop.state(await shop.order("车上"), PrintState.DONE, PrintState.HELD)
            if job.state is PrintState.HELD:  # nothing had been handed over: it is tried again
                assert printer.papers == []
                await shop.app[DB].write(_retry, job_id=job.id)
                shop.app[MACHINES].ring()
                await shop.state(job, PrintState.DONE)
            assert printer.papers == [PDF]
            assert await shop.copies() == 1


def _retry(tx: object, *, job_id: str) -> None:
    clerk = Actor(kind=ActorKind.SYSTEM, id="clerk", role=Role.CLERK, name="陈书宁")
    now = datetime.now(UTC)
    printing.act(tx, actor=clerk, now=now, job_id=job_id, action=PrintAction.RETRY)  # type: ignore[arg-type]


async def test_when_an_old_printer_cannot_tell_nothing_is_repeated(db: Database, tmp_path: Path) -> None:
    async with unreliable(operations=OLD, lose=[Operation.PRINT_JOB]) as printer:
        printer_forgets = printer.jobs.clear
        setting = PrinterSetting(name="车上", uri=printer.uri)
        async with at_work(db, tmp_path, setting) as shop:
            job = await shop.order("车上")
            await shop.until(job, lambda _: bool(printer.papers))
            printer_forgets()
            unsure = await shop.state(job, PrintState.UNSURE, PrintState.DONE)
            assert len(printer.papers) == 1
            if unsure.state is PrintState.UNSURE:
                assert "请看纸是否已打出" in unsure.detail


async def test_a_printer_that_stands_still_gets_nothing_until_somebody_has_seen_to_it(
    db: Database, tmp_path: Path
) -> None:
    async with unreliable(state=5, reasons=("cover-open-error", "media-jam")) as printer:
        async with at_work(db, tmp_path, PrinterSetting(name="车上", uri=printer.uri)) as shop:
            held = await shop.state(await shop.order("车上"), PrintState.HELD)
            assert "盖板没有关（请关好盖板）" in held.detail
            assert "卡纸" in held.detail
            assert Operation.CREATE_JOB not in printer.asked
            printer.state, printer.reasons = 3, ("none",)
            await shop.app[DB].write(_retry, job_id=held.id)
            shop.app[MACHINES].ring()
            await shop.state(held, PrintState.DONE)
            assert printer.papers == [PDF]


async def test_a_busy_printer_is_waited_for(db: Database, tmp_path: Path) -> None:
    async with unreliable(busy=1) as printer:
        async with at_work(db, tmp_path, PrinterSetting(name="车上", uri=printer.uri)) as shop:
            held = await shop.state(await shop.order("车上"), PrintState.HELD)
            assert "正忙" in held.detail
            await shop.app[DB].write(_retry, job_id=held.id)
            shop.app[MACHINES].ring()
            await shop.state(held, PrintState.DONE)
            assert printer.papers == [PDF]


async def test_of_a_batch_only_what_failed_is_printed_again(db: Database, tmp_path: Path) -> None:
    async with unreliable(abort=[2]) as printer:
        async with at_work(db, tmp_path, PrinterSetting(name="车上", uri=printer.uri)) as shop:
            papers = [shop.paper.id, *[(await stocked(db, shop.app[BLOBS])).id for _ in range(2)]]
            facts = {"paper_ids": papers, "options": Options(), "printer": "车上"}
            made = await db.write(batches.order_print, actor=SYSTEM_ACTOR, now=datetime.now(UTC), **facts)
            shop.app[MACHINES].ring()
            counts = await _counts(db, made.id, lambda found: not found.open)
            assert (counts.done, counts.failed) == (2, 1)
            await db.write(batches.retry, actor=SYSTEM_ACTOR, now=datetime.now(UTC), batch_id=made.id)
            shop.app[MACHINES].ring()
            counts = await _counts(db, made.id, lambda found: found.done == 3)
            assert counts.words == "共 3 份，完成 3 份。"
            assert len(printer.papers) == 4


async def _counts(db: Database, batch_id: str, holds: Callable[[Tally], bool]) -> Tally:
    async with asyncio.timeout(30):
        while True:
            found = tally(await db.read(batches.items, actor=SYSTEM_ACTOR, batch_id=batch_id))
            if holds(found):
                return found
            await asyncio.sleep(0.05)
