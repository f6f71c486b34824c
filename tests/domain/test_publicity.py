"""What an outside screen may show: only a public session that runs, with names and numbers made unrecognisable."""

from dataclasses import replace

import pytest

from court.domain.hearing import HearingKind, HearingState, SeatRole, SuspendReason
from court.domain.publicity import Showing, by_default, masked, showing
from tests.domain.test_order import HEARING, SEAT

RUNS = replace(HEARING, open_to_public=True, state=HearingState.IN_SESSION)


def test_only_a_trial_is_public_unasked() -> None:
    assert [kind for kind in HearingKind if by_default(kind)] == [HearingKind.TRIAL]


@pytest.mark.parametrize("state", HearingState)
def test_what_is_not_public_is_never_shown(state: HearingState) -> None:
    assert showing(replace(RUNS, state=state, open_to_public=False), apart=False) is Showing.PRIVATE
    live = showing(replace(RUNS, state=state, suspend_reason=SuspendReason.ADJOURNMENT), apart=False)
    assert (live is Showing.LIVE) == (state is HearingState.IN_SESSION)


@pytest.mark.parametrize("reason", SuspendReason)
def test_every_interruption_and_a_private_talk_take_the_picture_away(reason: SuspendReason) -> None:
    paused = replace(RUNS, state=HearingState.SUSPENDED, suspend_reason=reason)
    assert showing(paused, apart=False) in {Showing.PAUSED, Showing.APART}
    assert showing(RUNS, apart=True) is Showing.APART


def test_names_and_numbers_of_persons_are_unrecognisable_and_those_of_the_bench_stay() -> None:
    seats = [
        replace(SEAT, role=SeatRole.PARTY, name="王秀英"),
        replace(SEAT, role=SeatRole.WITNESS, name="张三"),
        replace(SEAT, role=SeatRole.JUDGE, name="李正言"),
    ]
    said = "李正言：王秀英的身份证是11010519491231002X，电话13800001234，1998年张三在场。"
    assert masked(said, seats) == f"李正言：王某某的身份证是{'*' * 18}，电话{'*' * 11}，1998年张某在场。"
