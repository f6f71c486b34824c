"""What happens to typed text: kept, cleaned, refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from court.domain import text
from court.domain.errors import CourtError


def test_rare_characters_and_emoji_survive_storage() -> None:
    assert text.clean(" 䶮㛃𬱟👍🏽\n好 ") == "䶮㛃𬱟👍🏽\n好"


def test_control_characters_and_lone_surrogates_go() -> None:
    assert text.clean("a\x00b\x1bc\u200d\ud800d\r\ne") == "abc\u200dd\ne"


def test_invisible_marks_and_turned_reading_directions_go() -> None:
    assert text.clean("\ufeff赔偿\u200b\u202e001\u202c元\u2066") == "赔偿001元"


def test_a_one_line_field_has_no_breaks() -> None:
    assert text.line_clean("王\n 某\t某") == "王 某 某"


def test_an_emoji_cannot_be_printed_but_rare_characters_can() -> None:
    assert text.paper_problem("what", "䶮㛃𬱟") is None
    fault = text.paper_problem("what", "好👍")
    assert fault is not None
    assert (fault.field, fault.code) == ("what", "text.emoji")


def test_limits_are_inclusive() -> None:
    assert len(text.required("字" * 10_000, "facts")) == 10_000
    with pytest.raises(CourtError) as refused:
        text.required("字" * 10_001, "facts")
    assert refused.value.code == "text.too_long"
    assert refused.value.params == {"most": 10_000, "length": 10_001}
    with pytest.raises(CourtError) as empty:
        text.required(" \n\u3000", "facts")
    assert empty.value.code == "text.empty"


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_cleaning_twice_changes_nothing_and_always_encodes(typed: str) -> None:
    once = text.clean(typed)
    assert text.clean(once) == once
    once.encode()
