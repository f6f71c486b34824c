"""Papers of petitions: what they must say, what they must not tell, terms that are kept."""

import json
from typing import Any

import pytest

from documents import kit, registry
from tests.documents.facts import paper, refused, words

ACCUSATION: dict[str, Any] = {
    "nature": "检举控告",
    "recipient": "中国共产党云阳县纪律检查委员会",
    "petitioner": None,
    "summary": "",
    "materials": [],
    "sealed_pages": 12,
    "recipient_checked": True,
}


@pytest.mark.parametrize("name", ["petition_forwarding", "petition_assignment"])
def test_a_letter_about_an_accusation_tells_neither_who_nor_what(name: str) -> None:
    """信访工作条例 30: neither on the page, nor in its code, nor in the attached data."""
    usual = json.loads(registry.sample_json(name))
    letter = paper(name, **ACCUSATION)
    everywhere = words(letter) + kit.content(letter).decode() + "".join(letter.people())
    assert usual["petitioner"]["name"] not in everywhere
    assert usual["petitioner"]["phone"] not in everywhere
    assert usual["summary"][:12] not in everywhere
    assert usual["materials"][0]["name"] not in everywhere
    assert "走访" not in words(letter)
    assert "材料共12页，密封随函移送" in words(letter)
    assert "不得将检举、揭发材料以及有关情况透露或者转给被检举、揭发的人员或者单位" in words(letter)


@pytest.mark.parametrize(
    "change",
    [
        {"petitioner": {"role": "信访人", "name": "王喆堃"}},
        {"summary": "反映某人收受财物"},
        {"materials": [{"name": "转账记录", "copies": 1}]},
        {"sealed_pages": 0},
        {"recipient_checked": False},
    ],
)
def test_a_letter_that_would_expose_an_accuser_is_refused(change: dict[str, Any]) -> None:
    assert refused("petition_forwarding", **ACCUSATION | change).code == "paper.accusation_exposed"


def test_the_code_on_a_registered_accusation_names_nobody() -> None:
    assert paper("petition_registration").people()
    assert paper("petition_registration", nature="检举控告").people() == ()
    assert paper("petition_reception", nature="检举控告").people() == ()


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("petition_acceptance", {"due": "2027-01-10"}, "due"),  # the 61st day
        ("petition_acceptance", {"due": "2026-11-09"}, "due"),
        ("petition_acceptance", {"due": None}, "due"),
        ("petition_acceptance", {"route": "仲裁程序", "due": None, "route_detail": ""}, "route_detail"),
        ("petition_extension", {"new_due": "2027-02-09"}, "new_due"),  # the 31st day
        ("petition_extension", {"new_due": "2027-01-09"}, "new_due"),
        ("petition_refusal", {"direct_to": ""}, "direct_to"),
        ("petition_forwarding", {"summary": " "}, "summary"),
        ("petition_registration", {"crowd": 2}, "crowd"),
        ("petition_opinion", {"requests": ["恢复通水。"]}, "opinions"),
        ("petition_opinion", {"execution": ""}, "execution"),
        ("petition_opinion", {"laws": []}, "laws"),
        ("petition_reception", {"ends_at": "2026-11-05T09:29:00+08:00"}, "ends_at"),
        ("petition_registration", {"representatives": list("甲乙丙丁戊己"), "crowd": 14}, "representatives"),
    ],
)
def test_terms_and_counts_of_the_regulation_bind(name: str, change: dict[str, Any], field: str) -> None:
    assert refused(name, **change).params["field"] == field


def test_the_last_days_of_the_terms_are_still_within() -> None:
    assert "2027年1月9日" in words(paper("petition_acceptance", due="2027-01-09"))
    assert "2027年2月8日" in words(paper("petition_extension", new_due="2027-02-08"))
    assert "戊" in words(paper("petition_registration", representatives=list("甲乙丙丁戊")))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("petition_acceptance", "自收到书面答复之日起30日内，请求本单位的上一级机关、单位复查"),
        ("petition_refusal", "可以向中共云阳县委、云阳县人民政府信访工作联席会议办公室反映"),
        ("petition_extension", "延长的期限届满仍未办结的，可以向云阳县人民政府、云阳县信访办公室反映"),
        ("petition_opinion", "可以自收到本意见书之日起30日内，请求云阳县人民政府复查"),
        ("petition_review", "可以自收到本意见书之日起30日内，请求重庆市人民政府复核"),
        (
            "petition_final_review",
            "仍然以同一事实和理由提出投诉请求的，各级党委和政府信访部门和其他机关、单位不再受理",
        ),
    ],
)
def test_every_letter_to_a_petitioner_names_the_remedy(name: str, remedy: str) -> None:
    assert remedy in words(paper(name))


@pytest.mark.parametrize(
    ("ground", "article"),
    [
        ("同一事项已经受理或者正在办理", "第十九条"),
        ("复核后仍以同一事实和理由提出", "第三十六条"),
        ("涉及诉讼权利救济", "第二十八条"),
        ("应当通过仲裁、行政等法定途径处理", "第三十一条"),
        ("不属于本单位职权范围", "第二十三条"),
    ],
)
def test_a_refusal_rests_on_the_article_of_its_ground(ground: str, article: str) -> None:
    text = words(paper("petition_refusal", ground=ground))
    assert f"属于“{ground}”的情形，依照《信访工作条例》{article}的规定，本单位不予受理" in text


def test_a_body_that_is_a_tribunal_has_no_seal_for_petitions_either() -> None:
    """民诉法解释 262."""
    assert refused("petition_refusal", body_name="云阳县人民法院凤鸣人民法庭").code == "paper.tribunal_seal"


def test_an_opinion_rests_on_the_items_of_what_was_held() -> None:
    """信访工作条例 32: support, explanation, refusal."""
    assert "《信访工作条例》第三十二条第一项、第二项。" in words(paper("petition_opinion"))


def test_a_text_that_ends_with_a_stop_gets_no_second_one() -> None:
    for name in registry.kinds():
        if name.startswith("petition_"):
            text = words(paper(name))
            assert [pair for pair in ("。。", "；。", "。；", "，。") if pair in text] == [], name
