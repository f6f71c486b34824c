"""Case numbers read and written both ways, official and provisional."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from court.domain.case_number import CaseNumber, case_kinds, parse, settled
from court.domain.errors import CourtError

_OFFICIAL = st.builds(
    CaseNumber,
    year=st.integers(1990, 2100),
    court=st.sampled_from(["渝0235", "渝02", "渝", "最高法", "川1527"]),
    kind=st.sampled_from(sorted(case_kinds())),
    count=st.integers(1, 9_999_999),
    special=st.sampled_from(["", "知"]),
    part=st.integers(0, 99),
)
_PROVISIONAL = st.builds(
    CaseNumber,
    year=st.integers(2016, 2100),
    court=st.sampled_from(["渝0235", "渝0103"]),
    kind=st.sampled_from(sorted(case_kinds())),
    count=st.integers(1, 9_999_999),
    vehicle=st.from_regex(r"[0-9]{1,4}", fullmatch=True),
)


@given(_OFFICIAL | _PROVISIONAL)
@settings(max_examples=300, deadline=None)
def test_what_is_written_reads_back_the_same(number: CaseNumber) -> None:
    assert parse(str(number)) == number
    assert str(parse(str(number).replace("（", " (").replace("）", ") "))) == str(number)


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_number_or_is_refused_in_words(text: str) -> None:
    try:
        assert parse(str(parse(text))) == parse(text)
    except CourtError as refused:
        assert refused.code == "case_number.malformed"


@pytest.mark.parametrize(
    ("written", "court", "kind", "count"),
    [
        ("（2026）渝0235民初12号", "渝0235", "民初", 12),
        ("(2026)渝民终1号", "渝", "民终", 1),
        ("（2026）最高法知民终5号", "最高法", "民终", 5),
        ("（2026）渝0235诉前调确3号", "渝0235", "诉前调确", 3),
        ("（2026）渝0235执123之一号", "渝0235", "执", 123),
    ],
)
def test_real_numbers_are_read(written: str, court: str, kind: str, count: int) -> None:
    found = parse(written)
    assert (found.court, found.kind, found.count) == (court, kind, count)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "（2026）渝0235民初号",
        "（26）渝0235民初1号",
        "（2026）渝0235民初0号",
        "（2026）渝0235民初01号",
        "〔2026〕渝0235民初1号",
    ],
)
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(CourtError, match="案号"):
        parse(wrong)


def test_a_provisional_number_is_replaced_only_by_one_of_its_court_and_kind() -> None:
    own = parse("（2026）渝0235民初暂01-3号")
    assert own.provisional and own.vehicle == "01"
    assert settled(own, "（2026）渝0235民初88号").count == 88
    assert settled(own, "（2027）渝0235民初1号").year == 2027
    for wrong, code in (
        ("（2026）渝0103民初88号", "case_number.other"),
        ("（2026）渝0235执88号", "case_number.other"),
        ("（2025）渝0235民初88号", "case_number.other"),
        ("（2026）渝0235民初暂01-4号", "case_number.not_provisional"),
    ):
        with pytest.raises(CourtError) as refused:
            settled(own, wrong)
        assert refused.value.code == code
    with pytest.raises(CourtError):
        settled(parse("（2026）渝0235民初1号"), "（2026）渝0235民初2号")
