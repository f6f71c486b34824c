"""A paper is printed once, whatever a printer loses, refuses or does not know; when nobody can tell, nothing is repeated."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.printing import PrintAction, PrintState
from court.ipp import Operation
from court.printers import PrinterSetting
from court.services import printing
from court.store.database import Database
from court.web.keys import DB
from court.web.machines import MACHINES
from tests.printing.shop import PDF, at_work
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
