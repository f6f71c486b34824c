"""规则 26 without a device: the crew keeps a witness outside, brings him to the vehicle's screen, which then holds back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.journeys import room
from tests.journeys.stage import LONG, Cast, Screen
from tests.journeys.test_a_witness_waits_outside import beside, seated
from tests.node import Node
from tests.web.room_case import build

SECRET = "这句话证人不能看到"
SIZES = ((1920, 1080), (960, 540), (360, 740))


def look(screen: Screen, what: str) -> None:
    """At every size a page is used at."""
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.look(f"{what}-{width}")
    screen.page.set_viewport_size({"width": 1920, "height": 1080})


def named(screen: Screen, caption: str) -> Locator:
    """The row of somebody without a line of his own."""
    name = screen.page.locator(".person__caption", has_text=re.compile(f"^{caption}$"))
    return screen.page.locator("#persons > li").filter(has=name)


def add(screen: Screen, role: str, name: str, place: str) -> None:
    screen.page.click("#seating-add")
    screen.page.select_option("#seating-role", role)
    screen.page.fill("#seating-name", name)
    screen.page.select_option("#seating-place", place)
    look(screen, "add")
    screen.page.click("#seating-yes")


def crew(vehicle: Screen, button: str) -> None:
    vehicle.page.get_by_role("button", name=button).click()
    if vehicle.page.locator("#crew-where").is_visible():
        vehicle.page.fill("#crew-where", "村委会办公室")
    vehicle.page.fill("#crew-who", "郑行远")
    look(vehicle, "report")
    vehicle.page.click("#crew-yes")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_witness_without_a_device_testifies(node: Node, new_context: Callable[..., BrowserContext]) -> None:
    case = beside(node, lambda db: db.write(build, datetime.now(UTC)))
    cast = Cast(node, new_context, "witness-in-the-vehicle")
    judge = seated(cast, case, "judge")
    expect(judge.page.locator(".absent")).to_contain_text("还没有接入", timeout=LONG)
    look(judge, "alone")
    for size in SIZES[:2]:
        judge.page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(judge.page.locator("#order-open")).to_be_in_viewport()
    clerk, vehicle = (seated(cast, case, who) for who in ("clerk", "vehicle"))
    for screen in (judge, clerk, vehicle):
        expect(screen.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)
    room.open_session(judge, clerk, vehicle)
    room.write_down(clerk, (("Alt+1", SECRET),), judge, vehicle)

    add(judge, "witness", "周某", "vehicle")
    row = named(judge, "证人 周某")
    expect(row).to_contain_text("还不知道在哪里等候", timeout=LONG)
    assert row.get_by_role("button", name="传证人").count() == 0
    crew(vehicle, "在外等候")
    expect(row).to_contain_text("在村委会办公室等候", timeout=LONG)
    row.get_by_role("button", name="传证人").click()
    expect(vehicle.page.locator("#crew-list")).to_contain_text("法庭传证人", timeout=LONG)
    crew(vehicle, "证人已坐好")
    shown = vehicle.page.locator("#transcript-lines")
    expect(shown).not_to_contain_text(SECRET, timeout=LONG)
    expect(judge.page.locator(".speaker[aria-pressed=true]")).to_contain_text("证人 周某", timeout=LONG)
    row.locator("summary").click()
    row.get_by_role("button", name="核验身份").click()
    judge.page.fill("#identity-number", "11010519491231002X")
    look(judge, "identity")
    judge.page.click("#identity-yes")
    expect(row).to_contain_text("110105********002X", timeout=LONG)
    for screen in (judge, clerk, vehicle):
        look(screen, "testifies")
    row.get_by_role("button", name="证人退席").click()
    expect(vehicle.page.locator("#crew-list")).to_contain_text("可以退席了", timeout=LONG)
    expect(shown).not_to_contain_text(SECRET)
    crew(vehicle, "证人已离开")
    expect(shown).to_contain_text(SECRET, timeout=LONG)
    add(judge, "agent", "赵某", "remote")
    expect(judge.page.locator("#seat-link")).to_have_value(re.compile("/seat/"), timeout=LONG)
    look(judge, "link")
