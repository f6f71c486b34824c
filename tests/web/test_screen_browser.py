"""The outside screen in a real browser: it sees and hears a public session, and nothing of an interruption."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import watch
from tests.journeys.stage import LONG
from tests.node import Node
from tests.web.test_room_browsers import Sitting, clean, make_case

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]
PICTURE = (
    "() => document.querySelector('.screen__tile video')?.getVideoPlaybackQuality().totalVideoFrames > 5"
)
# Bytes of picture and sound that reached this page, over all its connections.
RECEIVED = """
async () => {
  let bytes = 0;
  for (const peer of window.peers) {
    for (const one of (await peer.getStats()).values()) if (one.type === "inbound-rtp") bytes += one.bytesReceived;
  }
  return bytes;
}
"""
PEERS = """
window.peers = [];
const Plain = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Plain { constructor(...a) { super(...a); window.peers.push(this); } };
"""


def open_screen(sitting: Sitting, **options: object) -> tuple[Page, list[str]]:
    context = sitting.new_context(**options)
    node, case = sitting.node, sitting.case
    cookies = [{"name": n, "value": v, "url": node.url} for n, v in case.cookies["vehicle"].items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    context.add_init_script(PEERS)
    page = context.new_page()
    faults = watch(page)
    page.goto(f"{node.url}{case.path}/screen")
    return page, faults


def test_a_public_session_is_seen_until_it_is_interrupted(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    sitting = Sitting(node, make_case(node, public=True), new_context)
    judge = sitting.enter("judge")
    sitting.enter("vehicle")
    screen, faults = open_screen(sitting)
    expect(screen.locator("#screen-title")).to_have_text("还没有开始")
    clean(screen)
    screen.wait_for_timeout(1500)
    assert screen.evaluate(RECEIVED) == 0, "before the opening nothing is sent"

    judge.click("#order-open")
    screen.wait_for_function(PICTURE, timeout=LONG)
    expect(screen.locator(".screen__tile")).to_have_count(2)
    expect(screen.locator("#screen-live")).not_to_contain_text("王秀英")
    expect(judge.locator("#persons")).not_to_contain_text("screen")
    clean(screen)
    screen.screenshot(path=tmp_path / "live.png")
    screen.set_viewport_size({"width": 1080, "height": 1920})
    clean(screen)
    screen.screenshot(path=tmp_path / "upright.png")

    judge.click("#order-suspend summary")
    judge.locator('#order-suspend button[value="closed_evidence"]').click()
    expect(screen.locator("#screen-title")).to_have_text("正在进行不公开的环节")
    expect(screen.locator("video")).to_have_count(0)
    screen.wait_for_timeout(500)  # what was under way has arrived
    before = screen.evaluate(RECEIVED)
    screen.wait_for_timeout(3000)
    assert screen.evaluate(RECEIVED) == before, "not a byte of what is not public"
    clean(screen)
    screen.screenshot(path=tmp_path / "apart.png")

    judge.click("#order-resume")
    screen.wait_for_function(PICTURE, timeout=LONG)
    assert faults == []
