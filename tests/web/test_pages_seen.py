"""Pages of staff in a real browser: no axe violation, no console or CSP error, nothing wider than the screen."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import free_port, watch

READERS = {
    "login": "", "desk": "mediator", "matter": "clerk", "booking": "mediator", "hearing": "clerk", "draft": "mediator",
    "reading": "mediator",
    "signing": "mediator", "sealed": "mediator", "scan": "mediator", "paper": "clerk", "petition": "petition",
    "accounts": "admin", "seals": "keeper", "use": "keeper", "register": "auditor", "seal_roles": "admin",
    "terminals": "officer", "station": "clerk", "choose": "clerk", "batch": "clerk", "password": "judge",
    "tour": "clerk", "halt": "officer", "halt_new": "officer", "stops": "officer", "waiting": "mediator",
    "feeds": "mediator", "booking_halt": "mediator", "poster": "",
    "receive": "clerk", "filing": "judge", "judged": "clerk", "enforcement": "clerk", "case_file": "judge",
    "limit": "judge", "tracks": "clerk",
    "service": "clerk", "service_new": "clerk", "service_one": "clerk", "served_link": "", "served": "",
    "printed": "mediator", "pad": "mediator", "pad_reading": "mediator",
}  # fmt: skip
FIXED = {
    "login": "/login", "desk": "/desk", "accounts": "/desk/accounts", "terminals": "/desk/terminals",
    "station": "/desk/printing", "choose": "/desk/batches/print", "password": "/login/password",
    "stops": "/desk/tour/stops", "waiting": "/desk/tour/waiting", "feeds": "/desk/tour/feeds", "poster": "/stops",
    "seals": "/desk/seals", "seal_roles": "/desk/seals", "register": "/desk/seals/register",
}  # fmt: skip
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# 640 px is a 1280 px screen at 200 % zoom.
WIDTHS = (320, 360, 640, 1920)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path) -> Iterator[dict[str, Any]]:
    """A server with disputes in every state: its address, paths by page, tokens by login."""
    port, folder = free_port(), tmp_path_factory.mktemp("served")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.web.served", str(folder / "data"), str(fonts_dir), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        assert process.stdout and process.stdin
        line = process.stdout.readline()
        assert line, (folder / "log").read_text()[-3000:]
        yield {"url": f"http://127.0.0.1:{port}", **json.loads(line)}
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def _open(
    served: dict[str, Any], new_context: Callable[..., BrowserContext], name: str
) -> tuple[Page, list[str]]:
    context = new_context()
    if READERS[name]:
        token = served["tokens"][READERS[name]]
        context.add_cookies([{"name": "court_staff", "value": token, "url": served["url"]}])
    context.add_cookies([{"name": "court_served", "value": served["device"], "url": served["url"]}])
    page = context.new_page()
    faults = watch(page)
    page.goto(served["url"] + (FIXED | served["paths"])[name])
    return page, faults


@pytest.mark.parametrize("name", READERS)
def test_a_page_is_accessible_quiet_and_fits(
    served: dict[str, Any], new_context: Callable[..., BrowserContext], name: str
) -> None:
    page, faults = _open(served, new_context, name)
    found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found] == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} is {wide} px too wide at {width}"
    assert faults == []


def test_the_worklist_updates_itself_and_keeps_the_focus(
    served: dict[str, Any], new_context: Callable[..., BrowserContext]
) -> None:
    page, faults = _open(served, new_context, "desk")
    expect(page.get_by_text("自动更新中")).to_be_visible()
    first = page.locator("#worklist tbody a").first
    first.focus()
    key = first.get_attribute("data-key")
    other, _ = _open(served, new_context, "draft")
    other.get_by_text("作废这份协议").click()
    other.get_by_label("作废的原因").fill("双方要重新商量")
    other.once("dialog", lambda dialog: dialog.accept())
    before = page.locator("#worklist").inner_text()
    other.get_by_role("button", name="作废", exact=True).click()
    expect(page.locator("#worklist")).not_to_have_text(before)
    assert page.evaluate("() => document.activeElement.getAttribute('data-key')") == key
    assert faults == []


def test_the_keyboard_reaches_the_button_that_signs_in(
    served: dict[str, Any], new_context: Callable[..., BrowserContext]
) -> None:
    page, _ = _open(served, new_context, "login")
    page.locator("#f-login").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent.trim()") == "登录"
    page.keyboard.press("Enter")
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(3)


def test_lists_of_a_drawn_paper_are_rows_that_can_be_added_and_taken_back(
    served: dict[str, Any], new_context: Callable[..., BrowserContext]
) -> None:
    page, faults = _open(served, new_context, "matter")
    page.goto(page.url + "/draw/element_complaint")
    sent = page.locator("textarea[name=elements]")
    rows = (
        page.locator(".item-rows").filter(has=page.get_by_role("button", name="要素：加一行")).locator("li")
    )
    asked = rows.count()
    assert asked > 5
    for number in range(asked):
        rows.nth(number).get_by_label("答复").fill(f"第{number + 1}项｜已问明\n有收据")
    rows.nth(1).get_by_role("button", name="删除").click()
    expect(rows).to_have_count(asked - 1)
    page.get_by_role("button", name="撤销").click()
    expect(rows).to_have_count(asked)
    page.get_by_role("button", name="要素：加一行").click()
    lines = sent.input_value().split("\n")
    assert len(lines) == asked and lines[1].endswith("｜第2项，已问明 有收据")
    found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found] == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    page.set_viewport_size({"width": 1920, "height": 1080})
    claims = (
        page.locator(".item-rows").filter(has=page.get_by_role("button", name="请求：加一行")).locator("li")
    )
    for _ in range(claims.count() - 1):
        claims.first.get_by_role("button", name="删除").click()
    page.get_by_role("checkbox", name="是否选择").check()
    page.get_by_label("纠纷解决方式的意愿").select_option("愿意先行调解")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("heading", name="民事起诉状（要素式）：预览")).to_be_visible()
    expect(page.get_by_role("img", name="第1页的图像")).to_be_visible()
    assert faults == []
