"""From reading to seal: in order, each in turn, nothing leaves before the last signature."""

import json

import pytest

from documents import signing
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_neighbours_sign_in_turn_and_the_sealed_paper_leaves(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    sealed = await mediator.send(f"/agreements/{case.agreement}/seal", {})
    assert sealed.status == 200, sealed.text
    told = json.loads(sealed.text)
    assert told["state"] == "sealed"
    response = await mediator.client.get(f"/papers/{told['paper_id']}.pdf")
    pdf = await response.read()
    assert response.headers["Content-Type"] == "application/pdf"
    assert "%E4%BA%BA%E6%B0%91" in response.headers["Content-Disposition"]
    fields = signing.required_fields(pdf)
    assert [f.filled for f in fields] == [True] * len(fields)
    assert {f.name for f in fields} >= {"王秀英", "张德贵", "周和平"}
    page = await mediator.open(f"/desk/agreements/{case.agreement}")
    assert "协议已生效" in page.text
