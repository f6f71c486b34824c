"""A paper in the hand: its photograph beside what was signed, also where there is no network."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from court.config import Config
from court.installation import place
from documents import kit
from tests.conftest import ARTEFACTS, watch
from tests.documents.conftest import NOW, agreement
from tests.node import Node
from tests.web.looks import faults

NewContext = Callable[..., BrowserContext]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def paper(node: Node, fonts_dir: Path) -> tuple[bytes, str]:
    """The last page of a paper of this node as a crooked photograph, and the text of its code."""
    authority = place(Config(data_dir=node.data))
    drawn = kit.render(
        agreement(), fonts_dir=fonts_dir, authority=authority, verify_url=f"{node.url}/v", now=NOW
    )
    document = pypdfium2.PdfDocument(drawn.pdf)
    page = document[len(document) - 1].render(scale=150 / 72).to_pil().convert("RGB")
    out = io.BytesIO()
    page.rotate(2, expand=True, fillcolor="#d8d2c8").save(out, "JPEG", quality=75)
    from documents.paper_code import read_codes

    return out.getvalue(), read_codes(out.getvalue())["codes"][0]


def choose(page: Page, photo: bytes) -> None:
    page.set_input_files("[data-code-photo]", {"name": "纸.jpg", "mimeType": "image/jpeg", "buffer": photo})


def test_a_photograph_stands_beside_the_signed_facts_and_the_eye_decides(
    node: Node, new_context: NewContext, paper: tuple[bytes, str]
) -> None:
    for name, size in (("wide", (1920, 1080)), ("phone", (360, 740)), ("zoomed", (640, 400))):
        page = new_context(base_url=node.url, viewport={"width": size[0], "height": size[1]}).new_page()
        heard = watch(page)
        page.goto("/v")
        choose(page, paper[0])
        expect(page.locator("[data-code-good]")).to_be_visible(timeout=60_000)
        expect(page.locator("[data-code-facts]")).to_contain_text("（2026）兴隆人调字第12号")
        expect(page.locator("[data-code-picture]")).to_be_visible()
        expect(page.locator("[data-code-sum]")).to_contain_text("还有 5 项没有对")
        for row in page.locator("[data-fact-row]").all():
            row.get_by_role("radio", name="一样", exact=True).check()
        expect(page.locator("[data-code-sum]")).to_contain_text("对得上")
        page.locator("[data-fact-row]").nth(1).get_by_role("radio", name="不一样", exact=True).check()
        expect(page.locator("[data-code-sum]")).to_contain_text("不要相信这张纸")
        page.screenshot(path=ARTEFACTS / "verify" / f"code-{name}.png", full_page=True)
        assert faults(page, 44) == []
        assert heard == []


def test_the_page_and_the_keys_stay_for_where_there_is_no_network(
    node: Node, new_context: NewContext, paper: tuple[bytes, str]
) -> None:
    context = new_context(base_url=node.url)
    page = context.new_page()
    page.goto("/v")
    expect(page.locator("[data-code-kept]")).to_be_visible(timeout=60_000)
    context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"{node.url}/v#{paper[1].partition('#')[2]}")
    expect(page.locator("[data-code-good]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-fact='issuer']")).not_to_be_empty()
    # A browser without an own reader of codes says what it needs instead of failing silently.
    choose(page, paper[0])
    expect(page.locator("[data-code-told]")).to_contain_text("连不上法庭的设备", timeout=60_000)
    context.set_offline(False)


@pytest.mark.parametrize("name", ["passed", "refused"])
def test_the_verdict_is_readable_at_every_size(
    node: Node, new_context: NewContext, paper: tuple[bytes, str], name: str
) -> None:
    file = paper[0] if name == "passed" else b"%PDF-1.7\n" + b"garbage" * 500
    for label, size in (("wide", (1920, 1080)), ("phone", (360, 740)), ("zoomed", (640, 400))):
        page = new_context(base_url=node.url, viewport={"width": size[0], "height": size[1]}).new_page()
        page.goto("/verify")
        kind = "image/jpeg" if name == "passed" else "application/pdf"
        page.set_input_files("#f-paper", {"name": "a", "mimeType": kind, "buffer": file})
        page.click("form.drop button")
        expect(page.locator(".verdict h2")).to_have_text("二维码是真的" if name == "passed" else "不要采信")
        page.screenshot(path=ARTEFACTS / "verify" / f"verdict-{name}-{label}.png", full_page=True)
        # The heads of a table stacked on a phone are for screen readers alone.
        assert [each for each in faults(page, 44) if "THEAD" not in str(each)] == []
