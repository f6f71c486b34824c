"""A dispute mediated from the choice of a mediator to the agreement, its performance and 司法确认; on real SQLite."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from court.domain.confirmation import ConfirmationState
from court.domain.confirmation_court import Link
from court.domain.confirmation_review import Decision, Ground
from court.domain.errors import CourtError
from court.domain.mediation import ClauseInput
from court.domain.mediation_end import EndReason
from court.domain.mediation_people import Interest, OfferEnd, Question, Way
from court.domain.mediation_track import MediationState, Origin, PauseReason
from court.domain.performance import DutyInput, DutyState, Satisfaction, instalments
from court.domain.track import ReferralKind, Track, TrackKind
from court.services import (
    clocks,
    confirmation,
    duties,
    follow_ups,
    matter,
    mediation,
    mediation_ending,
    mediation_naming,
    mediation_track,
    referrals,
    tracks,
)
from court.store import tables as t
from tests.services.world import World

DAY = 24 * 60
CLAUSES = (
    ClauseInput(who="李某", what="将占用的通道恢复至1.5米宽", due=date(2026, 12, 31)),
    ClauseInput(who="李某", what="支付王秀英误工费", amount_fen=50_000, due=date(2026, 12, 20)),
)
COURT = {"court_name": "重庆市云阳县人民法院", "body": "云阳县凤鸣镇人民调解委员会"}


async def track_of(world: World, matter_id: str, kind: TrackKind = TrackKind.MEDIATION) -> Track:
    known = await world.db.read(tracks.of_matter, matter_id=matter_id)
    return [one for one in known if one.kind is kind][-1]


async def opened(world: World, **changes: Any) -> tuple[str, Track]:
    """A dispute just registered, handed to mediation by the clerk."""
    made = await world.registered(**changes)
    track = await world.do(
        referrals.refer,
        "clerk",
        1,
        matter_id=made.id,
        kind=ReferralKind.FROM_POLICE,
        source=None,
        reason="邻里争吵，双方愿意调解",
        outside="凤鸣派出所 王警官 警情2026-118",
    )
    return made.id, track


async def named(world: World, **changes: Any) -> tuple[str, Track]:
    matter_id, track = await opened(world, **changes)
    everyone = [one.id for one in await world.parties(matter_id)]
    track = await world.do(
        mediation_naming.choose,
        "clerk",
        2,
        track_id=track.id,
        rev=track.rev,
        account_id=world.people["mediator"].id,
        agreed=everyone,
    )
    return matter_id, track


async def accepted(world: World, **changes: Any) -> tuple[str, Track]:
    matter_id, track = await named(world, **changes)
    track = await world.do(mediation_naming.accept, "mediator", 3, track_id=track.id, rev=track.rev)
    return matter_id, track


async def begun(world: World, **changes: Any) -> tuple[str, Track]:
    matter_id, track = await accepted(world, **changes)
    for party in await world.parties(matter_id):
        track = await world.do(
            mediation_track.answer,
            "mediator",
            4,
            track_id=track.id,
            party_id=party.id,
            question=Question.WILLING,
            yes=True,
        )
    track = await world.do(
        mediation_track.prepare,
        "mediator",
        5,
        track_id=track.id,
        rev=track.rev,
        way=Way.HELPED,
        told=True,
    )
    return matter_id, await world.do(mediation_track.begin, "mediator", 6, track_id=track.id, rev=track.rev)


async def rules_running(world: World, track_id: str) -> set[str]:
    return {one.rule for one in await world.db.read(clocks.of_track, track_id=track_id) if one.open}


async def refusal(code: str, doing: Any) -> CourtError:
    with pytest.raises(CourtError) as refused:
        await doing
    assert refused.value.code == code, refused.value
    return refused.value


async def test_a_mediator_is_chosen_accepts_and_the_sides_are_asked_each_with_its_clock(world: World) -> None:
    matter_id, track = await opened(world)
    assert await rules_running(world, track.id) == {"MD-01", "MD-02"}
    people = await world.parties(matter_id)
    who = world.people["mediator"].id
    naming = {"track_id": track.id, "rev": track.rev, "account_id": who}
    await refusal(
        "mediation.not_joint",
        world.do(mediation_naming.choose, "clerk", 2, agreed=[people[0].id], **naming),
    )
    track = await world.do(mediation_naming.choose, "clerk", 2, agreed=[p.id for p in people], **naming)
    assert await rules_running(world, track.id) == {"MD-03"}
    assert (await world.db.read(matter.get, matter_id=matter_id)).mediator_id == who
    again = {"track_id": track.id, "rev": track.rev}
    await refusal("track.not_found", world.do(mediation_naming.accept, "mediator2", 3, **again))
    track = await world.do(mediation_naming.accept, "mediator", 3, **again)
    assert await rules_running(world, track.id) == {"MD-04", "MD-05"}
    missing = await refusal(
        "mediation.not_ready",
        world.do(mediation_track.begin, "mediator", 3, track_id=track.id, rev=track.rev),
    )
    assert "还没有征询王秀英、李某" in missing.text and "虚假调解" in missing.text
    for party in people:
        said = {"track_id": track.id, "party_id": party.id, "question": Question.WILLING, "yes": True}
        track = await world.do(mediation_track.answer, "mediator", 4, **said)
        assert (await world.do(mediation_track.answer, "mediator", 4, **said)).rev == track.rev
    assert await rules_running(world, track.id) == {"MD-05"}


async def test_declining_lapsing_and_replacing_free_the_dispute_for_another(world: World) -> None:
    matter_id, track = await named(world)
    late = {"track_id": track.id, "rev": track.rev}
    await refusal("mediation.not_lapsed", world.do(mediation_naming.lapse, "clerk", 5, **late))
    track = await world.do(mediation_naming.decline, "mediator", 5, reason="是当事人的表亲，不便调解", **late)
    assert track.state == MediationState.CHOOSING and track.mediator_id is None
    assert (await world.db.read(matter.get, matter_id=matter_id)).mediator_id is None
    proposed = await world.db.read(mediation_naming.proposals, track=track)
    assert proposed[0].mediator.account_id == world.people["mediator2"].id
    assert "这件事上曾不接受" in proposed[-1].against
    why = {"track_id": track.id, "rev": track.rev, "account_id": world.people["mediator"].id}
    await refusal("mediator.reason", world.do(mediation_naming.appoint, "clerk", 6, **why))
    track = await world.do(mediation_naming.appoint, "clerk", 6, reason="当事人只信任他", **why)
    offer = mediation_track.known_of(track).offer
    assert offer is not None and offer.reasons[-1] == "当事人只信任他"
    track = await world.do(mediation_naming.lapse, "clerk", 12 * DAY, track_id=track.id, rev=track.rev)
    assert [o.end for o in mediation_track.known_of(track).offers] == [OfferEnd.DECLINED, OfferEnd.LAPSED]


async def test_a_disclosed_interest_stops_the_talks_until_every_side_agrees(world: World) -> None:
    matter_id, track = await accepted(world)
    told = {"interest": Interest.RELATION, "words": "与李某同村，常有来往"}
    track = await world.do(mediation_naming.disclose, "mediator", 4, track_id=track.id, rev=track.rev, **told)
    ref = mediation_track.known_of(track).disclosures[0].id
    people = await world.parties(matter_id)
    for party in people:
        for question in (Question.WILLING, Question.DISCLOSED):
            track = await world.do(
                mediation_track.answer,
                "mediator",
                5,
                track_id=track.id,
                party_id=party.id,
                question=question,
                ref=ref if question is Question.DISCLOSED else "",
                yes=not (question is Question.DISCLOSED and party == people[0]),
            )
    track = await world.do(
        mediation_track.prepare, "mediator", 6, track_id=track.id, rev=track.rev, way=Way.ON_SITE, told=True
    )
    stopped = await refusal(
        "mediation.not_ready",
        world.do(mediation_track.begin, "mediator", 6, track_id=track.id, rev=track.rev),
    )
    assert "更换调解员" in stopped.text
    track = await world.do(
        mediation_naming.replace_mediator, "clerk", 7, track_id=track.id, rev=track.rev, reason="王秀英不同意"
    )
    proposed = await world.db.read(mediation_naming.proposals, track=track)
    assert "不同意由其调解" in next(p.barred for p in proposed if p.mediator.name == "某mediator")
    barred = {"track_id": track.id, "rev": track.rev, "account_id": world.people["mediator"].id}
    await refusal("mediator.barred", world.do(mediation_naming.appoint, "clerk", 8, **barred))
    assert await rules_running(world, track.id) == {"MD-02"}


async def test_an_appraisal_stops_the_term_a_suspicion_does_not_and_all_may_lengthen_it(world: World) -> None:
    matter_id, track = await begun(world)
    first = await world.db.read(mediation_track.term, track.id)
    assert first is not None and first.due_on == date(2026, 12, 22)
    track = await world.do(
        mediation_track.pause,
        "mediator",
        2 * DAY,
        track_id=track.id,
        rev=track.rev,
        why=PauseReason.APPRAISAL,
        reason="委托测量通道宽度",
    )
    track = await world.do(mediation_track.resume, "mediator", 7 * DAY, track_id=track.id, rev=track.rev)
    later = await world.db.read(mediation_track.term, track.id)
    assert later is not None and later.due_on == date(2026, 12, 27)
    everyone = [one.id for one in await world.parties(matter_id)]
    more = {"days": 10, "reason": "等外出务工的儿子回来", "track_id": track.id, "rev": track.rev}
    one = world.do(mediation_track.extend, "mediator", 8 * DAY, agreed=everyone[:1], **more)
    await refusal("mediation.not_all_agree", one)
    track = await world.do(mediation_track.extend, "mediator", 8 * DAY, agreed=everyone, **more)
    longer = await world.db.read(mediation_track.term, track.id)
    assert longer is not None and longer.due_on == date(2027, 1, 6)
    track = await world.do(
        mediation_track.pause,
        "mediator",
        9 * DAY,
        track_id=track.id,
        rev=track.rev,
        why=PauseReason.FAKE,
        reason="双方说法一致得反常",
    )
    running = await world.db.read(mediation_track.term, track.id)
    assert running is not None and running.state == "running"


async def test_only_the_ways_to_end_that_are_true_may_be_chosen(world: World) -> None:
    matter_id, track = await begun(world)
    ending = {"track_id": track.id, "rev": track.rev, "note": "双方各说各的"}
    for reason, code in (
        (EndReason.AGREED, "mediation.end_by_agreement"),
        (EndReason.UNSIGNED, "mediation.end_unsigned"),
        (EndReason.EXPIRED, "mediation.end_too_early"),
    ):
        await refusal(code, world.do(mediation_ending.end, "mediator", DAY, reason=reason, **ending))
    facts = ("争议通道原宽约1.6米。",)
    ended = await world.do(
        mediation_ending.end,
        "mediator",
        40 * DAY,
        reason=EndReason.EXPIRED,
        undisputed=facts,
        costly="两次约好不到",
        **ending,
    )
    assert ended.state == MediationState.ENDED and ended.outcome == EndReason.EXPIRED
    assert await rules_running(world, ended.id) == set()
    assert (await world.db.read(matter.get, matter_id=matter_id)).state == "failed"
    told = await world.db.read(lambda rx: rx.conn.execute(t.outbox.select()).all())
    assert len([one for one in told if "调解期限已满" in one.body]) == 2
    filed = await world.do(
        referrals.refer,
        "clerk",
        40 * DAY,
        matter_id=matter_id,
        kind=ReferralKind.MEDIATION_TO_COURT,
        source=TrackKind.MEDIATION,
        reason="调解不成，坚持起诉",
    )
    assert filed.kind is TrackKind.FILING and await rules_running(world, filed.id) == {"SU-01"}
    await refusal(
        "referral.wrong_state",
        world.do(
            referrals.refer,
            "clerk",
            40 * DAY,
            matter_id=matter_id,
            kind=ReferralKind.MEDIATION_TO_COURT,
            source=TrackKind.MEDIATION,
            reason="又一次",
        ),
    )


async def agreed(world: World) -> tuple[str, str, Track]:
    """An agreement sealed in the talks of a track. (matter, agreement, track)"""
    made = await world.opened()
    opened_at = await world.do(
        mediation_track.open_mediation, "clerk", 30, matter_id=made.subject_id, origin=Origin.BEFORE_FILING
    )
    names = [one.id for one in await world.parties(made.subject_id)]
    track = await world.do(
        mediation_naming.choose,
        "clerk",
        31,
        track_id=opened_at.id,
        rev=opened_at.rev,
        account_id=world.people["mediator"].id,
        agreed=names,
    )
    await refusal(
        "mediation.not_begun",
        world.do(
            mediation.draft,
            "mediator",
            32,
            matter_id=made.subject_id,
            hearing_id=made.id,
            facts="争执。",
            court_code="渝0235",
        ),
    )
    await world.do(mediation_naming.accept, "mediator", 32, track_id=track.id, rev=track.rev)
    agreement = await world.settled_in(made, CLAUSES)
    return made.subject_id, agreement.id, await track_of(world, made.subject_id)


async def test_the_last_signature_ends_the_talks_and_plans_what_is_to_be_done(world: World) -> None:
    matter_id, agreement_id, track = await agreed(world)
    assert track.state == MediationState.AGREED and track.outcome == EndReason.AGREED
    assert await rules_running(world, track.id) == {"MD-07"}
    planned = await world.db.read(duties.of_matter, matter_id=matter_id)
    assert planned and all(one.state is DutyState.OPEN for one in planned)
    (visit,) = await world.db.read(follow_ups.of_matter, matter_id=matter_id)
    assert visit.due == max(one.due for one in planned if one.due) + timedelta(days=7)
    paid = next(one for one in planned if one.amount_fen)
    assert paid.amount_fen is not None and paid.due is not None
    parts = instalments(paid.amount_fen, paid.due, 3)
    plan = tuple(
        DutyInput(clause=paid.clause, who=paid.who, what=paid.what, amount_fen=fen, due=day)
        for fen, day in parts
    )
    wrong = (replace(plan[0], amount_fen=1), *plan[1:])
    told = await refusal(
        "form.invalid",
        world.do(duties.replan, "mediator", 60, agreement_id=agreement_id, planned=wrong),
    )
    assert "各期加起来是" in told.problems[0].text
    split = await world.do(duties.replan, "mediator", 60, agreement_id=agreement_id, planned=plan)
    assert sum(one.amount_fen or 0 for one in split) == paid.amount_fen


async def test_a_payment_in_parts_a_default_and_the_visit_that_opens_a_task(world: World) -> None:
    matter_id, _, track = await agreed(world)
    planned = await world.db.read(duties.of_matter, matter_id=matter_id)
    paid = next(one for one in planned if one.amount_fen)
    assert paid.amount_fen is not None and paid.due is not None
    days = (paid.due - world.at().date()).days
    taking = {"duty_id": paid.id, "rev": paid.rev, "method": "现金", "on": world.at().date()}
    too_much = world.do(duties.receive, "mediator", 90, amount_fen=paid.amount_fen + 1, **taking)
    await refusal("duty.too_much", too_much)
    await refusal(
        "duty.not_due", world.do(duties.default, "mediator", 90, duty_id=paid.id, rev=paid.rev, note="没付")
    )
    part = await world.do(duties.receive, "mediator", 91, amount_fen=100, **taking)
    assert part.state is DutyState.PART and part.open_fen == paid.amount_fen - 100
    late = await world.do(
        duties.default, "mediator", (days + 2) * DAY, duty_id=paid.id, rev=part.rev, note="电话不接"
    )
    assert late.state is DutyState.DEFAULTED
    (visit,) = await world.db.read(follow_ups.of_matter, matter_id=matter_id)
    held = await world.do(
        follow_ups.hold,
        "mediator",
        (days + 9) * DAY,
        visit_id=visit.id,
        rev=visit.rev,
        visited_at=world.at((days + 9) * DAY - 60),
        method="上门",
        satisfaction=Satisfaction.BAD,
        situation="只付了一元。",
    )
    assert held.task.startswith("有到期没有履行的")
    undone = await refusal(
        "mediation.not_performed",
        world.do(
            mediation_ending.finish,
            "mediator",
            (days + 9) * DAY,
            track_id=track.id,
            rev=track.rev,
            note="办结",
        ),
    )
    assert "没有履行" in undone.text and "没有处理" in undone.text
    rest = await world.do(
        duties.receive,
        "mediator",
        (days + 10) * DAY,
        duty_id=paid.id,
        rev=late.rev,
        amount_fen=paid.amount_fen - 100,
        on=world.at((days + 10) * DAY).date(),
        method="转账",
    )
    assert rest.state is DutyState.DONE
    done = await world.do(
        follow_ups.settle_task, "mediator", (days + 11) * DAY, visit_id=held.id, rev=held.rev, answer="已补齐"
    )
    assert done.task_done_at is not None
    assert len(await world.db.read(follow_ups.of_matter, matter_id=matter_id)) == 2


async def test_who_pays_is_reminded_once_before_each_day_and_not_after_it_is_done(world: World) -> None:
    matter_id, _, _ = await agreed(world)
    paid = next(one for one in await world.db.read(duties.of_matter, matter_id=matter_id) if one.amount_fen)
    assert paid.due is not None
    ahead = (paid.due - world.at().date()).days

    async def sweep(days: float) -> int:
        return int(await world.db.write(duties.sweep, now=world.at(days * DAY)))

    assert await sweep(ahead - 9) == 0
    assert await sweep(ahead - 7) >= 1
    assert await sweep(ahead - 6) == 0
    assert await sweep(ahead - 1) >= 1
    sent = await world.db.read(lambda rx: rx.conn.execute(t.outbox.select()).all())
    mine = [one for one in sent if one.purpose == "reminder" and one.key.startswith(f"duty:{paid.id[-24:]}")]
    assert len(mine) == 2 and "前履行调解协议" in mine[0].body and len(mine[0].body) <= 70


async def applied(world: World) -> tuple[str, Track]:
    matter_id, _, _ = await agreed(world)
    track = await world.do(
        referrals.refer,
        "clerk",
        60,
        matter_id=matter_id,
        kind=ReferralKind.MEDIATION_TO_CONFIRMATION,
        source=TrackKind.MEDIATION,
        reason="双方要求确认",
    )
    for party in await world.parties(matter_id):
        track = await world.do(
            confirmation.answer, "clerk", 61, track_id=track.id, party_id=party.id, yes=True
        )
    return matter_id, track


async def test_both_sides_ask_in_time_and_the_judge_confirms_what_no_ground_stands_against(
    world: World,
) -> None:
    matter_id, track = await applied(world)
    where = {"link": Link.INVITED, "link_note": "", "oral": False} | COURT
    one = (await world.parties(matter_id))[1]
    asked = {"track_id": track.id, "party_id": one.id}
    track = await world.do(confirmation.answer, "clerk", 62, yes=False, **asked)
    joint = world.do(confirmation.apply, "clerk", 63, track_id=track.id, rev=track.rev, **where)
    await refusal("confirmation.not_joint", joint)
    track = await world.do(confirmation.answer, "clerk", 64, yes=True, **asked)
    late = world.do(confirmation.apply, "clerk", 33 * DAY, track_id=track.id, rev=track.rev, **where)
    assert "已超过三十日" in (await refusal("confirmation.late", late)).text
    track = await world.do(confirmation.apply, "clerk", 65, track_id=track.id, rev=track.rev, **where)
    assert await rules_running(world, track.id) == {"MD-08"}
    mediated = await track_of(world, matter_id)
    assert await rules_running(world, mediated.id) == set()
    judge = world.people["judge"].id
    track = await world.do(
        confirmation.accept,
        "clerk",
        66,
        track_id=track.id,
        rev=track.rev,
        judge_id=judge,
        court_code="渝0235",
    )
    assert track.number == "（2026）渝0235诉前调确1号"
    assert await rules_running(world, track.id) == {"SU-20", "MD-09"}
    decide = {"track_id": track.id, "decision": Decision.GRANT}
    await refusal(
        "confirmation.unreviewed", world.do(confirmation.decide, "judge", 67, rev=track.rev, **decide)
    )
    no = dict.fromkeys(Ground, False)
    looked = {"track_id": track.id, "rev": track.rev}
    gaps = await refusal(
        "form.invalid",
        world.do(confirmation.review, "judge", 68, answers={Ground.FORCED: False}, asked="", **looked),
    )
    assert len(gaps.problems) == len(Ground)
    track = await world.do(
        confirmation.review, "judge", 68, answers=no | {Ground.UNCLEAR: True}, asked="都说自愿。", **looked
    )
    await refusal(
        "confirmation.has_grounds", world.do(confirmation.decide, "judge", 69, rev=track.rev, **decide)
    )
    track = await world.do(
        confirmation.review,
        "judge",
        70,
        answers=no,
        asked="双方都说自愿，明白协议的意思。",
        track_id=track.id,
        rev=track.rev,
    )
    await refusal(
        "confirmation.no_ground",
        world.do(
            confirmation.decide,
            "judge",
            71,
            track_id=track.id,
            rev=track.rev,
            decision=Decision.REJECT,
            reasons="无",
        ),
    )
    track = await world.do(confirmation.decide, "judge", 72, rev=track.rev, **decide)
    assert track.state == ConfirmationState.GRANTED and track.ended_at is not None
    assert await rules_running(world, track.id) == set()
    await refusal(
        "referral.nothing_due",
        world.do(
            referrals.refer,
            "clerk",
            73,
            matter_id=matter_id,
            kind=ReferralKind.TO_ENFORCEMENT,
            source=TrackKind.CONFIRMATION,
            reason="没付",
        ),
    )


async def test_a_petition_becomes_a_dispute_with_its_people_and_papers_once(world: World) -> None:
    made = await world.petitioned()
    asked = {
        "petition_id": made.id,
        "cause_code": "55(2)",
        "respondent": "李某",
        "reason": "双方愿意调解",
    }
    found = await world.do(referrals.from_petition, "petitions", 5, **asked)
    again = await world.do(referrals.from_petition, "petitions", 6, **asked)
    assert again.id == found.id
    people = await world.parties(found.id)
    assert [one.name for one in people] == ["赵大山", "李某"]
    assert found.facts == "村里的低保评定不公。"
    track = await track_of(world, found.id)
    assert track.state == MediationState.CHOOSING
