"""What cannot be enforced is found before it is signed: each rule by a clause that has it and one that has not."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.domain import chinese, clause_rules
from court.domain.clause_check import Level, Situation, check, refuse_forbidden, rules
from court.domain.errors import CourtError
from court.domain.mediation import ClauseInput

SITUATION = Situation(
    parties=("王秀英", "张德贵"),
    request="要求张德贵赔偿误工费5000元",
    today=date(2026, 11, 22),
    by_court=False,
    personal_status=False,
    interest_limit=Decimal(12),
    interest_source="一年期贷款市场报价利率四倍",
    penalty_limit=Decimal(30),
)
GOOD = ClauseInput(
    who="张德贵",
    what="向王秀英支付误工费",
    amount_fen=500_000,
    due=date(2026, 12, 31),
    text="张德贵于2026年12月31日前向王秀英支付误工费5000元（大写：伍仟元整），转入王秀英的农商行账户。",
)
DEFAULT = ClauseInput(who="张德贵", what="逾期不付的，另付违约金500元", due_text="逾期之日起5日内")


def codes(*clauses: ClauseInput, situation: Situation = SITUATION) -> set[str]:
    return {one.code for one in check(clauses, situation)}


def clause(text: str, **parts: object) -> ClauseInput:
    return replace(GOOD, text=text, amount_fen=None, **parts)  # type: ignore[arg-type]


def test_a_clear_agreement_is_left_alone() -> None:
    assert codes(GOOD, DEFAULT) == set()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("blank", "张德贵向王秀英搬走堆在〔位置〕的砂石。"),
        ("no_amount", "张德贵当场向王秀英支付误工费。"),
        ("vague_due", "张德贵尽快向王秀英现金支付500元。"),
        ("impossible_day", "张德贵于2027年2月30日前向王秀英现金支付500元。"),
        ("no_payee", "张德贵当场支付误工费现金500元。"),
        ("no_account", "张德贵于2026年12月31日前向王秀英支付误工费500元。"),
        ("words_differ", "张德贵向王秀英现金支付伍仟元整（￥500.00元）。"),
        ("words_differ", "张德贵向王秀英现金支付5000元（大写：伍佰元整）。"),
        ("instalments", "张德贵向王秀英现金支付共计10000元，分3期付清，每期3000元。"),
        ("instalments", "张德贵向王秀英现金支付合计900元，第一期300元，第二期500元。"),
        ("interest_high", "逾期的，按月息2分向王秀英支付利息。"),
        ("interest_high", "逾期的，每日按欠款的千分之一向王秀英支付违约金。"),
        ("penalty_high", "张德贵违约的，向王秀英支付总额50%的违约金。"),
        ("penalty_high", "张德贵欠王秀英1000元，违约的另付违约金800元。"),
        ("third_rights", "张德贵把案外人李某的砂石交给王秀英。"),
        ("vague", "张德贵向王秀英适当补偿，现金500元。"),
        ("unclear_object", "张德贵向王秀英返还相关物品。"),
        ("real_estate", "张德贵将位于红星村的房屋过户给王秀英。"),
        ("title", "确认后山承包地的承包经营权归王秀英。"),
        ("status", "王秀英与张德贵自愿离婚。"),
        ("status_confirmed", "双方确认王秀英与张德贵的婚姻关系无效。"),
        ("status_confirmed", "张德贵与其子断绝父子关系。"),
        ("retry", "张德贵不履行的，王秀英可以请求人民法院作出判决。"),
        ("freedom", "债务还清以前，张德贵不得离开本村。"),
        ("freedom", "张德贵把身份证扣押在王秀英处，交出身份证。"),
        ("duty_waived", "张德贵今后不承担赡养义务。"),
        ("crime_waived", "王秀英不再追究张德贵的刑事责任。"),
        ("right_waived", "王秀英今后不得上访。"),
        ("public_order", "张德贵向王秀英现金支付赌债500元。"),
    ],
)
def test_each_rule_finds_its_clause(code: str, text: str) -> None:
    assert code in codes(clause(text))
    assert code not in codes(GOOD, DEFAULT)


def test_what_stands_in_the_fields_is_looked_at_too() -> None:
    assert "past_day" in codes(replace(GOOD, due=date(2026, 1, 1)))
    assert "amount_differs" in codes(replace(GOOD, amount_fen=600_000))
    assert "third_party" in codes(replace(GOOD, who="李大山"))
    assert "no_due" in codes(ClauseInput(who="张德贵", what="清除砂石"))
    assert "no_payer" in codes(ClauseInput(who="", what="清除砂石", due_text="当日"))
    assert "no_payer" not in codes(GOOD)
    assert {"excess"} <= codes(replace(GOOD, amount_fen=800_000, text="张德贵向王秀英现金支付8000元。"))
    assert "no_default" in codes(GOOD)
    assert "wet" in codes(GOOD, situation=replace(SITUATION, personal_status=True))
    assert "retry_court" in codes(
        clause("不履行的，请求人民法院作出判决。"), situation=replace(SITUATION, by_court=True)
    )


def test_every_rule_has_its_finder_its_text_and_its_law_and_is_tried_here() -> None:
    finders = {*clause_rules.OF_A_CLAUSE, *clause_rules.OF_ALL}
    assert set(rules()) == finders
    assert all(re.search("《.+》第.+条", one.law) for one in rules().values())
    tried = set(re.findall(r'"(\w+)"', __import__("pathlib").Path(__file__).read_text(encoding="utf-8")))
    assert finders <= tried


def test_only_what_the_law_forbids_is_refused_and_a_finding_goes_with_its_words() -> None:
    bad = clause("债务还清以前，张德贵不得离开本村。")
    with pytest.raises(CourtError, match="第2条"):
        refuse_forbidden((GOOD, bad), SITUATION)
    unclear = clause("张德贵尽快向王秀英适当补偿。")
    refuse_forbidden((unclear,), SITUATION)
    first = {one.id for one in check((unclear,), SITUATION) if one.level is Level.WARN}
    moved = {one.id for one in check((DEFAULT, unclear), SITUATION)}
    other = {one.id for one in check((replace(unclear, text=unclear.text + "。"),), SITUATION)}
    assert first - {one for one in first if one.startswith("no_default")} <= moved
    assert not first & other


@given(st.integers(100, 10**14 - 1))
def test_an_amount_in_words_is_read_as_it_was_written(fen: int) -> None:
    written = chinese.in_words(fen)
    (found,) = chinese.amounts(f"共计人民币{written}，")
    assert (found.fen, found.words) == (fen, True)


@given(st.integers(1, 10**12), st.sampled_from(["{}元", "￥{}元", "{}.00元", "人民币{}元整"]))
def test_an_amount_in_digits_is_read_as_it_was_written(yuan: int, form: str) -> None:
    (found,) = chinese.amounts("支付" + form.format(f"{yuan:,}"))
    assert found.fen == yuan * 100


@given(st.dates(date(1949, 10, 1), date(2999, 12, 31)))
def test_a_day_is_read_as_it_was_written(day: date) -> None:
    assert chinese.dates(f"于{day.year}年{day.month}月{day.day}日前") == (day,)
    assert chinese.dates(f"于{day.isoformat()}前") == (day,)


@given(st.text(alphabet="0123456789一二三十百千万亿零元角分年月日息利率%‰.，。分之每期第违约金", max_size=60))
def test_no_text_breaks_the_checker(text: str) -> None:
    found = check((clause(text), ClauseInput(who=text, what=text)), SITUATION)
    assert all(one.code in rules() and 0 <= one.number <= 2 and one.text for one in found)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("三千零五十元", 305_000),
        ("一万二千块", 1_200_000),
        ("3.5万元", 3_500_000),
        ("１２００元５角", 120_050),
        ("壹拾万零伍佰元叁角贰分", 10_050_032),
        ("￥1,200.50", 120_050),
        ("3个月", None),
        ("12,34元", None),
        ("三分之一", None),
        ("1.234567元", None),
    ],
)
def test_amounts_and_their_limits(text: str, fen: int | None) -> None:
    found = chinese.amounts(text)
    assert [one.fen for one in found] == ([fen] if fen is not None else [])


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("年利率24%", ("24", "年")),
        ("月息2分", ("2", "月")),
        ("每日万分之五", ("0.05", "日")),
        ("年息一分", ("10", "年")),
        ("月息一分五", ("1.5", "月")),
        ("宽3分米", None),
    ],
)
def test_rates(text: str, rate: tuple[str, str] | None) -> None:
    found = chinese.rates(text)
    assert [(f"{one.percent.normalize():f}", one.per) for one in found] == ([rate] if rate else [])
