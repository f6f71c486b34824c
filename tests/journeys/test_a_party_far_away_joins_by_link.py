"""A party far away joins on a phone by a link for one seat: bound to the device, lost and back, heard, signed, sealed."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Route, WebSocketRoute, expect

from tests.journeys import desk, kiosk, room
from tests.journeys.stage import LONG, Cast, Screen
from tests.node import Node

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
KEEP_CONNECTIONS = """
const connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    connections.push(this);
  }
};
window.cutMedia = () => connections.forEach((one) => one.close());
"""


class Air:
    """The phone's connection to the court, which can be cut like in a tunnel: no farewell, no new connection."""

    def __init__(self, phone: Screen) -> None:
        self.phone, self.up = phone, True
        self.open: list[WebSocketRoute] = []
        phone.page.context.add_init_script(KEEP_CONNECTIONS)
        phone.page.route_web_socket("**/ws", self._pass)

    def _pass(self, socket: WebSocketRoute) -> None:
        if not self.up:
            socket.close(code=1013)
            return
        socket.connect_to_server()
        self.open.append(socket)

    def cut(self) -> None:
        self.up = False
        self.phone.page.evaluate("cutMedia()")
        for socket in self.open:
            socket.close(code=1013)
        self.open.clear()

    def restore(self) -> None:
        self.up = True


@pytest.mark.timeout(600)
def test_a_party_far_away_joins_by_link(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    cast = Cast(node, new_context, "far-away")
    vehicle, mediator = (cast.screen(name) for name in ("vehicle", "mediator"))
    phone = cast.screen("phone", **PHONE)
    air = Air(phone)
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
    absent = mediator.page.locator("#stage").get_by_text("尚未进入")
    expect(absent).to_have_count(1)
    take_the_seat(phone, link, hearing)
    another_device_is_refused(cast, link)
    room.admit(mediator, phone)
    everyone = (mediator, vehicle, phone)
    for viewer in everyone:
        for seen in everyone:
            if viewer is not seen:
                viewer.sees(seen.seat())

    room.open_session(mediator, vehicle, phone)
    room.write_down(mediator, (("Alt+1", "现在开始调解。"), ("Alt+3", "我同意拆墙。")), vehicle, phone)
    phone.look("session")
    lose_and_come_back(air, phone, mediator, vehicle)
    phone.look("back")

    room.draft(mediator)
    hear(phone, vehicle)
    sign(mediator, vehicle, phone)
    agreement = room.seal(mediator)
    expect(phone.page.locator("#agreement")).to_contain_text("协议已经生效", timeout=LONG)
    phone.look("sealed")
    assert_valid(node, mediator, agreement, tmp_path)
    room.close(mediator, vehicle, phone)
    phone.look("ended")


def make_link(mediator: Screen) -> str:
    """The link for the one remote seat, shown once."""
    mediator.press("生成链接")
    field = mediator.page.locator("input[id^=link-]")
    expect(field).to_have_count(1)
    mediator.look("link")
    link = field.input_value()
    assert link.startswith(f"{mediator.node.url}/seat/")
    return link


def take_the_seat(phone: Screen, link: str, hearing: str) -> None:
    phone.go(link)
    expect(phone.page).to_have_url(f"{phone.node.url}/room/{hearing}/check")
    phone.look("self-test")
    phone.page.get_by_role("link", name="跳过，直接进入").click()
    expect(phone.page).to_have_url(f"{phone.node.url}/room/{hearing}")
    expect(phone.page.locator("#prejoin-picture")).to_contain_text("看到自己了", timeout=LONG)
    expect(phone.page.locator(".prejoin__seat")).to_contain_text(kiosk.RESPONDENT)
    phone.look("prejoin")
    phone.page.click("#enter")
    expect(phone.page.locator("#waiting-title")).to_be_visible(timeout=LONG)
    phone.look("waiting")


def another_device_is_refused(cast: Cast, link: str) -> None:
    other = cast.screen("other-phone", **PHONE)
    other.go(link)
    expect(other.page.locator("main")).to_contain_text("seat.other_device")
    expect(other.page.locator("main")).to_contain_text("另一台设备")
    other.faults.clear()  # the browser notes the refusal itself as an error of the network
    other.look("refused")
    other.page.context.close()


def lose_and_come_back(air: Air, phone: Screen, *others: Screen) -> None:
    """断线 is never 缺席, and nobody has to press anything for the way back."""
    seat = phone.seat()
    air.cut()
    for screen in others:
        tile = screen.page.locator(f'.tile[data-seat="{seat}"]')
        expect(tile).to_contain_text("断线（保留席位）", timeout=LONG)
        expect(screen.page.locator("#floor")).not_to_contain_text("缺席")
    others[0].look("lost-there")
    expect(phone.page.locator("#link-words")).to_contain_text("断线不算缺席", timeout=LONG)
    phone.look("lost")
    air.restore()
    expect(phone.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)
    for screen in others:
        tile = screen.page.locator(f'.tile[data-seat="{seat}"]')
        expect(tile).not_to_contain_text("断线", timeout=LONG)
        before = screen.frames(seat)
        screen.sees(seat, before + 5)
        phone.sees(screen.seat())


def hear(phone: Screen, vehicle: Screen) -> None:
    """Each at the own screen: nobody may say yes for somebody at another place."""
    for turn in ("第 1 段，共 2 段", "第 2 段，共 2 段"):
        for screen, name, other in (
            (vehicle, kiosk.APPLICANT, kiosk.RESPONDENT),
            (phone, kiosk.RESPONDENT, kiosk.APPLICANT),
        ):
            expect(screen.page.locator("#reading-title")).to_contain_text(turn, timeout=LONG)
            button = screen.page.get_by_role("button", name=f"{name}：听清楚了，同意")
            expect(button).to_be_visible(timeout=LONG)
            expect(screen.page.get_by_role("button", name=f"{other}：听清楚了，同意")).to_have_count(0)
            if screen is phone and turn.startswith("第 1"):
                phone.look("reading")
            button.click()


def sign(mediator: Screen, vehicle: Screen, phone: Screen) -> None:
    phone.page.route("**/page.png*", late)
    mediator.page.get_by_role("button", name="开始签名").click()
    for screen, name in (
        (vehicle, kiosk.APPLICANT),
        (phone, kiosk.RESPONDENT),
        (mediator, mediator.node.people["mediator"].name),
    ):
        expect(screen.page.locator("#signing-title")).to_contain_text(name, timeout=LONG)
        code = told_code(mediator, name) if screen is phone else ""
        if screen is phone:
            phone.look("confirm")
        screen.take_pad(name, code)
        pad = screen.page.locator("#signing-pad")
        pad.scroll_into_view_if_needed()
        screen.write_name(pad)
        if screen is phone:
            phone.look("sign")
        screen.page.click("#signing-done")
        expect(screen.page.locator("#signing")).to_be_hidden(timeout=LONG)


def told_code(mediator: Screen, name: str) -> str:
    """What the mediator reads out to the person on the screen."""
    mediator.page.get_by_role("button", name=f"给{name}确认码").click()
    told = mediator.page.locator("#agreement-state")
    expect(told).to_contain_text(f"念给{name}", timeout=LONG)
    found = re.search(r"(\d{3}) (\d{3})", told.inner_text())
    assert found
    return "".join(found.groups())


def late(route: Route) -> None:
    """The picture of the paper crosses a thin link: it comes while the person is already writing."""
    response = route.fetch()
    time.sleep(0.2)
    route.fulfill(response=response)


def assert_valid(node: Node, mediator: Screen, agreement: str, folder: Path) -> None:
    told = mediator.page.request.get(f"{node.url}/agreements/{agreement}.json").json()
    assert told["state"] == "sealed"
    paper = folder / "agreement.pdf"
    paper.write_bytes(mediator.page.request.get(f"{node.url}/papers/{told['paper_id']}.pdf").body())
    verdict = node.court("verify", "--json", str(paper))
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert json.loads(verdict.stdout)["verdict"] == "TOTAL-PASSED"
