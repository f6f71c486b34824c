"""GB/T 9704 over many random papers: line edges, numbers kept whole, nothing stranded, tables and edges of pages."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from documents import frame as frames
from documents import kit, layout, registry, style
from documents.data import AuthorityPlace, SignerSlot
from documents.fonts import FontSet
from documents.layout import Row, paginate, paragraph
from documents.linebreak import NEVER_FIRST, NEVER_LAST, WIDEST_GAP, Span, break_lines
from documents.table import Cell, table_rows
from documents.transcript import SpokenLine
from tests.documents.conftest import NOW, VERIFY_URL

SEEDS = range(40)
WORDS = (
    "申请人王喆堃", "被申请人李䶮𬱟", "（以下简称甲方）", "《中华人民共和国民法典》", "“原状”", "通道", "砖石", "花台", "于",
    "的", "双方同意", "一次性补偿", "；", "，", "。", "、", "：", "——", "……", "！", "？",
)  # fmt: skip
WHOLE = (
    "1,200.00", "￥3,000.00", "2026", "500235195603051234", "13800001234", "6228 4804 0256 4890 018", "12.5%", "0.7", "18",
    "37℃", "2026年9月12日", "二〇二六年三月五日",
)  # fmt: skip
CASE = "（2026）渝0235民初1234号"


@pytest.fixture(scope="module")
def fonts(fonts_dir: Path) -> FontSet:
    return FontSet.load(fonts_dir)


def passage(chance: random.Random, length: int) -> str:
    """Prose with amounts, dates, numbers and names; never two marks or two numbers in a row."""
    found = ["甲"]
    while len(found) < length:
        piece = chance.choice((*WORDS, *WHOLE, CASE))
        marks = piece in "；，。、：——……！？" and found[-1][-1] in "；，。、：—…！？）》”"
        if not (marks or (piece in WHOLE and found[-1] in WHOLE)):
            found.append(piece)
            if piece in WHOLE:
                found.append(chance.choice(("元", "号", "米")))
    return "".join(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_line_tears_a_number_or_ends_on_a_wrong_mark_or_is_spread_too_far(
    fonts: FontSet, seed: int
) -> None:
    chance = random.Random(seed)
    text = passage(chance, 300)
    width = style.WIDTH * chance.choice((1.0, 1.0, 0.6, 0.38))
    lines = break_lines([Span(text)], fonts, size=style.SIZE_3, width=width)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line.gap <= WIDEST_GAP * style.SIZE_3 + 1e-6
        assert line.width + line.gap * (line.count - 1) <= width + 0.05
    for line, following in pairwise(lines):
        assert following.text[0] not in NEVER_FIRST
        assert line.text[-1] not in NEVER_LAST
        torn = re.search(r"[0-9.,]$", line.text) and re.match(r"[0-9.,%]", following.text)
        # An account number wider than a narrow column breaks at one of its blanks.
        at_blank = width < style.WIDTH and f"{line.text[-3:]} {following.text[:3]}" in text
        assert not torn or at_blank, line.text + "|" + following.text
        if width == style.WIDTH:
            around = line.text[-12:] + "|" + following.text[:12]
            assert not re.search(
                r"\d{4}年\|\d|\d月\|\d|年\|三|月\|五|\d\|元|渝\|0|5\|民初|初\|1|）\|渝", around
            ), around


def pages_of(rows: list[Row]) -> list[list[Row]]:
    return paginate(rows, style.HEIGHT)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_paragraph_never_leaves_one_line_alone_and_a_heading_has_two_lines_with_it(
    fonts: FontSet, seed: int
) -> None:
    chance = random.Random(seed)
    rows: list[Row] = []
    heads: set[int] = set()
    for _ in range(30):
        head = layout.heading("一、争议的事实", fonts)
        body = paragraph("砖石堵路。" * chance.randint(1, 40), fonts)
        heads.add(id(head[0]))
        rows += [*head, *layout.glue_first(body, 2)]
    for page in pages_of(rows):
        assert sum(row.height for row in page) <= style.HEIGHT + 0.5
        assert id(page[-1]) not in heads
        for index in (0, -1):
            mates = sum(1 for row in page if row.element is page[index].element)
            whole = sum(1 for row in rows if row.element is page[index].element)
            assert mates > 1 or whole == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_no_page_holds_only_signatures_and_seal(fonts: FontSet, seed: int) -> None:
    chance = random.Random(seed)
    frame = frames.Frame(
        body_name="重庆市云阳县人民法院",
        title="调解协议",
        number=CASE,
        date_text="二〇二六年三月五日",
        content_sha256="ab" * 32,
    )
    body = [
        row
        for _ in range(chance.randint(1, 12))
        for row in paragraph("砖石堵路。" * chance.randint(1, 60), fonts)
    ]
    slots = [
        SignerSlot(field=f"s{n}", role="申请人", name="欧阳喆堃" * chance.randint(1, 3))
        for n in range(chance.randint(1, 7))
    ]
    closing = frames.closing_rows(frame, slots, fonts, sealed=True, wet=False, notes=["校验值：" + "ab" * 32])
    ends = {id(row) for row in closing}
    pages = pages_of([*frames.cling(body), *closing])
    last = [row for row in pages[-1] if id(row) not in ends]
    assert len(last) >= min(2, len(body))
    assert ends <= {id(row) for row in pages[-1]} | {id(row) for row in pages[-1]}


def table(chance: random.Random) -> list[list[Cell]]:
    head = [Cell("序号", 0.15, face="hei"), Cell("内容", 0.6, face="hei"), Cell("备注", 0.25, face="hei")]
    body = [
        [
            Cell(str(n), 0.15),
            Cell(passage(chance, chance.randint(1, 160)), 0.6),
            Cell("欧阳" * chance.randint(0, 60), 0.25),
        ]
        for n in range(12)
    ]
    return [head, *body]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_table_repeats_its_head_breaks_its_cells_and_stays_on_the_page(fonts: FontSet, seed: int) -> None:
    rows = table_rows(table(random.Random(seed)), fonts, size=12, header=True)
    pages = pages_of(rows)
    assert len(pages) > 1
    for page in pages:
        assert page[0] is rows[0]
        assert len(page) > 1
        assert sum(row.height for row in page) <= style.HEIGHT + 0.5
    drawn = [id(row) for page in pages for row in page if row is not rows[0]]
    assert drawn == [id(row) for row in rows[1:]]


def test_the_longest_names_and_roles_stay_inside_the_type_area(
    authority: AuthorityPlace, fonts_dir: Path
) -> None:
    long = "云阳县兴隆镇社会矛盾纠纷多元化解中心人民调解委员会驻龙洞村调解室"
    slots = (
        SignerSlot(field="a", role="共同申请人兼第三人法定代理人的委托诉讼代理人", name="欧阳" * 14),
        SignerSlot(field="b", role="调解员", name="张翀"),
    )
    paper = replace(registry.sample("people_agreement"), body_name=long, signers=slots, rehearsal=False)
    pdf = kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW).pdf
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        inked = [box for box in boxes if box[2] > box[0]]
        assert min(box[0] for box in inked) > style.LEFT - 1
        # A signer's printed name may reach two characters into the margin.
        assert max(box[2] for box in inked) < style.LEFT + style.WIDTH + 2 * style.SIZE_3 + 1
    found = text.search("二〇二六年十一月二十二日") if not paper.made_on else text.search("2026年11月22日")
    assert found.get_next() is not None


def outer(page: pypdfium2.PdfPage, number: int) -> Iterator[float]:
    """Middles of the page number's characters from the left, in points."""
    text = page.get_textpage()
    found = text.search(f"— {number} —")
    start, count = found.get_next()
    for index in range(start, start + count):
        left, _, right, _ = text.get_charbox(index)
        yield (left + right) / 2


def test_a_transcript_of_sixty_pages_keeps_every_rule(authority: AuthorityPlace, fonts_dir: Path) -> None:
    chance = random.Random(7)
    lines = tuple(
        SpokenLine(
            speaker="申请人欧阳喆堃",
            text=passage(chance, 30),
            at=NOW + timedelta(seconds=n),
            offset_ms=1000 * n,
        )
        for n in range(330)
    )
    paper = replace(registry.sample("mediation_transcript"), lines=lines)  # type: ignore[call-arg]
    done = kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW)
    assert done.pages >= 50
    document = pypdfium2.PdfDocument(done.pdf)
    middle = style.LEFT + style.WIDTH / 2
    for number, page in enumerate(document, start=1):
        assert all((x > middle) is (number % 2 == 1) for x in outer(page, number))
        text = page.get_textpage().get_text_bounded()
        assert f"第{number}页/共{done.pages}页" in text
        assert len(text.splitlines()) > 4


@pytest.mark.parametrize("character", "￥¥")
def test_the_yen_sign_is_drawn_with_two_bars(fonts: FontSet, fonts_dir: Path, character: str) -> None:
    """As a picture: FandolFang draws ￥ as a dollar, which has a stroke through its middle from top to bottom."""
    setting = layout.set_pages(
        paragraph(character, fonts, indent=0, size=200, line=240), fonts, layout.Sheet()
    )
    picture = pypdfium2.PdfDocument(setting.pdf)[0].render(scale=1).to_pil().convert("L")
    left, top, right, bottom = picture.point(lambda v: 255 if v < 128 else 0).getbbox()
    ink = picture.crop((left, top, right, bottom))
    wide = [sum(1 for x in range(ink.width) if ink.getpixel((x, y)) < 128) for y in range(ink.height)]  # type: ignore[operator]
    bars = sum(1 for a, b in pairwise([count > 0.55 * ink.width for count in wide]) if b and not a)
    assert bars == 2
    high = ink.height // 8
    ends = [x for x in range(ink.width) if ink.getpixel((x, high)) < 128]  # type: ignore[operator]
    assert max(ends) - min(ends) > 0.5 * ink.width
