"""Two browsers that may use nothing but the TURN server still see each other; a stale credential is told in words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from court.web.ice import turn_credential
from tests.journeys.stage import LONG
from tests.node import Node
from tests.turn import SECRET, turn_server
from tests.web.test_room_browsers import Sitting, make_case

pytestmark = pytest.mark.timeout(300)
# Remembers the page's connections, to read which way their packets take.
WATCHED = """
window.connections = [];
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
WAY = """
async () => {
  const pc = window.connections.findLast((one) => one.connectionState === "connected");
  const report = await pc.getStats();
  const pair = [...report.values()].find((one) => one.type === "candidate-pair" && one.nominated);
  const local = report.get(pair.localCandidateId);
  return [local.candidateType, local.relayProtocol];
}
"""


def opened(sitting: Sitting, who: str) -> Page:
    page = sitting.open(who)
    page.add_init_script(WATCHED)
    page.reload()
    expect(page.locator("#prejoin-picture")).to_contain_text("看到自己了")
    page.click("#enter")
    return page


@pytest.mark.parametrize("transport", ["udp", pytest.param("tcp", marks=pytest.mark.slow)])
def test_pages_that_reach_only_the_relay_hear_and_see_each_other(
    tmp_path: Path,
    fonts_dir: Path,
    new_context: Callable[..., BrowserContext],
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
) -> None:
    monkeypatch.setenv("COURT_TURN_SECRET", SECRET)
    with turn_server(tmp_path, transport) as turn:
        node = Node(tmp_path, fonts_dir=str(fonts_dir), turn_urls=[turn.url], turn_only=True).start()
        try:
            sitting = Sitting(node, make_case(node), new_context)
            for who in ("judge", "vehicle"):
                opened(sitting, who)
            sitting.decodes("judge", "vehicle")
            sitting.decodes("vehicle", "judge")
            for page in sitting.pages.values():
                assert page.evaluate(WAY) == ["relay", transport]
            way = "经中转（TCP，延迟可能较大）" if transport == "tcp" else "经中转 ·"
            expect(sitting.pages["judge"].locator("#persons")).to_contain_text(way, timeout=30_000)
            assert sitting.faults == {"judge": [], "vehicle": []}
        finally:
            node.stop()


@pytest.mark.slow
def test_an_expired_credential_is_refused_and_the_page_says_so(
    tmp_path: Path,
    fonts_dir: Path,
    new_context: Callable[..., BrowserContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from datetime import UTC, datetime, timedelta

    monkeypatch.setenv("COURT_TURN_SECRET", SECRET)
    with turn_server(tmp_path, "udp") as turn:
        node = Node(tmp_path, fonts_dir=str(fonts_dir), turn_urls=[turn.url], turn_only=True).start()
        try:
            sitting = Sitting(node, make_case(node), new_context)
            page = sitting.open("judge")
            name, word = turn_credential(SECRET, "seat", datetime.now(UTC) - timedelta(minutes=5))
            server = {"urls": [turn.url], "username": name, "credential": word}
            stale = {"iceServers": [server], "iceTransportPolicy": "relay", "seconds": 3600}

            def answer(route: Route) -> None:
                route.fulfill(body=json.dumps(stale), content_type="application/json")

            page.route("**/ice", answer)
            expect(page.locator("#prejoin-picture")).to_contain_text("看到自己了")
            page.click("#enter")
            expect(page.locator("body")).to_contain_text("中转服务没有接受", timeout=LONG)
            page.unroute("**/ice")  # the next one is asked for afresh, and is good
            expect(page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)
        finally:
            node.stop()
