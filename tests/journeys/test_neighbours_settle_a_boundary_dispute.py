"""One dispute from the village to a sealed agreement: three browsers, a real printer program, third parties' verdicts."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from tests.conftest import need
from tests.journeys import desk, kiosk, room
from tests.journeys.stage import LONG, Cast, Screen
from tests.node import Node


@pytest.fixture(scope="module")
def node(
    tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path, printer: tuple[str, Path]
) -> Iterator[Node]:
    """A node with a printer on board."""
    running = Node(tmp_path_factory.mktemp("node"), fonts_dir=str(fonts_dir), printer_uri=printer[0]).start()
    yield running
    running.stop()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "path.jpg"
    Image.new("RGB", (1200, 900), (200, 190, 170)).save(path)
    return path


@pytest.mark.timeout(420)
def test_neighbours_settle_a_boundary_dispute(
    node: Node,
    new_context: Callable[..., BrowserContext],
    photo: Path,
    printer: tuple[str, Path],
    tmp_path: Path,
) -> None:
    cast = Cast(node, new_context, "dispute")
    vehicle, mediator, clerk = (cast.screen(name) for name in ("vehicle", "mediator", "clerk"))

    kiosk.enrol(vehicle)
    query_code = kiosk.register_dispute(vehicle, photo)

    mediator.sign_in(node.people["mediator"])
    desk.open_newest(mediator, "matters")
    mediator.press("我来办理")
    hearing = desk.book(mediator)
    desk.call_roll(mediator, hearing)
    clerk.sign_in(node.people["clerk"])

    hold_session(mediator, clerk, vehicle, hearing)
    room.draft(mediator)
    read_aloud(vehicle)
    agreement = sign_and_seal(mediator, vehicle)
    pdf = fetch(mediator, agreement)
    assert_third_parties_agree(node, pdf, tmp_path)
    print_and_serve(mediator, agreement, printer[1], pdf)
    finish(mediator, clerk, hearing)
    replay(mediator, hearing)
    the_public_asks(cast, query_code, pdf, tmp_path)


def hold_session(mediator: Screen, clerk: Screen, vehicle: Screen, hearing: str) -> None:
    vehicle.go("/kiosk/hearings")
    vehicle.look("hearings")
    for screen in (mediator, clerk, vehicle):
        screen.enter_room(hearing)
    for viewer in (mediator, clerk, vehicle):
        for seen in (mediator, clerk, vehicle):
            if viewer is not seen:
                viewer.sees(seen.seat())
    mediator.page.click("#order-open")
    for screen in (mediator, clerk, vehicle):
        expect(screen.page.locator("#recording-words")).to_contain_text("正在录音录像", timeout=LONG)
    clerk.page.locator("#editor-text").focus()
    for key, words in (
        ("Alt+1", "现在开始调解，请申请人先说。"),
        ("Alt+2", "路是祖辈修的，请把墙拆开一米。"),
    ):
        clerk.page.keyboard.press(key)
        clerk.page.keyboard.insert_text(words)
        clerk.page.keyboard.press("Enter")
    for screen in (mediator, vehicle):
        expect(screen.page.locator("#transcript-lines")).to_contain_text("请把墙拆开一米", timeout=LONG)
    for screen in (mediator, clerk, vehicle):
        screen.look("session")


def read_aloud(vehicle: Screen) -> None:
    for turn in ("第 1 段，共 2 段", "第 2 段，共 2 段"):
        expect(vehicle.page.locator("#reading-title")).to_contain_text(turn, timeout=LONG)
        for name in (kiosk.APPLICANT, kiosk.RESPONDENT):
            button = vehicle.page.get_by_role("button", name=f"{name}：听清楚了，同意")
            expect(button).to_be_visible(timeout=LONG)
            if turn.startswith("第 1") and name == kiosk.APPLICANT:
                vehicle.look("reading")
            button.click()


def sign_and_seal(mediator: Screen, vehicle: Screen) -> str:
    """Parties at the vehicle's pad in turn, then the mediator, then the seal. Returns the agreement's id."""
    mediator.page.get_by_role("button", name="开始签名").click()
    for screen, name in (
        (vehicle, kiosk.APPLICANT),
        (vehicle, kiosk.RESPONDENT),
        (mediator, mediator.node.people["mediator"].name),
    ):
        expect(screen.page.locator("#signing-title")).to_contain_text(name, timeout=LONG)
        half_signed_stays(mediator)
        screen.take_pad(name)
        screen.write_name(screen.page.locator("#signing-pad"))
        screen.look(f"sign-{'mediator' if screen is mediator else 'party'}")
        screen.page.click("#signing-done")
    return room.seal(mediator)


def half_signed_stays(mediator: Screen) -> None:
    """No file of the agreement can be had before the seal."""
    link = mediator.page.get_by_role("link", name="打开协议页").get_attribute("href")
    assert link
    answer = mediator.page.request.get(f"{mediator.node.url}/papers/{link.rsplit('/', 1)[-1]}.pdf")
    assert answer.status == 404


def fetch(mediator: Screen, agreement: str) -> bytes:
    told = mediator.page.request.get(f"{mediator.node.url}/agreements/{agreement}.json").json()
    assert told["state"] == "sealed"
    return mediator.page.request.get(f"{mediator.node.url}/papers/{told['paper_id']}.pdf").body()


def assert_third_parties_agree(node: Node, pdf: bytes, folder: Path) -> None:
    """What pdfsig, qpdf and pdffonts say, and our own verdict with the server's data folder only."""
    paper = folder / "agreement.pdf"
    paper.write_bytes(pdf)
    said = subprocess.run(
        [need("pdfsig"), "-nocert", paper], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid") == 4, said
    subprocess.run([need("qpdf"), "--check", paper], check=True, capture_output=True)
    fonts = subprocess.run([need("pdffonts"), paper], check=True, capture_output=True, text=True).stdout
    embedded = [re.split(r"\s{2,}", line)[-1] for line in fonts.splitlines()[2:]]
    assert embedded and all(" yes yes " in f" {line} " for line in fonts.splitlines()[2:]), fonts
    verdict = node.court("verify", "--json", str(paper))
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert json.loads(verdict.stdout)["verdict"] == "TOTAL-PASSED"
    spoilt = bytearray(pdf)
    spoilt[len(pdf) // 3] ^= 1
    paper.write_bytes(bytes(spoilt))
    assert node.court("verify", str(paper)).returncode == 1


def print_and_serve(mediator: Screen, agreement: str, spool: Path, pdf: bytes) -> None:
    page = mediator.page.context.new_page()
    page.goto(f"{mediator.node.url}/desk/agreements/{agreement}")
    page.get_by_role("link", name="打印和送达").first.click()
    page.fill("input[name=copies]", "3")
    page.get_by_role("button", name="打印", exact=True).click()
    expect(page.get_by_text("已打印").first).to_be_visible(timeout=LONG)
    assert [one.read_bytes() for one in spool.glob("*.pdf")] == [pdf]
    page.close()


def finish(mediator: Screen, clerk: Screen, hearing: str) -> None:
    room.close(mediator, clerk)
    folder = mediator.node.data / "recordings" / hearing
    verdict = mediator.node.court("verify", "--json", str(folder))
    assert verdict.returncode == 0, verdict.stdout
    for segment in sorted(folder.glob("*.webm")):
        subprocess.run([need("ffprobe"), "-v", "error", segment], check=True, capture_output=True)


def replay(mediator: Screen, hearing: str) -> None:
    mediator.go(f"/hearings/{hearing}/playback")
    expect(mediator.page.get_by_text("请把墙拆开一米").first).to_be_visible()
    mediator.look("playback")


def the_public_asks(cast: Cast, query_code: str, pdf: bytes, folder: Path) -> None:
    anyone = cast.screen("public", viewport={"width": 360, "height": 740})
    anyone.go("/query")
    anyone.page.fill("input[name=code]", query_code)
    anyone.look("query")
    anyone.press("查")
    expect(anyone.page.locator("main")).to_contain_text(re.compile("已办结|办理中"))
    anyone.look("progress")
    paper = folder / "paper.pdf"
    paper.write_bytes(pdf)
    anyone.go("/verify")
    anyone.page.set_input_files("input[type=file]", paper)
    anyone.page.locator("form button[type=submit]").first.click()
    expect(anyone.page.locator("main")).to_contain_text("有效", timeout=LONG)
    anyone.look("verified")
