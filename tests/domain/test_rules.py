"""Consent, roll call, clauses, signers, causes, transcript hash, guessing: the rules of the main line by cases."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from court.domain import rollcall
from court.domain.access import may_see_hearing, may_see_matter, may_see_petition
from court.domain.account import LONGEST_WAIT, wait_after
from court.domain.admission import Admission
from court.domain.amount import of_fen
from court.domain.causes import cause, causes
from court.domain.clauses import limit_problems, reading_problems, wording
from court.domain.consent import Consent, ConsentStep, has_consent
from court.domain.errors import CourtError
from court.domain.hearing import (
    Hearing,
    HearingKind,
    HearingState,
    IdentityCheck,
    IdentityMethod,
    Place,
    Presence,
    Seat,
    SeatRole,
)
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, ActorKind, Role
from court.domain.matter import Matter, MatterState
from court.domain.mediation import ClauseInput, SignerInput, SignerRole, signers_in_order
from court.domain.numbers import QUERY_CODE, new_query_code
from court.domain.petition import Petition, PetitionClass, PetitionState
from court.domain.transcript import Line, canonical, digest

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


DAY = date(2026, 11, 22)


def consent(step: ConsentStep, version: int, given: bool, party: str = "p") -> Consent:
    return Consent(
        id=f"{party}{step}{version}",
        subject_id="m",
        party_id=party,
        step=step,
        version=version,
        given=given,
        notice="",
        via="kiosk",
        at=NOW,
        by="",
    )


def test_consent_is_per_party_and_step_and_the_last_answer_holds() -> None:
    known = [
        consent(ConsentStep.MEDIATION, 2, False),
        consent(ConsentStep.MEDIATION, 1, True),
        consent(ConsentStep.FILING, 1, True),
        consent(ConsentStep.HEARING, 1, True, "q"),
    ]
    assert not has_consent(known, "p", ConsentStep.MEDIATION)
    assert has_consent(known, "p", ConsentStep.FILING)
    assert not has_consent(known, "p", ConsentStep.HEARING)
    assert not has_consent([], "p", ConsentStep.FILING)


def seat(role: SeatRole, party: str | None = None, present: bool = True) -> Seat:
    return Seat(
        id=f"s-{role}",
        hearing_id="h",
        position=1,
        role=role,
        name="王某",
        caption="",
        place=Place.VEHICLE,
        party_id=party,
        account_id=None if party else "judge-1",
        present=present,
        presence=Presence.LOST,
        presence_at=None,
        admission=Admission.ADMITTED,
        floor=True,
        floor_until=None,
        muted=False,
        locked=False,
    )


CHECK = IdentityCheck(
    id="c",
    hearing_id="h",
    party_id="p",
    method=IdentityMethod.ID_CARD,
    at=NOW,
    expires_at=NOW + timedelta(hours=12),
    by="",
)
YES = consent(ConsentStep.HEARING, 1, True)


@pytest.mark.parametrize(
    ("seats", "checks", "consents", "codes"),
    [
        ([seat(SeatRole.JUDGE), seat(SeatRole.PARTY, "p")], {"p": CHECK}, [YES], []),
        ([seat(SeatRole.PARTY, "p")], {"p": CHECK}, [YES], ["hearing.bench_absent"]),
        ([seat(SeatRole.JUDGE)], {}, [], ["hearing.nobody_present"]),
        ([seat(SeatRole.JUDGE), seat(SeatRole.PARTY, "p", False)], {}, [], ["hearing.nobody_present"]),
        ([seat(SeatRole.MEDIATOR), seat(SeatRole.PARTY, "p")], {"p": CHECK}, [YES], ["hearing.bench_absent"]),
        (
            [seat(SeatRole.JUDGE), seat(SeatRole.PARTY, "p")],
            {"p": replace(CHECK, expires_at=NOW)},
            [consent(ConsentStep.MEDIATION, 1, True)],
            ["hearing.identity_missing", "hearing.consent_missing"],
        ),
    ],
    ids=["ready", "no judge", "nobody", "all away", "mediator in a trial", "expired and other step"],
)
def test_the_roll_call_names_everything_that_is_missing(
    seats: list[Seat], checks: dict[str, IdentityCheck], consents: list[Consent], codes: list[str]
) -> None:
    found = rollcall.obstacles(HearingKind.TRIAL, seats, checks, consents, NOW)
    assert [one.code for one in found] == codes
    assert all(one.refusal().text for one in found)


def test_a_clause_says_who_what_how_much_and_when() -> None:
    good = ClauseInput(who="李某", what="支付借款本金", amount_fen=1_234_560, due=date(2026, 12, 31))
    assert reading_problems("事实", [good]) == ()
    assert wording(good) == "李某于2026年12月31日前支付借款本金，金额12,345.60元。"
    assert wording(replace(good, text=" 原话。 ")) == "原话。"
    assert wording(replace(good, due=None, due_text="签字当日")).startswith("李某于签字当日支付")
    assert of_fen(50_000) == "500元"
    bad = ClauseInput(who=" ", what="", amount_fen=0)
    assert {p.code for p in reading_problems(" ", [bad])} == {
        "text.empty",
        "agreement.clause_who",
        "agreement.clause_what",
        "agreement.clause_due",
        "agreement.clause_amount",
    }
    assert [p.code for p in reading_problems("事实", [])] == ["agreement.no_clauses"]
    assert [p.code for p in limit_problems("", [good] * 41)] == ["agreement.too_many_clauses"]
    apology = ClauseInput(who="李某", what="当面赔礼道歉", due_text="签字当日")
    assert reading_problems("事实", [apology]) == ()


def test_signers_stand_in_the_order_of_the_law() -> None:
    party = SignerInput(role=SignerRole.PARTY, name="甲", party_id="p")
    other = SignerInput(role=SignerRole.PARTY, name="乙", party_id="q")
    judge = SignerInput(role=SignerRole.JUDGE, name="丙", account_id="j")
    seal = SignerInput(role=SignerRole.SEAL, name="公章")
    ordered = signers_in_order((seal, judge, party, other))
    assert [one.name for one in ordered] == ["甲", "乙", "丙", "公章"]
    for wrong in (
        (party, judge),
        (judge, seal),
        (party, seal),
        (party, party, judge, seal),
        (party, judge, seal, seal),
        (replace(party, party_id=None), judge, seal),
    ):
        with pytest.raises(CourtError):
            signers_in_order(wrong)


def test_personal_status_causes_are_those_of_the_signature_law() -> None:
    assert len(causes(DAY)) == 74
    for code in ("12", "14", "22(1)", "24", "29", "33"):
        assert cause(code, DAY).personal_status, code
    for code in ("55(2)", "108(3)", "1", "68", "65(3)", "411"):
        assert not cause(code, DAY).personal_status, code
    assert cause("55(2)", DAY).group == "所有权纠纷"
    with pytest.raises(CourtError):
        cause("55（2）", DAY)


LINE = Line(
    id="1",
    hearing_id="h",
    seq=1,
    rev=1,
    speaker="审判员",
    speaker_seat_id=None,
    text="现在开庭。",
    at=NOW,
    offset_ms=1500,
    by="",
)


def test_the_transcript_hash_covers_every_word_and_the_order() -> None:
    second = replace(LINE, id="2", seq=2, text="是。")
    rows = canonical([second, LINE])
    assert rows.decode().splitlines()[0] == '[1,1,"审判员","现在开庭。","2026-11-22T04:00:00+00:00",1500]'
    assert digest([LINE, second]) == hashlib.sha256(rows).hexdigest() == digest([second, LINE])
    changed = (
        replace(LINE, text="现在休庭。"),
        replace(LINE, speaker="书记员"),
        replace(LINE, rev=2),
        replace(LINE, offset_ms=None),
        replace(LINE, at=NOW + timedelta(seconds=1)),
    )
    assert len({digest([line, second]) for line in (LINE, *changed)}) == 6


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_waiting_never_shrinks_and_is_bounded(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
    assert (wait_after(failures) == timedelta(0)) == (failures < 5)


def test_query_codes_are_ten_digits_and_not_in_a_row() -> None:
    codes = {new_query_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(QUERY_CODE.fullmatch(code) and code[0] != "0" for code in codes)


def actor(role: Role, identifier: str, kind: ActorKind = ActorKind.STAFF) -> Actor:
    return Actor(kind=kind, id=identifier, role=role, name="")


MATTER = Matter(
    id="m",
    number="",
    query_code="",
    state=MatterState.ASSIGNED,
    cause_code="",
    cause_name="",
    personal_status=False,
    facts="",
    request="",
    place="",
    mediator_id="me",
    judge_id=None,
    clerk_id=None,
    receipt_note="",
    rev=1,
    created_at=NOW,
    updated_at=NOW,
)
PETITION = Petition(
    id="x",
    number="",
    query_code="",
    state=PetitionState.ACCEPTED,
    petition_class=PetitionClass.ACCUSATION,
    request="",
    facts="",
    place="",
    official_id="of",
    decline_reason="",
    reception_result="",
    reply="",
    reply_basis="",
    receipt_note="",
    rev=1,
    created_at=NOW,
    updated_at=NOW,
)


def test_who_may_see_a_dispute_and_who_a_petition() -> None:
    sees = {
        ("me", Role.MEDIATOR): (True, False),
        ("other", Role.MEDIATOR): (False, False),
        ("j", Role.JUDGE): (False, False),
        ("c", Role.CLERK): (True, False),
        ("o", Role.OFFICER): (True, False),
        ("of", Role.PETITION_OFFICIAL): (False, True),
        ("of2", Role.PETITION_OFFICIAL): (False, False),
        ("a", Role.ADMIN): (False, False),
    }
    for (identifier, role), wanted in sees.items():
        who = actor(role, identifier)
        assert (may_see_matter(who, MATTER), may_see_petition(who, PETITION)) == wanted, role
        for kind in (ActorKind.SEAT, ActorKind.TERMINAL, ActorKind.PUBLIC):
            stranger = replace(who, kind=kind)
            assert not may_see_matter(stranger, MATTER)
            assert not may_see_petition(stranger, PETITION)
    free = replace(MATTER, mediator_id=None)
    assert may_see_matter(actor(Role.JUDGE, "j"), free)
    assert may_see_matter(SYSTEM_ACTOR, MATTER)


def test_who_may_see_a_session() -> None:
    hearing = Hearing(
        id="h",
        kind=HearingKind.TRIAL,
        subject_kind="matter",
        subject_id="m",
        state=HearingState.SCHEDULED,
        title="",
        starts_at=NOW,
        minutes=30,
        place="",
        open_to_public=False,
        rev=1,
        opened_at=None,
        closed_at=None,
        suspend_reason=None,
    )
    seats = [seat(SeatRole.JUDGE), seat(SeatRole.PARTY, "p")]
    vehicle = [*seats, replace(seat(SeatRole.VEHICLE), account_id=None)]

    def sees(who: Actor, among: list[Seat]) -> bool:
        return may_see_hearing(who, hearing, among, sees_subject=False)

    assert sees(actor(Role.JUDGE, "judge-1"), seats)
    assert not sees(actor(Role.JUDGE, "judge-2"), seats)
    terminal = actor(Role.PARTY, "t", ActorKind.TERMINAL)
    assert sees(terminal, vehicle)
    assert not sees(terminal, seats)
    assert sees(actor(Role.PARTY, "s-party", ActorKind.SEAT), seats)
    assert not sees(actor(Role.PARTY, "s-other", ActorKind.SEAT), seats)
    assert not sees(actor(Role.PUBLIC, "s-party", ActorKind.PUBLIC), seats)
