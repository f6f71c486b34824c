"""Element forms: every cause of a village has one, and it names only causes that exist."""

from datetime import date

from court.domain import causes, elements


def test_every_named_cause_exists_once_and_the_last_form_fits_the_rest() -> None:
    named = [name for one in elements.forms() for name in one.causes]
    assert len(named) == len(set(named))
    assert set(named) <= {cause.name for cause in causes.causes(date(2026, 11, 22)).values()}
    assert not elements.forms()[-1].causes and all(one.causes for one in elements.forms()[:-1])


def test_a_loan_is_asked_for_its_rate_and_an_unknown_cause_for_what_happened() -> None:
    loan = elements.form_of("民间借贷纠纷")
    assert loan.official and "偿还本金" in loan.claims
    assert any("利率" in ask for ask in loan.asks)
    assert elements.form_of("申请支付令") is elements.forms()[-1]


def test_a_line_of_the_form_can_carry_every_question() -> None:
    for one in elements.forms():
        assert all("｜" not in text and len(text) <= 300 for text in (*one.claims, *one.asks))
