"""A public session with a witness who identifies a paper, an interpreter with a channel, an observer by the clerk's list."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, expect

from court.domain.hearing import HearingKind, Place, SeatInput, SeatRole
from court.services import hearing as hearings
from court.services import seat as seats
from court.store.database import Tx
from tests.journeys import room
from tests.journeys.stage import LONG, Cast, Screen
from tests.journeys.test_a_party_far_away_joins_by_link import PHONE
from tests.journeys.test_a_witness_waits_outside import beside, seated
from tests.node import Node
from tests.web.room_case import RoomCase, build


def cast_of(tx: Tx, now: datetime) -> RoomCase:
    """A public trial of the usual case, with a witness and an interpreter by links of their own."""
    case = build(tx, now, admitted=True, witness=True, public=True, kind=HearingKind.TRIAL)
    clerk = case.people["clerk"].actor()
    given = SeatInput(role=SeatRole.INTERPRETER, name="石翻译", place=Place.REMOTE)
    added = hearings.add_seat(tx, actor=clerk, now=now, hearing_id=case.hearing.id, seat=given)
    link = seats.create_link(tx, actor=clerk, now=now, seat_id=added.id)
    device = seats.redeem(tx, now=now, token=link.token, device=None).device
    case.cookies["interpreter"] = {"court_seat": device}
    case.seats["interpreter"] = added
    return case


def paper() -> bytes:
    """A photographed note of debt."""
    sheet = Image.new("RGB", (900, 1200), "white")
    draw = ImageDraw.Draw(sheet)
    for n in range(12):
        draw.line((90, 150 + 80 * n, 810, 150 + 80 * n + n % 3), fill="black", width=3)
    data = io.BytesIO()
    sheet.save(data, "PNG")
    return data.getvalue()


def bench(
    node: Node, new_context: Callable[..., BrowserContext], name: str
) -> tuple[Cast, RoomCase, Screen, Screen]:
    """Judge and clerk of a fresh case, connected; not opened yet."""
    case = beside(node, lambda db: db.write(cast_of, datetime.now(UTC)))
    cast = Cast(node, new_context, name)
    judge, clerk = (seated(cast, case, who) for who in ("judge", "clerk"))
    for screen in (judge, clerk):
        expect(screen.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)
    return cast, case, judge, clerk


@pytest.mark.slow
@pytest.mark.timeout(800)
def test_an_interpreter_and_a_witness_take_part(
    node: Node, new_context: Callable[..., BrowserContext]
) -> None:
    cast, case, judge, clerk = bench(node, new_context, "guests-inside")
    room.open_session(judge, clerk)
    spotlights(judge, clerk)
    interpreter = seated(cast, case, "interpreter", **PHONE)
    expect(interpreter.page.locator("#waiting-title")).to_be_visible(timeout=LONG)
    room.admit(judge, interpreter)
    interprets(judge, clerk, interpreter, case)
    witness = seated(cast, case, "witness", **PHONE)
    pledges(judge, clerk, witness)
    identifies(judge, clerk, witness)
    for width, height in ((360, 740), (960, 540)):
        for screen in (judge, clerk):
            screen.page.set_viewport_size({"width": width, "height": height})
            screen.look(f"all-{width}")


@pytest.mark.slow
@pytest.mark.timeout(800)
def test_an_observer_watches_and_is_sent_away(node: Node, new_context: Callable[..., BrowserContext]) -> None:
    cast, case, judge, clerk = bench(node, new_context, "guests-outside")
    observer = observes(cast, clerk, case)
    room.open_session(judge, clerk)
    watches(observer, case)
    leaves_for_good(clerk, observer, case)


def observes(cast: Cast, clerk: Screen, case: RoomCase) -> Screen:
    """Listed on the desk; the link leads to the rules, the wrong answer back to them, the right one in."""
    desk = clerk.second_tab("desk")
    desk.go(f"/desk/hearings/{case.hearing.id}")
    desk.page.get_by_text("准许一位旁听").click()
    desk.page.fill("#f-observer-name", "周旁听")
    desk.page.fill("#f-observer-of", "和平村村民委员会")
    desk.page.fill("#f-observer-digits", "1235")
    desk.look("lists")
    desk.press("列入名单，生成链接")
    link = desk.page.locator("#observer-link").input_value()
    desk.look("listed")
    desk.page.set_viewport_size({"width": 360, "height": 740})
    desk.page.locator("#observers").scroll_into_view_if_needed()
    desk.look("listed-narrow")
    desk.page.close()
    observer = cast.screen("observer", viewport={"width": 1920, "height": 1080})
    observer.go(link)
    observer.look("rules")
    observer.page.fill("#f-answer", "1235")
    observer.page.check("#f-rule")
    observer.press("进入旁听")
    expect(observer.page.locator("#screen-title")).to_have_text("还没有开始", timeout=LONG)
    observer.look("before")
    return observer


def watches(observer: Screen, case: RoomCase) -> None:
    """Pictures are really decoded, names are masked, and nobody sees the observer."""
    expect(observer.page.locator("#screen-live")).to_be_visible(timeout=LONG)
    judge = case.seats["judge"].id
    video = f'.screen__tile[data-seat="{judge}"] video'
    observer.page.wait_for_function(
        "one => (document.querySelector(one)?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 5",
        arg=video,
        timeout=LONG,
    )
    assert "张德贵" not in observer.page.content()
    for width, height in ((1920, 1080), (960, 540), (360, 740)):
        observer.page.set_viewport_size({"width": width, "height": height})
        observer.look(f"live-{width}")


def interprets(judge: Screen, clerk: Screen, interpreter: Screen, case: RoomCase) -> None:
    seat = case.seats["interpreter"].id
    expect(judge.page.locator("#channels")).to_be_hidden()
    row = room.person(clerk, seat)
    row.locator("summary").click()
    row.get_by_role("button", name="为申请人 王秀英翻译").click()
    for screen in (judge, clerk):
        expect(screen.page.locator("#channels")).to_be_visible(timeout=LONG)
    expect(interpreter.page.locator("#channels")).to_be_hidden()
    expect(row).to_contain_text("选了翻译声道的人听得到", timeout=LONG)
    judge.page.get_by_role("button", name="都听").click()
    expect(judge.page.get_by_role("button", name="都听")).to_have_attribute(
        "aria-pressed", "true", timeout=LONG
    )
    judge.look("channels")
    clerk.look("interpreter")
    interpreter.look("works")


def identifies(judge: Screen, clerk: Screen, witness: Screen) -> None:
    """Handed in by the clerk, shown to the witness alone beside the courtroom, said, put away."""
    clerk.page.click("#exhibit-add")
    clerk.page.fill("#submit-name", "借条")
    clerk.page.set_input_files(
        "#submit-file", {"name": "note.png", "mimeType": "image/png", "buffer": paper()}
    )
    clerk.page.click("#submit-yes")
    give = judge.page.get_by_role("button", name="给证人 陈明志辨认")
    expect(give).to_be_visible(timeout=LONG)
    expect(witness.page.locator("#identify")).to_be_hidden()
    give.click()
    expect(witness.page.locator("#identify")).to_be_visible(timeout=LONG)
    witness.page.wait_for_function(
        "() => document.querySelector('#identify-picture').naturalWidth > 0", timeout=LONG
    )
    assert "借条" not in witness.page.inner_text("body"), "nothing of the list"
    witness.look("identifies")
    expect(clerk.page.locator("#identifying-now")).to_contain_text("正在看", timeout=LONG)
    clerk.page.fill("#identifying-text", "这是我当时在场看着写的借条。")
    clerk.page.click("#identifying-keep")
    expect(judge.page.locator("#exhibits-list")).to_contain_text("当时在场看着写的", timeout=LONG)
    judge.look("identification")
    clerk.look("identification")
    judge.page.click("#identifying-away")
    expect(witness.page.locator("#identify")).to_be_hidden(timeout=LONG)
    judge.page.click("#showing-hide")


def pledges(judge: Screen, clerk: Screen, witness: Screen) -> None:
    """Called in to read out his 保证书; that he did is noted by the clerk, and stands in the transcript."""
    row = room.person(judge, witness.seat())
    expect(row).to_contain_text("保证书：还没有签署", timeout=LONG)
    row.get_by_role("button", name="传证人…").click()
    judge.look("pledge")
    judge.page.get_by_label("依法不签署").check()
    judge.look("pledge-exempt")
    judge.page.get_by_label("先传到庭").check()
    judge.page.get_by_role("button", name="记下并传证人").click()
    expect(witness.page.locator("#floor")).to_be_visible(timeout=LONG)
    expect(witness.page.locator("#own-words")).to_contain_text("法庭已收到", timeout=LONG)
    expect(row).to_contain_text("已传到庭，待宣读并签署", timeout=LONG)
    room.person(clerk, witness.seat()).get_by_role("button", name="记下：已宣读保证书…").click()
    clerk.look("pledge-read")
    clerk.page.click("#pledge-yes")
    expect(row).to_contain_text("作证中", timeout=LONG)
    expect(judge.page.locator("#transcript-lines")).to_contain_text("当庭宣读并签署保证书", timeout=LONG)


def spotlights(judge: Screen, clerk: Screen) -> None:
    """By keyboard: the clerk's picture large on every page, and nobody's again."""
    seat = clerk.seat()
    row = room.person(judge, seat)
    row.locator("summary").focus()
    judge.page.keyboard.press("Enter")
    row.get_by_role("button", name="设为主画面：画面").focus()
    judge.page.keyboard.press("Enter")
    for screen in (judge, clerk):
        tile = screen.page.locator(f'.tile--main[data-seat="{seat}"]')
        expect(tile).to_be_visible(timeout=LONG)
    judge.look("spotlight")
    judge.page.locator("#spotlight-off").focus()
    judge.page.keyboard.press("Enter")
    expect(judge.page.locator(f'.tile--main[data-seat="{seat}"]')).to_have_count(0, timeout=LONG)
    expect(judge.page.locator("#spotlight-off")).to_be_hidden()


def leaves_for_good(clerk: Screen, observer: Screen, case: RoomCase) -> None:
    clerk.page.locator("#panel-observers > summary").click()
    clerk.page.locator("#observers-list button").click()
    clerk.look("removing")
    clerk.page.locator("#observers-list button").click()
    expect(clerk.page.locator("#observers-list")).to_contain_text("已移出", timeout=LONG)
    observer.faults.clear()
    expect(observer.page.locator("#screen-live")).to_be_hidden(timeout=LONG)
    answer = observer.page.request.get(f"{observer.node.url}/room/{case.hearing.id}/observe/state")
    assert answer.status == 401
