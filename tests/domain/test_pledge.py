"""保证书 as pure rules: who signs, who may be called without, what a refusal leads to."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from court.domain import pledge
from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import HearingKind, HearingState, SeatRole
from court.domain.lifecycle import Role
from court.domain.pledge import Pledge, PledgeAct, PledgeState
from tests.domain.test_order import HEARING, NOW, SEAT

WITNESS = replace(SEAT, id="w", role=SeatRole.WITNESS, party_id=None)
TRIAL, TALK = HearingKind.TRIAL, HearingKind.MEDIATION


def refused(code: str, doing: Callable[[], object]) -> None:
    with pytest.raises(CourtError) as caught:
        doing()
    assert caught.value.code == code


def act(kind: PledgeAct, **more: str) -> Pledge:
    told = {"exception": "", "words": "", "by": "", "id": "", "hearing_id": "h", "seat_id": "w"} | more
    return Pledge(act=kind, at=NOW, offset_ms=None, **told)


def test_nobody_is_called_in_a_trial_before_his_pledge_is_settled_and_elsewhere_nobody_is_asked() -> None:
    refused("pledge.missing", lambda: pledge.require_callable(WITNESS, TRIAL, PledgeState.NONE))
    refused("pledge.refused", lambda: pledge.require_callable(WITNESS, TRIAL, PledgeState.REFUSED))
    for state in (PledgeState.SIGNED, PledgeState.CALLED, PledgeState.EXEMPT, PledgeState.GIVEN):
        pledge.require_callable(WITNESS, TRIAL, state)
    for seat, kind in ((SEAT, TRIAL), (WITNESS, TALK), (WITNESS, HearingKind.RECEPTION)):
        pledge.require_callable(seat, kind, PledgeState.NONE)
        pledge.require_given(seat, kind, PledgeState.NONE)


def test_nothing_is_put_to_a_witness_before_the_pledge_was_read_out_except_to_who_need_not() -> None:
    for state in (PledgeState.NONE, PledgeState.SIGNED, PledgeState.CALLED, PledgeState.REFUSED):
        refused("pledge.not_given", lambda now_is=state: pledge.require_given(WITNESS, TRIAL, now_is))  # type: ignore[misc]
    pledge.require_given(WITNESS, TRIAL, PledgeState.GIVEN)
    pledge.require_given(WITNESS, TRIAL, PledgeState.EXEMPT)


@pytest.mark.parametrize(
    ("now_is", "given", "role", "exception", "words", "answer"),
    [
        (PledgeState.NONE, PledgeAct.SIGN, Role.CLERK, "", "", PledgeState.SIGNED),
        (PledgeState.NONE, PledgeAct.EXEMPT, Role.JUDGE, "limited_capacity", "十二岁", PledgeState.EXEMPT),
        (PledgeState.NONE, PledgeAct.EXEMPT, Role.JUDGE, "", "十二岁", "pledge.exception"),
        (PledgeState.NONE, PledgeAct.EXEMPT, Role.JUDGE, "old", "八十岁", "pledge.exception"),
        (PledgeState.NONE, PledgeAct.EXEMPT, Role.JUDGE, "no_capacity", "", "pledge.reason"),
        (PledgeState.NONE, PledgeAct.EXEMPT, Role.CLERK, "no_capacity", "六岁", "pledge.not_allowed"),
        (PledgeState.NONE, PledgeAct.SIGN, Role.JUDGE, "no_capacity", "", "pledge.exception"),
        (PledgeState.SIGNED, PledgeAct.REFUSE, Role.JUDGE, "", "不愿宣读", PledgeState.REFUSED),
        (PledgeState.SIGNED, PledgeAct.REFUSE, Role.JUDGE, "", "", "pledge.reason"),
        (PledgeState.NONE, PledgeAct.READ, Role.CLERK, "", "", "pledge.wrong_state"),
        (PledgeState.SIGNED, PledgeAct.READ, Role.CLERK, "", "", "pledge.not_in_court"),
        (PledgeState.REFUSED, PledgeAct.SIGN, Role.CLERK, "", "", PledgeState.SIGNED),
    ],
)
def test_what_may_be_noted(
    now_is: PledgeState, given: PledgeAct, role: Role, exception: str, words: str, answer: str
) -> None:
    hearing = replace(HEARING, kind=TRIAL, state=HearingState.IN_SESSION)
    waiting = replace(WITNESS, admission=Admission.WAITING)

    def do() -> PledgeState:
        return pledge.moved(waiting, hearing, now_is, given, role, exception, words)

    if isinstance(answer, PledgeState):
        assert do() is answer
    else:
        refused(answer, do)


def test_the_transcript_says_what_the_law_asks_for() -> None:
    assert pledge.noted(act(PledgeAct.READ), "证人 周某").startswith(
        "证人 周某当庭宣读并签署保证书：“本人作为本案证人"
    )
    assert "由书记员代为宣读并说明（不识字）" in pledge.noted(
        act(PledgeAct.READ, words="不识字"), "证人 周某"
    )
    assert pledge.noted(act(PledgeAct.REFUSE, words="怕得罪人"), "证人 周某") == (
        "证人 周某拒绝签署或者宣读保证书（怕得罪人），不得作证，并自行承担相关费用。"
    )
    told = pledge.noted(act(PledgeAct.EXEMPT, exception="limited_capacity", words="十二岁"), "证人 周某")
    assert told == "证人 周某是限制民事行为能力人（十二岁），依法不签署保证书。"
