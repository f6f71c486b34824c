"""What the law and good order refuse along the main line: each with its code, and nothing written."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from court.domain.consent import ConsentStep
from court.domain.draft import DraftKind
from court.domain.errors import CourtError
from court.domain.hearing import (
    HearingKind,
    HearingState,
    IdentityMethod,
    Place,
    Presence,
    SeatInput,
    SeatRole,
    SuspendReason,
)
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.matter import MatterState
from court.domain.petition import PetitionState
from court.services import (
    consent,
    corrections,
    draft,
    hearing,
    matter,
    mediation,
    petition,
    query,
    seat,
    transcript,
)
from court.store import views
from tests.services.world import ID_OK, ID_OTHER, World, bodies, petition_answers


async def refused(doing: Any, code: str) -> CourtError:
    with pytest.raises(CourtError) as caught:
        await doing
    assert caught.value.code == code
    return caught.value


async def test_registration_names_every_fault_at_once(world: World) -> None:
    with pytest.raises(CourtError) as caught:
        await world.registered(
            applicant={"name": "", "id_number": "110105194912310021", "phone": "12"},
            respondents=[],
            cause_code="999",
            facts="字" * 10_001,
            consents={"filing": False},
            signature_sha256="",
        )
    assert {(p.field, p.code) for p in caught.value.problems} == {
        ("applicant.name", "text.empty"),
        ("applicant.id_number", "identity.checksum"),
        ("applicant.phone", "identity.phone"),
        ("respondents", "text.empty"),
        ("cause_code", "cause.unknown"),
        ("facts", "text.too_long"),
        ("consents.filing", "consent.required"),
        ("consents.mediation", "consent.missing"),
        ("consents.hearing", "consent.missing"),
        ("consents.service", "consent.missing"),
        ("signature", "agreement.no_strokes"),
    }


async def test_a_stale_or_foreign_draft_is_refused_and_a_retry_gives_the_same_receipt(world: World) -> None:
    begun = await world.do(draft.start, world.kiosk, kind=DraftKind.DISPUTE)
    saved = {"draft_id": begun.id, "step": "facts", "changes": {"facts": "占路"}}
    await world.do(draft.save, world.kiosk, version=1, **saved)
    await refused(world.do(draft.save, world.kiosk, version=1, **saved), "draft.stale")
    other = replace(world.kiosk, id="another-terminal")
    await refused(world.do(draft.save, other, version=2, **saved), "draft.not_found")
    unknown = saved | {"changes": {"nobody_asked": 1}}
    await refused(world.do(draft.save, world.kiosk, version=2, **unknown), "draft.malformed")
    taken = await world.do(draft.take_over, "officer", draft_id=begun.id)
    assert (taken.officer_name, taken.answers.facts) == ("某officer", "占路")

    receipt = await world.registered()
    found = [row for row in await bodies(world.db) if row["type"] == "draft.taken_over"]
    assert len(found) == 1
    page = await world.db.read(views.matter_page, actor=world.people["clerk"], matter_id=receipt.id)
    assert [p.id_masked for p in page.parties] == ["110105********002X", ""]
    assert page.matter.state is MatterState.REGISTERED


async def test_consent_to_mediation_is_none_to_a_trial(world: World) -> None:
    live = await world.called()
    (applicant, respondent) = await world.parties(live.subject_id)
    withdrawn = {"party_id": respondent.id, "notice": "n", "via": "desk"}
    await world.do(consent.withdraw, "clerk", 29, step=ConsentStep.HEARING, **withdrawn)
    assert await world.db.read(hearing.obstacles, now=world.at(29), hearing_id=live.id) == ()
    await world.do(consent.withdraw, "clerk", 29, step=ConsentStep.MEDIATION, **withdrawn)
    error = await refused(
        world.do(hearing.open_session, "mediator", 30, hearing_id=live.id), "hearing.consent_missing"
    )
    assert "李某" in error.text
    await world.do(consent.give, "clerk", 30, step=ConsentStep.MEDIATION, **withdrawn)
    await world.do(hearing.open_session, "mediator", 31, hearing_id=live.id)
    await refused(
        world.do(consent.withdraw, "clerk", 32, step=ConsentStep.MEDIATION, **withdrawn), "consent.too_late"
    )
    versions = [
        (c.version, c.given)
        for c in await world.db.read(consent.of_subject, subject_id=live.subject_id)
        if c.party_id == respondent.id and c.step is ConsentStep.MEDIATION
    ]
    assert versions == [(1, True), (2, False), (3, True)]
    assert applicant.name == "王秀英"


async def test_identity_is_checked_again_for_every_session_and_expires(world: World) -> None:
    ready = await world.called()
    late = 29 + 12 * 60
    error = await refused(
        world.do(hearing.open_session, "mediator", late, hearing_id=ready.id), "hearing.identity_missing"
    )
    assert "王秀英" in error.text
    (applicant, respondent) = await world.parties(ready.subject_id)
    card = {"hearing_id": ready.id, "method": IdentityMethod.ID_CARD}
    shown = card | {"party_id": applicant.id}
    await refused(
        world.do(hearing.confirm_identity, "clerk", 30, id_number=ID_OTHER, **shown), "identity.mismatch"
    )
    await world.do(hearing.confirm_identity, "clerk", late, id_number=ID_OK.lower(), **shown)
    learnt = card | {"party_id": respondent.id}
    await world.do(hearing.confirm_identity, "officer", late, id_number=ID_OTHER, **learnt)
    assert (await world.parties(ready.subject_id))[1].id_masked == "500235********001X"
    opened = await world.do(hearing.open_session, "mediator", late, hearing_id=ready.id)
    assert opened.state is HearingState.IN_SESSION


async def test_only_who_presides_opens_and_only_for_a_lawful_reason_suspends(world: World) -> None:
    ready = await world.called()
    for login in ("clerk", "officer"):
        await refused(world.do(hearing.open_session, login, 30, hearing_id=ready.id), "hearing.not_allowed")
    for login in ("mediator2", "judge", "petitions"):
        await refused(world.do(hearing.open_session, login, 30, hearing_id=ready.id), "hearing.not_found")
    await world.do(hearing.open_session, "mediator", 30, hearing_id=ready.id)
    pause = {"hearing_id": ready.id}
    await refused(
        world.do(hearing.suspend, "mediator", 31, reason=SuspendReason.LINK_LOST, **pause),
        "hearing.reason_unlawful",
    )
    await refused(
        world.do(hearing.suspend, SYSTEM_ACTOR, 31, reason=SuspendReason.ADJOURNMENT, **pause),
        "hearing.reason_unlawful",
    )
    held = await world.do(hearing.suspend, "mediator", 31, reason=SuspendReason.CLOSED_EVIDENCE, **pause)
    assert held.suspend_reason is SuspendReason.CLOSED_EVIDENCE
    await world.do(hearing.resume, "mediator", 33, **pause)
    await world.do(hearing.suspend, SYSTEM_ACTOR, 34, reason=SuspendReason.LINK_LOST, **pause)
    await world.do(hearing.close, "mediator", 35, **pause)
    gaps = await world.db.read(hearing.suspensions, hearing_id=ready.id)
    assert [(g.from_at, g.to_at) for g in gaps] == [
        (world.at(31), world.at(33)),
        (world.at(34), world.at(35)),
    ]


async def test_a_lost_link_is_never_absence(world: World) -> None:
    live = await world.opened()
    party = next(s for s in await world.db.read(hearing.seats, hearing_id=live.id) if s.party_id)
    for state, presence in (
        ("joined", Presence.JOINED),
        ("lost", Presence.LOST),
        ("left", Presence.LOST),
        ("back", Presence.JOINED),
        ("left", Presence.LEFT),
    ):
        told = await world.db.write(seat.linked, now=world.at(32), seat_id=party.id, state=state)
        assert (told.presence, told.present) == (presence, True)


async def test_a_booking_needs_its_people_a_time_and_an_assigned_matter(world: World) -> None:
    receipt = await world.registered()
    wanted: dict[str, Any] = {
        "subject_kind": "matter",
        "subject_id": receipt.id,
        "kind": HearingKind.MEDIATION,
        "starts_at": world.at(60),
        "minutes": 60,
        "place": "里市村",
        "seats": (),
    }
    await refused(world.do(hearing.schedule, "mediator", **wanted), "matter.wrong_state")
    await world.do(
        matter.assign, "clerk", matter_id=receipt.id, rev=1, mediator_id=world.people["mediator"].id
    )
    (applicant, _) = await world.parties(receipt.id)
    party = SeatInput(role=SeatRole.PARTY, name="王", place=Place.VEHICLE, party_id=applicant.id)
    bench = SeatInput(
        role=SeatRole.JUDGE, name="法官", place=Place.COURT, account_id=world.people["judge"].id
    )
    for changes, code in (
        ({"seats": (party,)}, "hearing.no_bench"),
        ({"seats": (bench,)}, "hearing.no_party"),
        ({"seats": (party, party, bench)}, "hearing.seat_unknown"),
        ({"seats": (party, replace(bench, account_id=world.people["clerk"].id))}, "account.wrong_role"),
        ({"seats": (replace(party, party_id="x"), bench)}, "hearing.seat_unknown"),
        ({"seats": (party, bench), "starts_at": world.at(-60)}, "hearing.in_the_past"),
        ({"seats": (party, bench), "minutes": 0}, "hearing.minutes"),
        ({"seats": (party, bench), "place": " "}, "text.empty"),
        ({"seats": (party, bench), "kind": HearingKind.RECEPTION}, "hearing.kind_mismatch"),
    ):
        await refused(world.do(hearing.schedule, "mediator", **wanted | changes), code)
    booked = await world.do(hearing.schedule, "mediator", **wanted | {"seats": (party, bench)})
    seats = await world.db.read(hearing.seats, hearing_id=booked.id)
    assert [s.caption for s in seats] == ["申请人 王", "审判员 法官", "车载法庭"]
    taken = await world.db.read(matter.get, matter_id=receipt.id)
    assert taken.judge_id == world.people["judge"].id


async def test_a_seat_link_is_for_one_device_one_window_one_seat(world: World) -> None:
    booked = await world.scheduled(remote=True)
    remote = next(
        s for s in await world.db.read(hearing.seats, hearing_id=booked.id) if s.place is Place.REMOTE
    )
    made = await world.do(seat.create_link, "clerk", seat_id=remote.id)

    async def use(minutes: float, device: str | None = None, token: str = made.token) -> Any:
        return await world.db.write(seat.redeem, now=world.at(minutes), token=token, device=device)

    await refused(use(-1), "seat.too_early")
    await refused(use(10, token="guess"), "seat.link_unknown")
    opened = await use(10)
    assert (await use(11, opened.device)).seat.id == remote.id
    await refused(use(12, "other"), "seat.other_device")
    await refused(use(12), "seat.other_device")
    noted = [row for row in await bodies(world.db) if row["type"] == "seat.other_device"]
    assert len(noted) == 2
    holder = await world.db.read(seat.session, now=world.at(12), device=opened.device)
    assert holder is not None
    assert (holder.actor.id, holder.actor.name) == (remote.id, "李某")
    await refused(use(30 + 6 * 60, opened.device), "seat.expired")
    fresh = await world.do(seat.release, "clerk", 13, seat_id=remote.id)
    assert await world.db.read(seat.session, now=world.at(13), device=opened.device) is None
    await refused(use(13, opened.device), "seat.revoked")
    assert (await use(13, None, fresh.token)).seat.id == remote.id
    vehicle = next(
        s for s in await world.db.read(hearing.seats, hearing_id=booked.id) if s.place is Place.VEHICLE
    )
    await refused(world.do(seat.create_link, "clerk", seat_id=vehicle.id), "seat.not_remote")
    assert made.link.not_after - made.link.not_before == timedelta(hours=6, minutes=30)


async def test_two_clerks_in_one_transcript_never_overwrite_each_other(world: World) -> None:
    live = await world.opened()
    said = {"hearing_id": live.id, "speaker": "审判员", "text": "现在开始"}
    first = await world.do(transcript.append, "clerk", 31, once="u1", **said)
    assert await world.do(transcript.append, "clerk", 31, once="u1", **said) == first
    changed = await world.do(transcript.revise, "mediator", 32, line_id=first.id, rev=1, text="现在开庭")
    assert changed.rev == 2
    error = await refused(
        world.do(transcript.revise, "clerk", 32, line_id=first.id, rev=1, text="开始吧"),
        "transcript.conflict",
    )
    assert {key: error.params[key] for key in ("mine", "theirs", "by", "rev")} == {
        "mine": "开始吧",
        "theirs": "现在开庭",
        "by": "某mediator",
        "rev": 2,
    }
    history = await world.db.read(transcript.history, line_id=first.id)
    assert [r.text for r in history] == ["现在开始", "现在开庭"]
    await refused(
        world.do(transcript.append, world.kiosk, 33, hearing_id=live.id, speaker="甲", text="x"),
        "transcript.not_allowed",
    )


async def test_a_correction_is_decided_before_the_text_is_final(world: World) -> None:
    live = await world.opened()
    line = await world.do(
        transcript.append, "clerk", 31, hearing_id=live.id, speaker="王秀英", text="路是1989年修的"
    )
    party = next(s for s in await world.db.read(hearing.seats, hearing_id=live.id) if s.party_id)
    asked = await world.do(
        corrections.request_correction,
        world.kiosk,
        32,
        seat_id=party.id,
        line_id=line.id,
        wanted="路是1998年修的",
    )
    await refused(world.do(transcript.finalise, "clerk", 33, hearing_id=live.id), "transcript.still_live")
    await world.do(hearing.close, "mediator", 34, hearing_id=live.id)
    await refused(
        world.do(transcript.finalise, "clerk", 35, hearing_id=live.id), "transcript.corrections_open"
    )
    wish = {"correction_id": asked.id, "accept": True, "reason": ""}
    await refused(world.do(corrections.decide, "clerk", 35, **wish), "correction.not_allowed")
    await world.do(corrections.decide, "mediator", 35, **wish)
    await refused(world.do(corrections.decide, "mediator", 35, **wish), "correction.wrong_state")
    final = await world.do(transcript.finalise, "clerk", 36, hearing_id=live.id)
    assert [n.text for n in final.lines] == ["路是1998年修的"]
    await refused(
        world.do(transcript.append, "clerk", 37, hearing_id=live.id, speaker="甲", text="x"),
        "transcript.final",
    )


async def test_a_petition_is_received_in_the_same_room_and_answered(world: World) -> None:
    receipt = await world.petitioned()
    assert receipt.number == "访〔2026〕000001号"
    for login in ("judge", "clerk", "officer", "admin"):
        await refused(
            world.db.read(views.petition_page, actor=world.people[login], petition_id=receipt.id),
            "petition.not_found",
        )
    await world.do(petition.accept, "petitions", petition_id=receipt.id, rev=1)
    seats = await world.db.read(
        hearing.suggested_seats,
        subject_kind="petition",
        subject_id=receipt.id,
        kind=HearingKind.RECEPTION,
    )
    booked = await world.do(
        petition.schedule_reception,
        "petitions",
        petition_id=receipt.id,
        rev=2,
        starts_at=world.at(30),
        minutes=30,
        place="凤鸣镇",
        seats=seats,
    )
    result = {"petition_id": receipt.id, "rev": 3, "result": "已说明"}
    await refused(world.do(petition.record_reception, "petitions", **result), "petition.reception_open")
    await world.do(hearing.call_roll, "petitions", 28, hearing_id=booked.id)
    for one in await world.db.read(hearing.seats, hearing_id=booked.id):
        await world.do(hearing.mark_present, "petitions", 28, seat_id=one.id, present=True)
    (person,) = await world.parties(receipt.id)
    await world.do(
        hearing.confirm_identity,
        "petitions",
        29,
        hearing_id=booked.id,
        party_id=person.id,
        method=IdentityMethod.ID_CARD,
        id_number=ID_OTHER,
    )
    await world.do(hearing.open_session, "petitions", 30, hearing_id=booked.id)
    await world.do(hearing.close, "petitions", 50, hearing_id=booked.id)
    await world.do(petition.record_reception, "petitions", 51, **result)
    told = await world.do(
        petition.reply,
        "petitions",
        52,
        petition_id=receipt.id,
        rev=4,
        opinion="予以支持",
        basis="信访工作条例第三十二条",
    )
    assert told.state is PetitionState.REPLIED
    answer = await world.db.write(
        query.by_code, now=world.at(53), code=receipt.query_code, address="10.0.0.1"
    )
    assert (answer.state, answer.note) == ("已办结", "予以支持")


async def test_a_sixth_representative_is_refused(world: World) -> None:
    people = [{"name": f"代表{n}"} for n in range(5)]
    with pytest.raises(CourtError) as caught:
        await world.petitioned(representatives=people)
    assert [(p.field, p.code) for p in caught.value.problems] == [("representatives", "petition.too_many")]
    five = await world.petitioned(representatives=people[:4])
    assert len(await world.parties(five.id)) == 5
    assert petition_answers()["petition_class"] == "claim"


async def test_query_codes_cannot_be_tried_out(world: World) -> None:
    async def ask(code: str, minutes: float) -> Any:
        return await world.db.write(query.by_code, now=world.at(minutes), code=code, address="10.0.0.2")

    await refused(ask("12345", 0), "query.code_malformed")
    for _ in range(5):
        await refused(ask("1234567890", 0), "query.unknown")
    error = await refused(ask("1234567890", 0), "login.slow_down")
    assert error.params["seconds"] == 30
    await refused(ask("1234567890", 1), "query.unknown")


async def test_a_judge_booked_into_a_mediators_matter_opens_it_and_drafts(world: World) -> None:
    receipt = await world.assigned()
    (applicant, respondent) = await world.parties(receipt.id)
    judge = world.people["judge"]
    booked = await world.do(
        hearing.schedule,
        "clerk",
        subject_kind="matter",
        subject_id=receipt.id,
        kind=HearingKind.MEDIATION,
        starts_at=world.at(30),
        minutes=60,
        place="里市村",
        seats=(
            SeatInput(role=SeatRole.PARTY, name="王", place=Place.VEHICLE, party_id=applicant.id),
            SeatInput(role=SeatRole.JUDGE, name="法官", place=Place.COURT, account_id=judge.id),
        ),
    )
    for one in await world.db.read(hearing.seats, hearing_id=booked.id):
        await world.do(hearing.mark_present, "clerk", 29, seat_id=one.id, present=True)
    known = {"hearing_id": booked.id, "party_id": applicant.id, "method": IdentityMethod.KNOWN}
    await world.do(hearing.confirm_identity, "clerk", 29, **known)
    await world.do(hearing.call_roll, "judge", 29, hearing_id=booked.id)
    await world.do(hearing.open_session, "judge", 30, hearing_id=booked.id)
    drafted = await world.do(
        mediation.draft,
        "judge",
        31,
        matter_id=receipt.id,
        hearing_id=booked.id,
        facts="通道争议",
        court_code="渝0235",
    )
    assert drafted.number == f"（{drafted.created_at.year}）渝0235诉前调书1号"
    assert [s.name for s in drafted.signers] == ["王秀英", "李某", "某mediator", "某judge", "公章"]
    assert respondent.name == "李某"
    kept = await world.db.read(matter.get, matter_id=receipt.id)
    assert (kept.mediator_id, kept.judge_id) == (world.people["mediator"].id, judge.id)


async def test_a_link_made_after_the_session_was_moved_has_the_new_window(world: World) -> None:
    booked = await world.scheduled(remote=True)
    seats = await world.db.read(hearing.seats, hearing_id=booked.id)
    remote = next(s for s in seats if s.place is Place.REMOTE)
    await world.do(seat.create_link, "clerk", seat_id=remote.id)
    moved = await world.do(
        hearing.reschedule,
        "clerk",
        hearing_id=booked.id,
        rev=booked.rev,
        starts_at=world.at(3 * 24 * 60),
        minutes=60,
        place="村委会",
    )
    fresh = await world.do(seat.release, "clerk", 1, seat_id=remote.id)
    assert fresh.link.not_before == moved.starts_at - seat.OPENS_BEFORE
