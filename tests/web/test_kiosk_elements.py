"""The questions of the element form at the kiosk: one by one, left out, answered again, and never typed twice at the desk."""

import pytest

from court.services import intake, matter
from tests.web.desk_court import Court
from tests.web.kiosk_walk import DISPUTE, Kiosk, at_field, at_kiosk

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOAN = (*DISPUTE[:4], ("cause", {"cause_code": "108(3)"}))


async def asked(court: Court) -> Kiosk:
    kiosk = await at_kiosk(court)
    await kiosk.walk(LOAN)
    return kiosk


async def test_questions_come_one_by_one_and_may_be_left_out(court: Court) -> None:
    kiosk = await asked(court)
    assert (await kiosk.answer("elements", act="ask")).location == "/kiosk/steps/ask-1"
    assert "合同（借条、欠条）签订情况" in (await kiosk.page("ask-1")).text
    assert (await kiosk.answer("ask-1", said="2024年3月5日打的借条")).location == "/kiosk/steps/ask-2"
    assert (await kiosk.answer("ask-2", act="skip", said="不要存")).location == "/kiosk/steps/ask-3"
    long = await kiosk.answer("ask-3", said="长" * 600)
    assert long.status == 422 and at_field(long, "said") and "长" * 600 in long.text
    assert (await kiosk.answer("elements", act="ask")).location == "/kiosk/steps/ask-2"
    overview = await kiosk.page("elements")
    assert "2024年3月5日打的借条" in overview.text and "不要存" not in overview.text
    assert (await kiosk.answer("elements")).location == "/kiosk/steps/facts"
    assert (await kiosk.page("ask-99")).status == 404


async def test_claims_and_a_sum_as_people_write_it_reach_the_matter_and_the_papers(court: Court) -> None:
    kiosk = await asked(court)
    await kiosk.answer("ask-1", said="2024年3月5日打的借条")
    await kiosk.walk((DISPUTE[6], DISPUTE[7]))
    wrong = await kiosk.answer("request", claim="偿还本金", amount="大概三万", request="早点还")
    assert wrong.status == 422 and at_field(wrong, "amount") and "早点还" in wrong.text
    went = await kiosk.answer("request", claim="偿还本金", amount="3万", request="早点还")
    assert went.status == 303
    await kiosk.walk(DISPUTE[9:])
    assert "我希望：偿还本金；金额3万元；早点还。" in (await kiosk.page("review")).text
    assert (await kiosk.sign()).location == "/kiosk/receipt"
    number = (await kiosk.page("sign")).location
    assert number == "/kiosk/receipt"
    clerk = await court.staff("clerk")
    found = await court.read(_newest)
    told = await court.read(intake.of_matter, matter_id=found)
    assert told is not None and told.sum_fen == 3_000_000 and told.claims == ("偿还本金",)
    form = await clerk.open(f"/desk/matters/{found}/draw/element_complaint")
    assert "打的借条" in form.text and "偿还本金｜是｜" in form.text
    plain = await clerk.open(f"/desk/matters/{found}/draw/mediation_application")
    assert "2024年3月5日打的借条" in plain.text
    made = await court.read(matter.get, matter_id=found)
    assert made.request.startswith("偿还本金；金额")


def _newest(rx):  # type: ignore[no-untyped-def]
    import sqlalchemy as sa

    from court.store import tables as t

    return rx.conn.execute(sa.select(t.matter.c.id).order_by(t.matter.c.id.desc()).limit(1)).scalar()
