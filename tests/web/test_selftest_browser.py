"""The self-test on a phone in a real browser: devices opened once, a "no" has help and a way on, the result is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import watch
from tests.journeys.stage import LONG, SMALL_CAMERA
from tests.node import Node
from tests.web.test_room_browsers import clean, make_case

pytestmark = [pytest.mark.timeout(120), pytest.mark.slow]
COUNTING = """
window.opened = 0;
const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wish) => { window.opened += 1; return asked(wish); };
"""


def test_a_phone_of_360_pixels_goes_through_all_questions_with_one_no(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    case = make_case(node)
    context = new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    cookies = [{"name": n, "value": v, "url": node.url} for n, v in case.cookies["remote"].items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    context.add_init_script(SMALL_CAMERA + COUNTING)
    page = context.new_page()
    faults = watch(page)
    page.goto(f"{node.url}{case.path}/check")

    def seen(step: str) -> None:
        expect(page.locator(f'[data-step="{step}"]')).to_be_visible(timeout=LONG)
        assert page.locator("[data-step]:visible").count() == 1
        clean(page)
        page.screenshot(path=tmp_path / f"{step}.png", full_page=True)

    seen("intro")
    page.click("#check-start")
    expect(page.locator("#check-opening")).to_contain_text("已经打开")
    seen("devices")
    yes(page, "打开了")
    seen("picture")
    yes(page, "看到了")
    expect(page.locator("#check-heard")).to_have_text("听到您的声音了。")  # the fake microphone beeps
    seen("level")
    yes(page, "动了")
    page.click("#check-tone")
    yes(page, "听不到")
    expect(page.locator('[data-step="sound"] .check__help')).to_contain_text("法庭电话")
    seen("sound")
    page.get_by_role("button", name="先这样，继续下一项").locator("visible=true").click()
    expect(page.locator("#check-line-words")).to_have_text("网络良好。", timeout=LONG)
    seen("line")
    page.click("#check-line-on")
    seen("discipline")
    yes(page, "知道了")
    seen("declared")
    yes(page, "我声明：不录制")
    expect(page.locator("#check-result")).to_have_text("自测有问题：听不到声音。")
    seen("done")
    assert page.evaluate("window.opened") == 1
    page.get_by_role("link", name="去候庭").click()
    expect(page.locator("#prejoin-picture")).to_contain_text("看到自己了", timeout=LONG)
    assert faults == []


def yes(page: Page, words: str) -> None:
    """One answer, whatever it says."""
    page.get_by_role("button", name=words, exact=True).locator("visible=true").click()
