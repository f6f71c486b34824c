"""A real browser behind a bad link: it heals by itself, and the room keeps its seat, word and raised hand."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.signalling.test_link_in_chromium import order, stop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@contextmanager
def node_behind(profile: str, *more: str) -> Iterator[tuple[str, str]]:
    """(address of the node, its address behind the bad link); a peer `judge` sits there already."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.signalling.node", "--uvloop", "--profile", profile, "--peers", "judge", *more],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield f"http://127.0.0.1:{told['port']}", f"http://127.0.0.1:{told['far_port']}"
    finally:
        stop(process)


def entered(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/?seat=far", timeout=60_000)
    page.evaluate("() => window.joining")
    return page


def seen_both_ways(node: str, page: Page, more: int = 5, within_s: float = 90) -> float:
    """Seconds until both sides have `more` frames than they have now, and the sound too."""
    began, start = time.monotonic(), order(node, "arrived")
    shown = page.evaluate("() => window.frames_of('judge')")
    while True:
        now = order(node, "arrived")
        page_now = page.evaluate("() => window.frames_of('judge')")
        moved = now["frames"] - start["frames"] >= more and now["packets"] - start["packets"] >= more
        if moved and (page_now - shown >= more or page_now < shown):
            return time.monotonic() - began
        assert time.monotonic() - began < within_s, (start, now, shown, page_now)
        time.sleep(0.1)


def standing(node: str) -> Any:
    """[state, word, place in the queue] of the seat, once it is there again."""
    deadline = time.monotonic() + 30
    while (found := order(node, "hand")["far"])[0] != "joined" and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def test_from_wifi_to_4g_and_back_nothing_is_lost_but_a_moment(
    new_context: Callable[..., BrowserContext],
) -> None:
    with node_behind("village-4g") as (node, far):
        page = entered(new_context(), far)
        seen_both_ways(node, page)
        page.evaluate("() => window.link.raiseHand(true)")
        page.wait_for_timeout(1000)
        before = standing(node)
        assert before == ["joined", True, 1]
        for _ in range(2):
            order(node, "address")
            seen_both_ways(node, page)
            assert standing(node) == before
        assert ["far", "left"] not in order(node, "arrived")["seats"]


@pytest.mark.parametrize("seconds", [10, 45])
def test_a_tunnel_heals_by_itself(new_context: Callable[..., BrowserContext], seconds: int) -> None:
    with node_behind(f"tunnel-{seconds}s") as (node, far):
        page = entered(new_context(), far)
        seen_both_ways(node, page)
        page.evaluate("() => window.link.raiseHand(true)")
        page.wait_for_timeout(1000)
        before = standing(node)
        order(node, "cut")
        page.wait_for_timeout(1000 * seconds)
        order(node, "restore")
        seen_both_ways(node, page)
        assert standing(node) == before
        assert ["far", "left"] not in order(node, "arrived")["seats"], "nobody is absent"


def test_the_valley_lets_sound_through_and_whenever_its_picture_stands_still_it_comes_back(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    with node_behind("valley", "--record", str(tmp_path)) as (node, far):
        page = entered(new_context(), far)
        seen_both_ways(node, page, more=1)
        before, began = order(node, "arrived"), time.monotonic()
        page.wait_for_timeout(10_000)
        packets = order(node, "arrived")["packets"] - before["packets"]
        assert packets >= 0.8 * 50 * (time.monotonic() - began) * 0.95
        viewer = new_context().new_page()  # a browser's own decoder, on a good link
        viewer.goto(f"{node}/?seat=clerk&dark", timeout=60_000)
        viewer.evaluate("() => window.joining")
        for _ in range(8):
            shown = viewer.evaluate("() => window.frames_of('far')")
            viewer.wait_for_function("(n) => window.frames_of('far') >= n + 10", arg=shown, timeout=60_000)
            viewer.wait_for_timeout(1500)
