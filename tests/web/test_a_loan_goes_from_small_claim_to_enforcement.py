"""A villager sues for 30,000 yuan, wins as a small claim, is not paid, and applies for enforcement: by the pages alone."""

import re

import pytest

from court.services import tracks
from tests.web.desk_court import Court
from tests.web.suit_case import enforced, handed_in

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_a_loan_goes_from_small_claim_to_enforcement(court: Court) -> None:
    case, application = await enforced(court)
    clerk = await court.staff("clerk")
    await handed_in(court, clerk, application)
    page = await clerk.open(application)
    assert re.search(r"（\d{4}）渝0235执\d+号", page.text) and "已立案执行" in page.text
    suit = await clerk.open(f"/desk/matters/{case.id}/filing")
    assert "裁判已生效" in suit.text and "渝财20260001" in suit.text
    found = await court.read(tracks.of_matter, matter_id=case.id)
    assert [one.kind for one in found] == ["filing", "enforcement"]
    assert len(await court.read(tracks.referrals, matter_id=case.id)) == 1
