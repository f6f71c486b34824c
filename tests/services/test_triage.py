"""The second look at a registered matter: what is pointed out with which reasons, and that a person's word is kept."""

import pytest

from court.domain.draft import Channel
from court.domain.errors import CourtError
from court.domain.fees import Procedure
from court.domain.look import HintKind
from court.domain.triage import Way
from court.services import cause, intake, matter, triage
from court.services.triage import Look
from court.store import journal
from tests.services.world import ID_OTHER, World

OTHER = {"name": "李某", "phone": "13900001111", "address": "凤鸣镇里市村5组"}


async def looked(world: World, matter_id: str, who: str = "clerk") -> Look:
    found: Look = await world.db.read(triage.look, actor=world.people[who], matter_id=matter_id, region="渝")
    return found


async def test_the_same_dispute_registered_again_is_told_with_reasons_and_stays_registered(
    world: World,
) -> None:
    first = await world.registered(respondents=[OTHER])
    second = await world.registered(respondents=[OTHER])
    found = await looked(world, second.id)
    assert [one.about for one in found.matters] == [first.id]
    reasons = "".join(found.matters[0].reasons)
    assert "证件号码相同" in reasons and "案由相同" in reasons and first.number in reasons
    assert {one.degree for one in found.people} == {"相同", "很可能"}
    await world.do(
        triage.decide,
        "clerk",
        matter_id=second.id,
        kind=HintKind.MATTER,
        about=first.id,
        outcome="again",
        note="又堵了一次",
    )
    decided = (await looked(world, second.id)).matters[0].decided
    assert decided is not None and decided.outcome_name == "同一件事又起争议，另案办理" and decided.by
    kept = await world.db.read(lambda rx: [one.type for one in journal.entries(rx.conn, subject=second.id)])
    assert "triage.matter" in kept


async def test_a_matter_that_the_reader_may_not_see_gives_nothing_away(world: World) -> None:
    first = await world.assigned(respondents=[OTHER])
    second = await world.registered(respondents=[OTHER])
    found = await looked(world, second.id, "mediator2")
    told = "".join(reason for one in (*found.matters, *found.people) for reason in one.reasons)
    assert found.matters and first.number not in told and "不能查看" in told and not found.matters[0].link


async def test_what_was_answered_leads_the_request_and_decides_the_procedure(world: World) -> None:
    receipt = await world.registered(
        cause_code="108(3)",
        elements={"催要情况": "去年要过两次", "不是这个案由的问题": "x"},
        claims=["偿还本金", "支付利息"],
        amount="3万",
        request="",
    )
    made = await world.db.read(matter.get, matter_id=receipt.id)
    assert made.request.startswith("偿还本金；支付利息；金额")
    told = await world.db.read(intake.of_matter, matter_id=receipt.id)
    assert told is not None and told.elements == (("催要情况", "去年要过两次"),)
    assert told.sum_fen == 3_000_000 and told.channel is Channel.KIOSK
    found = await looked(world, receipt.id)
    assert found.procedure.procedure is Procedure.SMALL and found.advice.must


async def test_the_suggested_way_is_one_press_and_another_needs_a_reason(world: World) -> None:
    receipt = await world.registered()
    with pytest.raises(CourtError) as refused:
        await world.do(triage.take_way, "clerk", matter_id=receipt.id, way=Way.FILING, reason="", region="渝")
    assert refused.value.code == "triage.reason"
    await world.do(triage.take_way, "clerk", matter_id=receipt.id, way=Way.MEDIATION, reason="", region="渝")
    await world.do(
        triage.take_way, "clerk", matter_id=receipt.id, way=Way.FILING, reason="双方都要求起诉", region="渝"
    )
    chosen = (await looked(world, receipt.id)).chosen
    assert chosen is not None and (chosen.outcome, chosen.note) == ("filing", "双方都要求起诉")


async def test_a_cause_is_made_more_specific_with_a_reason_and_only_from_what_was_seen(world: World) -> None:
    receipt = await world.registered(cause_code="24")
    assert [one.code for one in (await looked(world, receipt.id)).narrower] == ["24(1)"]
    change = {"matter_id": receipt.id, "rev": 1, "cause_code": "24(1)"}
    for wrong, code in (({"reason": ""}, "cause.reason"), ({"reason": "x", "rev": 9}, "matter.stale")):
        with pytest.raises(CourtError) as refused:
            await world.do(cause.change, "clerk", **(change | wrong))
        assert refused.value.code == code
    changed = await world.do(cause.change, "clerk", **change, reason="只要生活费")
    assert changed.cause_name == "赡养费纠纷" and changed.rev == 2


async def test_one_number_on_both_sides_is_refused_at_its_field(world: World) -> None:
    with pytest.raises(CourtError) as refused:
        await world.registered(respondents=[OTHER | {"id_number": "11010519491231002X"}])
    assert [one.field for one in refused.value.problems] == ["respondents.0.id_number"]
    await world.registered(respondents=[OTHER | {"id_number": ID_OTHER}])


async def test_risks_stand_with_their_words_until_a_person_has_looked(world: World) -> None:
    receipt = await world.registered(facts="他喝醉了拿刀威胁我，说要报复。")
    found = await looked(world, receipt.id)
    assert [one.about for one in found.risks] == ["violence", "drink"] and found.advice.way is Way.FILING
    with pytest.raises(CourtError):
        await world.do(
            triage.decide,
            "officer",
            matter_id=receipt.id,
            kind=HintKind.RISK,
            about="violence",
            outcome="same",
            note="",
        )
    await world.do(
        triage.decide,
        "officer",
        matter_id=receipt.id,
        kind=HintKind.RISK,
        about="violence",
        outcome="handled",
        note="已报警，分开等候",
    )
    again = await looked(world, receipt.id)
    assert again.open == found.open - 1 and again.risks[0].decided is not None
