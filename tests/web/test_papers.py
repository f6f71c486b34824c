"""Finished papers: previewed, ordered from the printer with copies counted, served on each party with proof."""

import asyncio
import json

import pytest

from court.domain.printing import PrintState
from court.services import paper, printing
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _sealed(court: Court) -> tuple[steps.Case, str]:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    told = json.loads((await mediator.send(f"/agreements/{case.agreement}/seal", {})).text)
    return case, str(told["paper_id"])


async def test_a_paper_is_previewed_and_asked_for_again_only_with_a_reason(court: Court) -> None:
    case, paper_id = await _sealed(court)
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/papers/{paper_id}")
    assert "法院打印机" in page.text
    assert (await clerk.get(f"/papers/{paper_id}.png?page=0")).headers["Content-Type"] == "image/png"
    base = f"/desk/papers/{paper_id}"
    key = {"once": "one-print-order-key", "copies": "2", "printer": "法院打印机"}
    assert (await clerk.post(f"{base}/print", key)).status == 303
    assert (await clerk.post(f"{base}/print", key)).status == 303
    (job,) = await court.read(printing.jobs, paper_id=paper_id)
    without = await clerk.post(f"{base}/print", {"copies": "1", "printer": "法院打印机"})
    assert without.status in {409, 422}
    assert 'href="#f-reason"' in without.text
    again = {"printer": "法院打印机", "reason": "当事人要一份"}
    assert (await clerk.post(f"{base}/print", again | {"copies": "1"})).status == 303
    for wrong in ({"copies": "900"}, {"copies": "1", "first": "2", "last": "1"}, {"printer": "没有这台"}):
        assert (await clerk.post(f"{base}/print", again | wrong)).status == 422
    async with asyncio.timeout(20):
        while (await court.read(printing.get, job_id=job.id)).state is not PrintState.HELD:
            await asyncio.sleep(0.1)
    assert (await court.read(paper.get, paper_id=paper_id)).copies == 0
    station = await clerk.open("/desk/printing")
    for words in ("现在再试", "改到车上打印机", "等打印机", "联系不上", "没有回应"):
        assert words in station.text, words
    moved = await clerk.post(f"/desk/printing/{job.id}/move", {"printer": "车上打印机"})
    assert moved.location == "/desk/printing"
    assert (await court.read(printing.get, job_id=job.id)).printer == "车上打印机"
    await _cancelled(court, case, paper_id)


async def _cancelled(court: Court, case: steps.Case, paper_id: str) -> None:
    """What waits can be given up, by those who may see the paper; the file of the case tells it."""
    clerk, stranger = await court.staff("clerk"), await court.staff("stranger")
    for job in await court.read(printing.jobs, paper_id=paper_id):
        address = f"/desk/printing/{job.id}/cancel"
        assert (await stranger.post(address, headers={"Accept": "text/html"})).status == 404
        back = await clerk.post(address, {"back": f"/desk/papers/{paper_id}"})
        assert back.location == f"/desk/papers/{paper_id}"
        assert (await court.read(printing.get, job_id=job.id)).state is PrintState.CANCELLED
    page = await clerk.open(f"/desk/matters/{case.id}")
    assert "交付打印：2 份，法院打印机" in page.text
    assert "取消打印：2 份，车上打印机" in page.text


async def test_a_half_signed_paper_is_never_printed_and_who_asked_is_recorded(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    mediator = await court.staff("mediator")
    order = {"copies": "1", "printer": "法院打印机"}
    asked = await mediator.post(f"/desk/papers/{case.agreement}/print", order)
    assert asked.status == 404
    assert "agreement.no_copy" in asked.text
    page = await mediator.open(f"/desk/matters/{case.id}")
    assert "协议未签完，有人取用被拒绝" in page.text
    stranger = await court.staff("stranger")
    unknown = await stranger.post(f"/desk/papers/{case.agreement}/print", order)
    assert unknown.status == 404


async def test_a_paper_of_others_does_not_exist(court: Court) -> None:
    _, paper_id = await _sealed(court)
    stranger, nobody = await court.staff("stranger"), await court.browser()
    for path in (f"/papers/{paper_id}.pdf", f"/papers/{paper_id}.png", f"/desk/papers/{paper_id}"):
        assert (await stranger.get(path, headers={"Accept": "text/html"})).status == 404, path
        assert (await nobody.get(path, headers={"Accept": "text/html"})).status == 303, path
