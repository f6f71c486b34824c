"""Finished papers: previewed, ordered from the printer with copies counted, served on each party with proof."""

import asyncio
import json

import pytest

from court.services import matter, paper, printing
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _sealed(court: Court) -> tuple[steps.Case, str]:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    told = json.loads((await mediator.send(f"/agreements/{case.agreement}/seal", {})).text)
    return case, str(told["paper_id"])


async def test_a_paper_is_previewed_served_and_asked_for_again_only_with_a_reason(court: Court) -> None:
    case, paper_id = await _sealed(court)
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/papers/{paper_id}")
    assert "还没有设置打印机" in page.text
    assert (await clerk.get(f"/papers/{paper_id}.png?page=0")).headers["Content-Type"] == "image/png"
    await _serve(court, case, paper_id)
    base = f"/desk/papers/{paper_id}"
    key = {"once": "one-print-order-key", "copies": "2"}
    assert (await clerk.post(f"{base}/print", key)).status == 303
    assert (await clerk.post(f"{base}/print", key)).status == 303
    assert len(await court.read(printing.jobs, paper_id=paper_id)) == 1
    without = await clerk.post(f"{base}/print", {"copies": "1"})
    assert without.status in {409, 422}
    assert 'href="#f-reason"' in without.text
    assert (await clerk.post(f"{base}/print", {"copies": "1", "reason": "当事人要一份"})).status == 303
    too_many = await clerk.post(f"{base}/print", {"copies": "900", "reason": "x"})
    assert too_many.status == 422
    async with asyncio.timeout(20):
        while any(
            str(j.state) in {"queued", "printing"} for j in await court.read(printing.jobs, paper_id=paper_id)
        ):
            await asyncio.sleep(0.1)
    jobs = await court.read(printing.jobs, paper_id=paper_id)
    assert {str(j.state) for j in jobs} == {"failed"}
    assert (await court.read(paper.get, paper_id=paper_id)).copies == 0
    station = await clerk.open("/desk/printing")
    assert "重试" in station.text


async def _serve(court: Court, case: steps.Case, paper_id: str) -> None:
    clerk = await court.staff("clerk")
    base = f"/desk/papers/{paper_id}/serve"
    page = await clerk.open(f"/desk/papers/{paper_id}")
    assert "未送达" in page.text
    parties = await court.read(matter.parties, subject_id=case.id)
    now = {"day": "2020-01-01", "time": "10:00"}
    left = await clerk.post(
        base, now | {"party_id": parties[0].id, "method": "left", "refusal": "拒收", "witness": "村支书"}
    )
    assert left.status in {409, 422}
    assert "service.may_not_be_left" in left.text
    future = await clerk.post(
        base,
        {
            "party_id": parties[0].id,
            "method": "direct",
            "day": "2090-01-01",
            "time": "10:00",
            "receiver": "王秀英",
        },
    )
    assert future.status == 422
    for party in parties:
        sent = now | {
            "party_id": party.id,
            "method": "direct",
            "receiver": party.name,
            "address": "红星村院坝",
        }
        answer = await clerk.post(base, sent)
        assert answer.status == 303, answer.text[-900:]
    assert "未送达" not in (await clerk.open(f"/desk/papers/{paper_id}")).text


async def test_a_paper_of_others_does_not_exist(court: Court) -> None:
    _, paper_id = await _sealed(court)
    stranger, nobody = await court.staff("stranger"), await court.browser()
    for path in (f"/papers/{paper_id}.pdf", f"/papers/{paper_id}.png", f"/desk/papers/{paper_id}"):
        assert (await stranger.get(path, headers={"Accept": "text/html"})).status == 404, path
        assert (await nobody.get(path, headers={"Accept": "text/html"})).status == 303, path
