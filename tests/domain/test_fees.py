"""Court fees of order 481: every edge of every bracket, halves once, and the sums of real judgments."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.domain.errors import CourtError
from court.domain.fees import FeeKind, Procedure, Relief, fee

D = Decimal


@pytest.mark.parametrize(
    ("amount", "paid"),
    [
        ("0", "50"), ("8000", "50"), ("10000", "50"), ("10001", "50.03"), ("30000", "550"), ("100000", "2300"),
        ("200000", "4300"), ("500000", "8800"), ("1000000", "13800"), ("2000000", "22800"), ("5000000", "46800"),
        ("10000000", "81800"), ("20000000", "141800"), ("30000000", "191800"),
    ],
)  # fmt: skip
def test_a_claim_of_money_at_every_edge(amount: str, paid: str) -> None:
    assert fee(FeeKind.PROPERTY, amount=D(amount)).amount == D(paid)


@pytest.mark.parametrize(
    ("kind", "amount", "base", "paid"),
    [
        ("divorce", None, "200", "200"), ("divorce", "200000", "300", "300"), ("divorce", "300000", "200", "700"),
        ("personality", "50000", "100", "100"), ("personality", "100000", "100", "600"),
        ("personality", "120000", "300", "900"), ("other", None, "80", "80"), ("labour", "99999", None, "10"),
        ("payment_order", "30000", None, "183.33"), ("preservation", None, None, "30"),
        ("preservation", "1000", None, "30"), ("preservation", "100000", None, "1020"),
        ("preservation", "99000000", None, "5000"), ("enforcement", None, "100", "100"),
        ("enforcement", "10000", None, "50"), ("enforcement", "36000", None, "440"),
        ("enforcement", "500000", None, "7400"), ("enforcement", "5000000", None, "52400"),
        ("enforcement", "10000000", None, "77400"), ("enforcement", "20000000", None, "87400"),
    ],
)  # fmt: skip
def test_other_kinds(kind: str, amount: str | None, base: str | None, paid: str) -> None:
    found = fee(FeeKind(kind), amount=D(amount) if amount else None, base=D(base) if base else None)
    assert found.amount == D(paid)
    assert found.steps[-1].startswith(("每件",)) or "合计" in "".join(found.steps)


@pytest.mark.parametrize("procedure", [p for p in Procedure if p is not Procedure.ORDINARY])
def test_a_case_fee_is_halved_once_from_the_exact_sum_and_an_application_fee_never(
    procedure: Procedure,
) -> None:
    assert fee(FeeKind.PROPERTY, amount=D(10001), procedure=procedure).payable == D("25.01")
    assert fee(FeeKind.LABOUR, procedure=procedure).payable == 5
    assert fee(FeeKind.ENFORCEMENT, amount=D(36000), procedure=procedure).payable == 440


def test_relief_in_hardship() -> None:
    assert fee(FeeKind.PROPERTY, amount=D(30000), relief=Relief.EXEMPT).payable == 0
    assert fee(FeeKind.PROPERTY, amount=D(30000), relief=Relief.DEFERRED).payable == 550
    reduced = fee(
        FeeKind.PROPERTY, amount=D(30000), procedure=Procedure.SIMPLE, relief=Relief.REDUCED, percent=40
    )
    assert reduced.payable == 165
    with pytest.raises(CourtError, match="30%"):
        fee(FeeKind.PROPERTY, amount=D(30000), relief=Relief.REDUCED, percent=20)


def test_a_rate_outside_the_order_and_a_missing_amount_are_refused() -> None:
    for wrong in (
        {"kind": FeeKind.DIVORCE, "base": D(301)},
        {"kind": FeeKind.PROPERTY},
        {"kind": FeeKind.PROPERTY, "amount": D(1), "base": D(50)},
        {"kind": FeeKind.PROPERTY, "amount": D(-1)},
        {"kind": FeeKind.PROPERTY, "amount": D(10) ** 14},
    ):
        with pytest.raises(CourtError):
            fee(**wrong)  # type: ignore[arg-type]


@given(
    kind=st.sampled_from([k for k in FeeKind if k is not FeeKind.LABOUR]),
    low=st.decimals(0, 10**8, places=2),
    more=st.decimals(0, 10**6, places=2),
)
def test_a_larger_sum_never_costs_less(kind: FeeKind, low: Decimal, more: Decimal) -> None:
    assert fee(kind, amount=low + more).amount >= fee(kind, amount=low).amount
