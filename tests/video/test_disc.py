"""The disc in a real browser from the file system: it plays, jumps, and asks no network."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from court.video import disc
from tests.conftest import ARTEFACTS, need, watch

FACTS = disc.DiscFacts(
    title="纠〔2026〕000001号 王秀英与张德贵 调解录音录像",
    about="2026年11月22日 星期日 下午12:30　和平村村委会院坝",
    root="ab" * 32,
    began=1_795_321_800_000,
    lines=((500, "审判员：现在开始调解。"), (6000, "被申请人：<script>alert(1)</script>")),
    marks=((0, "告知权利义务"), (4000, "缺口：张德贵 断线（保留席位）")),
)


@pytest.mark.slow
def test_a_disc_plays_from_the_file_system(
    tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    made = ["-f", "lavfi", "-i", "testsrc=s=640x360:r=25:d=10", "-f", "lavfi", "-i", "sine=d=10"]
    encoded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-c:a", "aac"]
    order = [need("ffmpeg"), "-v", "error", "-y", *made, *encoded, str(tmp_path / "video.mp4")]
    subprocess.run(order, check=True, timeout=60)
    (tmp_path / "audio.m4a").write_bytes(b"sound")
    original = tmp_path.parent / "manifest.ndjson"
    original.write_text("{}")
    disc.build(tmp_path, FACTS, [original])
    page = new_context().new_page()
    faults = watch(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "index.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text(FACTS.title)
    page.locator("#lines button").nth(1).click()
    page.wait_for_function("() => document.getElementById('video').currentTime > 3.2")
    expect(page.locator("#lines button").nth(1)).to_contain_text("<script>")
    page.locator("#rate").select_option("2")
    assert page.evaluate("() => document.getElementById('video').playbackRate") == 2
    page.evaluate("() => document.getElementById('video').pause()")
    page.locator("#marks button").nth(1).click()
    page.wait_for_function("() => document.getElementById('video').currentTime > 4.1")
    expect(page.locator("#marks button").nth(1)).to_have_attribute("aria-current", "true")
    page.screenshot(path=ARTEFACTS / "record" / "disc.png", full_page=True)
    assert all(url.startswith(("file:", "data:")) for url in asked), asked
    assert faults == []


def test_the_sheets_name_every_file_with_its_value(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(b"abc")
    original = tmp_path.parent / "a.webm"
    original.write_bytes(b"original")
    disc.build(tmp_path, FACTS, [original])
    sheets = [(tmp_path / name).read_text() for name in disc.SHEETS]
    assert "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0  video.mp4\n" in sheets[1]
    names = {path.relative_to(tmp_path).as_posix() for path in disc.contents(tmp_path)}
    for sheet in sheets:
        assert {line.split("  ")[1] for line in sheet.splitlines()} == names - set(disc.SHEETS)
    assert "\\u003cscript>" in (tmp_path / "data.js").read_text()
