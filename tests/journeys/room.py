"""In the session room: open, write down, break off and go on, draft and hear an agreement, close."""

import re

from playwright.sync_api import Locator, expect

from tests.journeys import kiosk
from tests.journeys.stage import LONG, Screen


def admit(bench: Screen, guest: Screen, word: str = "准许进入") -> None:
    """Lets somebody in who waits before the door; until the court has confirmed sound and picture."""
    row = person(bench, guest.seat())
    row.get_by_role("button", name=word).click()
    expect(guest.page.locator("#floor")).to_be_visible(timeout=LONG)
    expect(guest.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)


def person(bench: Screen, seat: str) -> Locator:
    """The row of one seat in the people panel."""
    return bench.page.locator(f'#persons > li:has([data-key^="{seat} "])')


def open_session(bench: Screen, *others: Screen) -> None:
    bench.page.click("#order-open")
    for screen in (bench, *others):
        expect(screen.page.locator("#recording-words")).to_contain_text("正在录音录像", timeout=LONG)


def write_down(writer: Screen, lines: tuple[tuple[str, str], ...], *readers: Screen) -> None:
    """Lines as (keys of the speaker, words); until the last one stands on every reader's screen."""
    keyboard = writer.page.keyboard
    writer.page.locator("#editor-text").focus()
    for key, words in lines:
        keyboard.press(key)
        keyboard.insert_text(words)
        keyboard.press("Enter")
    for screen in (writer, *readers):
        shown = screen.page.locator("#transcript-lines")
        expect(shown).to_contain_text(lines[-1][1], timeout=LONG)
    expect(writer.page.locator(".t-pending")).to_have_count(0, timeout=LONG)


def suspend_and_resume(bench: Screen, reason: str, *others: Screen) -> None:
    bench.page.locator("#order-suspend > summary").click()
    bench.press(reason, exact=True)
    for screen in (bench, *others):
        expect(screen.page.locator("#recording-words")).to_have_text(
            f"录音录像已暂停：{reason}", timeout=LONG
        )
    bench.look("suspended")
    bench.page.click("#order-resume")
    for screen in (bench, *others):
        expect(screen.page.locator("#recording-words")).to_contain_text("正在录音录像", timeout=LONG)


def close(bench: Screen, *others: Screen) -> None:
    bench.page.click("#order-close")
    bench.page.click("#close-yes")
    for screen in (bench, *others):
        expect(screen.page.locator("#ended")).to_be_visible(timeout=LONG)


def draft(mediator: Screen) -> None:
    """In a second tab, so that the mediator stays in the room."""
    tab = mediator.second_tab("desk")
    tab.go("/desk")
    tab.page.locator("a[href*='/desk/matters/']").first.click()
    tab.press("起草调解协议")
    for name, words in (
        ("who", kiosk.RESPONDENT),
        ("what", "拆除石板路上的墙体，恢复不少于一米宽的通道"),
        ("due", "2027-03-01"),
    ):
        if tab.page.locator(f"[name='clauses.0.{name}']").count() == 0:
            tab.press("加一条空白的")
        tab.page.fill(f"[name='clauses.0.{name}']", words)
    tab.look("draft")
    tab.press("保存并开始宣读")
    expect(tab.page.locator("#agreement-state")).to_contain_text("宣读")
    tab.look("reading")
    tab.page.close()


def seal(bench: Screen) -> str:
    """Press the seal; returns the agreement's id."""
    button = bench.page.get_by_role("button", name="盖章生效")
    expect(button).to_be_visible(timeout=LONG)
    button.click()
    link = bench.page.get_by_role("link", name="打印和送达")
    expect(link).to_be_visible(timeout=LONG)
    address = link.get_attribute("href")
    assert address and re.fullmatch("/desk/agreements/[0-9a-f-]{36}", address)
    return address.rsplit("/", 1)[-1]
