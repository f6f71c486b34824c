"""The procedure suggested for a case, at every edge of the figures, and each bar of the law."""

from datetime import date

import pytest

from court.domain.fees import Procedure
from court.domain.procedure import SIMPLE_BARS, SMALL_BARS, Bar, CaseFacts, Wage, suggest, wage_on

DAY = date(2026, 11, 22)
WAGE = wage_on("渝", DAY)


def loan(yuan: float, **more: object) -> CaseFacts:
    return CaseFacts(cause_code="108(3)", personal_status=False, sum_fen=round(yuan * 100), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("yuan", "procedure", "by_agreement"),
    [
        (30_000, Procedure.SMALL, False),
        (58_773, Procedure.SMALL, False),
        (58_773.01, Procedure.SIMPLE, True),
        (235_092, Procedure.SIMPLE, True),
        (235_092.01, Procedure.SIMPLE, False),
    ],
)
def test_the_figures_of_chongqing_at_their_edges(
    yuan: float, procedure: Procedure, by_agreement: bool
) -> None:
    found = suggest(loan(yuan), WAGE)
    assert (found.procedure, found.by_agreement) == (procedure, by_agreement)
    assert "58,773" in "".join(one.text for one in found.reasons) or yuan > 235_092


def test_the_parties_agreement_opens_the_small_procedure_up_to_twice_the_wage() -> None:
    assert suggest(loan(100_000, agreed=True), WAGE).procedure is Procedure.SMALL
    assert suggest(loan(300_000, agreed=True), WAGE).procedure is Procedure.SIMPLE


@pytest.mark.parametrize("bar", list(Bar))
def test_every_bar_shuts_its_procedure_and_says_why(bar: Bar) -> None:
    found = suggest(loan(3_000, bars=frozenset({bar})), WAGE)
    table = SIMPLE_BARS if bar in SIMPLE_BARS else SMALL_BARS
    assert found.procedure is (Procedure.ORDINARY if bar in SIMPLE_BARS else Procedure.SIMPLE)
    assert any(table[bar].words in one.text and one.basis == table[bar].basis for one in found.reasons)


def test_divorce_is_never_small_but_support_money_is() -> None:
    divorce = CaseFacts(cause_code="14", personal_status=True, sum_fen=None)
    support = CaseFacts(cause_code="24(1)", personal_status=True, sum_fen=600_000)
    assert suggest(divorce, WAGE).procedure is Procedure.SIMPLE
    assert suggest(support, WAGE).procedure is Procedure.SMALL


def test_a_nodes_own_figure_comes_first_and_an_unread_source_says_so() -> None:
    assert WAGE is not None and not WAGE.verified
    assert any("未核对" in one.basis for one in suggest(loan(3_000), WAGE).reasons)
    own = Wage(
        region="渝",
        year=2025,
        yuan=120_000,
        since=date(2026, 6, 1),
        until=None,
        source="本院通知",
        verified=True,
    )
    assert wage_on("渝", DAY, [own]) is own
    assert wage_on("渝", date(2026, 5, 31), [own]) is WAGE
    assert wage_on("川", DAY) is None
    assert suggest(loan(3_000), None).procedure is Procedure.SIMPLE
