"""Chinese typesetting: line edges, the 22 × 28 grid, what stays together on a page."""

import random
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import archive, layout, style
from documents.errors import GlyphMissing
from documents.fonts import FontSet
from documents.linebreak import NEVER_FIRST, NEVER_LAST, Span, break_lines
from documents.metadata import Meta

_PIECES = [
    "申请人王建国",
    "，",
    "。",
    "“",
    "”",
    "（",
    "）",
    "《",
    "》",
    "；",
    "：",
    "、",
    "……",
    "——",
    "2026",
    "1,200.00",
]
_PIECES += [
    "元",
    "年",
    "500235195603051234",
    "￥",
    "3000",
    "调解协议",
    "于",
    "的",
    "䶮㛃𬱟",
    "？",
    "SHA-256",
    "6228 4804 0256",
]
TEXTS = st.lists(st.sampled_from(_PIECES), min_size=5, max_size=120).map(lambda pieces: joined(pieces))


def joined(pieces: list[str]) -> str:
    """Two numbers in a row would be one over-long number, which may be broken."""
    return "".join(f"{piece}号" if piece[-1].isascii() else piece for piece in pieces)


@pytest.fixture(scope="module")
def fonts(fonts_dir: Path) -> FontSet:
    return FontSet.load(fonts_dir)


def sensible(text: str) -> bool:
    """No pile of marks longer than a line may hold together."""
    return not re.search(r"[，。“”（）《》；：、…—￥？]{5}", text)


@given(text=TEXTS.filter(sensible))
@settings(max_examples=60, deadline=None)
def test_no_line_begins_or_ends_with_a_forbidden_mark_or_tears_a_number(fonts: FontSet, text: str) -> None:
    lines = break_lines([Span(text)], fonts, size=style.SIZE_3, width=style.WIDTH)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines[1:]:
        assert line.text[0] not in NEVER_FIRST
    for line in lines[:-1]:
        assert line.text[-1] not in NEVER_LAST
    for line, following in pairwise(lines):
        run = re.search(r"[0-9.,]+$", line.text)
        rest = re.match(r"[0-9.,]+", following.text)
        assert not (run and rest) or len(run.group() + rest.group()) > 20
    assert all(line.width + line.gap * (line.count - 1) <= style.WIDTH + 0.1 for line in lines)


def test_a_full_page_has_22_lines_of_28_characters(fonts: FontSet) -> None:
    rows = layout.paragraph("国" * 28 * 50, fonts, indent=0)
    setting = layout.set_pages(rows, fonts, layout.Sheet())
    page = pypdfium2.PdfDocument(setting.pdf)[0].get_textpage()
    lines = [line for line in page.get_text_bounded().splitlines() if line]
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}
    boxes = [page.get_charbox(index) for index in range(0, 28)]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    assert left >= style.LEFT - 0.5
    assert right <= style.LEFT + style.WIDTH + 0.5
    assert right - left > style.WIDTH - style.SIZE_3


def test_headings_are_never_the_last_line_of_a_page(fonts: FontSet) -> None:
    from documents.blocks import Prose
    from documents.setting import block_rows

    chance = random.Random(9)
    for _ in range(40):
        blocks = []
        for _ in range(chance.randrange(4, 14)):
            blocks.append(Prose((Span("一、标题", "hei"),), heading=True))
            blocks.append(Prose((Span("正文内容" * chance.randrange(3, 60)),)))
        rows = block_rows(blocks, fonts)
        openings = {id(row) for row, after in pairwise(rows) if not row.glued and after.glued}
        for page in layout.paginate(rows, style.HEIGHT)[:-1]:
            assert id(page[-1]) not in openings


@pytest.mark.parametrize("character", ["😀", "\ue000", "\U000e0100"])
def test_a_character_that_no_font_draws_is_refused_by_name(fonts: FontSet, character: str) -> None:
    with pytest.raises(GlyphMissing) as refused:
        fonts.check(f"王{character}")
    assert refused.value.params["codepoint"] == f"U+{ord(character):04X}"


def test_rare_names_are_drawn_in_every_style(fonts: FontSet) -> None:
    text = "䶮㛃𬱟𠅤喆堃犇翀㼆䎖龑昇淼煊祎赟婻曌甡𣲘𬍛玥瑀珺骎骉燚靐䲜𨭎𬭎〇☐☑㎡"
    for style_name in fonts.chains:
        fonts.check(text, style_name)
        assert all(fonts.outline(character, style_name)[1] for character in text)


def test_the_yen_sign_is_not_a_dollar(fonts: FontSet) -> None:
    dollar, yen = (fonts.outline(character, "fang")[1] for character in "$￥")
    assert yen != dollar
    assert fonts.advance("￥", "fang") == 1.0


def test_text_can_be_copied_even_above_the_basic_plane(fonts: FontSet) -> None:
    setting = layout.set_pages(layout.paragraph("李䶮𬱟签收￥3,000.00元。", fonts), fonts, layout.Sheet())
    meta = Meta(title="试", author="试", subject="试", now=datetime(2026, 1, 1, tzinfo=UTC))
    pdf = archive.finish(setting, meta=meta)
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    assert "李䶮𬱟签收￥3,000.00元。" in text
