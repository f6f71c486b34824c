"""Every kind of paper by its sample: drawn whole, nothing of its facts lost; and facts that are refused by name."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from documents import facts, kit, registry
from documents.blocks import TEMPLATES
from documents.data import AuthorityPlace, Rendered
from documents.errors import PaperError
from documents.signing import required_fields
from tests.conftest import need
from tests.documents.conftest import NOW, VERIFY_URL

Draw = Callable[[kit.Facts], Rendered]
KINDS = sorted(registry.kinds())


@pytest.fixture(scope="module")
def draw(authority: AuthorityPlace, fonts_dir: Path) -> Draw:
    def render(paper: kit.Facts) -> Rendered:
        return kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW)

    return render


def words(pdf: bytes, folder: Path) -> str:
    """What pdftotext reads, without blanks."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([need("pdftotext"), "-raw", path, "-"], capture_output=True, check=True, timeout=60)
    return re.sub(r"\s", "", done.stdout.decode())


def named(value: Any) -> Iterator[str]:
    """Every name in the facts of a paper."""
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key == "name" and isinstance(text, str))
        for each in value.values():
            yield from named(each)
    elif isinstance(value, list):
        for each in value:
            yield from named(each)


@pytest.mark.parametrize("name", KINDS)
def test_a_sample_is_drawn_with_every_name_and_its_data(name: str, draw: Draw, tmp_path: Path) -> None:
    paper = registry.sample(name)
    rendered = draw(paper)
    text = words(rendered.pdf, tmp_path)
    assert re.sub(r"\s", "", paper.pattern.printed_title) in text
    assert [
        each for each in named(json.loads(registry.sample_json(name))) if each.replace(" ", "") not in text
    ] == []
    assert "\ufffd" not in text and "None" not in text
    with pikepdf.open(BytesIO(rendered.pdf)) as document:
        assert document.attachments[paper.pattern.content_file].get_file().read_bytes() == kit.content(paper)
    slots = [slot.field for slot in paper.slots()]
    ends = ["seal"] if kit.sealed(paper) else []
    if slots or ends:
        assert [slot.field for slot in required_fields(rendered.pdf)] == slots + ends


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_can_be_filled_in_and_read_back(name: str) -> None:
    """Every field has a Chinese label, a JSON form that reads back, and a place in the schema."""
    paper, fields = registry.sample(name), registry.fields(name)
    assert all(field.label for field in fields)
    told = json.loads(kit.content(paper))
    assert told.pop("paper") == name
    assert registry.read(name, json.dumps(told).encode()) == paper
    (described,) = [d for key, d in facts.schema(type(paper))["$defs"].items() if key == type(paper).__name__]
    assert {field.name for field in fields} == set(described["properties"])


def test_no_template_and_no_sample_is_left_over() -> None:
    samples = {path.stem for path in registry.SAMPLES.glob("*.json")}
    assert samples == set(registry.kinds())
    used = {kind.pattern.template or f"{name}.txt.j2" for name, kind in registry.kinds().items()}
    others = {"receipt.txt.j2", "scan.txt.j2", "transcript_head.txt.j2", "transcript_tail.txt.j2"}
    found = {path.name for path in TEMPLATES.glob("*.j2") if not path.name.startswith("_")}
    transcripts = {f"{name}.txt.j2" for name in registry.kinds() if name.endswith("_transcript")}
    assert found == (used - transcripts) | others


def refused(name: str, told: dict[str, Any]) -> PaperError:
    with pytest.raises(PaperError) as caught:
        registry.read(name, json.dumps(told).encode())
    return caught.value


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"cause": None}, "paper.wrong_value", "案由"),
        ({"cause": " "}, "paper.incomplete", "案由"),
        ({"cause": "长" * 301}, "paper.too_long", "“案由”（cause）超过300字"),
        ({"parties": []}, "paper.incomplete", "当事人"),
        ({"parties": [{"role": "申请人"}]}, "paper.incomplete", "当事人第1项的姓名或名称"),
        ({"parties": [{"role": "甲", "name": "乙"}] * 61}, "paper.too_many", "60项"),
        ({"held_on": "昨天"}, "paper.wrong_value", "应当是日期，如 2026-03-05"),
        ({"copies": 0}, "paper.wrong_value", "太小"),
        ({"clauses": [{"number": 1, "text": "付款。", "amount": "一千"}]}, "paper.wrong_value", "1200.00"),
        ({"casue": "相邻"}, "paper.unknown_field", "cause（案由）"),
        ({"parties": [{"role": "甲", "name": "乙", "nmae": "丙"}]}, "paper.unknown_field", "parties.nmae"),
    ],
)
def test_facts_that_cannot_be_are_refused_by_the_name_of_the_field(
    change: dict[str, Any], code: str, says: str
) -> None:
    error = refused("people_agreement", json.loads(registry.sample_json("people_agreement")) | change)
    assert error.code == code
    assert says in error.text


def test_a_missing_field_is_named() -> None:
    told = json.loads(registry.sample_json("people_agreement"))
    del told["cause"]
    error = refused("people_agreement", told)
    assert (error.code, error.params["field"]) == ("paper.incomplete", "cause")
    assert "案由" in error.text


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(PaperError) as caught:
        registry.read("people_agreement", data)
    assert caught.value.code == "paper.not_json"


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    with pytest.raises(PaperError, match="people_agreement（人民调解协议书）"):
        registry.kind("nothing")


def test_facts_made_in_code_keep_the_same_bounds(draw: Draw) -> None:
    with pytest.raises(PaperError) as caught:
        draw(replace(registry.sample("people_agreement"), body_name=""))
    assert caught.value.code == "paper.incomplete"


def test_a_tribunal_puts_no_seal_of_its_own(draw: Draw) -> None:
    """民诉法解释 262."""
    with pytest.raises(PaperError) as caught:
        draw(replace(registry.sample("court_agreement"), body_name="重庆市云阳县人民法院凤鸣人民法庭"))
    assert caught.value.code == "paper.tribunal_seal"
