"""The agreement in the room: read clause by clause, signed in turn by hand at each screen, sealed; seen by everyone."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from court import config
from court.domain.mediation import ClauseInput
from court.services import mediation
from court.store.database import Database, Tx
from tests.node import Node
from tests.web.room_case import RoomCase, build
from tests.web.test_room_browsers import Sitting, clean

pytestmark = pytest.mark.timeout(300)
CLAUSES = (
    ClauseInput(
        who="张德贵",
        what="拆除围墙，恢复三米宽的通道",
        due=date(2026, 12, 31),
        text="张德贵于2026年12月31日前拆除围墙，恢复三米宽的通道，费用由张德贵承担。",
    ),
    ClauseInput(
        who="王秀英",
        what="支付补偿款",
        amount_fen=50_000,
        due_text="签字当日",
        text="王秀英于签字当日向张德贵支付补偿款500元。",
    ),
)


def with_agreement(tx: Tx, now: datetime) -> RoomCase:
    case = build(tx, now, opened=False)
    mediation.draft(
        tx,
        actor=case.people["judge"].actor(),
        now=now,
        matter_id=case.matter_id,
        hearing_id=case.hearing.id,
        facts="王秀英与张德贵因通行发生纠纷，经调解自愿达成协议。",
        court_code="渝0235",
        clauses=CLAUSES,
    )
    return case


@pytest.fixture(scope="module")
def case(node: Node) -> RoomCase:
    async def run() -> RoomCase:
        db = await asyncio.to_thread(Database.open, config.load(node.config).database)
        try:
            return await db.write(with_agreement, datetime.now(UTC))
        finally:
            await db.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result(60)


@pytest.fixture
def sitting(node: Node, case: RoomCase, new_context: Callable[..., BrowserContext]) -> Iterator[Sitting]:
    running = Sitting(node, case, new_context)
    yield running
    for who, faults in running.faults.items():
        assert faults == [], who


def write_name(page: Page) -> None:
    """A few strokes on the pad, as large as a name."""
    box = page.locator("#signing-pad").bounding_box()
    assert box is not None
    for shift in (0.2, 0.45, 0.7):
        x, y = box["x"] + box["width"] * shift, box["y"] + box["height"] * 0.25
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 9):
            page.mouse.move(x + step * 7, y + step * box["height"] * 0.06)
        page.mouse.up()


def sign(page: Page, name: str, code: str = "") -> None:
    expect(page.locator("#signing-title")).to_contain_text(name)
    expect(page.locator("#signing-do")).to_be_hidden()
    clean(page)
    if code:
        page.fill("#signing-code", code)
    page.get_by_role("button", name=f"我是{name}，开始签名").click()
    page.wait_for_function("() => document.getElementById('signing-page').naturalWidth > 0")
    page.click("#signing-done")
    expect(page.locator("#signing-problem")).to_contain_text("请先在框里写名字")
    clean(page)
    write_name(page)
    page.click("#signing-done")
    expect(page.locator("#signing-title")).to_be_hidden()


def press_while_another_answers(slow: Page, quick: Page) -> None:
    """The finger is still on the button when the other's answer changes the page."""
    slow.get_by_role("button", name="张德贵：听清楚了，同意").hover()
    slow.mouse.down()
    quick.get_by_role("button", name="王秀英：听清楚了，同意").click()
    expect(slow.locator("#agreement")).to_contain_text("已确认 3/3 段")
    slow.mouse.up()


def test_an_agreement_is_read_signed_in_turn_and_sealed(sitting: Sitting) -> None:
    judge, vehicle, remote = (sitting.enter(who) for who in ("judge", "vehicle", "remote"))
    judge.click("#order-open")
    expect(vehicle.locator("#recording-words")).to_contain_text("正在录音录像")
    expect(vehicle.locator("#agreement")).to_be_hidden()
    judge.get_by_role("button", name="开始宣读").click()
    for paragraph in ("因通行发生纠纷", "拆除围墙"):
        for page, name in ((vehicle, "王秀英"), (remote, "张德贵")):
            expect(page.locator("#reading-text")).to_contain_text(paragraph)
            page.get_by_role("button", name=f"{name}：听清楚了，同意").click()
    for page in (vehicle, remote):
        expect(page.locator("#reading-text")).to_contain_text("补偿款500元")
    press_while_another_answers(remote, vehicle)
    expect(vehicle.locator("#reading")).to_be_hidden()
    judge.get_by_role("button", name="开始签名").click()
    expect(remote.locator("#agreement-progress")).to_contain_text("正在签")
    assert remote.locator("#signing").is_hidden(), "out of turn nobody is asked to sign"
    sign(vehicle, "王秀英")
    judge.get_by_role("button", name="给张德贵确认码").click()
    told = judge.locator("#agreement-state")
    expect(told).to_contain_text("念给张德贵")
    digits = re.search(r"(\d{3}) (\d{3})", told.inner_text())
    assert digits
    sign(remote, "张德贵", "".join(digits.groups()))
    sign(judge, "李正言")
    judge.get_by_role("button", name="盖章生效").click()
    for page in (judge, vehicle, remote):
        expect(page.locator("#agreement-state")).to_contain_text("已生效盖章")
