"""What every part's tests share: the converted fonts, a real browser, and the rule that missing tools fail in CI."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from court.config import Config, load
from documents import fontbuild

if TYPE_CHECKING:
    from tests.node import Node

# A machine that does other things beside the tests is no fault of what is tested.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

ARTEFACTS = Path(os.environ.get("COURT_TEST_ARTEFACTS", "artefacts"))
MEDIA_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=device-count=3,fps=15",
]

# Modules whose browsers only show pages: without cameras they need no more of the machine than any other test.
_PAGES_ONLY = {
    "test_kiosk_browsers",
    "test_line_is_back",
    "test_pages_seen",
    "test_playback_browser",
    "test_room_stage",
    "test_verify_browser",
}


def _uses_browser(item: pytest.Item | None) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks whose browsers film, encode and decode: `./test` runs all the others several at a time."""
    for item in items:
        if _uses_browser(item) and item.path.stem not in _PAGES_ONLY:
            item.add_marker("live")


def need(program: str) -> str:
    """The path of a program that the tests lean on; without it they are skipped, but fail in CI."""
    found = os.environ.get(f"COURT_TEST_{program.upper()}") or shutil.which(program)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{program} is not installed")
    pytest.skip(f"{program} is not installed")


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 20.0) -> None:
    """Return once something listens on a loopback port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


@pytest.fixture(scope="session")
def fonts_dir() -> Path:
    """The converted fonts of this user, made when they are missing."""
    settings = Config()
    fontbuild.build(settings.font_sources, settings.fonts_dir, lambda _step, _done, _total: None)
    return settings.fonts_dir


class _Chromium:
    """One browser for all modules that follow each other and want one; `more`: the next test wants it too."""

    def __init__(self) -> None:
        self.more = False
        self._open: tuple[Playwright, Browser] | None = None

    def opened(self) -> Browser:
        if self._open is None:
            playwright = sync_playwright().start()
            chromium = playwright.chromium.launch(
                executable_path=need("chromium"), headless=True, args=MEDIA_ARGUMENTS
            )
            self._open = playwright, chromium
        return self._open[1]

    def close(self) -> None:
        if self._open:
            playwright, chromium = self._open
            self._open = None
            chromium.close()
            playwright.stop()


_chromium = _Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, object, object]:
    _chromium.more = _uses_browser(nextitem)
    return (yield)


# It ends before anything else runs: while Playwright's loop lives, no asyncio test may run in this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium with a fake camera and microphone."""
    chromium = _chromium.opened()
    yield chromium
    for context in chromium.contexts:
        context.close()
    if not _chromium.more or not chromium.is_connected():
        _chromium.close()


@pytest.fixture
def new_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts as a court's machines have them; all are closed at the end of the test.

    Where a test failed, the last picture of every page is kept.
    """
    made: list[BrowserContext] = []
    failed_before = request.session.testsfailed

    def make(**options: object) -> BrowserContext:
        settings: dict[str, object] = {
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1920, "height": 1080},
            "reduced_motion": "reduce",
        }
        context = browser.new_context(**{**settings, **options})  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        made.append(context)
        return context

    yield make
    failed = request.session.testsfailed > failed_before
    for number, context in enumerate(made):
        for page in context.pages if failed else ():
            page.screenshot(path=ARTEFACTS / "failed" / f"{request.node.name}-{number}.png")
        context.close()


def watch(page: Page) -> list[str]:
    """Collects what must not happen on a page: console errors, uncaught errors, CSP violations."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path) -> "Iterator[Node]":
    """A running server with demonstration accounts, shared by a module's tests."""
    from tests.node import Node
    from tests.prepared import prepare

    running = Node(tmp_path_factory.mktemp("node"), fonts_dir=str(fonts_dir))
    prepare(load(running.config))  # a first start from nothing is seen by the rehearsal and on other machines
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def dbus_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    address = f"unix:path={tmp_path_factory.mktemp('dbus')}/bus"
    bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", f"--address={address}"])
    time.sleep(0.3)
    yield address
    bus.terminate()
    bus.wait(5)


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory, dbus_address: str) -> Iterator[tuple[str, Path]]:
    """(ipp URI, spool directory where every printed file is kept)."""
    need("ippeveprinter")
    spool, port = tmp_path_factory.mktemp("spool"), free_port()
    process = subprocess.Popen(
        [
            "ippeveprinter", "-n", "localhost", "-r", "off", "-2", "-c", "/bin/true", "-k", "-d", str(spool),
            "-f", "application/pdf", "-p", str(port), "车载打印机",
        ],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": dbus_address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for_port(port)
    yield f"ipp://127.0.0.1:{port}/ipp/print", spool
    process.terminate()
    process.wait(5)
