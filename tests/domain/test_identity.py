"""Resident numbers, credit codes, phones and their masks, with the vectors of the standard."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from court.domain import identity
from court.domain.errors import CourtError

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "50023519800229001X"])
def test_right_numbers_pass(number: str) -> None:
    assert identity.number_fault(number, TODAY) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "identity.checksum"),
        ("11010519491231002x", "identity.malformed"),
        ("1101051949123100", "identity.malformed"),
        ("", "identity.malformed"),
        ("\uff111010519491231002X", "identity.malformed"),
        ("99010519491231002X", "identity.region"),
        ("50023519900229001" + identity.check_digit("50023519900229001"), "identity.date"),
        ("50023520991231001" + identity.check_digit("50023520991231001"), "identity.date"),
    ],
)
def test_wrong_numbers_name_their_fault(number: str, code: str) -> None:
    assert identity.number_fault(number, TODAY) == code


def test_a_number_typed_full_width_with_blanks_is_tidied() -> None:
    assert (
        identity.require_number(" \uff11\uff11\uff10\uff11\uff10\uff15 19491231 002\uff58", TODAY)
        == "11010519491231002X"
    )
    with pytest.raises(CourtError) as refused:
        identity.require_number("110105194912310021", TODAY)
    assert refused.value.code == "identity.checksum"


_right = st.builds(
    lambda region, day, serial: f"{region}{day:%Y%m%d}{serial:03d}",
    st.sampled_from(["110105", "500235", "510722"]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
).map(lambda first: first + identity.check_digit(first))


@given(_right, st.integers(0, 16), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_one_wrong_digit_is_always_noticed(number: str, place: int, shift: int) -> None:
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert identity.number_fault(number, TODAY) is None
    assert identity.number_fault(wrong, TODAY) is not None


@given(_right)
@settings(max_examples=80, deadline=None)
def test_a_mask_keeps_region_and_the_last_four_only(number: str) -> None:
    masked = identity.mask_number(number)
    assert (masked[:6], masked[6:14], masked[14:]) == (number[:6], "*" * 8, number[14:])


def test_birth_date_gender_and_age_come_from_the_number() -> None:
    assert identity.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert identity.gender("11010519491231002X") == "女"
    assert identity.gender("440524188001010014") == "男"
    assert identity.age_on(date(1949, 12, 31), date(2026, 12, 30)) == 76
    assert identity.age_on(date(1949, 12, 31), date(2026, 12, 31)) == 77


def test_phones() -> None:
    assert identity.is_phone("13800005678")
    assert identity.is_phone("023-55128888")
    assert not identity.is_phone("12800005678")
    assert not identity.is_phone("1380000567")
    assert identity.normalise_phone("+86 138 0000 5678") == "13800005678"
    assert identity.mask_phone("13800005678") == "138****5678"
    assert identity.mask_phone("") == ""


def test_a_credit_code_is_checked() -> None:
    assert identity.is_credit_code("91350100M000100Y43")
    assert not identity.is_credit_code("91350100M000100Y44")
