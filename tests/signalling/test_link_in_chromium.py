"""The page's link in a real browser: pictures really decoded at the viewer, renewed by itself."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.conftest import free_port


def start(port: int = 0, peers: Sequence[str] = (), *more: str) -> tuple[subprocess.Popen[str], str]:
    """A media server in its own process, and its base address."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.signalling.node",
            "--uvloop",
            "--port",
            str(port),
            "--peers",
            *peers,
            *more,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"


def stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


@pytest.fixture
def media_node() -> Iterator[str]:
    process, address = start()
    yield address
    stop(process)


def order(node: str, path: str) -> Any:
    with urllib.request.urlopen(f"{node}/order/{path}", timeout=10) as answer:
        return json.load(answer)


# What the page opened, for cutting it; and the names of its peer connections as it offered them.
WITNESS = """
window.sockets = []; window.peers = []; window.offers = [];
window.WebSocket = class extends WebSocket {
  constructor(...a) { super(...a); window.sockets.unshift(this); }
  send(text) {
    const message = JSON.parse(text);
    if (message.type === "offer") window.offers.unshift(message.connection);
    super.send(text);
  }
};
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...a) { super(...a); window.peers.unshift(this); }
};
"""
STARVED = """() => {
  const data = JSON.stringify({ type: "media", connection: window.offers[0], connected: false });
  window.sockets[0].dispatchEvent(new MessageEvent("message", { data }));
}"""


def enter(context: BrowserContext, node: str, seat: str) -> Page:
    context.add_init_script(WITNESS)
    page = context.new_page()
    page.goto(f"{node}/?seat={seat}")
    page.evaluate("() => window.joining")
    return page


def watches(page: Page, seat: str, frames: int = 10) -> None:
    page.wait_for_function("([seat, n]) => window.frames_of(seat) >= n", arg=[seat, frames], timeout=40_000)


def test_two_browsers_decode_each_other_and_come_back_by_themselves(
    media_node: str, new_context: Callable[..., BrowserContext]
) -> None:
    judge, party = enter(new_context(), media_node, "judge"), enter(new_context(), media_node, "party")
    watches(judge, "party")
    watches(party, "judge")
    judge.evaluate("() => window.sockets[0].close()")
    order(media_node, "notify?count=20")
    judge.wait_for_function("() => window.seen.notices.length === 20", timeout=10_000)
    assert judge.evaluate("() => window.seen.notices") == list(range(20))
    before = party.evaluate("() => window.frames_of('judge')")
    judge.evaluate(STARVED)
    judge.wait_for_function("() => window.offers.length === 2", timeout=10_000)
    watches(party, "judge", before + 30)
    before = party.evaluate("() => window.frames_of('judge')")
    judge.evaluate("() => window.peers[0].close()")
    judge.wait_for_function("() => window.offers.length === 3", timeout=20_000)
    watches(party, "judge", before + 30)
    before = judge.evaluate("() => window.frames_of('party')")
    watches(judge, "party", before + 30)
    assert judge.evaluate("() => window.seen.refused") == []
    assert judge.evaluate("() => window.seen.stats.receive_kbps") > 0
    levels = [t["level"] for _ in range(20) for t in order(media_node, "status")["tracks"]]
    assert min(levels) < 127, "the level of the browser's microphone is read from its packets"
    order(media_node, "phase?phase=closed")
    judge.wait_for_function("() => window.link.connection === 'closed'", timeout=10_000)


def test_a_witness_is_called_in_and_out_without_joining_again_and_may_reload(
    new_context: Callable[..., BrowserContext],
) -> None:
    process, node = start()
    try:
        order(node, "place?seat=witness&area=lobby")
        judge, witness = enter(new_context(), node, "judge"), enter(new_context(), node, "witness")
        witness.wait_for_function("() => window.link.mediaConnected", timeout=20_000)
        seen = "() => window.link.room.seats.map((s) => s.seat + ' ' + s.area).sort()"
        assert witness.evaluate(seen) == ["witness lobby"]
        order(node, "place?seat=witness&area=main")
        watches(witness, "judge")
        watches(judge, "witness")
        assert witness.evaluate(seen) == ["judge main", "witness main"]
        order(node, "place?seat=witness&area=lobby")
        witness.wait_for_function("() => window.link.room.seats.length === 1", timeout=10_000)
        witness.wait_for_timeout(500)
        frozen = [
            page.evaluate(f"() => window.frames_of('{seat}')")
            for page, seat in ((witness, "judge"), (judge, "witness"))
        ]
        order(node, "notify?count=3")
        judge.wait_for_function("() => window.seen.notices.length === 3", timeout=10_000)
        witness.wait_for_timeout(1000)
        assert frozen == [
            page.evaluate(f"() => window.frames_of('{seat}')")
            for page, seat in ((witness, "judge"), (judge, "witness"))
        ]
        assert witness.evaluate("() => window.seen.notices") == []
        assert witness.evaluate("() => window.offers.length") == 1
        order(node, "place?seat=witness&area=main")
        witness.reload()
        watches(witness, "judge")
        assert "elsewhere" not in witness.evaluate("() => window.seen.states")
    finally:
        stop(process)


def test_a_missing_camera_is_said_and_the_voice_still_goes_out(
    media_node: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(f"{media_node}/")
    page.evaluate("""async () => {
        const { Link } = await import("/js/link.js");
        window.own = new Link();
        window.faults = [];
        window.own.addEventListener("device", (e) => window.faults.push(e.detail));
        await window.own.connect("/ws?seat=clerk", { audio: true, video: "no-such-camera" });
    }""")
    page.wait_for_function("() => window.own.mediaConnected", timeout=20_000)
    assert page.evaluate("() => window.faults") == [{"name": "not_found", "source": "camera"}]
    page.wait_for_function(
        "() => window.own.room.seats.some((s) => s.seat === 'clerk' && s.sources.length === 1)"
    )
    other = new_context().new_page()
    other.goto(f"{media_node}/?seat=clerk")
    other.wait_for_function("() => window.link.connection === 'elsewhere'", timeout=20_000)
    assert page.evaluate("() => window.own.mediaConnected")
    other.evaluate("() => window.link.takeOver()")
    page.wait_for_function("() => window.own.connection === 'taken_over'", timeout=20_000)
    other.wait_for_function("() => window.link.mediaConnected", timeout=20_000)


def test_a_page_comes_back_when_the_court_was_killed_and_started_again(
    new_context: Callable[..., BrowserContext],
) -> None:
    port = free_port()
    first, address = start(port)
    page, party = enter(new_context(), address, "judge"), enter(new_context(), address, "party")
    watches(page, "party")
    first.kill()
    stop(first)
    page.wait_for_function("() => window.link.connection === 'reconnecting'", timeout=10_000)
    second, _ = start(port)
    try:
        for each in (page, party):
            each.wait_for_function("() => window.link.connection === 'connected'", timeout=40_000)
        before = page.evaluate("() => window.frames_of('party')")
        watches(page, "party", before + 15)
        assert "reconnecting" in party.evaluate("() => window.seen.states")
    finally:
        stop(second)
