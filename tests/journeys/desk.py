"""Staff at their desks: find, take, book, call the roll."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.kiosk import APPLICANT_ID, RESPONDENT_ID
from tests.journeys.stage import Screen


def open_newest(desk: Screen, kind: str) -> None:
    """The one open case on the worklist."""
    page = desk.go("/desk")
    desk.look("worklist")
    page.locator(f"a[href*='/desk/{kind}/']").first.click()
    desk.look(kind)


def book(desk: Screen, place: str = "凤鸣镇黎明村村委会院坝", *, clerk: bool = True, remote: str = "") -> str:
    """Books a session a minute from now, with the people the form suggests; `remote` (a name) comes by link.
    Returns the hearing's id."""
    page = desk.page
    page.get_by_role("link", name=re.compile("安排场次|预约视频接访")).first.click()
    soon = datetime.now(UTC) + timedelta(hours=8, minutes=1)
    page.fill("input[name=day]", f"{soon:%Y-%m-%d}")
    page.fill("input[name=time]", f"{soon:%H:%M}")
    page.fill("input[name=place]", place)
    if clerk:
        choose_first(page, "staff_clerk")
    if remote:
        page.get_by_label(re.compile(remote)).first.select_option("remote")
    desk.look("booking")
    desk.press("确定安排")
    expect(page).to_have_url(re.compile("/desk/hearings/[0-9a-f-]{36}"))
    return page.url.split("#")[0].rsplit("/", 1)[-1]


def choose_first(page: Page, name: str) -> None:
    """The first person of a choice that is not empty; nothing where the page does not ask."""
    options = page.locator(f"select[name={name}] option")
    values = [options.nth(n).get_attribute("value") for n in range(options.count())]
    wanted = next((value for value in values if value), None)
    if wanted:
        page.select_option(f"select[name={name}]", wanted)


def call_roll(desk: Screen, hearing: str) -> None:
    """Present, identity checked again for this session, consent to this step where it lacks."""
    page = desk.go(f"/desk/hearings/{hearing}")
    desk.press("开始核对到场人员")
    while page.get_by_role("button", name="本人到场").count():
        desk.press("本人到场")
    for n, number in enumerate((APPLICANT_ID, RESPONDENT_ID)):
        check = page.locator("details:has(form[action$='/identity'])").nth(n)
        if check.count():
            check.locator("summary").click()
            check.locator("select").select_option("id_card")
            check.locator("input[name^=id_number]").fill(number)
            check.get_by_role("button", name="核验", exact=True).click()
    while (unasked := page.locator(".check:has-text('还没有询问')")).count():
        unasked.first.locator("summary").click()
        unasked.first.get_by_role("button", name="本人同意", exact=True).click()
    desk.look("roll-call")
