"""Three real browsers hold a session: seen and heard, opened, written down, interrupted, lost and back, closed, replayed."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from court import config
from court.store.database import Database
from tests.conftest import watch
from tests.journeys.stage import FRAMES, LONG, SMALL_CAMERA
from tests.node import Node
from tests.web.room_case import RoomCase, build

pytestmark = pytest.mark.timeout(300)
expect.set_options(timeout=LONG)


def make_case(node: Node, **options: bool) -> RoomCase:
    """Rows are made beside the running server, as another process of the same machine may."""

    async def run() -> RoomCase:
        db = await asyncio.to_thread(Database.open, config.load(node.config).database)
        try:
            return await db.write(build, datetime.now(UTC), **options)
        finally:
            await db.close()

    # A thread of its own: Playwright's loop lives in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result(60)


class Sitting:
    """The open pages of one case, each with the faults it must not have."""

    def __init__(self, node: Node, case: RoomCase, new_context: Callable[..., BrowserContext]) -> None:
        self.node, self.case, self.new_context = node, case, new_context
        self.pages: dict[str, Page] = {}
        self.faults: dict[str, list[str]] = {}

    def open(self, who: str, **options: Any) -> Page:
        context = self.new_context(**options)
        cookies = [{"name": n, "value": v, "url": self.node.url} for n, v in self.case.cookies[who].items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        context.add_init_script(SMALL_CAMERA)
        page = context.new_page()
        self.faults[who] = watch(page)
        self.pages[who] = page
        page.goto(f"{self.node.url}{self.case.path}")
        return page

    def enter(self, who: str, **options: Any) -> Page:
        page = self.open(who, **options)
        expect(page.locator("#prejoin-picture")).to_contain_text("看到自己了")
        page.click("#enter")
        expect(page.locator("#own-words")).to_contain_text("法庭已收到")
        return page

    def decodes(self, who: str, seat: str, least: int = 3) -> None:
        page = self.pages[who]
        page.wait_for_function(FRAMES, arg=[self.case.seats[seat].id, least], timeout=LONG)


@pytest.fixture(scope="module")
def case(node: Node) -> RoomCase:
    return make_case(node)


@pytest.fixture
def sitting(node: Node, case: RoomCase, new_context: Callable[..., BrowserContext]) -> Iterator[Sitting]:
    running = Sitting(node, case, new_context)
    yield running
    for who, faults in running.faults.items():
        assert faults == [], who


def clean(page: Page, context: dict[str, list[list[str]]] | None = None) -> None:
    """No axe violation and nothing wider than the window."""
    found = Axe().run(page, context=context).response["violations"]
    assert found == [], json.dumps(found, ensure_ascii=False)[:2000]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png")


def test_a_session_from_the_first_picture_to_the_replay(sitting: Sitting, tmp_path: Path) -> None:
    judge, clerk, vehicle = (sitting.enter(who) for who in ("judge", "clerk", "vehicle"))
    everyone = {"judge": judge, "clerk": clerk, "vehicle": vehicle}
    for viewer in everyone:
        for seat in everyone:
            if viewer != seat:
                sitting.decodes(viewer, seat)
    remote = judge.locator(f'.tile[data-seat="{sitting.case.seats["remote"].id}"]')
    expect(remote).to_contain_text("尚未进入")

    open_and_watch(judge, everyone)
    write_lines(clerk, everyone)
    correct_a_line(judge, vehicle, everyone)
    mute_and_unmute(sitting, judge, vehicle)
    pause_and_resume(judge, everyone)
    for who, page in everyone.items():
        clean(page)
        shoot(page, tmp_path, who)

    lose_and_return(sitting, judge)
    vehicle = sitting.pages["vehicle"]
    keep_a_draft(sitting, clerk)
    close(judge, {"judge": judge, "clerk": clerk, "vehicle": vehicle})
    replay(sitting, judge, tmp_path)


def open_and_watch(judge: Page, everyone: dict[str, Page]) -> None:
    judge.click("#order-open")
    for page in everyone.values():
        expect(page.locator("#recording-words")).to_contain_text("正在录音录像")
    for who in ("judge", "clerk"):
        expect(everyone[who].locator("#safety-words")).to_have_text("正常")
    expect(judge.locator("#tracks")).to_contain_text("最后一秒已保存")
    assert everyone["vehicle"].locator("#tracks").count() == 0


def write_lines(clerk: Page, everyone: dict[str, Page]) -> None:
    clerk.locator("#editor-text").focus()
    clerk.keyboard.press("Alt+2")
    clerk.keyboard.insert_text("路是1998年修的，")
    clerk.keyboard.press("Alt+Enter")
    clerk.keyboard.insert_text("一直从那里走。")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#editor-status")).to_contain_text("已自动保存")
    clerk.keyboard.press("Alt+1")
    clerk.keyboard.insert_text("请对方回应。")
    clerk.keyboard.press("Enter")
    for page in everyone.values():
        lines = page.locator("#transcript-lines > li")
        expect(lines).to_have_count(2)
        expect(lines.nth(0)).to_contain_text("路是1998年修的，\n一直从那里走。")
        expect(lines.nth(0)).to_contain_text("申请人 王秀英")
        expect(lines.nth(0)).to_contain_text("录音 00:0")
        expect(lines.nth(1)).to_contain_text("请对方回应。")
    # While an input method composes, Enter belongs to it.
    clerk.locator("#editor-text").fill("输入法")
    clerk.locator("#editor-text").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(clerk.locator("#editor-text")).to_have_value("输入法")
    clerk.locator("#editor-text").fill("")
    expect(clerk.locator("#transcript-lines > li")).to_have_count(2)


def correct_a_line(judge: Page, vehicle: Page, everyone: dict[str, Page]) -> None:
    vehicle.locator("#transcript-lines > li").nth(1).get_by_role("button", name="请求更正").click()
    vehicle.fill("#correction-text", "请被申请人回应。")
    vehicle.get_by_role("button", name="送交法庭决定").click()
    expect(judge.locator("#correction-count")).to_contain_text("1 条")
    judge.get_by_role("button", name="同意更正").click()
    for page in everyone.values():
        expect(page.locator("#transcript-lines > li").nth(1)).to_contain_text("请被申请人回应。")


def mute_and_unmute(sitting: Sitting, judge: Page, vehicle: Page) -> None:
    seat = sitting.case.seats["vehicle"].id
    row = judge.locator(f'#persons > li:has([data-key^="{seat} "])')
    row.locator("summary").click()
    row.get_by_role("button", name=re.compile(r"^静音\s*：")).click()
    expect(vehicle.locator("#own-words")).to_contain_text("要说话请点麦克风")
    vehicle.click("#mic")
    expect(vehicle.locator("#own-words")).to_contain_text("声音已送出")
    row.get_by_role("button", name=re.compile("^静音并锁定")).click()
    expect(vehicle.locator("#own-words")).to_contain_text("主持人已将您静音")
    vehicle.click("#hand")
    expect(judge.locator("#persons")).to_contain_text("举手第 1 位")
    row.get_by_role("button", name=re.compile("^准许发言")).first.click()
    expect(vehicle.locator("#own-words")).to_contain_text("声音已送出")
    expect(judge.locator("#persons")).not_to_contain_text("举手")


def pause_and_resume(judge: Page, everyone: dict[str, Page]) -> None:
    judge.locator("#order-suspend > summary").click()
    assert judge.locator("#order-suspend button").all_text_contents() == [
        "休庭",
        "不公开举证质证",
        "不宜录制的调解",
    ]
    judge.get_by_role("button", name="休庭").click()
    for page in everyone.values():
        expect(page.locator("#recording-words")).to_have_text("录音录像已暂停：休庭")
    judge.click("#order-resume")
    for page in everyone.values():
        expect(page.locator("#recording-words")).to_contain_text("正在录音录像")


def lose_and_return(sitting: Sitting, judge: Page) -> None:
    seat = sitting.case.seats["vehicle"].id
    # Going offline says no farewell: the link is cut like in a tunnel.
    sitting.pages["vehicle"].evaluate("window.onbeforeunload = null")
    sitting.pages["vehicle"].context.close()
    tile = judge.locator(f'.tile[data-seat="{seat}"]')
    expect(tile).to_contain_text("保留席位")
    sitting.enter("vehicle")
    expect(tile).not_to_contain_text("保留席位")
    sitting.decodes("judge", "vehicle")
    expect(sitting.pages["vehicle"].locator("#transcript-lines > li")).to_have_count(2)


def keep_a_draft(sitting: Sitting, clerk: Page) -> None:
    clerk.locator("#editor-text").fill("说到一半就断电了")
    expect(clerk.locator("#editor-status")).to_contain_text("已自动保存")
    clerk.reload()
    clerk.click("#enter")
    expect(clerk.locator("#editor-text")).to_be_visible(timeout=LONG)
    expect(clerk.locator("#editor-text")).to_have_value("说到一半就断电了")
    clerk.locator("#editor-text").press("Enter")
    expect(clerk.locator("#transcript-lines > li")).to_have_count(3)
    expect(sitting.pages["vehicle"].locator("#transcript-lines > li")).to_have_count(3)


def close(judge: Page, everyone: dict[str, Page]) -> None:
    judge.click("#order-close")
    judge.click("#close-yes")
    for page in everyone.values():
        expect(page.locator("#ended")).to_be_visible(timeout=LONG)


def replay(sitting: Sitting, judge: Page, tmp_path: Path) -> None:
    judge.get_by_role("link", name="回放录音录像").click()
    expect(judge.locator("#integrity-words")).to_contain_text("核对一致")
    expect(judge.locator("#player-lines > li")).to_have_count(3)
    judge.locator("#player-lines > li").nth(1).locator("button").click()
    judge.wait_for_function(
        "() => [...document.querySelectorAll('#tracks-stage video')]"
        ".some((v) => v.getVideoPlaybackQuality().totalVideoFrames > 3)",
        timeout=LONG,
    )
    judge.wait_for_function(
        "() => [...document.querySelectorAll('#tracks-stage audio')]"
        ".some((a) => !a.paused && a.currentTime > 0)",
        timeout=LONG,
    )
    clean(judge, {"exclude": [[".watermark"]]})  # faint on purpose, and says nothing to read
    shoot(judge, tmp_path, "playback")


def test_the_clerk_writes_on_while_the_server_is_dead(
    node: Node, new_context: Callable[..., BrowserContext]
) -> None:
    case = make_case(node, opened=True)
    sitting = Sitting(node, case, new_context)
    clerk = sitting.enter("clerk")
    write(clerk, "第一行")
    lines = clerk.locator("#transcript-lines > li")
    expect(clerk.locator("#editor-status")).to_contain_text("已自动保存")
    expect(lines).to_have_count(1)
    node.kill()
    write(clerk, "断电时写的第二行")
    write(clerk, "断电时写的第三行")
    expect(clerk.locator("#editor-status")).to_contain_text("2 行存在本机")
    expect(clerk.locator("#link-words")).to_contain_text("断线不算缺席，不用担心。")
    node.start()
    expect(clerk.locator("#editor-status")).to_contain_text("已自动保存")
    expect(clerk.locator(".t-pending")).to_have_count(0)
    clerk.reload()
    expect(lines).to_have_count(3)
    texts = lines.locator(".t-text").all_text_contents()
    assert texts == ["第一行", "断电时写的第二行", "断电时写的第三行"]
    conflict_shows_both_texts(clerk, case)


def test_who_is_signed_out_is_told_and_finds_everything_after_signing_in(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    case = make_case(node, opened=True)
    clerk = Sitting(node, case, new_context).enter("clerk")
    cookies = clerk.context.cookies()
    node.kill()
    write(clerk, "登录过期前写的一行")
    expect(clerk.locator("#editor-status")).to_contain_text("存在本机")
    clerk.context.clear_cookies()
    node.start()
    expect(clerk.locator("#trouble")).to_contain_text("登录已过期，请重新登录；笔录草稿已存在本机。")
    expect(clerk.locator("#link-words")).to_have_text("登录已过期")
    expect(clerk.locator("#own-words")).to_contain_text("法庭尚未收到")
    clean(clerk)
    shoot(clerk, tmp_path, "signed-out")
    clerk.context.add_cookies(cookies)  # type: ignore[arg-type]
    clerk.on("dialog", lambda question: question.accept())
    clerk.locator("#trouble").get_by_role("link", name="重新登录").click()
    expect(clerk).to_have_url(f"{node.url}{case.path}")
    expect(clerk.locator("#transcript-lines > li")).to_contain_text("登录过期前写的一行")
    expect(clerk.locator(".t-pending")).to_have_count(0)


@pytest.mark.slow
def test_on_a_second_device_one_is_asked_and_takes_the_seat_with_one_press(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    case = make_case(node, opened=True)
    first_device, second_device = (Sitting(node, case, new_context) for _ in range(2))
    judge, first = first_device.enter("judge"), first_device.enter("remote")
    second = second_device.open("remote", viewport={"width": 360, "height": 740})
    expect(second.locator("#prejoin-picture")).to_contain_text("看到自己了")
    second.click("#enter")
    expect(second.locator("#trouble")).to_contain_text("您已在另一台设备上进入法庭")
    expect(second.locator("#link-words")).to_have_text("已在别处进入")
    expect(first.locator("#own-words")).to_contain_text("法庭已收到")
    clean(second)
    shoot(second, tmp_path, "asked")
    second.get_by_role("button", name="在这里继续").click()
    expect(second.locator("#own-words")).to_contain_text("法庭已收到")
    expect(second.locator("#trouble")).to_be_hidden()
    expect(first.locator("#trouble")).to_contain_text("这里不再连接")
    expect(first.locator("#trouble").get_by_role("link", name="在这里继续")).to_be_visible()
    clean(first)
    shoot(first, tmp_path, "taken-over")
    second_device.decodes("remote", "judge")
    expect(judge.locator(f'.tile[data-seat="{case.seats["remote"].id}"]')).not_to_contain_text("保留席位")


def write(clerk: Page, text: str) -> None:
    clerk.locator("#editor-text").fill(text)
    clerk.locator("#editor-text").press("Enter")


def conflict_shows_both_texts(clerk: Page, case: RoomCase) -> None:
    clerk.click("#enter")
    line = clerk.locator("#transcript-lines > li").first
    line.get_by_role("button", name="修改：").click()
    # The same clerk at a second window was faster.
    ident = str(line.get_attribute("id")).removeprefix("line-")
    told = clerk.evaluate(
        """async ([url, body]) => {
          const csrf = document.querySelector('meta[name="csrf"]').content;
          const headers = { "content-type": "application/json", "x-csrf-token": csrf };
          const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
          return answer.status;
        }""",
        [
            f"{case.path}/transcript/{ident}",
            {"id": "second-window", "rev": 1, "speaker": case.seats["judge"].caption, "text": "别处改的"},
        ],
    )
    assert told == 200
    write(clerk, "我改的")
    expect(clerk.locator("#conflict-dialog")).to_be_visible()
    expect(clerk.locator("#conflict-theirs")).to_contain_text("别处改的")
    expect(clerk.locator("#conflict-mine")).to_have_value("我改的")
    clerk.click("#conflict-keep")
    expect(line).to_contain_text("我改的")
    line.get_by_role("button", name="已修改 2 次").click()
    expect(line.locator(".t-history > li")).to_have_count(3)
