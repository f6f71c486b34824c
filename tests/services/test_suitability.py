"""Who may be booked into a session and how it may be held: refused where it is booked, kept with the booking."""

from dataclasses import replace
from typing import Any

import pytest

from court.domain.consent import ConsentStep
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind, IdentityMethod, Place, SeatInput, SeatRole
from court.domain.matter import PartyInput, Side
from court.domain.suitability import BenchPlace, Unfit
from court.services import consent, hearing, matter, rollcall, suitability
from court.services.suitability import Sitting
from tests.services.world import World


async def booked(
    world: World, matter_id: str, *more: SeatInput, place: Place = Place.VEHICLE, **facts: Any
) -> Hearing:
    kind = facts.pop("kind", HearingKind.TRIAL)
    seats = await world.db.read(
        hearing.suggested_seats, subject_kind="matter", subject_id=matter_id, kind=kind
    )
    parties = tuple(replace(seat, place=place) for seat in seats if seat.party_id)
    judge = SeatInput(
        role=SeatRole.JUDGE, name="法官", place=Place.COURT, account_id=world.people["judge"].id
    )
    made: Hearing = await world.do(
        hearing.schedule,
        "clerk",
        subject_kind="matter",
        subject_id=matter_id,
        kind=kind,
        starts_at=world.at(30),
        minutes=60,
        place="凤鸣镇里市村",
        seats=(*parties, judge, *more),
        **facts,
    )
    return made


async def test_a_trial_that_is_unfit_online_is_booked_only_with_the_judge_beside_the_parties(
    world: World,
) -> None:
    receipt = await world.assigned()
    ground = Sitting(unfit=frozenset({Unfit.ON_SITE}))
    with pytest.raises(CourtError, match="第二十一条"):
        await booked(world, receipt.id, sitting=ground)
    made = await booked(world, receipt.id, sitting=replace(ground, bench=BenchPlace.VEHICLE))
    kept = await world.db.read(suitability.of_hearing, hearing_id=made.id)
    assert kept.bench is BenchPlace.VEHICLE and kept.unfit == {Unfit.ON_SITE}


async def test_another_place_is_booked_only_with_the_presidents_leave(world: World) -> None:
    receipt = await world.assigned()
    with pytest.raises(CourtError, match="院长同意"):
        await booked(world, receipt.id, sitting=Sitting(bench=BenchPlace.ELSEWHERE))
    leave = Sitting(bench=BenchPlace.ELSEWHERE, approval="2026年11月20日院长同意")
    made = await booked(world, receipt.id, sitting=leave)
    assert (
        await world.db.read(suitability.of_hearing, hearing_id=made.id)
    ).approval == "2026年11月20日院长同意"


async def test_who_refused_the_screen_sits_beside_the_judge_and_is_asked_for_no_consent_there(
    world: World,
) -> None:
    receipt = await world.assigned()
    for party in await world.parties(receipt.id):
        await world.do(
            consent.withdraw, "clerk", party_id=party.id, step=ConsentStep.HEARING, notice="n", via="desk"
        )
    with pytest.raises(CourtError, match="不愿意隔着屏幕"):
        await booked(world, receipt.id)
    made = await booked(world, receipt.id, place=Place.COURT)
    await world.do(hearing.call_roll, "clerk", 28, hearing_id=made.id)
    for seat in await world.db.read(hearing.seats, hearing_id=made.id):
        await world.do(hearing.mark_present, "clerk", 29, seat_id=seat.id, present=True)
    standing = await world.db.read(rollcall.obstacles, now=world.at(29), hearing_id=made.id)
    assert {code for code, _ in standing} == {"hearing.identity_missing"}


async def test_without_a_card_nobody_takes_part_in_a_trial(world: World) -> None:
    person = {"name": "李有田", "no_card": True, "address": "凤鸣镇黎明村1组"}
    receipt = await world.assigned(applicant=person)
    made = await booked(world, receipt.id, place=Place.COURT)
    await world.do(hearing.call_roll, "clerk", 28, hearing_id=made.id)
    first = (await world.parties(receipt.id))[0]
    for seat in await world.db.read(hearing.seats, hearing_id=made.id):
        await world.do(hearing.mark_present, "clerk", 29, seat_id=seat.id, present=True)

    async def codes(method: IdentityMethod) -> set[str]:
        await world.do(
            hearing.confirm_identity, "clerk", 29, hearing_id=made.id, party_id=first.id, method=method
        )
        found = await world.db.read(rollcall.obstacles, now=world.at(29), hearing_id=made.id)
        return {code for code, text in found if "李有田" in text}

    assert await codes(IdentityMethod.TEMPORARY) == {"identity.temporary"}
    assert await codes(IdentityMethod.KNOWN) == set()


async def test_the_mediator_may_not_come_back_as_a_witness_and_a_namesake_is_looked_at(world: World) -> None:
    receipt = await world.assigned()
    name = world.people["mediator"].name
    witness = SeatInput(role=SeatRole.WITNESS, name=name, place=Place.COURT)
    with pytest.raises(CourtError, match="特邀调解规定第十六条"):
        await booked(world, receipt.id, witness)
    await booked(world, receipt.id, witness, sitting=Sitting(namesakes=True))


async def test_nobody_handles_a_matter_in_which_he_is_a_party_nor_stands_on_both_sides(world: World) -> None:
    name = world.people["mediator"].name
    receipt = await world.registered(respondents=[{"name": name}])
    facts = {"matter_id": receipt.id, "rev": 1, "mediator_id": world.people["mediator"].id}
    with pytest.raises(CourtError) as refused:
        await world.do(matter.assign, "clerk", **facts)
    assert refused.value.code == "conflict.same_name"
    await world.do(matter.assign, "clerk", **facts, namesakes=True)
    twice = PartyInput(side=Side.RESPONDENT, name="王某", id_number="11010519491231002X")
    with pytest.raises(CourtError) as refused:
        await world.do(matter.add_party, "clerk", matter_id=receipt.id, person=twice)
    assert refused.value.code == "conflict.same_person"
