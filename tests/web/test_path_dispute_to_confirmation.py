"""Neighbours about a path: a mediator is appointed, they settle and sign, ask together, and the court confirms it."""

import re
from typing import Any

import pytest

from court.services import matter as matters
from court.services import tracks
from tests.web import steps
from tests.web.desk_court import Court, Person
from tests.web.test_drawing import filled
from tests.web.test_mediation_track import does

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def mediated(court: Court, **more: Any) -> steps.Case:
    """From the registration to the talks, each by who does it."""
    case = await steps.register(court, **more)
    page = f"/desk/matters/{case.id}/mediation"
    clerk, mediator = await court.staff("clerk"), await court.staff("mediator")
    assert (await does(clerk, page, "open", origin="before_filing")).status == 303
    who = court.actors["mediator"].id
    assert (await does(clerk, page, "appoint", account_id=who, reason="熟悉当地")).status == 303
    assert (await does(mediator, page, "accept")).status == 303
    for party in await court.read(matters.parties, subject_id=case.id):
        answered = await does(mediator, page, "answer", party_id=party.id, question="willing", yes="yes")
        assert answered.status == 303
    assert (await does(mediator, page, "prepare", way="helped", told="yes")).status == 303
    assert (await does(mediator, page, "begin")).status == 303
    await steps.book(court, case)
    await steps.call_roll(court, case)
    await steps.open_session(court, case)
    await steps.draft_agreement(court, case)
    await steps.acknowledge_all(court, case)
    return case


async def drawn_and_sealed(judge: Person, base: str, kind: str) -> None:
    """The paper from its filled form: preview, then sealed."""
    form = await judge.open(f"{base}/draw/{kind}")
    values = filled(form)
    preview = await judge.post(f"{base}/draw/{kind}", values)
    assert preview.status == 200, re.sub("<[^>]+>", " ", preview.text)[-1500:]
    sealed = await judge.post(f"{base}/draw/{kind}/finish", filled(preview))
    assert sealed.status in {200, 303}, sealed.text[-1200:]


async def test_path_dispute_mediation_confirmation(court: Court) -> None:
    case = await mediated(court)
    mediator, clerk = await court.staff("mediator"), await court.staff("clerk")
    judge = await court.staff("judge")
    told = await steps.progress(mediator, case)
    assert (await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": told["rev"]})).status == 200
    await steps.sign_all(court, case)
    assert (await mediator.send(f"/agreements/{case.agreement}/seal", {})).status == 200
    base = f"/desk/matters/{case.id}"
    assert "已达成协议，跟踪履行" in (await mediator.open(f"{base}/mediation")).text
    performance = (await mediator.open(f"{base}/performance")).text
    assert "1,200.50元" in performance and "最迟" in performance
    sent = {"kind": "mediation_to_confirmation", "source": "mediation", "reason": "双方要求确认"}
    assert (await clerk.post(f"{base}/refer", sent)).location == f"{base}/confirmation"
    page = f"{base}/confirmation"
    for party in await court.read(matters.parties, subject_id=case.id):
        assert (await does(clerk, page, "answer", party_id=party.id, yes="yes")).status == 303
    application = filled(await clerk.open(f"{base}/draw/confirmation_application"))
    assert application["last_day"] and "张德贵" in application["clauses"]
    applied = await does(clerk, page, "apply", link="invited")
    assert applied.status == 303, re.sub("<[^>]+>", " ", applied.text)[-800:]
    accepted = await does(clerk, page, "accept", judge_id=court.actors["judge"].id)
    assert accepted.status == 303
    shown = (await judge.open(page)).text
    grounds = dict.fromkeys(re.findall(r'name="(ground-\w+)"', shown), "no")
    assert len(grounds) == 11
    looked = await does(judge, page, "review", asked="双方都说自愿，明白协议的意思。", **grounds)
    assert looked.status == 303
    assert (await does(judge, page, "grant")).status == 303
    ruling = filled(await judge.open(f"{base}/draw/confirmation_granted"))
    assert ruling["number"].endswith("诉前调确1号") and "共同到场" in ruling["asked"]
    await drawn_and_sealed(judge, base, "confirmation_granted")
    hidden = await judge.get(f"/desk/hearings/{case.hearing}", headers={"Accept": "text/html"})
    assert hidden.status == 404
    assert "调解中的场次、笔录" in (await judge.open(base)).text
    assert (
        await mediator.get(f"/desk/hearings/{case.hearing}", headers={"Accept": "text/html"})
    ).status == 200
    kinds = [one.kind for one in await court.read(tracks.of_matter, matter_id=case.id)]
    assert kinds == ["mediation", "confirmation"]


async def test_divorce_is_not_signed_on_the_pad_but_on_paper(court: Court) -> None:
    case = await mediated(court, cause_code="14")
    mediator = await court.staff("mediator")
    told = await steps.progress(mediator, case)
    refused = await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": told["rev"]})
    assert refused.status == 409 and "agreement.wet_only" in refused.text
    printed = await mediator.post(f"/desk/agreements/{case.agreement}/wet", {"rev": str(told["rev"])})
    assert printed.status == 303, printed.text[-800:]
    assert (await steps.progress(mediator, case))["state"] == "wet_print"
    assert "调解中" in (await mediator.open(f"/desk/matters/{case.id}/mediation")).text
