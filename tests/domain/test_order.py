"""Order in the courtroom as tables: every cell of the door, stages, waiting words, lines, and absence under the law."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from court.domain import absence, health, order, stages, waiting
from court.domain.absence import Consequence, Finding, LinkEvent, Missing
from court.domain.admission import Admission, AdmissionAction
from court.domain.errors import CourtError
from court.domain.health import Grade, Microphone
from court.domain.hearing import (
    Hearing,
    HearingKind,
    HearingState,
    Place,
    Presence,
    Seat,
    SeatRole,
    SuspendReason,
)
from court.domain.lifecycle import BENCH, Role
from court.domain.matter import Side
from court.domain.order import Admonition, AdmonitionCause, AdmonitionKind
from documents.citations import CITATIONS

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SEAT = Seat(
    id="s",
    hearing_id="h",
    position=1,
    role=SeatRole.PARTY,
    name="王某",
    caption="原告 王某",
    place=Place.REMOTE,
    party_id="p",
    account_id=None,
    present=False,
    presence=Presence.AWAY,
    presence_at=None,
    admission=Admission.WAITING,
    floor=True,
    floor_until=None,
    muted=False,
    locked=False,
)
HEARING = Hearing(
    id="h",
    kind=HearingKind.TRIAL,
    subject_kind="matter",
    subject_id="m",
    state=HearingState.IN_SESSION,
    title="",
    starts_at=NOW,
    minutes=60,
    place="",
    open_to_public=False,
    rev=1,
    opened_at=NOW,
    closed_at=None,
    suspend_reason=None,
)


def test_who_comes_by_a_link_waits_and_a_witness_waits_wherever_he_sits() -> None:
    for role, place in product(SeatRole, Place):
        waits = role is SeatRole.WITNESS or (
            role in {SeatRole.PARTY, SeatRole.AGENT, SeatRole.INTERPRETER} and place is Place.REMOTE
        )
        assert (order.first_admission(role, place) is Admission.WAITING) == waits


@pytest.mark.parametrize("role", SeatRole)
def test_the_door_cell_by_cell(role: SeatRole) -> None:
    """Every seat role, place, admission, action, state of the session and actor."""
    for place, state, admission, action, who in product(
        Place, HearingState, Admission, AdmissionAction, Role
    ):
        seat = replace(SEAT, role=role, place=place, admission=admission)
        witness = role is SeatRole.WITNESS
        apart = witness or (role in order.PERSONS and place is not Place.VEHICLE)
        ended = state in {HearingState.CLOSED, HearingState.CANCELLED}
        step = order.ADMISSION.table.get((admission, action))
        open_now = state in {HearingState.IN_SESSION, HearingState.SUSPENDED}
        calls = action is AdmissionAction.ADMIT and witness
        allowed = (
            apart
            and not ended
            and step is not None
            and who in step.who
            and (not calls or (open_now and who in BENCH))
        )
        assert (action in order.possible(seat, state, who)) == allowed
        if allowed:
            assert step is not None
            assert order.moved(seat, action, state, who) is step.to


def test_nobody_but_the_bench_sends_somebody_out_and_the_removed_stay_out() -> None:
    for action in set(AdmissionAction) - {AdmissionAction.ADMIT}:
        assert all(step.who == BENCH for (_, a), step in order.ADMISSION.table.items() if a is action)
    leads_back = {a for (s, a) in order.ADMISSION.table if s is Admission.REMOVED}
    assert leads_back == {AdmissionAction.REINSTATE}


def test_each_kind_has_its_stages_in_the_order_of_the_law() -> None:
    names = {kind: [one.name for one in found] for kind, found in stages.stages().items()}
    assert names == {
        HearingKind.TRIAL: ["核对", "告知", "调查", "辩论", "最后意见", "调解", "宣判"],
        HearingKind.MEDIATION: ["告知", "陈述", "调解", "协议", "确认"],
        HearingKind.RECEPTION: ["登记", "陈述", "答复"],
    }
    for kind, found in stages.stages().items():
        assert len({one.code for one in found}) == len(found)
        for one in found:
            assert stages.stage(kind, one.code) is one
            assert one.phrase
            assert len(one.code) <= 24
    assert [s.name for s in stages.stages()[HearingKind.TRIAL] if s.bench_only] == ["告知", "宣判"]
    with pytest.raises(CourtError) as refused:
        stages.stage(HearingKind.RECEPTION, "judgment")
    assert refused.value.code == "order.stage_unknown"


@pytest.mark.parametrize(
    ("state", "reason", "minutes", "admission", "role", "code"),
    [
        (HearingState.SCHEDULED, None, -60, Admission.WAITING, SeatRole.PARTY, "not_yet"),
        (HearingState.SCHEDULED, None, -10, Admission.WAITING, SeatRole.PARTY, "soon"),
        (HearingState.ROLL_CALL, None, -1, Admission.WAITING, SeatRole.WITNESS, "soon"),
        (HearingState.ROLL_CALL, None, 1, Admission.WAITING, SeatRole.PARTY, "late"),
        (HearingState.IN_SESSION, None, 5, Admission.WAITING, SeatRole.PARTY, "admission"),
        (HearingState.IN_SESSION, None, 5, Admission.WAITING, SeatRole.WITNESS, "witness"),
        (HearingState.IN_SESSION, None, 5, Admission.EXCUSED, SeatRole.WITNESS, "excused"),
        (
            HearingState.SUSPENDED,
            SuspendReason.ADJOURNMENT,
            5,
            Admission.WAITING,
            SeatRole.PARTY,
            "adjourned",
        ),
        (
            HearingState.SUSPENDED,
            SuspendReason.LINK_LOST,
            5,
            Admission.WAITING,
            SeatRole.PARTY,
            "interrupted",
        ),
        (HearingState.CLOSED, None, 90, Admission.EXCUSED, SeatRole.WITNESS, "ended"),
        (HearingState.CANCELLED, None, -5, Admission.WAITING, SeatRole.PARTY, "cancelled"),
    ],
)
def test_who_waits_is_told_where_things_stand_and_what_to_do(
    state: HearingState,
    reason: SuspendReason | None,
    minutes: int,
    admission: Admission,
    role: SeatRole,
    code: str,
) -> None:
    seat = replace(SEAT, role=role, admission=admission)
    hearing = replace(HEARING, state=state, suspend_reason=reason)
    told = waiting.words(seat, hearing, NOW + timedelta(minutes=minutes))
    assert told.code == code
    assert told.title
    assert told.todo
    sees_nothing = role is SeatRole.WITNESS and code in {"soon", "witness"}
    assert ("听不到" in told.todo) == sees_nothing


@pytest.mark.parametrize(
    ("connected", "rtt", "loss", "grade"),
    [
        (False, 10, 0, Grade.OFF),
        (True, None, None, Grade.GOOD),
        (True, 400, 0.05, Grade.GOOD),
        (True, 401, 0, Grade.WEAK),
        (True, 20, 0.051, Grade.WEAK),
        (True, 1001, 0, Grade.BAD),
        (True, 20, 0.16, Grade.BAD),
    ],
)
def test_a_line_has_one_word(connected: bool, rtt: float | None, loss: float | None, grade: Grade) -> None:
    assert health.grade(health.Line(connected=connected, rtt_ms=rtt, loss=loss)) is grade


@pytest.mark.parametrize(
    ("live", "passes", "level", "dead_s", "word"),
    [
        (False, True, 10, 0, Microphone.NONE),
        (True, False, 10, 0, Microphone.MUTED),
        (True, True, 30, 0, Microphone.SPEAKING),
        (True, True, 60, 19, Microphone.QUIET),
        (True, True, 127, 20, Microphone.SILENT),
    ],
)
def test_a_silent_microphone_is_noticed(
    live: bool, passes: bool, level: int, dead_s: float, word: Microphone
) -> None:
    assert health.microphone(live=live, passes=passes, level=level, dead_s=dead_s) is word


def link(*events: tuple[str, int]) -> list[LinkEvent]:
    return [LinkEvent(event=event, at=NOW + timedelta(minutes=at)) for event, at in events]


def told(
    *acts: tuple[AdmonitionKind, int], cause: AdmonitionCause = AdmonitionCause.LEFT
) -> list[Admonition]:
    return [
        Admonition(
            id=str(at),
            hearing_id="h",
            seat_id="s",
            kind=kind,
            cause=cause,
            note="",
            at=NOW + timedelta(minutes=at),
            offset_ms=None,
            by="李",
        )
        for kind, at in acts
    ]


REMIND, WARN = AdmonitionKind.REMIND, AdmonitionKind.WARN
GONE = replace(SEAT, presence=Presence.LEFT, admission=Admission.ADMITTED, present=True)
OUT = link(("joined", 0), ("left", 10))


def found(
    seat: Seat = GONE,
    *,
    hearing: Hearing = HEARING,
    side: Side | None = Side.APPLICANT,
    events: list[LinkEvent] | None = None,
    acts: list[Admonition] | None = None,
    notified: bool = True,
) -> Finding:
    events = OUT if events is None else events
    acts = told((REMIND, 11), (WARN, 12)) if acts is None else acts
    return absence.finding(hearing, seat, side, events, acts, notified=notified)


def test_after_walking_out_reminder_and_warning_the_law_offers_what_fits_the_side() -> None:
    assert found().consequence is Consequence.WITHDRAWN
    assert found(side=Side.RESPONDENT).consequence is Consequence.IN_ABSENCE
    assert found(side=Side.THIRD).missing is Missing.NOT_A_PARTY
    assert found().ground is absence.AbsenceGround.WALKED_OUT


def test_who_never_came_although_summoned_is_offered_too_and_without_proof_never() -> None:
    never = replace(SEAT, presence=Presence.AWAY)
    offered = found(never, events=[], acts=[])
    assert (offered.ground, offered.consequence) == (
        absence.AbsenceGround.NEVER_CAME,
        Consequence.WITHDRAWN,
    )
    assert found(never, events=[], acts=[], notified=False).missing is Missing.NO_NOTICE
    assert found(notified=False).missing is Missing.NO_NOTICE


def test_a_lost_link_never_counts() -> None:
    lost = replace(GONE, presence=Presence.LOST)
    assert found(lost).missing is Missing.LINK_LOST
    # Even when the page said goodbye after the cut: what the relay heard last is the loss.
    assert found(events=link(("joined", 0), ("left", 5), ("lost", 10))).missing is Missing.LINK_LOST


@pytest.mark.parametrize(
    ("acts", "missing"),
    [
        ([], Missing.NOT_REMINDED),
        (told((WARN, 11)), Missing.NOT_REMINDED),
        (told((REMIND, 9), (WARN, 12)), Missing.NOT_REMINDED),
        (told((REMIND, 11)), Missing.NOT_WARNED),
        (told((WARN, 11), (REMIND, 12)), Missing.NOT_WARNED),
        (told((REMIND, 11), (WARN, 12), cause=AdmonitionCause.SPEECH), Missing.NOT_REMINDED),
    ],
)
def test_reminder_then_warning_both_after_the_leaving(acts: list[Admonition], missing: Missing) -> None:
    assert found(acts=acts).missing is missing


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"presence": Presence.JOINED}, Missing.HERE),
        ({"admission": Admission.EXCUSED}, Missing.WITH_LEAVE),
        ({"admission": Admission.REMOVED}, Missing.WITH_LEAVE),
        ({"role": SeatRole.WITNESS}, Missing.NOT_A_PARTY),
    ],
)
def test_who_is_here_or_has_leave_is_not_absent(change: dict[str, object], missing: Missing) -> None:
    assert found(replace(GONE, **change)).missing is missing  # type: ignore[arg-type]


def test_only_an_open_trial_has_such_consequences_and_all_is_said_in_words() -> None:
    for kind in (HearingKind.MEDIATION, HearingKind.RECEPTION):
        assert found(hearing=replace(HEARING, kind=kind)).missing is Missing.NOT_A_TRIAL
    for state in set(HearingState) - {HearingState.IN_SESSION}:
        assert found(hearing=replace(HEARING, state=state)).missing is Missing.NOT_LIVE
    assert set(absence.MISSING_WORDS) == set(Missing)
    assert {absence.CITATION[c] for c in Consequence} <= set(CITATIONS)
