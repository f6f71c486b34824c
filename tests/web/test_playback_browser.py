"""Playback in a real browser: speeds, jumps, keyboard, watermark, and the newest seconds while the session runs."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import ARTEFACTS, watch
from tests.web.test_pages_seen import TAGS, WIDTHS


class Served:
    """The running court; `grow` lets the live recording go on by four seconds."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.facts: dict[str, Any] = json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def grow(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._line() == "grown\n"

    def open(
        self, new_context: Callable[..., BrowserContext], path: str, **options: object
    ) -> tuple[Page, list[str]]:
        context = new_context(**options)
        cookie = {"name": "court_staff", "value": self.facts["cookies"]["judge"]["court_staff"]}
        context.add_cookies([{**cookie, "url": self.facts["url"]}])  # type: ignore[list-item]
        page = context.new_page()
        faults = watch(page)
        page.goto(self.facts["url"] + path.replace("HEARING", self.facts["hearing"]))
        return page, faults


@contextmanager
def serving(folder: Path, fonts: Path, state: str) -> Iterator[Served]:
    order = [sys.executable, "-m", "tests.web.record_served", str(folder), str(fonts), state]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        yield Served(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("over"), fonts_dir, "over") as served:
        yield served


PLAYBACK = "/hearings/HEARING/playback"
# The watermark is faint on purpose and says nothing to read.
UNSPOKEN = {"exclude": [[".watermark"]]}


def position(page: Page) -> float:
    """Milliseconds from the start, as the page shows them on its slider."""
    return float(page.locator("#seek").input_value())


def ready(page: Page) -> None:
    expect(page.locator("#integrity-words")).to_contain_text("核对一致")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#tracks-stage video, #tracks-stage audio')]"
        ".every((m) => m.buffered.length > 0)"
    )


def test_playback_jumps_by_line_stage_and_gap_at_any_speed(
    over: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page, faults = over.open(new_context, PLAYBACK)
    ready(page)
    expect(page.locator(".watermark span").first).to_contain_text("李正言 room-judge")
    marks = page.locator("#marks button")
    expect(marks).to_have_count(3)
    marks.filter(has_text="陈述").click()
    assert 3950 <= position(page) <= 4050
    marks.filter(has_text="被申请人 张德贵 断线").first.click()
    assert 1950 <= position(page) <= 2050
    expect(page.locator(".tile", has_text="张德贵").first).to_contain_text("断线（保留席位）")
    page.locator("[data-kind=gap]").uncheck()
    expect(marks).to_have_count(2)
    page.locator("#player-lines button").nth(1).click()
    expect(page.locator("#play")).to_have_text("暂停")
    page.locator("#play").click()
    assert 1200 <= position(page) < 6000, "three seconds before the line"
    page.locator("#rate").select_option("0.5")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Home")
    assert position(page) == 0
    page.keyboard.press(" ")
    page.wait_for_function("() => Number(document.getElementById('seek').value) > 600")
    rates = page.evaluate(
        "() => [...document.querySelectorAll('#tracks-stage video')].map((v) => v.playbackRate)"
    )
    assert all(0.45 <= rate <= 0.55 for rate in rates), rates
    page.keyboard.press(" ")
    page.keyboard.press("]")
    assert 3950 <= position(page) <= 4050
    page.keyboard.press("ArrowLeft")
    assert position(page) == 0
    page.keyboard.press("ArrowUp")
    assert page.locator("#rate").input_value() == "0.75"
    clock = page.locator(".tile__clock").first.text_content() or ""
    assert len(clock) == 8
    assert faults == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("playback", PLAYBACK),
        ("ledger", "/desk/recordings"),
        ("record", "/desk/recordings/HEARING"),
        ("paper", "paper"),
    ],
)
def test_a_page_about_a_recording_is_accessible_and_fits(
    over: Served, new_context: Callable[..., BrowserContext], name: str, path: str
) -> None:
    page, faults = over.open(new_context, "/desk/recordings/HEARING" if path == "paper" else path)
    if path == "paper":
        page.get_by_role("link", name="中断情况说明").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("录音录像中断情况说明")
    found = Axe().run(page, context=UNSPOKEN, options={"runOnly": TAGS}).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found] == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        page.screenshot(path=ARTEFACTS / "record" / f"{name}-{width}.png", full_page=True)
        assert wide <= 0, f"{name} is {wide} px too wide at {width}"
    assert faults == []


def test_the_judge_signs_the_note_at_the_desk(
    over: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page, faults = over.open(new_context, "/desk/recordings/HEARING")
    page.get_by_role("link", name="中断情况说明").click()
    page.get_by_role("button", name="开始签名").click()
    page.locator("#record-done").click()
    expect(page.locator("#record-problem")).to_contain_text("请先在框里写名字")
    box = page.locator("#record-pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + 30 + 9 * step, box["y"] + 60 + 30 * (step % 4))
    page.mouse.up()
    page.locator("#record-done").click()
    expect(page.get_by_text("已经完成，归入文书")).to_be_visible()
    assert faults == []


@pytest.mark.slow
def test_the_newest_saved_seconds_play_while_the_session_runs(
    tmp_path: Path, fonts_dir: Path, new_context: Callable[..., BrowserContext]
) -> None:
    with serving(tmp_path, fonts_dir, "live") as served:
        page, faults = served.open(new_context, PLAYBACK)
        expect(page.locator("#safe")).to_contain_text("已安全保存到")
        before = page.locator("#safe").text_content()
        page.locator("#follow").click()
        expect(page.locator("#follow")).to_have_attribute("aria-pressed", "true")
        served.grow()
        page.wait_for_function("() => Number(document.getElementById('seek').max) >= 10000")
        assert page.locator("#safe").text_content() != before
        page.wait_for_function("() => Number(document.getElementById('seek').value) > 6500")
        shown = page.evaluate(
            "() => Math.max(...[...document.querySelectorAll('#tracks-stage video')].map((v) => v.currentTime))"
        )
        assert shown > 6, "the new seconds are on the screen"
        assert faults == []
