"""What the journeys share: one browser per person, a clean-page check after every page, pictures kept as artefacts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from tests.conftest import ARTEFACTS, watch
from tests.node import Node, Person

LONG = 60_000  # milliseconds; a loaded two-core machine is late, not wrong
# A small camera: several encoders and decoders share this machine with the server.
SMALL_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wish) =>
  open({ ...wish, video: wish.video && { ...wish.video, width: 320, height: 180, frameRate: 5 } });
"""
FRAMES = """
([seat, least]) => {
  const video = document.querySelector(`.tile[data-seat="${seat}"] video`);
  return video !== null && video.getVideoPlaybackQuality().totalVideoFrames > least;
}
"""


class Screen:
    """One person's browser. Every page it looks at must be free of axe violations and of console and CSP errors."""

    def __init__(self, name: str, node: Node, context: BrowserContext, journey: str) -> None:
        self.name, self.node, self.journey = name, node, journey
        context.add_init_script(SMALL_CAMERA)
        self.page: Page = context.new_page()
        self.faults = watch(self.page)
        self.shots = 0

    def second_tab(self, name: str) -> "Screen":
        """Another tab of the same browser, under the same session and the same rules."""
        tab = Screen.__new__(Screen)
        tab.name, tab.node, tab.journey, tab.shots = f"{self.name}-{name}", self.node, self.journey, 0
        tab.page = self.page.context.new_page()
        tab.faults = watch(tab.page)
        return tab

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else f"{self.node.url}{path}")
        return self.page

    def look(self, what: str) -> None:
        """Check the page as it stands and keep its picture."""
        self.shots += 1
        folder = ARTEFACTS / self.journey
        folder.mkdir(parents=True, exist_ok=True)
        self._photograph(folder / f"{self.name}-{self.shots:02d}-{what}.png")
        found = Axe().run(self.page).response["violations"]
        assert found == [], f"{self.name} {what}: {json.dumps(found, ensure_ascii=False)[:1500]}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.name} {what}: {wide} px wider than the window"
        # A refused form is answered 422 with the page again; the browser notes that as an error of the network.
        faults = [fault for fault in self.faults if "status of 422" not in fault]
        assert faults == [], f"{self.name} {what}: {faults}"

    def _photograph(self, path: Path) -> None:
        """The browser sometimes has no frame to give while it starts to play; the next moment it has."""
        try:
            self.page.screenshot(path=path)
        except Error:
            self.page.screenshot(path=path)

    def sign_in(self, person: Person) -> None:
        self.go("/login")
        self.page.fill("input[name=login]", person.login)
        self.page.fill("input[name=password]", person.password)
        self.page.fill("input[name=code]", person.code())
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.get_by_role("link", name="以后再改").click()
        expect(self.page).to_have_url(f"{self.node.url}/desk")

    def settle(self) -> None:
        """The vehicle's pages take a press in their first 400 ms for the tremor of the one before."""
        self.page.wait_for_function("() => performance.now() > 450")

    def press(self, name: str, **options: Any) -> None:
        self.settle()
        self.page.get_by_role("button", name=name, **options).first.click()

    def enter_room(self, hearing: str) -> None:
        """The device check, then the court; until the server has confirmed sound and picture."""
        self.go(f"/room/{hearing}")
        expect(self.page.locator("#prejoin-picture")).to_contain_text("看到自己了", timeout=LONG)
        self.page.click("#enter")
        expect(self.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)

    def sees(self, seat: str, least: int = 5) -> None:
        """Frames of that seat are really decoded here."""
        self.page.wait_for_function(FRAMES, arg=[seat, least], timeout=LONG)

    def frames(self, seat: str) -> int:
        """Frames of that seat decoded here so far."""
        video = self.page.locator(f'.tile[data-seat="{seat}"] video')
        return int(video.evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames"))

    def seat(self) -> str:
        found = self.page.locator("#room").get_attribute("data-seat")
        assert found
        return found

    def take_pad(self, name: str, code: str = "") -> None:
        """The named person takes the pad; one elsewhere with the code that was read out."""
        if code:
            self.page.fill("#signing-code", code)
        self.page.get_by_role("button", name=f"我是{name}，开始签名").click()

    def write_name(self, pad: Locator) -> None:
        """A name-like run of strokes on a signature pad."""
        expect(pad).to_be_visible(timeout=LONG)
        box = pad.bounding_box()
        assert box
        for stroke in range(3):
            left = box["x"] + box["width"] * (0.15 + 0.25 * stroke)
            self.page.mouse.move(left, box["y"] + box["height"] * 0.3)
            self.page.mouse.down()
            for step in range(1, 9):
                self.page.mouse.move(
                    left + box["width"] * 0.02 * step,
                    box["y"] + box["height"] * (0.3 + 0.05 * step * (1 if step % 2 else -0.3)),
                )
            self.page.mouse.up()


class Cast:
    """Makes the screens of one journey."""

    def __init__(self, node: Node, new_context: Callable[..., BrowserContext], journey: str) -> None:
        self.node, self.new_context, self.journey = node, new_context, journey

    def screen(self, name: str, **options: Any) -> Screen:
        return Screen(name, self.node, self.new_context(**options), self.journey)
