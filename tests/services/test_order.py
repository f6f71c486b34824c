"""Order in the courtroom at the database: who is let in, called, sent out, told; each with its journal row."""

from typing import Any

import pytest

from court.domain.absence import Consequence, Missing, NoticeManner
from court.domain.admission import Admission, AdmissionAction
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, Place, Seat, SeatInput, SeatRole
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.order import AdmonitionCause, AdmonitionKind, Layout
from court.services import admonitions, asides, hearing, order, seat, stages, standing
from tests.services.world import World, bodies

DOOR = AdmissionAction


async def refused(doing: Any, code: str) -> CourtError:
    with pytest.raises(CourtError) as caught:
        await doing
    assert caught.value.code == code
    return caught.value


async def seats(world: World, hearing_id: str) -> dict[SeatRole, list[Seat]]:
    found: dict[SeatRole, list[Seat]] = {}
    for one in await world.db.read(hearing.seats, hearing_id=hearing_id):
        found.setdefault(one.role, []).append(one)
    return found


async def remote_of(world: World, live: Hearing) -> Seat:
    parties = (await seats(world, live.id))[SeatRole.PARTY]
    return next(one for one in parties if one.place is Place.REMOTE)


async def types(world: World, subject: str) -> list[str]:
    return [row["type"] for row in await bodies(world.db) if row["subject"] == subject]


async def test_a_person_waits_is_let_in_sent_out_and_every_step_stands_once(either_world: World) -> None:
    world = either_world
    live = await world.opened(remote=True)
    guest = await remote_of(world, live)
    assert guest.admission is Admission.WAITING
    assert not await world.db.read(standing.inside, seat_id=guest.id)
    where = {"hearing_id": live.id, "seat_id": guest.id}
    for _ in range(2):
        let_in = await world.do(order.let, "clerk", 31, action=DOOR.ADMIT, **where)
        assert let_in.admission is Admission.ADMITTED
    assert await world.db.read(standing.inside, seat_id=guest.id)
    await refused(world.do(order.let, "clerk", 32, action=DOOR.DISMISS, **where), "admission.not_allowed")
    sent = await world.do(order.let, "mediator", 32, action=DOOR.DISMISS, **where)
    assert sent.admission is Admission.WAITING
    kinds = await types(world, live.id)
    assert kinds.count("seat.admitted") == 1
    assert kinds.count("seat.dismissed") == 1
    vehicle = (await seats(world, live.id))[SeatRole.VEHICLE][0]
    shown = {"hearing_id": live.id, "seat_id": vehicle.id, "action": DOOR.REMOVE}
    await refused(world.do(order.let, "mediator", 33, **shown), "order.not_a_person")


async def test_all_are_let_in_at_once_but_no_witness_and_nobody_who_is_not_there(world: World) -> None:
    live = await world.opened(remote=True)
    witness = await world.do(
        hearing.add_seat,
        "mediator",
        31,
        hearing_id=live.id,
        seat=SeatInput(role=SeatRole.WITNESS, name="赵某", place=Place.REMOTE),
    )
    guest = await remote_of(world, live)
    assert await world.do(order.admit_all, "clerk", 32, hearing_id=live.id) == ()
    for one in (guest, witness):
        await world.db.write(seat.linked, now=world.at(32), seat_id=one.id, state="joined")
    let_in = await world.do(order.admit_all, "clerk", 33, hearing_id=live.id)
    assert [one.id for one in let_in] == [guest.id]
    call = {"hearing_id": live.id, "seat_id": witness.id, "action": DOOR.ADMIT}
    await refused(world.do(order.let, "clerk", 34, **call), "admission.not_allowed")
    called = await world.do(order.let, "mediator", 34, **call)
    assert called.admission is Admission.ADMITTED
    released = await world.do(order.let, "mediator", 35, **{**call, "action": DOOR.EXCUSE})
    assert released.admission is Admission.EXCUSED


async def test_who_was_removed_cannot_come_back_under_another_name(either_world: World) -> None:
    world = either_world
    live = await world.opened(remote=True)
    guest = await remote_of(world, live)
    made = await world.do(seat.create_link, "clerk", 31, seat_id=guest.id)
    opened = await world.db.write(seat.redeem, now=world.at(31), token=made.token, device=None)
    where = {"hearing_id": live.id, "seat_id": guest.id}
    await world.do(order.let, "mediator", 32, action=DOOR.REMOVE, **where)
    assert await world.db.read(seat.session, now=world.at(32), device=opened.device) is None
    await refused(world.do(seat.create_link, "clerk", 33, seat_id=guest.id), "seat.removed")
    again = SeatInput(role=SeatRole.WITNESS, name=f" {guest.name} ", place=Place.REMOTE)
    await refused(world.do(hearing.add_seat, "clerk", 33, hearing_id=live.id, seat=again), "seat.barred")
    other = await world.do(
        hearing.add_seat,
        "clerk",
        33,
        hearing_id=live.id,
        seat=SeatInput(role=SeatRole.WITNESS, name="赵某", place=Place.REMOTE),
    )
    link = await world.do(seat.create_link, "clerk", 33, seat_id=other.id)
    device = {"token": link.token, "device": opened.device}
    await refused(world.db.write(seat.redeem, now=world.at(34), **device), "seat.barred")
    assert "seat.barred" in await types(world, live.id)
    back = await world.do(order.let, "mediator", 35, action=DOOR.REINSTATE, **where)
    assert back.admission is Admission.WAITING
    await world.do(seat.create_link, "clerk", 36, seat_id=guest.id)


async def test_floor_mute_and_lock_are_kept_for_a_restart(either_world: World) -> None:
    world = either_world
    live = await world.opened(remote=True)
    guest = await remote_of(world, live)
    where = {"hearing_id": live.id, "seat_id": guest.id}
    timed = await world.do(order.floor, "mediator", 31, allowed=True, seconds=120, **where)
    assert timed.floor_until == world.at(33)
    await refused(world.do(order.floor, "mediator", 31, allowed=True, seconds=5, **where), "order.seconds")
    await refused(world.do(order.floor, "clerk", 31, allowed=False, **where), "hearing.not_allowed")
    everyone = await world.do(order.mute, "mediator", 32, hearing_id=live.id, seat_id=None, muted=True)
    assert {one.role for one in everyone} == {SeatRole.VEHICLE, SeatRole.PARTY}
    assert all(one.muted and not one.locked for one in everyone)
    told = {"hearing_id": live.id, "seat_id": guest.id}
    await world.db.write(standing.heard, now=world.at(33), event="unmuted", **told)
    assert not (await remote_of(world, live)).muted
    await world.do(order.mute, "mediator", 34, muted=True, locked=True, **where)
    await world.db.write(standing.heard, now=world.at(35), event="floor_ended", **told)
    silent = await remote_of(world, live)
    assert (silent.floor, silent.muted, silent.locked) == (False, True, True)
    freed = await world.do(order.floor, "mediator", 36, allowed=True, **where)
    assert (freed.muted, freed.locked, freed.floor_until) == (False, False, None)
    bench = (await seats(world, live.id))[SeatRole.MEDIATOR][0]
    shown = {"hearing_id": live.id, "seat_id": bench.id, "muted": True}
    await refused(world.do(order.mute, "mediator", 37, **shown), "order.not_a_person")


async def test_a_stage_stands_with_its_time_mark_and_brings_its_layout(either_world: World) -> None:
    world = either_world
    ready = await world.called()
    begin = {"hearing_id": ready.id, "code": "settle", "offset_ms": 1500}
    await refused(world.do(stages.begin, "mediator", 29, **begin), "hearing.wrong_state")
    counting = await world.do(order.countdown, "mediator", 29, hearing_id=ready.id, seconds=60)
    assert counting.opens_at == world.at(30)
    await world.do(hearing.open_session, "mediator", 30, hearing_id=ready.id)
    for _ in range(2):
        await world.do(stages.begin, "mediator", 31, **begin)
    await refused(world.do(stages.begin, "clerk", 31, **begin), "hearing.not_allowed")
    await world.do(stages.begin, "mediator", 32, hearing_id=ready.id, code="statements")
    marks = await world.db.read(stages.marks, hearing_id=ready.id)
    assert [(m.code, m.name, m.offset_ms) for m in marks] == [
        ("settle", "调解", 1500),
        ("statements", "陈述", None),
    ]
    sitting = await world.db.read(order.sitting, hearing_id=ready.id)
    assert (sitting.stage, sitting.layout) == ("statements", Layout.AUTO)
    guest = (await seats(world, ready.id))[SeatRole.VEHICLE][0]
    lit = (guest.id, "camera")
    assert (await world.do(order.spotlight, "mediator", 33, hearing_id=ready.id, lit=lit)).spotlight == lit
    shown = await world.do(order.arrange, "mediator", 33, hearing_id=ready.id, layout=Layout.SPEAKER)
    assert (shown.layout, shown.spotlight) == (Layout.SPEAKER, lit), "a layout leaves the large picture alone"
    kinds = await types(world, ready.id)
    assert (kinds.count("hearing.stage"), kinds.count("hearing.arranged")) == (2, 1)


async def test_a_stage_of_the_bench_shuts_microphones_and_the_next_opens_them_but_none_that_is_locked(
    either_world: World,
) -> None:
    world = either_world
    live, party = await trial(world)
    begin = {"hearing_id": live.id}
    renders = SeatInput(role=SeatRole.INTERPRETER, name="阿依", place=Place.REMOTE)
    await world.do(hearing.add_seat, "judge", 30, hearing_id=live.id, seat=renders)

    async def shut() -> set[SeatRole]:
        return {one.role for one in await world.db.read(hearing.seats, hearing_id=live.id) if one.muted}

    for minute, code, silent in (
        (31, "check", set()),
        (32, "rights", {SeatRole.VEHICLE, SeatRole.PARTY}),
        (33, "inquiry", set()),
    ):
        await world.do(stages.begin, "judge", minute, code=code, **begin)
        assert await shut() == silent, code
    await world.do(order.mute, "judge", 34, seat_id=party.id, muted=True, locked=True, **begin)
    for minute, code in ((35, "debate"), (36, "judgment"), (37, "inquiry")):
        await world.do(stages.begin, "judge", minute, code=code, **begin)
        kept = next(
            one for one in await world.db.read(hearing.seats, hearing_id=live.id) if one.id == party.id
        )
        assert (kept.muted, kept.locked) == (True, True), code
    assert await shut() == {SeatRole.PARTY}
    # 告知 and 宣判 shut, what followed opened again, and one order of the bench.
    assert (await types(world, live.id)).count("hearing.muted") == 5


async def test_turns_are_kept_once_and_only_of_an_opened_session(world: World) -> None:
    ready = await world.called()
    person = (await seats(world, ready.id))[SeatRole.VEHICLE][0]
    turn = {"hearing_id": ready.id, "seat_id": person.id, "from_at": world.at(31)}
    await world.db.write(standing.spoke, to_at=world.at(32), **turn)
    assert await world.db.read(standing.turns, hearing_id=ready.id) == ()
    await world.do(hearing.open_session, "mediator", 30, hearing_id=ready.id)
    for minutes in (32, 33):
        await world.db.write(standing.spoke, to_at=world.at(minutes), **turn)
    (kept,) = await world.db.read(standing.turns, hearing_id=ready.id)
    assert (kept.seat_id, kept.from_at, kept.to_at) == (person.id, world.at(31), world.at(33))


async def test_reminder_and_warning_are_logged_acts_of_the_bench(either_world: World) -> None:
    world = either_world
    live = await world.opened(remote=True)
    guest = await remote_of(world, live)
    act = {
        "hearing_id": live.id,
        "seat_id": guest.id,
        "kind": AdmonitionKind.REMIND,
        "cause": AdmonitionCause.SPEECH,
        "note": "请不要打断对方",
        "offset_ms": 4200,
    }
    await refused(world.do(admonitions.admonish, "clerk", 31, **act), "hearing.not_allowed")
    for _ in range(2):
        await world.do(admonitions.admonish, "mediator", 31, once="a-page-made-key", **act)
    (kept,) = await world.db.read(admonitions.admonitions, hearing_id=live.id)
    assert (kept.kind, kept.offset_ms, kept.at) == (AdmonitionKind.REMIND, 4200, world.at(31))
    rows = [row for row in await bodies(world.db) if row["type"] == "hearing.remind"]
    assert len(rows) == 1
    assert "打断" not in str(rows)
    findings = await world.db.read(admonitions.findings, hearing_id=live.id)
    assert {one.missing for one in findings.values()} == {Missing.NOT_A_TRIAL}
    decide = {"hearing_id": live.id, "seat_id": guest.id}
    await refused(world.do(admonitions.decide, "mediator", 32, **decide), "hearing.not_allowed")


async def test_words_among_bench_and_clerk_stay_among_them(either_world: World) -> None:
    world = either_world
    live = await world.opened(remote=True)
    said = await world.do(asides.say, "clerk", 31, hearing_id=live.id, text="请让被申请人慢一点", once="k-1")
    again = await world.do(asides.say, "clerk", 31, hearing_id=live.id, text="请让被申请人慢一点", once="k-1")
    assert said == again
    read = await world.db.read(asides.asides, actor=world.people["mediator"], hearing_id=live.id)
    assert [one.text for one in read] == ["请让被申请人慢一点"]
    guest = await remote_of(world, live)
    for stranger in (
        world.people["officer"],
        Actor(kind=ActorKind.SEAT, id=guest.id, role=Role.PARTY, name=guest.name),
        world.kiosk,
    ):
        await refused(world.db.read(asides.asides, actor=stranger, hearing_id=live.id), "hearing.not_allowed")
    rows = [row for row in await bodies(world.db) if row["type"] == "hearing.aside"]
    assert len(rows) == 1
    assert "慢一点" not in str(rows)


async def trial(world: World) -> tuple[Hearing, Seat]:
    """An open trial whose respondent sits far away and was summoned."""
    from court.domain.hearing import HearingKind, IdentityMethod
    from court.services import matter

    receipt = await world.registered()
    await world.do(
        matter.assign,
        "clerk",
        matter_id=receipt.id,
        rev=1,
        judge_id=world.people["judge"].id,
        clerk_id=world.people["clerk"].id,
    )
    applicant, respondent = await world.parties(receipt.id)
    for step in ("hearing", "service"):
        await world.consented(respondent.id, step)
    judge = world.people["judge"]
    booked = await world.do(
        hearing.schedule,
        "judge",
        subject_kind="matter",
        subject_id=receipt.id,
        kind=HearingKind.TRIAL,
        starts_at=world.at(30),
        minutes=60,
        place="凤鸣镇里市村",
        seats=(
            SeatInput(role=SeatRole.JUDGE, name="某judge", place=Place.COURT, account_id=judge.id),
            SeatInput(role=SeatRole.PARTY, name="王秀英", place=Place.VEHICLE, party_id=applicant.id),
            SeatInput(role=SeatRole.PARTY, name="李某", place=Place.REMOTE, party_id=respondent.id),
        ),
    )
    await world.do(hearing.call_roll, "judge", 28, hearing_id=booked.id)
    for one in await world.db.read(hearing.seats, hearing_id=booked.id):
        if one.place is not Place.REMOTE:
            await world.do(hearing.mark_present, "judge", 29, seat_id=one.id, present=True)
    known = {"hearing_id": booked.id, "party_id": applicant.id, "method": IdentityMethod.KNOWN}
    await world.do(hearing.confirm_identity, "judge", 29, **known)
    live = await world.do(hearing.open_session, "judge", 30, hearing_id=booked.id)
    return live, await remote_of(world, live)


async def test_default_is_offered_step_by_step_and_decided_only_by_the_judge(either_world: World) -> None:
    world = either_world
    live, gone = await trial(world)
    where = {"hearing_id": live.id, "seat_id": gone.id}

    async def missing() -> Missing | None:
        return (await world.db.read(admonitions.findings, hearing_id=live.id))[gone.id].missing

    assert await missing() is Missing.NO_NOTICE
    error = await refused(world.do(admonitions.decide, "judge", 31, **where), "absence.not_open")
    assert "送达" in error.text
    notice = {"manner": NoticeManner.SIGNED, **where}
    late = world.do(admonitions.prove_notice, "judge", 31, at=world.at(31), **notice)
    await refused(late, "order.notice_late")
    await world.do(admonitions.prove_notice, "judge", 31, at=world.at(-600), **notice)
    assert await missing() is None  # never came, although summoned

    await world.do(order.let, "judge", 32, action=DOOR.ADMIT, **where)
    for minute, word in ((33, "joined"), (34, "lost"), (35, "left")):
        await world.db.write(seat.linked, now=world.at(minute), seat_id=gone.id, state=word)
    assert await missing() is Missing.LINK_LOST
    for minute, word in ((36, "joined"), (37, "left")):
        await world.db.write(seat.linked, now=world.at(minute), seat_id=gone.id, state=word)
    tell = {"cause": AdmonitionCause.LEFT, **where}
    assert await missing() is Missing.NOT_REMINDED
    await world.do(admonitions.admonish, "judge", 38, kind=AdmonitionKind.REMIND, **tell)
    assert await missing() is Missing.NOT_WARNED
    await world.do(admonitions.admonish, "judge", 39, kind=AdmonitionKind.WARN, **tell)
    assert await missing() is None
    assert await world.db.read(admonitions.absences, hearing_id=live.id) == ()  # nothing happens by itself
    for _ in range(2):
        decided = await world.do(admonitions.decide, "judge", 40, **where)
        assert decided.consequence is Consequence.IN_ABSENCE
    assert (await types(world, live.id)).count("hearing.absence_decided") == 1
