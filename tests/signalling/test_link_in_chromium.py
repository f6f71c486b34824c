"""The page's link in a real browser: pictures really decoded at the viewer, renewed by itself."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page


@pytest.fixture
def media_node() -> Iterator[str]:
    """Base address of a media server in its own process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.signalling.node"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def order(node: str, path: str) -> Any:
    with urllib.request.urlopen(f"{node}/order/{path}", timeout=10) as answer:
        return json.load(answer)


def enter(context: BrowserContext, node: str, seat: str) -> Page:
    page = context.new_page()
    page.goto(f"{node}/?seat={seat}")
    page.evaluate("() => window.joining")
    return page


def watches(page: Page, seat: str, frames: int = 10) -> None:
    page.wait_for_function("([seat, n]) => window.frames_of(seat) >= n", arg=[seat, frames], timeout=20_000)


def test_two_browsers_decode_each_other_and_come_back_by_themselves(
    media_node: str, new_context: Callable[..., BrowserContext]
) -> None:
    judge, party = enter(new_context(), media_node, "judge"), enter(new_context(), media_node, "party")
    watches(judge, "party")
    watches(party, "judge")
    judge.evaluate("() => window.link._ws.close()")
    order(media_node, "notify?count=20")
    judge.wait_for_function("() => window.seen.notices.length === 20", timeout=10_000)
    assert judge.evaluate("() => window.seen.notices") == list(range(20))
    before = party.evaluate("() => window.frames_of('judge')")
    judge.evaluate("() => window.link._offer()")
    watches(party, "judge", before + 30)
    before = judge.evaluate("() => window.frames_of('party')")
    watches(judge, "party", before + 30)
    assert judge.evaluate("() => window.seen.refused") == []
    assert judge.evaluate("() => window.seen.stats.receive_kbps") > 0
    order(media_node, "phase?phase=closed")
    judge.wait_for_function("() => window.link.connection === 'closed'", timeout=10_000)
