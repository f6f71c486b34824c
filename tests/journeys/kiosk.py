"""A villager at the vehicle's screen, page by page as a person would."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.stage import LONG, Screen

APPLICANT, APPLICANT_ID = "王秀英", "11010519491231002X"
RESPONDENT, RESPONDENT_ID = "张𬱟山", "440524188001010014"


def enrol(kiosk: Screen) -> None:
    page = kiosk.go("/kiosk/enrol")
    kiosk.look("enrol")
    page.fill("input[name=code]", kiosk.node.terminal_code)
    kiosk.press("登记这台机器")
    expect(page).to_have_url(f"{kiosk.node.url}/kiosk")


def forward(kiosk: Screen) -> None:
    """The page's main button."""
    kiosk.settle()
    kiosk.page.locator("form[action^='/kiosk/steps/'] button[type=submit]").last.click()


def who(kiosk: Screen) -> None:
    page = kiosk.page
    page.fill("input[name=id_number]", "110105194912310021")
    forward(kiosk)
    expect(page.locator("main")).to_contain_text("校验位不对")
    kiosk.look("identity-refused")
    page.fill("input[name=id_number]", APPLICANT_ID)
    forward(kiosk)
    page.fill("input[name=name]", APPLICANT)
    kiosk.look("name")
    forward(kiosk)
    page.fill("input[name=phone]", "13800000001")
    page.fill("[name=address]", "云阳县凤鸣镇黎明村3组")
    kiosk.look("contact")
    forward(kiosk)


def say(kiosk: Screen, facts: str, request: str) -> None:
    page = kiosk.page
    page.get_by_role("button", name="先不答").or_(page.locator("[name=facts]")).first.wait_for()
    if page.get_by_role("button", name="先不答").count():  # a petition has no such questions
        kiosk.press("先不答")
    page.fill("[name=facts]", facts)
    kiosk.look("facts")
    forward(kiosk)
    page.fill("[name=place]", "黎明村3组")
    forward(kiosk)
    page.fill("[name=request]", request)
    forward(kiosk)


def photograph(kiosk: Screen, photo: Path) -> None:
    page = kiosk.page
    expect(page).to_have_url(re.compile("/kiosk/steps/materials"))
    expect(page.locator("[data-camera-video]")).to_be_visible(timeout=LONG)
    kiosk.settle()
    page.locator("[data-camera-file] summary").click()
    page.set_input_files("input[name=photo]", photo)
    page.locator("[data-camera-send]").click()
    expect(page.locator("form[action*='/remove']")).to_have_count(1, timeout=LONG)
    kiosk.look("materials")
    forward(kiosk)


def agree(kiosk: Screen) -> None:
    page = kiosk.page
    kiosk.look("rights")
    forward(kiosk)
    for choice in page.locator("input[type=radio][value=yes]").all():
        page.locator(f"label:has(#{choice.get_attribute('id')})").click()
    kiosk.look("consent")
    forward(kiosk)


def read_back_and_sign(kiosk: Screen) -> str:
    """Returns the query code of the receipt."""
    page = kiosk.page
    expect(page.locator(".readback__sentence").first).to_be_visible()
    kiosk.look("review")
    forward(kiosk)
    kiosk.write_name(page.locator("[data-pad-canvas]"))
    kiosk.look("sign")
    page.locator("[data-pad-submit]").click()
    expect(page).to_have_url(f"{kiosk.node.url}/kiosk/receipt", timeout=LONG)
    kiosk.look("receipt")
    return re.sub(r"\D", "", page.locator(".receipt__code").inner_text())


def register_dispute(kiosk: Screen, photo: Path) -> str:
    page = kiosk.go("/kiosk")
    kiosk.look("home")
    kiosk.press("请法庭来调解")
    who(kiosk)
    kiosk.look("topic")
    page.get_by_role("link", name="看全部").click()
    value = page.locator("select[name=cause_code] option", has_text="相邻通行").get_attribute("value")
    page.select_option("select[name=cause_code]", value)
    kiosk.look("cause")
    forward(kiosk)
    say(kiosk, "共用的石板路去年被他家砌墙挡了，我背柴过不去。", "请他把墙拆开一米。")
    page.fill("input[name=name]", RESPONDENT)
    page.fill("input[name=phone]", "13800000002")
    kiosk.look("other")
    forward(kiosk)
    photograph(kiosk, photo)
    agree(kiosk)
    return read_back_and_sign(kiosk)


def register_petition(kiosk: Screen) -> str:
    kiosk.go("/kiosk")
    kiosk.press("反映问题")
    who(kiosk)
    kiosk.look("class")
    kiosk.settle()
    kiosk.page.locator("button[name=petition_class]").nth(1).click()
    say(kiosk, "村口的路灯坏了半年，报过几次没人修。", "请把路灯修好，给个答复。")
    forward(kiosk)
    agree(kiosk)
    return read_back_and_sign(kiosk)
