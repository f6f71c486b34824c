"""The main line as its users feel it: start to first page, join click to first picture, last signature to paper."""

import asyncio
import logging
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from court import config, installation, logs, printing
from court.ipp_line import Device
from court.rehearsal import desk, kiosk, papers, session
from court.rehearsal.stage import private_node
from court.rehearsal.visitor import Visitor
from tests.conftest import MEDIA_ARGUMENTS, free_port, need, wait_for_port
from tests.node import Node

ROUNDS = 5
# Resolves with the milliseconds from the click on 进入法庭 to the first decoded frame of another seat.
JOIN = """
() => new Promise((resolve) => {
  const own = document.querySelector("#room").dataset.seat;
  const seen = new WeakSet();
  const began = performance.now();
  const watch = () => {
    for (const video of document.querySelectorAll(".tile video")) {
      if (seen.has(video) || video.closest(".tile").dataset.seat === own) continue;
      seen.add(video);
      video.requestVideoFrameCallback(() => resolve(performance.now() - began));
    }
  };
  new MutationObserver(watch).observe(document.body, { subtree: true, childList: true });
  document.querySelector("#enter").click();
  watch();
})
"""


def measure() -> dict[str, float]:
    """Medians of ROUNDS rounds each."""
    with tempfile.TemporaryDirectory(prefix="court-bench-") as folder:
        base = Path(folder)
        (base / "starts").mkdir()
        (base / "joins").mkdir()
        return {
            "start_s": start_seconds(Node(base / "starts")),
            "join_first_frame_ms": join_milliseconds(Node(base / "joins")),
            **asyncio.run(paper_milliseconds(base / "papers")),
        }


def start_seconds(node: Node) -> float:
    """From the command to the first page, on a data folder that stands (the first start is not counted)."""
    node.start().stop()
    taken = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        node.start()
        with urlopen(f"{node.url}/") as answer:
            answer.read()
        taken.append(time.monotonic() - began)
        node.stop()
    return round(statistics.median(taken), 2)


def join_milliseconds(node: Node) -> float:
    """The vehicle joins a judge who sits there already; both pages in one Chromium with fake cameras."""
    from tests.web.test_room_browsers import make_case

    node.start()
    try:
        case = make_case(node)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=need("chromium"), headless=True, args=MEDIA_ARGUMENTS
            )
            pages = {}
            for who in ("judge", "vehicle"):
                context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
                context.add_cookies(
                    [{"name": n, "value": v, "url": node.url} for n, v in case.cookies[who].items()]
                )
                pages[who] = context.new_page()
                pages[who].goto(f"{node.url}{case.path}")
                ready(pages[who])
            pages["judge"].click("#enter")
            taken = [join(pages["vehicle"]) for _ in range(ROUNDS)]
            chromium.close()
        return round(statistics.median(taken), 0)
    finally:
        node.stop()


def ready(page: Page) -> None:
    page.wait_for_function(
        "() => document.querySelector('#prejoin-picture').textContent.includes('看到自己了')", timeout=30_000
    )


def join(page: Page) -> float:
    taken = float(page.evaluate(JOIN))
    page.reload()
    ready(page)
    return taken


@contextmanager
def printer(spool: Path) -> Iterator[str]:
    """CUPS' ippeveprinter with a private D-Bus."""
    port, bus = free_port(), f"unix:path={spool}/bus"
    dbus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", f"--address={bus}"])
    time.sleep(0.5)
    program = subprocess.Popen(
        ["ippeveprinter", "-n", "localhost", "-r", "off", "-2", "-k", "-d", str(spool),
         "-f", "application/pdf", "-p", str(port), "bench"],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for_port(port)
    try:
        yield f"ipp://127.0.0.1:{port}/ipp/print"
    finally:
        program.terminate()
        dbus.terminate()


async def paper_milliseconds(folder: Path) -> dict[str, float]:
    """From sending the last person's strokes until the printer has the sealed file, and until it says the paper is out.

    The printer program takes its own time for each page, as a printer does.
    """
    logs.configure(level=logging.WARNING)
    own = config.Config()
    await asyncio.to_thread(installation.prepare, own, datetime.now(UTC), lambda _step, _done, _total: None)
    spool = folder.parent / "spool"
    spool.mkdir()
    taken = []
    with printer(spool) as uri:
        async with private_node(own, folder) as stage:
            async with (
                Visitor(stage.url) as vehicle,
                Visitor(stage.url) as judge,
                Visitor(stage.url) as clerk,
            ):
                await kiosk.enrol(vehicle, stage)
                for visitor, login in ((judge, "judge"), (clerk, "clerk")):
                    await desk.sign_in(visitor, stage.people[login])
                for _ in range(ROUNDS):
                    taken.append(await one_paper(vehicle, judge, clerk, uri))
    return {
        "last_signature_to_printer_ms": round(statistics.median(one for one, _ in taken) * 1000, 0),
        "last_signature_to_paper_ms": round(statistics.median(two for _, two in taken) * 1000, 0),
    }


async def one_paper(vehicle: Visitor, judge: Visitor, clerk: Visitor, uri: str) -> tuple[float, float]:
    hearing_id, paper_id, signed = await sealed_paper(vehicle, judge, clerk)
    pdf = await judge.fetch(f"/papers/{paper_id}.pdf")
    device = Device(uri=uri)
    job = await printing.print_pdf(device, pdf, job_name="bench")
    taken_over = time.monotonic()
    await printing.printed(device, job.job_id)
    done = time.monotonic()
    await session.order(judge, hearing_id, "close")
    return taken_over - signed, done - signed


async def sealed_paper(vehicle: Visitor, judge: Visitor, clerk: Visitor) -> tuple[str, str, float]:
    """(hearing, paper, monotonic time of the last signature); the hearing is left open."""
    number, _ = await kiosk.register(vehicle)
    page = await vehicle.get("/kiosk/receipt")
    await vehicle.submit(page.form("/kiosk/finish"), {})
    matter_url = await desk.find_matter(clerk, number)
    await desk.assign(clerk, matter_url)
    hearing_id = await desk.book(judge, matter_url, "bench")
    await desk.call_roll(clerk, hearing_id)
    await judge.get(f"/room/{hearing_id}")
    await session.order(judge, hearing_id, "open")
    agreement_id = await papers.draft(judge, matter_url)
    await papers.read_aloud(vehicle, judge, hearing_id, agreement_id)
    began = await papers.sign_in_turn(vehicle, judge, agreement_id)
    paper_id = await papers.seal(judge, agreement_id)
    return hearing_id, paper_id, began[-1][1]
