"""The vehicle is heard by a recogniser through its recording: grey for the clerk alone, a line only when taken."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, expect

from tests.conftest import ARTEFACTS
from tests.journeys.stage import LONG
from tests.node import Node
from tests.speech.funasr_server import Server
from tests.web.test_room_browsers import Sitting, clean, make_case

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def engine() -> Iterator[str]:
    """The FunASR simulator in a thread of its own; a browser's false microphone beeps twice a second."""
    ready, done = threading.Event(), asyncio.Event()
    address: list[str] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/", Server(silence_ms=300).handle)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.append(f"ws://127.0.0.1:{runner.addresses[0][1]}/")
        ready.set()
        await done.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(20)
    yield address[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(20)
    loop.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path, engine: str) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("heard")
    running = Node(
        folder, fonts_dir=str(fonts_dir), media_workers=0, speech="funasr", speech_url=engine
    ).start()
    yield running
    running.stop()


def test_the_clerk_takes_rewrites_and_drops_what_a_machine_heard(
    node: Node, new_context: Callable[..., BrowserContext]
) -> None:
    case = make_case(node, opened=False)
    sitting = Sitting(node, case, new_context)
    judge, clerk, vehicle = (sitting.enter(who) for who in ("judge", "clerk", "vehicle"))
    judge.get_by_role("button", name="开庭").or_(judge.locator("#order-open")).first.click()
    items = clerk.locator("#heard-items > li")
    expect(items.nth(2)).to_be_visible(timeout=LONG)
    expect(items.first).to_contain_text("低")
    expect(vehicle.locator("#heard")).to_have_count(0)
    clean(clerk)
    clerk.screenshot(path=ARTEFACTS / "heard-clerk.png")

    lines = clerk.locator("#transcript-lines > li")
    editor = clerk.locator("#editor-text")
    editor.focus()
    editor.press("F2")
    form = clerk.locator(".heard__form")
    form.locator("select").select_option(index=1)
    form.locator("textarea").fill("我家的路是一九九八年修的。")
    heard = items.count()
    expect(items.nth(heard)).to_be_attached(timeout=LONG)  # another sentence is heard meanwhile
    clerk.keyboard.press("Enter")
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("一九九八年")
    expect(lines.first).to_contain_text("录音")
    expect(vehicle.locator("#transcript-lines > li")).to_have_count(1)

    first = items.first.get_attribute("id")
    editor.press("Delete")
    expect(clerk.locator(f"#{first}")).to_have_count(0)
    expect(lines).to_have_count(1)

    clerk.reload()
    clerk.click("#enter")
    expect(items.first).to_be_visible(timeout=LONG)
    expect(clerk.locator(f"#{first}")).to_have_count(0)
    clerk.set_viewport_size({"width": 960, "height": 540})
    clean(clerk)
    for who, faults in sitting.faults.items():
        assert faults == [], who
