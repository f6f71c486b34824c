"""规则 26: a witness on a phone waits before the door, is called, testifies, is released; a removed person stays out."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from playwright.sync_api import BrowserContext, expect

from court import config
from court.services import seat as seats
from court.store.database import Database
from tests.journeys import room
from tests.journeys.stage import LONG, Cast, Screen
from tests.journeys.test_a_party_far_away_joins_by_link import PHONE
from tests.node import Node
from tests.web.room_case import RoomCase, build

T = TypeVar("T")
SECRET = "这句话证人不能听到"
SEEN = "() => document.documentElement.innerHTML"


def beside(node: Node, act: Callable[[Database], Awaitable[T]]) -> T:
    """Something done at the database beside the running server, as another process of the machine may."""

    async def run() -> T:
        db = await asyncio.to_thread(Database.open, config.load(node.config).database)
        try:
            return await act(db)
        finally:
            await db.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result(60)


def seated(cast: Cast, case: RoomCase, who: str, **options: Any) -> Screen:
    """A browser that holds the cookies of one seat, through the device check."""
    screen = cast.screen(who, **options)
    cookies = [{"name": n, "value": v, "url": cast.node.url} for n, v in case.cookies[who].items()]
    screen.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    screen.go(f"/room/{case.hearing.id}")
    expect(screen.page.locator("#prejoin-picture")).to_contain_text("看到自己了", timeout=LONG)
    screen.page.click("#enter")
    return screen


@pytest.mark.timeout(600)
def test_a_witness_waits_outside(node: Node, new_context: Callable[..., BrowserContext]) -> None:
    case = beside(node, lambda db: db.write(build, datetime.now(UTC), admitted=False, witness=True))
    cast = Cast(node, new_context, "witness")
    judge, clerk, vehicle = (seated(cast, case, who) for who in ("judge", "clerk", "vehicle"))
    for screen in (judge, clerk, vehicle):
        expect(screen.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)
    witness = seated(cast, case, "witness", **PHONE)
    expect(witness.page.locator("#waiting-title")).to_have_text("马上开始", timeout=LONG)

    judge.page.locator("#counting > summary").click()
    judge.press("5 分钟后开始")
    for screen in (judge, vehicle, witness):
        expect(screen.page.locator("#countdown")).to_contain_text("后开始", timeout=LONG)
    judge.look("countdown")
    room.open_session(judge, clerk, vehicle)
    expect(witness.page.locator("#waiting-title")).to_have_text("证人候传", timeout=LONG)
    begin_a_stage(judge, clerk, vehicle)
    room.write_down(clerk, (("Alt+1", SECRET),), judge, vehicle)
    knows_nothing(witness, case)
    witness.look("waits")
    judge.look("people")

    room.admit(judge, witness, "传证人")
    for viewer, seen in ((judge, witness), (witness, judge)):
        viewer.sees(seen.seat())
    witness.look("testifies")
    silence_and_ask(judge, witness)
    whisper(clerk, judge, witness)
    tell(judge, witness)
    release(judge, witness)
    room.write_down(clerk, (("Alt+1", f"{SECRET}，退席以后也不能。"),), judge, vehicle)
    witness.go(f"/room/{case.hearing.id}")
    knows_nothing(witness, case, inside_before=True)
    remove(node, cast, judge, case)
    for screen in (judge, clerk, vehicle):
        screen.look("at-the-end")
    room.close(judge, clerk, vehicle)


def begin_a_stage(judge: Screen, *others: Screen) -> None:
    judge.page.locator('[data-stage="statements"]').click()
    for screen in (judge, *others):
        expect(screen.page.locator("#stage-words")).to_have_text("各方陈述", timeout=LONG)
    expect(judge.page.locator('[data-stage="statements"]')).to_have_attribute("aria-current", "step")


def knows_nothing(witness: Screen, case: RoomCase, *, inside_before: bool = False) -> None:
    """No word, no picture, no name of another; and a page that asks all the same is refused."""
    if not inside_before:
        assert SECRET not in witness.page.evaluate(SEEN)
        assert witness.page.locator(".tile:not(.tile--own)").count() == 0
    for path, status in (("state", 200), ("transcript", 403), ("agreement", 403)):
        answer = witness.page.request.get(f"{witness.node.url}/room/{case.hearing.id}/{path}")
        assert answer.status == status, path
        assert SECRET not in answer.text()
        assert "张德贵" not in answer.text()
        assert "李正言" not in answer.text()


def silence_and_ask(judge: Screen, witness: Screen) -> None:
    """Muted and locked; the hand goes up; the word is given for a minute, and everybody sees the clock."""
    row = room.person(judge, witness.seat())
    row.locator("summary").click()
    row.get_by_role("button", name="静音并锁定").click()
    own = witness.page.locator("#own-words")
    expect(own).to_contain_text("请举手发言", timeout=LONG)
    witness.page.click("#mic")
    expect(witness.page.locator("#trouble")).to_contain_text("静音并锁定")
    witness.page.click("#hand")
    expect(row).to_contain_text("举手第 1 位", timeout=LONG)
    judge.look("hand")
    row.get_by_role("button", name="发言 1 分钟").click()
    for screen in (judge, witness):
        clock = screen.page.locator(f'.tile[data-seat="{witness.seat()}"] .tile__time')
        expect(clock).to_contain_text("发言剩余", timeout=LONG)
    expect(own).to_contain_text("声音已送出", timeout=LONG)


def whisper(clerk: Screen, judge: Screen, witness: Screen) -> None:
    """Words between clerk and bench, unread until the panel is opened; nothing of it reaches a party's page."""
    clerk.page.locator("#asides > summary").click()
    clerk.page.fill("#asides-text", "证人声音有点小，请他靠近话筒")
    clerk.page.click("#asides-send")
    expect(judge.page.locator("#asides-unread")).to_contain_text("1 条未读", timeout=LONG)
    judge.page.locator("#asides > summary").click()
    expect(judge.page.locator("#asides-list")).to_contain_text("靠近话筒")
    assert "靠近话筒" not in witness.page.evaluate(SEEN)
    clerk.look("whispered")


def tell(judge: Screen, witness: Screen) -> None:
    row = room.person(judge, witness.seat())
    row.get_by_role("button", name="提示…").click()
    judge.page.select_option("#admonish-cause", "place")
    judge.look("remind")
    judge.page.click("#admonish-yes")
    expect(witness.page.locator("#trouble")).to_contain_text("法庭提示您", timeout=LONG)
    expect(row).to_contain_text("提示 1", timeout=LONG)
    witness.look("told")


def release(judge: Screen, witness: Screen) -> None:
    room.person(judge, witness.seat()).get_by_role("button", name="证人退席").click()
    expect(witness.page.locator("#waiting-title")).to_have_text("您已经离席", timeout=LONG)
    expect(witness.page.locator("#floor")).to_be_hidden()
    witness.look("released")


def remove(node: Node, cast: Cast, judge: Screen, case: RoomCase) -> None:
    """The party at the link is let in and then removed: neither that page, nor a new link, nor another seat opens."""
    remote = seated(cast, case, "remote", **PHONE)
    expect(remote.page.locator("#waiting-title")).to_have_text("等候准许进入", timeout=LONG)
    room.admit(judge, remote)
    row = room.person(judge, remote.seat())
    row.locator("summary").click()
    row.get_by_role("button", name="移出…").click()
    judge.look("remove")
    judge.page.click("#remove-yes")
    expect(remote.page.locator("#trouble")).to_contain_text("没有让这个席位进入", timeout=LONG)
    remote.look("removed")
    expect(row).to_contain_text("已移出", timeout=LONG)
    answer = remote.page.request.get(f"{node.url}/room/{case.hearing.id}/state")
    assert answer.status in {401, 403}

    clerk = case.people["clerk"].actor()

    async def another_link(db: Database) -> seats.SeatLinkMade:
        return await db.write(
            seats.release, actor=clerk, now=datetime.now(UTC), seat_id=case.seats["witness"].id
        )

    made = beside(node, another_link)
    remote.faults.clear()
    remote.go(f"/seat/{made.token}")
    expect(remote.page.locator("main")).to_contain_text("seat.barred")
