"""反映问题: a villager reports at the vehicle, an official far away receives by video in the very same room, and replies."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys import desk, kiosk, room
from tests.journeys.stage import LONG, Cast, Screen
from tests.node import Node

REPLY = "已与镇政府约定十二月十日前换好灯具；不服的，可以在30日内向上一级机关请求复查。"


@pytest.mark.timeout(600)
def test_a_petition_is_received_from_afar(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    cast = Cast(node, new_context, "petition")
    vehicle, official, clerk = (cast.screen(name) for name in ("vehicle", "official", "clerk"))

    kiosk.enrol(vehicle)
    query_code = kiosk.register_petition(vehicle)
    expect(vehicle.page.locator("main")).to_contain_text("访〔")
    progress(cast, "registered", query_code, "已收到")

    official.sign_in(node.people["petition"])
    desk.open_newest(official, "petitions")
    official.press("受理", exact=True)
    expect(official.page.locator("#petition-state")).to_contain_text("已受理")
    petition = official.page.url.split("#")[0]
    hearing = desk.book(official, place="凤鸣镇黎明村文化广场")
    desk.call_roll(official, hearing)
    clerk.sign_in(node.people["clerk"])

    vehicle.go("/kiosk/hearings")
    vehicle.look("hearings")
    receive(official, clerk, vehicle, hearing)
    room.close(official, clerk, vehicle)
    paper = write_paper(clerk, official, hearing)
    assert_sealed(node, official, paper, tmp_path)
    answer(official, petition)
    progress(cast, "replied", query_code, "已办结", REPLY)


def receive(official: Screen, clerk: Screen, vehicle: Screen, hearing: str) -> None:
    """The session itself: everybody sees everybody, a lawful break, the words on every screen."""
    everyone = (official, clerk, vehicle)
    for screen in everyone:
        screen.enter_room(hearing)
    for viewer in everyone:
        for seen in everyone:
            if viewer is not seen:
                viewer.sees(seen.seat())
    room.open_session(official, clerk, vehicle)
    words = (("Alt+1", "您好，请讲您反映的问题。"), ("Alt+2", "村口的路灯坏了半年，晚上看不见路。"))
    room.write_down(clerk, words, official, vehicle)
    room.suspend_and_resume(official, "休庭", clerk, vehicle)
    room.write_down(clerk, (("Alt+1", "已经联系镇政府，下月十日前修好。"),), official, vehicle)
    for screen in everyone:
        screen.look("session")


def write_paper(clerk: Screen, official: Screen, hearing: str) -> str:
    """The clerk makes the text final after the end; the official makes the paper of it. Returns its id."""
    expect(clerk.page.locator("#ended")).to_contain_text("笔录还没有定稿")
    clerk.look("ended")
    official.look("ended")
    clerk.press("笔录定稿…")
    clerk.press("已宣读无误，定稿")
    expect(clerk.page.locator("#editor-status")).to_contain_text("已定稿", timeout=LONG)
    clerk.look("final")
    official.go(f"/desk/hearings/{hearing}")
    official.look("closed")
    official.page.get_by_text("笔录不在签名板上签").click()
    official.press("生成笔录文书")
    expect(official.page.locator("h1")).to_contain_text("笔录", timeout=LONG)
    drawn = "() => document.querySelector('img.sheet').naturalWidth > 0"
    official.page.wait_for_function(drawn, timeout=LONG)
    official.look("paper")
    return official.page.url.split("#")[0].rsplit("/", 1)[-1]


def assert_sealed(node: Node, official: Screen, paper: str, folder: Path) -> None:
    body = official.page.request.get(f"{node.url}/papers/{paper}.pdf").body()
    file = folder / "transcript.pdf"
    file.write_bytes(body)
    verdict = node.court("verify", "--json", str(file))
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    told = json.loads(verdict.stdout)
    assert told["verdict"] == "TOTAL-PASSED"
    assert [one["role"] for one in told["signatures"]] == ["印章", "时间戳"]
    spoilt = bytearray(body)
    spoilt[len(body) // 2] ^= 1
    file.write_bytes(bytes(spoilt))
    assert node.court("verify", str(file)).returncode == 1


def answer(official: Screen, petition: str) -> None:
    """接访结果, then 答复, then 办结."""
    page = official.go(petition)
    expect(page.locator("#petition-papers")).to_contain_text("笔录")
    page.locator("summary", has_text="记录接访结果").click()
    page.fill("[name='record-result']", "信访人陈述路灯损坏半年；约定十二月十日前换好。")
    official.press("记录接访结果", exact=True)
    expect(page.locator("#petition-state")).to_contain_text("已接访")
    page.locator("summary", has_text="答复").click()
    page.fill("[name=opinion]", REPLY)
    page.fill("[name=basis]", "《信访工作条例》第三十二条")
    official.look("reply")
    official.press("答复信访人")
    expect(page.locator("#petition-state")).to_contain_text("已答复")
    official.look("replied")


def progress(cast: Cast, when: str, code: str, word: str, *words: str) -> None:
    """What the villager's query code shows on a phone."""
    anyone = cast.screen(f"villager-{when}", viewport={"width": 360, "height": 740})
    page = anyone.go("/query")
    page.fill("input[name=code]", code)
    anyone.press("查一查")
    expect(page.locator("[aria-current=step]")).to_contain_text(word)
    for one in words:
        expect(page.locator("main")).to_contain_text(one)
    anyone.look("progress")
    anyone.page.context.close()
