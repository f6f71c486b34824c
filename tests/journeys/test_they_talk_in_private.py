"""背对背: mediator and far party talk alone; the vehicle waits and decodes nothing; a signed statement says so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from tests.journeys import desk, kiosk, room
from tests.journeys.stage import LONG, Cast, Screen
from tests.journeys.test_a_party_far_away_joins_by_link import PHONE, make_link, take_the_seat
from tests.node import Node

KEEP_CONNECTIONS = """
const connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    connections.push(this);
  }
};
window.received = async () => {
  let packets = 0;
  for (const one of connections) {
    if (one.connectionState === "closed") continue;
    for (const report of (await one.getStats()).values()) {
      if (report.type === "inbound-rtp") packets += report.packetsReceived;
    }
  }
  return packets;
};
"""


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_they_talk_in_private(node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path) -> None:
    cast = Cast(node, new_context, "private")
    vehicle, mediator = (cast.screen(name) for name in ("vehicle", "mediator"))
    phone = cast.screen("phone", **PHONE)
    vehicle.page.context.add_init_script(KEEP_CONNECTIONS)
    photo = tmp_path / "path.jpg"
    Image.new("RGB", (800, 600), (200, 190, 170)).save(photo)
    kiosk.enrol(vehicle)
    kiosk.register_dispute(vehicle, photo)
    mediator.sign_in(node.people["mediator"])
    desk.open_newest(mediator, "matters")
    mediator.press("我来办理")
    hearing = desk.book(mediator, clerk=False, remote=kiosk.RESPONDENT)
    desk.call_roll(mediator, hearing)
    link = make_link(mediator)
    vehicle.go("/kiosk/hearings")
    vehicle.enter_room(hearing)
    mediator.enter_room(hearing)
    take_the_seat(phone, link, hearing)
    room.admit(mediator, phone)
    room.open_session(mediator, vehicle, phone)

    ask_in(mediator, phone)
    go_in(mediator, phone, vehicle)
    nothing_reaches(vehicle, mediator, phone)
    come_back(mediator, vehicle, phone)
    room.close(mediator, vehicle, phone)
    statement(node, mediator, hearing, tmp_path)


def ask_in(mediator: Screen, phone: Screen) -> None:
    mediator.page.locator("#panel-caucus > summary").click()
    mediator.page.click("#caucus-open")
    row = mediator.page.locator(".talk-room .person", has_text=kiosk.RESPONDENT)
    expect(row).to_contain_text("可以邀请", timeout=LONG)
    mediator.look("room")
    row.get_by_role("button", name="邀请").click()
    expect(row).to_contain_text("等候回答", timeout=LONG)
    expect(phone.page.locator("#caucus-call")).to_be_visible(timeout=LONG)
    phone.look("called")
    phone.page.click("#caucus-yes")
    expect(row).to_contain_text("在里面", timeout=LONG)
    expect(phone.page.locator("#caucus-words")).to_contain_text("不录音录像", timeout=LONG)


def go_in(mediator: Screen, phone: Screen, vehicle: Screen) -> None:
    expect(mediator.page.locator("#caucus-words")).to_contain_text("有人在等您", timeout=LONG)
    mediator.page.get_by_role("button", name="进入：房间 1").click()
    mediator.page.get_by_role("button", name="锁门：房间 1").click()
    for one, other in ((mediator, phone), (phone, mediator)):
        expect(one.page.locator("#caucus-words")).to_contain_text("对方听不到", timeout=LONG)
        one.sees(other.seat(), one.frames(other.seat()) + 10)
    expect(vehicle.page.locator("#caucus-words")).to_contain_text("请稍候", timeout=LONG)
    expect(vehicle.page.locator("#caucus-back")).to_be_hidden()
    mediator.look("inside")
    phone.look("inside")
    vehicle.look("waits")


def nothing_reaches(vehicle: Screen, *talking: Screen) -> None:
    """While both talk on, not one packet and not one frame comes to the vehicle."""
    first, second = talking
    before = vehicle.page.evaluate("received()")
    frames = [vehicle.frames(one.seat()) for one in talking]
    assert before > 0
    first.sees(second.seat(), first.frames(second.seat()) + 25)
    second.sees(first.seat(), second.frames(first.seat()) + 25)
    assert vehicle.page.evaluate("received()") == before
    assert [vehicle.frames(one.seat()) for one in talking] == frames


def come_back(mediator: Screen, vehicle: Screen, phone: Screen) -> None:
    mediator.page.get_by_role("button", name="结束：房间 1").click()
    for one in (mediator, vehicle, phone):
        expect(one.page.locator("#caucus-line")).to_be_hidden(timeout=LONG)
        expect(one.page.locator("#transcript-lines")).to_contain_text("背对背调解结束", timeout=LONG)
    for one, other in ((vehicle, phone), (vehicle, mediator), (phone, vehicle)):
        one.sees(other.seat(), one.frames(other.seat()) + 5)
    vehicle.look("together")


def statement(node: Node, mediator: Screen, hearing: str, folder: Path) -> None:
    """Drawn from what was counted, signed by the mediator, sealed, and verified."""
    mediator.go(f"/desk/hearings/{hearing}")
    mediator.press("背对背调解情况说明")
    mediator.look("statement")
    mediator.take_pad(mediator.node.people["mediator"].name)
    mediator.write_name(mediator.page.locator("#record-pad"))
    mediator.page.click("#record-done")
    expect(mediator.page.get_by_text("已经完成，归入文书")).to_be_visible(timeout=LONG)
    mediator.look("sealed")
    mediator.go(f"/desk/hearings/{hearing}")
    mediator.page.locator("a[href*='/desk/matters/']").first.click()
    link = mediator.page.locator("a[href*='/desk/papers/']", has_text="背对背").first
    address = link.get_attribute("href")
    assert address
    paper = folder / "statement.pdf"
    number = address.rsplit("/", 1)[-1]
    paper.write_bytes(mediator.page.request.get(f"{node.url}/papers/{number}.pdf").body())
    verdict = node.court("verify", "--json", str(paper))
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert json.loads(verdict.stdout)["verdict"] == "TOTAL-PASSED"
