"""The kiosk and the public pages in a real browser: large, whole, quiet, and clever where they have to be."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from court.config import Config
from court.installation import place
from documents import qr
from tests.conftest import watch
from tests.node import Node
from tests.web.looks import faults

NewContext = Callable[..., BrowserContext]
KIOSK, PHONE, ZOOMED = 96, 60, 60


@pytest.fixture(scope="module")
def terminal(node: Node, browser) -> dict[str, object]:
    """The cookies of an enrolled terminal: the printed code is worth one enrolment."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{node.url}/kiosk")
    page.fill("#f-code", node.terminal_code)
    page.click("text=登记这台机器")
    page.wait_for_url("**/kiosk")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def kiosk(node: Node, new_context: NewContext, terminal: dict[str, object]) -> Callable[..., Page]:
    """A kiosk screen at its first page."""

    def make(**options: object) -> Page:
        page = new_context(storage_state=terminal, base_url=node.url, **options).new_page()
        page.goto("/kiosk")
        return page

    return make


def onward(page: Page) -> None:
    """The large blue button; a press within 400 ms of another is taken for trembling."""
    page.wait_for_timeout(450)
    page.click(".question__actions .button--primary")


def press(page: Page, selector: str) -> None:
    page.wait_for_timeout(450)
    page.click(selector)


def write_name(page: Page, strokes: int = 3) -> None:
    """A name on the pad."""
    box = page.locator("[data-pad-canvas]").bounding_box()
    assert box
    for n in range(strokes):
        left = box["x"] + box["width"] * (0.2 + 0.2 * n)
        page.mouse.move(left, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        for step in range(12):
            page.mouse.move(left + step * 8, box["y"] + box["height"] * (0.3 + 0.3 * (step % 5) / 5))
        page.mouse.up()


def to_materials(page: Page) -> None:
    press(page, "button:has-text('请法庭来调解')")
    page.fill("#f-id_number", "11010519491231002X")
    onward(page)
    page.fill("#f-name", "王秀英")
    onward(page)
    page.fill("#f-address", "凤鸣镇黎明村3组")
    onward(page)
    press(page, "text=邻居、路、水、地")
    press(page, "text=走路、过路")
    press(page, "button:has-text('先不答')")
    page.fill("#f-facts", "路被石头堵了。")
    onward(page)
    onward(page)
    page.fill("#f-request", "把石头搬走")
    onward(page)
    page.fill("#f-name", "张大贵")
    onward(page)
    page.wait_for_url("**/materials")


def to_signature(page: Page) -> None:
    onward(page)
    onward(page)
    for step in ("filing", "mediation", "hearing", "service"):
        page.check(f"input[name=consent_{step}][value=yes]", force=True)
    onward(page)
    onward(page)
    page.wait_for_url("**/sign")


def test_a_villager_registers_on_the_touch_screen_and_every_page_is_fit_for_it(
    kiosk: Callable[..., Page], tmp_path: Path
) -> None:
    page = kiosk()
    loud = watch(page)
    seen: list[str] = []

    def look() -> None:
        name = page.url.rsplit("/", 1)[-1].split("?")[0]
        seen.append(name)
        page.screenshot(path=tmp_path / f"{len(seen):02d}-{name}.png")
        assert faults(page, KIOSK) == [], name

    look()
    to_materials(page)
    for step in ("elements", "ask-1", "facts", "request"):
        page.goto(f"/kiosk/steps/{step}")
        look()
    page.goto("/kiosk/steps/materials")
    page.wait_for_selector("[data-camera-shoot]:visible")
    look()
    press(page, "[data-camera-shoot]")
    press(page, "[data-camera-rotate]")
    press(page, "[data-camera-keep]")
    page.wait_for_selector(".thumb img")
    look()
    press(page, ".thumb >> text=整理")
    press(page, "button:has-text('自动整理')")
    page.wait_for_selector("text=恢复原样")
    look()
    press(page, "text=整理好了")
    onward(page)
    look()
    onward(page)
    look()
    for step in ("filing", "mediation", "hearing", "service"):
        page.check(f"input[name=consent_{step}][value=yes]", force=True)
    onward(page)
    look()
    onward(page)
    write_name(page)
    look()
    onward(page)
    page.wait_for_url("**/receipt")
    look()
    press(page, "text=办完了")
    page.wait_for_url("**/goodbye")
    look()
    page.go_back()
    expect(page.locator("h1")).not_to_contain_text("登记好了")
    assert loud == []


# Twice the zoom is the same walk at the same text sizes on a wider screen: what does not fit breaks on the phone first.
@pytest.mark.parametrize(
    ("width", "height", "least"),
    [
        pytest.param(360, 740, PHONE, id="phone"),
        pytest.param(960, 540, ZOOMED, id="zoom-200", marks=pytest.mark.slow),
    ],
)
def test_the_same_pages_fit_a_phone_and_twice_the_zoom(
    kiosk: Callable[..., Page], width: int, height: int, least: int
) -> None:
    page = kiosk(viewport={"width": width, "height": height})
    assert faults(page, least) == []
    press(page, "button:has-text('请法庭来调解')")
    page.fill("#f-id_number", "11010519491231002")
    onward(page)
    assert "identity.malformed" in page.content()
    assert faults(page, least) == []
    page.goto("/kiosk")
    to_materials(page)
    assert faults(page, least) == []
    to_signature(page)
    assert faults(page, least) == []
    asked = ("elements", "ask-1", "facts", "request", "review", "consent")
    for path in (*(f"/kiosk/steps/{step}" for step in asked), "/kiosk/officer", "/query"):
        page.goto(path)
        assert faults(page, least) == [], path


def test_larger_type_still_fits_the_screen(kiosk: Callable[..., Page]) -> None:
    page = kiosk()
    press(page, "button:has-text('大字')")
    page.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '40px'")
    assert faults(page, KIOSK) == []


def test_public_pages_are_fit_for_everyone(node: Node, new_context: NewContext) -> None:
    for width in (1920, 360):
        page = new_context(viewport={"width": width, "height": 900}, base_url=node.url).new_page()
        loud = watch(page)
        for path in ("/", "/query", "/verify", "/v", "/kiosk/enrol"):
            page.goto(path)
            assert faults(page, 59) == [], (path, width)
        assert loud == []


def test_a_touch_is_not_a_signature_and_a_signature_can_be_written_again(kiosk: Callable[..., Page]) -> None:
    page = kiosk()
    to_materials(page)
    to_signature(page)
    onward(page)
    expect(page.locator("[data-pad-status]")).to_contain_text("请先在框里签上名字")
    page.locator("[data-pad-canvas]").click(position={"x": 50, "y": 50})
    onward(page)
    expect(page.locator("[data-pad-status]")).to_contain_text("签名太短")
    press(page, "[data-pad-clear]")
    write_name(page)
    with page.expect_request(lambda r: r.method == "POST" and r.url.endswith("/sign")) as sent:
        onward(page)
    body = sent.value.post_data or ""
    assert '"strokes"' in body.replace("%22", '"') and "pressure" in body
    page.wait_for_url("**/receipt")


def test_nobody_at_the_screen_is_asked_and_then_the_registration_is_put_away(
    kiosk: Callable[..., Page],
) -> None:
    page = kiosk()
    press(page, "button:has-text('反映问题')")
    page.clock.install()
    page.reload()
    page.clock.fast_forward(91_000)
    dialog = page.locator("[data-idle]")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("您还在吗")
    page.clock.fast_forward(1_000)
    page.click("[data-idle-stay]")
    expect(dialog).not_to_be_visible()
    page.clock.fast_forward(91_000)
    expect(dialog).to_be_visible()
    page.clock.fast_forward(61_000)
    page.wait_for_url("**/kiosk/away")
    page.goto("/kiosk/steps/identity")
    assert page.url.endswith("/kiosk/away")


def test_the_number_is_spaced_and_its_check_digit_told_while_it_is_typed(kiosk: Callable[..., Page]) -> None:
    page = kiosk()
    press(page, "button:has-text('反映问题')")
    for key in "110105":
        page.click(f"[data-key='{key}']")
    expect(page.locator("[data-id-hint]")).to_contain_text("已输 6 位，还差 12 位")
    page.fill("#f-id_number", "110105194912310021")
    expect(page.locator("[data-id-hint]")).to_contain_text("号码不对")
    page.fill("#f-id_number", "11010519491231002x")
    expect(page.locator("[data-id-hint]")).to_contain_text("核对无误")
    expect(page.locator("[data-id-echo]")).to_have_text("110105 19491231 002X")


def test_the_qr_code_is_checked_in_the_browser_also_without_a_network(
    node: Node, new_context: NewContext
) -> None:
    authority = place(Config(data_dir=node.data))
    facts = qr.PaperFacts(
        kind="agreement", number="纠〔2026〕000001号", names=("王秀英", "张大贵"),
        made_on="2026-11-22", content_sha256="ab" * 32,
    )  # fmt: skip
    code = qr.issue(facts, authority=authority, verify_url=f"{node.url}/v")
    context = new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(code)
    expect(page.locator("[data-code-good]")).to_be_visible()
    expect(page.locator("[data-code-facts]")).to_contain_text("纠〔2026〕000001号")
    expect(page.locator("[data-code-facts]")).to_contain_text("王秀英、张大贵")
    expect(page.locator("[data-code-facts]")).to_contain_text("2026年11月22日")
    fragment = code.partition("#")[2]
    assert not any(fragment[:20] in url.partition("#")[0] for url in asked)
    context.set_offline(True)
    place_of_number = len(fragment) // 3
    other = "A" if fragment[place_of_number] != "A" else "B"
    page.evaluate(
        "hash => { location.hash = hash }",
        fragment[:place_of_number] + other + fragment[place_of_number + 1 :],
    )
    expect(page.locator("[data-code-bad]")).to_be_visible()
    expect(page.locator("[data-code-good]")).not_to_be_visible()
    page.evaluate("hash => { location.hash = hash }", fragment)
    expect(page.locator("[data-code-good]")).to_be_visible()


def test_a_scanned_query_code_never_reaches_an_address(kiosk: Callable[..., Page]) -> None:
    page = kiosk()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/query#1234567890")
    expect(page.locator("body")).to_contain_text("query.unknown")
    assert not any("1234567890" in url.partition("#")[0] for url in asked)
    assert "1234567890" not in page.url
