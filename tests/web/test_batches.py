"""Batches at the desk: approved, sealed, printed by one press each; every paper has a result of its own."""

import asyncio
import re

import pytest

from court.domain.printing import PrintState
from court.services import batches, custody, mediation, paper, printing
from court.web import sealqueue
from tests.web import steps
from tests.web.desk_court import Court, Person
from tests.web.test_drawing import case_of, filled, sign_drawn
from tests.web.test_seals import end_leaves, give_leave, press_seal

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _asked(court: Court, clerk: Person, count: int) -> list[str]:
    """Uses of the seal that wait for the keeper, one a dispute."""
    for _ in range(count):
        base = f"/desk/matters/{(await case_of(court)).id}/draw"
        form = filled(await clerk.open(f"{base}/summons")) | {
            "bench": "审判员 李正言",
            "address": "红星村3组",
        }
        ready = filled(await clerk.post(f"{base}/summons", form))
        assert (await clerk.post(f"{base}/summons/finish", ready)).location == base
    keeper = await court.staff("keeper")
    page = await keeper.open("/desk/seals")
    return re.findall(r'name="use" value="([^"]+)" form="approve"', page.text)[:count]


async def _over(clerk: Person, address: str, words: str) -> str:
    async with asyncio.timeout(60):
        while words not in (page := await clerk.open(address)).text:
            await asyncio.sleep(0.2)
    return page.text


async def test_papers_are_approved_sealed_and_printed_together(court: Court) -> None:
    clerk, keeper = await court.staff("clerk"), await court.staff("keeper")
    await court.write(end_leaves, court=court)
    try:
        uses = await _asked(court, clerk, 3)
        assert len(uses) == 3
        assert (await clerk.post("/desk/seals/approve", {"use": uses[0]})).status == 403
        form = [("csrf", keeper.csrf), ("once", "approve-three-papers"), *(("use", one) for one in uses)]
        approved = await keeper.client.post("/desk/seals/approve", data=form, allow_redirects=False)
        assert approved.status == 303
        taken_back = uses[0]
        form = [("csrf", clerk.csrf), ("once", "seal-three-papers"), *(("use", one) for one in uses)]
        ordered = await clerk.client.post("/desk/batches/seal", data=form, allow_redirects=False)
        assert ordered.status == 303
        address = ordered.headers["Location"]
        page = await _over(clerk, address, "共 3 份，完成 3 份。")
        assert page.count("已盖章") == 3
        assert (await court.read(custody.get, use_id=taken_back)).sealed_sha256
    finally:
        await give_leave(court)
    await _printed(court, clerk, address)


async def _printed(court: Court, clerk: Person, address: str) -> None:
    """The papers just sealed go to a printer that is switched off: they wait, and are given up together."""
    chosen = await clerk.open(f"/desk/batches/print?batch={address.rsplit('/', 1)[1]}")
    papers = re.findall(r'name="paper" value="([^"]+)" form="batch" checked', chosen.text)
    assert len(papers) == 3
    nothing = await clerk.post("/desk/batches/print", {"printer": "车上打印机", "copies": "1"})
    assert (nothing.status, 'href="#f-paper"' in nothing.text) == (422, True)
    form = {"csrf": clerk.csrf, "once": "print-three-papers", "printer": "车上打印机", "copies": "2"}
    body = [*form.items(), *(("paper", one) for one in papers)]
    ordered = await clerk.client.post("/desk/batches/print", data=body, allow_redirects=False)
    batch = ordered.headers["Location"]
    await _over(clerk, batch, "其中 3 份等打印机或等人看纸")
    body[1] = ("once", "print-three-again")
    again = await clerk.client.post("/desk/batches/print", data=body, allow_redirects=False)
    assert (again.status, "请填写再次打印的原因" in await again.text()) == (422, True)
    stranger = await court.staff("stranger")
    assert (await stranger.get(batch, headers={"Accept": "text/html"})).status == 404
    assert (await clerk.post(f"{batch}/cancel")).location == batch
    assert "共 3 份，完成 0 份，3 份已取消。" in (await clerk.open(batch)).text
    for one in papers:
        assert [j.state for j in await court.read(printing.jobs, paper_id=one)] == [PrintState.CANCELLED]
    assert "批量打印" in (await clerk.open("/desk/printing")).text


async def test_a_seal_whose_approval_was_taken_back_fails_alone_and_only_it_is_repeated(court: Court) -> None:
    clerk, keeper = await court.staff("clerk"), await court.staff("keeper")
    await court.write(end_leaves, court=court)
    try:
        first, second = await _asked(court, clerk, 2)
        for use in (first, second):
            assert (await keeper.post(f"/desk/seals/uses/{use}/approve")).status == 303
        made = await court.write(
            batches.order_seals, actor=court.actors["clerk"], now=court.now(), use_ids=[first, second]
        )
        facts = {"use_id": first, "approve": False, "reason": "先不盖"}
        await court.write(custody.decide, actor=court.actors["keeper"], now=court.now(), **facts)
        court.application[sealqueue.NUDGE].set()
        address = f"/desk/batches/{made.id}"
        page = await _over(clerk, address, "共 2 份，完成 1 份，1 份没有成功。")
        assert "还没有批准用印" in page
        assert (await clerk.post(f"{address}/retry")).location == address
        await _over(clerk, address, "共 2 份，完成 1 份，1 份没有成功。")
        states = [
            one.state.value
            for one in await court.read(batches.items, actor=court.actors["clerk"], batch_id=made.id)
        ]
        assert sorted(states) == ["done", "failed"]
    finally:
        await give_leave(court)


async def test_an_agreement_and_a_notice_that_everybody_signed_are_sealed_by_one_press(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator, keeper = await court.staff("mediator"), await court.staff("keeper")
    await court.write(end_leaves, court=court)
    try:
        assert (await press_seal(court, case))[1] == 409
        base = f"/desk/matters/{case.id}/draw/rights_notice"
        form = filled(await mediator.open(base)) | {"signing": "pad"}
        form["mediators"] = f"人民调解员｜{court.actors['mediator'].name}"
        started = await mediator.post(f"{base}/finish", filled(await mediator.post(base, form)))
        assert (await sign_drawn(mediator, started.location))[-1] == ""
        assert "等签名" not in (await mediator.open(started.location)).text
        open_uses = await court.read(custody.open_of, actor=court.actors["mediator"], subject_id=case.id)
        uses = [one.id for one in open_uses]
        assert len(uses) == 2
        for use in uses:
            assert (await keeper.post(f"/desk/seals/uses/{use}/approve")).status == 303
        assert (await mediator.open("/desk/seals")).text.count('form="seal-batch" checked') == 2
        form_body = [("csrf", mediator.csrf), ("once", "seal-what-people-signed")]
        form_body += [("use", one) for one in uses]
        sent = await mediator.client.post("/desk/batches/seal", data=form_body, allow_redirects=False)
        assert sent.status == 303
        page = await _over(mediator, sent.headers["Location"], "共 2 份，完成 2 份。")
        assert page.count("已盖章") == 2
        assert (await court.read(mediation.get, agreement_id=case.agreement)).state == "sealed"
        assert "已经完成" in (await mediator.open(started.location)).text
        kinds = {one.kind.value for one in await court.read(paper.of_subject, subject_id=case.id)}
        assert {"agreement", "rights_notice"} <= kinds
    finally:
        await give_leave(court)
