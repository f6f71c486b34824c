"""Papers of enforcement: what the law has them say, sums and terms that must fit, the form a debtor fills in."""

from datetime import date
from typing import Any

import pytest

from documents import kit, registry
from documents.blocks import TableRow
from tests.documents.facts import paper, refused, words

LAND = {"name": "房屋", "kind": "不动产", "quantity": "1处", "place": "集镇路88号", "keeper": "李䶮𬱟"}
GOODS = LAND | {"name": "旋耕机", "kind": "动产", "quantity": "1台"}


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("enforcement_application", {"total": "36000.01"}, "total"),
        ("enforcement_application", {"claims": []}, "total"),
        ("property_list", {"expires_on": "2028-12-09"}, "expires_on"),  # two years for movables
        ("property_list", {"items": [LAND, GOODS], "expires_on": "2029-12-08"}, "expires_on"),
        ("property_list", {"expires_on": "2026-12-08"}, "expires_on"),
        ("property_list", {"items": []}, "items"),
        ("property_order", {"days": 0}, "days"),
        ("enforcement_record", {"ends_at": "2026-12-08T10:04:00+08:00"}, "ends_at"),
    ],
)
def test_sums_and_terms_that_cannot_be_are_refused(name: str, change: dict[str, Any], field: str) -> None:
    assert refused(name, **change).params["field"] == field


def test_the_longest_terms_of_the_law_are_allowed() -> None:
    """民诉法解释 485: two years for movables, three for land; a leap day ends on 28 February."""
    for allowed in (
        {"expires_on": "2028-12-08"},
        {"items": [LAND], "expires_on": "2029-12-08"},
        {"taken_at": "2028-02-29T10:00:00+08:00", "expires_on": "2030-02-28"},
    ):
        assert paper("property_list", **allowed).expires_on == date.fromisoformat(str(allowed["expires_on"]))


def test_a_settlement_with_a_guarantor_says_what_is_guaranteed() -> None:
    assert refused("enforcement_settlement", guarantee="").params.get("field") == "guarantee"
    assert (
        refused("enforcement_settlement", clauses=[{"number": 2, "text": "付款。"}]).code
        == "paper.clause_numbers"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "enforcement_notice",
            ["加倍支付迟延履行期间的债务利息", "失信被执行人名单", "收到执行通知之日前一年", "三日内"],
        ),
        # 财产调查规定 4: term, range and period, later changes, sanctions, the form.
        ("property_order", ["十日内", "前一年", "变动之日起十日内", "罚款、拘留", "附：被执行人财产报告表"]),
        ("property_list", ["由在场人签名", "交被执行人或者其成年家属一份"]),
        ("enforcement_settlement", ["记入笔录", "恢复执行原生效法律文书", "已经履行的部分予以扣除"]),
    ],
)
def test_what_the_law_wants_said_is_said(name: str, said: list[str]) -> None:
    text = words(paper(name))
    assert [each for each in said if each not in text] == []


def test_a_notice_without_a_term_asks_for_performance_at_once() -> None:
    text = words(paper("enforcement_notice", days=0, pays_money=False))
    assert "自收到本通知书之日起立即履行" in text
    assert "二、支付迟延履行金" in text


def test_an_empty_report_is_the_form_that_goes_with_the_order() -> None:
    """财产调查规定 4: the debtor fills in every row."""
    form = paper("property_report", items=[], changes=[], notice_on=None)
    rows = [block for block in form.blocks() if isinstance(block, TableRow) and not block.head]
    kinds = ("收入", "土地", "车辆", "债权", "其他")
    assert [row.cells[0].text[:2] for row in rows if row.cells[0].text.startswith(kinds)] == [
        kind[:2] for kind in kinds
    ]
    assert "　　　　年　　月　　日" in words(form)


@pytest.mark.parametrize("name", ["enforcement_notice", "property_order"])
def test_the_basic_court_seals_never_its_tribunal(name: str) -> None:
    """民诉法解释 262."""
    assert kit.sealed(registry.sample(name))
    assert refused(name, body_name="重庆市云阳县人民法院凤鸣人民法庭").code == "paper.tribunal_seal"


@pytest.mark.parametrize(
    "name",
    [
        "enforcement_application",
        "property_report",
        "enforcement_settlement",
        "enforcement_record",
        "property_list",
    ],
)
def test_what_is_signed_at_the_scene_or_by_parties_bears_no_seal(name: str) -> None:
    assert not kit.sealed(registry.sample(name))
