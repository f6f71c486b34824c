"""The printing tasks with real printers: every paper once, through empty trays, cut lines, restarts and forgotten jobs."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.printer import Colour, Options, Sides
from court.domain.printing import PrintAction, PrintJob, PrintState
from court.services import printing
from court.store.database import Database
from court.web.keys import DB
from court.web.machines import MACHINES
from tests.printing.shop import Machine, Shop, at_work

Make = Callable[[str], Machine]


async def _act(shop: Shop, job: PrintJob, action: PrintAction) -> None:
    """What somebody at the desk does, by the table alone."""
    clerk = Actor(kind=ActorKind.SYSTEM, id="clerk", role=Role.CLERK, name="陈书宁")
    await shop.app[DB].write(printing.act, actor=clerk, now=datetime.now(UTC), job_id=job.id, action=action)


async def test_what_was_chosen_reaches_the_printer_and_copies_are_numbered(
    db: Database, tmp_path: Path, machine: Make
) -> None:
    one = machine("车上")
    one.on()
    one.say("STATE: +toner-low")
    async with at_work(db, tmp_path, one.setting()) as shop:
        wanted = Options(copies=2, sides=Sides.LONG, source="main", colour=Colour.GREY)
        first = await shop.state(await shop.order("车上", wanted), PrintState.DONE)
        part = await shop.state(await shop.order("车上", Options(first=2, last=3)), PrintState.DONE)
        last = await shop.state(await shop.order("车上"), PrintState.DONE)
        told, pages, _ = one.orders
        assert (told["IPP_COPIES"], told["IPP_SIDES"]) == ("2", "two-sided-long-edge")
        assert told["IPP_PRINT_COLOR_MODE"] == "monochrome"
        assert "x-dimension=21000" in told["IPP_MEDIA_COL"]
        assert "media-source=main" in told["IPP_MEDIA_COL"]
        assert pages["IPP_PAGE_RANGES"] == "2-3"
        assert (first.first_copy, part.first_copy, last.first_copy) == (1, 0, 3)
        assert await shop.copies() == 3
        assert (first.before, first.after) == ("空闲", "空闲；墨粉不足")
        assert [c.number for c in await db.read(printing.copies_out, paper_id=shop.paper.id)] == [1, 2, 3]


async def test_out_of_paper_is_said_and_waited_for(db: Database, tmp_path: Path, machine: Make) -> None:
    one = machine("车上")
    one.on()
    async with at_work(db, tmp_path, one.setting()) as shop:
        await one.paper(False)
        job = await shop.until(await shop.order("车上"), lambda j: "缺纸" in j.detail)
        assert (job.state, one.orders) == (PrintState.PRINTING, [])
        assert "请往纸盒里放纸" in job.detail
        await one.paper(True)
        done = await shop.state(job, PrintState.DONE)
        assert (done.detail, await shop.copies()) == ("", 1)
    assert len(one.orders) == 1


async def test_a_printer_that_is_away_keeps_its_papers_until_it_comes(
    db: Database, tmp_path: Path, machine: Make
) -> None:
    gone, here = machine("法院"), machine("车上")
    here.on()
    async with at_work(db, tmp_path, gone.setting(), here.setting()) as shop:
        waits = await shop.state(await shop.order("法院"), PrintState.HELD)
        assert "没有回应" in waits.detail
        await shop.state(await shop.order("车上"), PrintState.DONE)
        gone.on()
        await _act(shop, waits, PrintAction.RETRY)
        shop.app[MACHINES].ring("法院")
        await shop.state(waits, PrintState.DONE)
    assert (len(gone.orders), len(here.orders)) == (1, 1)


async def test_a_job_under_way_outlives_the_server_and_is_printed_once(
    db: Database, tmp_path: Path, machine: Make
) -> None:
    one = machine("车上")
    one.on()
    one.busy(True)
    async with at_work(db, tmp_path, one.setting()) as shop:
        job = await shop.until(await shop.order("车上"), lambda j: j.sent_at is not None)
        async with asyncio.timeout(20):
            while not one.orders:
                await asyncio.sleep(0.05)
    assert (await shop.job(job)).state is PrintState.PRINTING
    async with at_work(db, tmp_path, one.setting(), known=shop.paper) as again:
        one.busy(False)
        await again.state(job, PrintState.DONE)
        assert await again.copies() == 1
    assert len(one.orders) == 1


async def test_a_job_is_stopped_at_the_printer(db: Database, tmp_path: Path, machine: Make) -> None:
    one = machine("车上")
    one.on()
    one.busy(True)
    async with at_work(db, tmp_path, one.setting()) as shop:
        job = await shop.until(await shop.order("车上"), lambda j: j.sent_at is not None)
        await _act(shop, job, PrintAction.CANCEL)
        one.busy(False)
        shop.app[MACHINES].ring()
        assert (await shop.state(job, PrintState.CANCELLED, PrintState.DONE)).state is PrintState.CANCELLED
        assert await shop.copies() == 0


async def test_a_printer_that_forgot_a_job_leaves_the_answer_to_eyes(
    db: Database, tmp_path: Path, machine: Make
) -> None:
    one = machine("车上")
    one.on()
    one.busy(True)
    async with at_work(db, tmp_path, one.setting()) as shop:
        job = await shop.until(await shop.order("车上"), lambda j: j.sent_at is not None)
        one.off()
        one.on()  # the power was cut: it counts its jobs from 1 again
        lost = await shop.state(job, PrintState.UNSURE)
        assert "请看纸是否已打出" in lost.detail
        assert await shop.copies() == 0
        await _act(shop, job, PrintAction.CONFIRM)
        assert await shop.copies() == 1
