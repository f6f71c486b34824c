"""The tiles of the room's page in a real browser, without a court: what arrives and who is told of, in any order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

STATIC = Path(__file__).parents[2] / "court" / "static"
PAGE = """<!doctype html><html lang="zh-CN"><body><div id="room" data-state="in_session" data-phone="023-1234">
<div id="stage"></div></div><script type="module">
import { Stage } from "/static/js/room-stage.js";
const canvas = document.createElement("canvas");
canvas.getContext("2d");
window.track = canvas.captureStream(5).getVideoTracks()[0];
window.view = (seat, area = "main", quality = "high") => ({
  seat, area, quality, name: seat, caption: seat, role: "party", state: "joined", floor: true, muted: false,
  locked: false, floor_until: null, sources: [{ source: "camera", live: true }], hand: null,
});
window.picture = (seat) => document.querySelector(`.tile[data-seat="${seat}"] video`)?.srcObject?.getTracks()[0];
window.stage = new Stage(document.getElementById("stage"), "bench", "me");
</script></body></html>"""


def _stage(context: BrowserContext) -> Page:
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://court.test/")
        if path.startswith("static/"):
            route.fulfill(path=STATIC / path.removeprefix("static/"))
        else:
            route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")

    context.route("http://court.test/**", answer)
    page = context.new_page()
    page.goto("http://court.test/")
    page.wait_for_function("() => window.stage !== undefined")
    return page


def _does(page: Page, script: str) -> Any:
    return page.evaluate(f"() => {{ {script} }}")


def test_a_picture_that_comes_before_its_seat_is_known_is_shown_with_it(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = _stage(new_context())
    # Called in from the lobby: the pictures are there before the page has read who sits in the courtroom.
    _does(page, 'stage.carry([{ seat: "judge", source: "camera", track }]); stage.update([view("me")]);')
    assert page.locator(".tile").count() == 1
    _does(page, 'stage.update([view("me"), view("judge")]);')
    assert _does(page, 'return picture("judge") === track;')
    _does(page, 'stage.update([view("me")]); stage.update([view("me"), view("judge")]);')
    assert _does(page, 'return picture("judge") === track;')
    _does(page, 'stage.carry([]); stage.update([view("me"), view("judge")]);')
    assert _does(page, 'return picture("judge") === undefined;')


def test_who_waits_outside_is_not_said_to_have_a_weak_link(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = _stage(new_context())
    _does(page, 'stage.update([view("me"), view("in", "main", "low"), view("out", "lobby", "low")]);')
    assert "信号弱" in page.locator('[data-seat="in"] .tile__note').inner_text()
    assert page.locator('[data-seat="out"] .tile__note').inner_text() == "候庭"


def test_who_waits_outside_is_never_the_large_picture(new_context: Callable[..., BrowserContext]) -> None:
    page = _stage(new_context())
    _does(page, 'stage.update([view("me"), view("out", "lobby"), view("in")]);')
    assert page.locator(".tile--main").get_attribute("data-seat") == "in"


def test_the_bench_looks_at_the_vehicle_whoever_else_is_there(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = _stage(new_context())
    _does(page, 'stage.update([view("me"), view("far"), { ...view("van"), role: "vehicle" }]);')
    assert page.locator(".tile--main").get_attribute("data-seat") == "van"


def test_the_large_place_says_who_is_missing_since_when_and_what_to_do(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = _stage(new_context())
    there = page.locator('.tile[data-seat="car"] .absent')
    _does(page, 'window.car = { ...view("car"), caption: "车载法庭", role: "vehicle" };')
    _does(page, 'stage.update([view("me"), { ...car, state: "empty", sources: [] }]);')
    words = there.inner_text()
    assert "车载法庭 还没有接入" in words and "随车人员" in words and "023-1234" in words
    lost = '{ ...car, state: "lost", since: 1_700_000_000_000 }'
    _does(page, f'stage.update([view("me"), {lost}]); stage.second(1_700_000_080_000);')
    words = there.inner_text()
    assert (
        "断线了，正在自动重连" in words
        and "已 1 分 20 秒" in words
        and "断线不算缺席" in words
        and "休庭" in words
    )
    _does(page, 'stage.update([view("me"), car]);')
    assert page.locator(".absent").count() == 0
