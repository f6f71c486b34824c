"""Evidence in session: handed in by phone and vehicle, shown to all, pointed at and marked, examined, listed and sealed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, expect

from tests.conftest import need
from tests.hostile_pdf import of_pages
from tests.journeys import desk, kiosk, room
from tests.journeys.stage import LONG, Cast, Screen
from tests.journeys.test_a_party_far_away_joins_by_link import PHONE, make_link, take_the_seat
from tests.node import Node

SMALL = {"viewport": {"width": 960, "height": 540}}  # 1920×1080 at 200 %


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_evidence_is_shown_and_examined(
    node: Node, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    cast = Cast(node, new_context, "evidence")
    vehicle, judge = (cast.screen(name) for name in ("vehicle", "mediator"))
    phone = cast.screen("phone", **PHONE)
    photo, contract = tmp_path / "iou.jpg", tmp_path / "contract.pdf"
    paper_picture(photo)
    contract.write_bytes(of_pages(3))

    kiosk.enrol(vehicle)
    kiosk.register_dispute(vehicle, photo)
    judge.sign_in(node.people["mediator"])
    desk.open_newest(judge, "matters")
    judge.press("我来办理")
    hearing = desk.book(judge, clerk=False, remote=kiosk.RESPONDENT)
    desk.call_roll(judge, hearing)
    link = make_link(judge)
    vehicle.go("/kiosk/hearings")
    vehicle.enter_room(hearing)
    judge.enter_room(hearing)
    take_the_seat(phone, link, hearing)
    room.admit(judge, phone)
    room.open_session(judge, vehicle, phone)

    take_over_the_photograph(judge)
    hand_in(phone, "合同", contract)
    expect(judge.page.locator("#exhibits-list")).to_contain_text("被申请人证据1", timeout=LONG)
    show_and_turn(judge, vehicle, phone)
    point_and_mark(judge, phone)
    comment(vehicle)
    compare_and_end(judge)
    still(judge, vehicle)
    write_the_lines(judge, phone)
    list_paper(judge, tmp_path)


def paper_picture(path: Path) -> None:
    image = Image.new("RGB", (1000, 1400), (247, 243, 230))
    draw = ImageDraw.Draw(image)
    for line in range(12):
        draw.rectangle((120, 200 + 80 * line, 880 - 40 * (line % 3), 212 + 80 * line), fill=(60, 60, 70))
    draw.ellipse((650, 1050, 900, 1300), outline=(190, 20, 30), width=10)
    image.save(path)


def open_panel(screen: Screen) -> None:
    panel = screen.page.locator("#panel-exhibits")
    expect(panel).to_be_visible(timeout=LONG)
    if panel.get_attribute("open") is None:
        panel.locator("summary").first.click()


def take_over_the_photograph(judge: Screen) -> None:
    open_panel(judge)
    judge.page.locator("#exhibits-materials button", has_text="转为证据").first.click()
    expect(judge.page.locator("#exhibits-list")).to_contain_text("申请人证据1", timeout=LONG)


def hand_in(phone: Screen, title: str, file: Path) -> None:
    open_panel(phone)
    phone.page.click("#exhibit-add")
    phone.page.fill("#submit-name", title)
    phone.page.fill("#submit-purpose", "证明双方约定了路的宽度")
    phone.page.set_input_files("#submit-file", file)
    phone.look("hand-in")
    phone.page.click("#submit-yes")
    expect(phone.page.locator("#submit-dialog")).to_be_hidden(timeout=LONG)
    expect(phone.page.locator("#exhibits-list")).to_contain_text(title, timeout=LONG)


def show_and_turn(judge: Screen, *others: Screen) -> None:
    """The same page everywhere, also after a reload."""
    judge.page.get_by_role("button", name="出示：被申请人证据1").click()
    for screen in (judge, *others):
        expect(screen.page.locator("#showing-title")).to_contain_text("被申请人证据1", timeout=LONG)
        expect(screen.page.locator("#showing-number")).to_have_text("第 1/3 页", timeout=LONG)
    judge.page.click("#showing-next")
    for screen in (judge, *others):
        expect(screen.page.locator("#showing-number")).to_have_text("第 2/3 页", timeout=LONG)
    judge.page.get_by_role("button", name="收起：被申请人证据1").click()
    for screen in others:
        expect(screen.page.locator("#showing")).to_be_hidden(timeout=LONG)
    judge.page.get_by_role("button", name="出示：申请人证据1").click()
    for screen in (judge, *others):
        picture = screen.page.locator("#showing-picture")
        expect(picture).to_be_visible(timeout=LONG)
        screen.page.wait_for_function(
            "() => document.getElementById('showing-picture').naturalWidth > 400", timeout=LONG
        )
        screen.look("shown")
    judge.page.set_viewport_size(SMALL["viewport"])
    judge.look("shown-200")
    judge.page.set_viewport_size({"width": 1920, "height": 1080})


def point_and_mark(judge: Screen, phone: Screen) -> None:
    box = judge.page.locator("#showing-page").bounding_box()
    assert box
    judge.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    judge.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5, steps=3)
    pointer = phone.page.locator(".pointer")
    expect(pointer).to_be_visible(timeout=LONG)
    phone.page.wait_for_function(
        "() => Math.abs(parseFloat(document.querySelector('.pointer').style.left) - 75) < 2", timeout=LONG
    )
    phone.look("pointer")
    judge.page.click("#showing-tools [data-tool=box]")
    judge.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7)
    judge.page.mouse.down()
    judge.page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.95, steps=6)
    judge.page.mouse.up()
    expect(phone.page.locator("#showing-marks .mark--bench")).to_have_count(1, timeout=LONG)
    phone.page.locator("#showing-tools [data-tool=arrow]").tap()
    sheet = phone.page.locator("#showing-page")
    sheet.scroll_into_view_if_needed()
    mine = sheet.bounding_box()
    assert mine
    phone.page.mouse.move(mine["x"] + mine["width"] * 0.2, mine["y"] + mine["height"] * 0.2)
    phone.page.mouse.down()
    phone.page.mouse.move(mine["x"] + mine["width"] * 0.5, mine["y"] + mine["height"] * 0.3, steps=4)
    phone.page.mouse.up()
    expect(judge.page.locator("#showing-marks .mark")).to_have_count(2, timeout=LONG)
    judge.look("marked")
    phone.page.click("#showing-undo")
    expect(judge.page.locator("#showing-marks .mark")).to_have_count(1, timeout=LONG)


def comment(vehicle: Screen) -> None:
    """The vehicle is asked for nothing on its own exhibit; the other side's was shown before."""
    open_panel(vehicle)
    vehicle.page.get_by_role("button", name="质证意见：被申请人证据1").click()
    for quality, stance in (("authentic", "rejected"), ("lawful", "accepted"), ("relevant", "accepted")):
        vehicle.page.check(f"#opinion-form input[name={quality}][value={stance}]")
    vehicle.page.fill("#opinion-text", "这不是我签的字")
    vehicle.look("opinion")
    vehicle.page.click("#opinion-form button[type=submit]")
    expect(vehicle.page.locator("#exhibits-list")).to_contain_text("真实性不认可", timeout=LONG)


def compare_and_end(judge: Screen) -> None:
    page = judge.page
    expect(page.locator("#exhibits-list")).to_contain_text("应当核对原件", timeout=LONG)
    page.get_by_role("button", name="原件核对：被申请人证据1").click()
    page.check("#original-form input[value=same]")
    page.fill("#original-note", "当庭查看原件")
    judge.look("original")
    page.click("#original-form button[type=submit]")
    expect(page.locator("#exhibits-list")).to_contain_text("核对人", timeout=LONG)
    page.get_by_role("button", name="质证完毕：被申请人证据1").click()
    page.click("#ask-yes")
    expect(page.locator("#exhibits-list .exhibit--examined")).to_have_count(1, timeout=LONG)
    page.get_by_role("button", name="质证完毕：申请人证据1").click()
    page.click("#ask-yes")
    expect(page.locator("#ask-problem")).to_contain_text("还没有发表质证意见", timeout=LONG)
    judge.faults[:] = [fault for fault in judge.faults if "status of 409" not in fault]
    judge.page.get_by_role("button", name="不", exact=True).click()


def still(judge: Screen, vehicle: Screen) -> None:
    judge.page.click("#showing-hide")
    judge.page.click("#exhibit-shoot")
    judge.page.fill("#shoot-name", "土地证原件")
    judge.page.click("#shoot-form button[type=submit]")
    expect(vehicle.page.locator("#still-title")).to_contain_text("土地证原件", timeout=LONG)
    expect(judge.page.locator("#exhibits-list")).to_contain_text("实物展台拍摄", timeout=LONG)
    judge.page.click("#camera-show")
    for screen in (judge, vehicle):
        expect(screen.page.locator("#showing-title")).to_contain_text("实物展台", timeout=LONG)
        screen.page.wait_for_function(
            "() => document.getElementById('showing-camera').getVideoPlaybackQuality().totalVideoFrames > 3",
            timeout=LONG,
        )
    judge.look("camera")
    judge.page.click("#camera-show")
    expect(vehicle.page.locator("#showing")).to_be_hidden(timeout=LONG)


def write_the_lines(writer: Screen, reader: Screen) -> None:
    suggestions = writer.page.locator("#exhibits-lines-list li")
    before = suggestions.count()
    assert before >= 4
    writer.look("suggestions")
    suggestions.first.locator("textarea").fill("现在出示被申请人证据1。")
    suggestions.first.get_by_role("button", name="记入笔录").click()
    expect(suggestions).to_have_count(before - 1, timeout=LONG)
    expect(reader.page.locator("#transcript-lines")).to_contain_text("现在出示被申请人证据1。", timeout=LONG)
    suggestions.first.get_by_role("button", name="不记").click()
    expect(suggestions).to_have_count(before - 2, timeout=LONG)


def list_paper(judge: Screen, folder: Path) -> None:
    with judge.page.context.expect_page() as opened:
        judge.page.click("#exhibits-paper")
    tab = opened.value
    tab.wait_for_url("**/desk/papers/*", timeout=LONG)
    paper = tab.url.rsplit("/", 1)[-1]
    answer = judge.page.context.request.get(f"{judge.node.url}/papers/{paper}.pdf")
    assert answer.ok
    file = folder / "list.pdf"
    file.write_bytes(answer.body())
    tab.close()
    subprocess.run([need("qpdf"), "--check", file], check=True, capture_output=True)
    asked = [need("pdftotext"), "-raw", str(file), "-"]
    text = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    text = "".join(text.split())  # a cell breaks its lines
    for words in ("证据目录", "被申请人证据1", "这不是我签的字", "与原件一致", "土地证原件", "实物展台拍摄"):
        assert words in text, words
