"""A sealed paper is withdrawn and issued anew: whoever checks it is told, nothing is deleted, the new one names the old."""

import asyncio
import io
import json

import pikepdf
import pytest

from court import checking, withdrawn
from court.domain.errors import CourtError
from court.services import mediation, paper, withdrawal
from court.web.keys import CLOCK, CONFIG
from court.web.withdrawing import publish
from tests.web import steps
from tests.web.desk_court import Court
from tests.web.test_drawing import case_of, content_of, filled
from tests.web.test_verify import check

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _sealed(court: Court, case: steps.Case) -> str:
    """The paper's id."""
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    answer = await mediator.send(f"/agreements/{case.agreement}/seal", {})
    assert answer.status == 200, answer.text
    return str(json.loads(answer.text)["paper_id"])


async def _offline(court: Court, data: bytes, name: str) -> checking.Report:
    """`court verify` on this file with the authority's public folder, no database."""
    path = court.application[CONFIG].data_dir / name
    path.write_bytes(data)
    now, trust = court.application[CLOCK](), court.application[CONFIG].authority_dir
    return await asyncio.to_thread(checking.check, path, trust, now=now)


async def test_a_withdrawn_agreement_is_told_everywhere_and_its_successor_names_it(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    old = await _sealed(court, case)
    first = await court.read(mediation.get, agreement_id=case.agreement)
    mediator, clerk = await court.staff("mediator"), await court.staff("clerk")
    data = await (await mediator.client.get(f"/papers/{old}.pdf")).read()
    with pikepdf.open(io.BytesIO(data)) as document:
        facts = json.loads(document.attachments["agreement.json"].get_file().read_bytes())
    assert len(facts["heard"]) == 6
    assert all(each["recording_ms"] is not None for each in facts["heard"])
    act = f"/desk/papers/{old}/withdraw"
    assert (await clerk.post(act, {"withdraw-reason": "金额写错"})).status == 403
    empty = await mediator.post(act, {"withdraw-reason": ""})
    assert empty.status == 422 and 'href="#f-withdraw-reason"' in empty.text
    done = await mediator.post(act, {"withdraw-reason": "各方同意，误工费金额写错"})
    assert done.status == 303, done.text[-1500:]
    again = await mediator.post(act, {"withdraw-reason": "再来一次"})
    assert again.status == 409 and "paper.withdrawn" in again.text
    told = await check(court, data)
    assert "已撤回，不要再用" in told.text and "还没有出具新的文书" in told.text
    assert "可以使用" not in told.text
    assert "误工费金额写错" not in told.text, "the reason is for the file, not for the public"
    assert told.text.count('scope="row"') >= 3, "what was signed is still told"
    half = json.loads((await check(court, data, Accept="application/json")).text)["content_sha256"][:32]
    person = await court.browser()
    asked = await person.get(f"/v/withdrawn.json?content={half}")
    assert "撤回" in json.loads(asked.text)["text"]
    assert json.loads((await person.get(f"/v/withdrawn.json?content={'0' * 32}")).text)["text"] == ""
    assert (await person.get("/v/withdrawn.json?content=x")).status == 400
    offline = await _offline(court, data, "withdrawn.pdf")
    assert offline["verdict"] == "TOTAL-FAILED" and offline["reasons"][0].startswith("verify.withdrawn")
    with pytest.raises(CourtError, match="不能再打印、送达"):
        await court.read(paper.require_current, paper_id=old)

    answer = await mediator.post("/desk/agreements", {"matter": case.id})
    assert answer.status == 303, answer.text[-900:]
    case.agreement = answer.location.rsplit("/", 1)[1]
    second = await court.read(mediation.get, agreement_id=case.agreement)
    assert [one.text for one in second.clauses] == [one.text for one in first.clauses]
    await mediator.send(f"/agreements/{case.agreement}/read", {"rev": second.rev})
    await steps.acknowledge_all(court, case)
    await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": second.rev})
    new = await _sealed(court, case)
    gone, _ = await court.read(withdrawal.of, paper_id=old)
    assert gone is not None
    assert (gone.successor_id, gone.successor_number) == (new, second.number)
    with pikepdf.open(io.BytesIO(await (await mediator.client.get(f"/papers/{new}.pdf")).read())) as document:
        facts = json.loads(document.attachments["agreement.json"].get_file().read_bytes())
    assert first.number in facts["replaces"]
    assert second.number in (await check(court, data)).text
    await publish(court.application)
    assert second.number in (await _offline(court, data, "withdrawn.pdf"))["reasons"][0]
    assert "已撤回" in (await mediator.open(f"/desk/papers/{old}")).text
    assert first.number in (await mediator.open(f"/desk/papers/{new}")).text


async def test_a_paper_drawn_up_at_the_desk_takes_the_place_of_a_withdrawn_one(court: Court) -> None:
    case = await case_of(court)
    clerk, judge = await court.staff("clerk"), await court.staff("judge")
    rev = steps.rev_of((await clerk.open(f"/desk/matters/{case.id}")).text)
    hands = {"rev": rev, "judge_id": court.actors["judge"].id}
    assert (await clerk.post(f"/desk/matters/{case.id}/assign", hands)).status == 303
    base = f"/desk/matters/{case.id}/draw/summons"
    typed = {"bench": "审判员 李正言", "address": "凤鸣镇红星村3组", "number": "（2026）渝0235民初7号"}
    form = filled(await clerk.open(base)) | typed
    first = (await clerk.post(f"{base}/finish", filled(await clerk.post(base, form)))).location
    old = first.rsplit("/", 1)[1]
    early = await clerk.get(f"{base}?replaces={old}", headers={"Accept": "application/json"})
    assert early.status == 409
    stranger = await court.staff("stranger")
    assert (await stranger.post(f"/desk/papers/{old}/withdraw", {"withdraw-reason": "x"})).status == 404
    done = await judge.post(f"/desk/papers/{old}/withdraw", {"withdraw-reason": "应到时间写错"})
    assert done.status == 303, done.text[-900:]
    again = filled(await clerk.open(f"{base}?replaces={old}")) | typed | {"replaces_paper": old}
    shown = await clerk.post(base, again)
    made = await clerk.post(f"{base}/finish", filled(shown))
    assert made.status == 303, made.text[-1500:]
    new = made.location.rsplit("/", 1)[1]
    told = await content_of(court, new)
    assert "（2026）渝0235民初7号" in str(told["replaces"]) and "传票" in str(told["replaces"])
    gone, _ = await court.read(withdrawal.of, paper_id=old)
    assert gone is not None and gone.successor_id == new


async def test_a_list_that_cannot_be_read_decides_nothing(court: Court) -> None:
    path = court.application[CONFIG].authority_dir / withdrawn.FILE
    await publish(court.application)
    kept = path.read_bytes()
    try:
        path.write_bytes(b"{")
        told = await _offline(court, b"%PDF-1.7 any", "any.pdf")
        assert "withdrawn.unreadable" in told["reasons"][0] and told["verdict"] == "INDETERMINATE"
    finally:
        path.write_bytes(kept)
