"""The vehicle's people as pure rules: where a witness is after each report, whose words a stretch of its microphone is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from court.domain import attendance
from court.domain.admission import Admission
from court.domain.attendance import CrewAct, Report, Voice, Whereabouts
from court.domain.errors import CourtError
from court.domain.hearing import Place, SeatRole
from court.domain.lifecycle import Role
from tests.domain.test_order import NOW, SEAT

WITNESS = replace(SEAT, id="w", role=SeatRole.WITNESS, place=Place.VEHICLE, party_id=None)


def told(*acts: CrewAct) -> tuple[Report, ...]:
    return tuple(
        Report(
            id=str(n), hearing_id="h", seat_id="w", act=act, place="村委会", told_by="郑某", by="终端",
            at=NOW + timedelta(minutes=n), offset_ms=None,
        )
        for n, act in enumerate(acts)
    )  # fmt: skip


def voices(*named: tuple[float, str]) -> tuple[Voice, ...]:
    return tuple(
        Voice(id=str(n), hearing_id="h", seat_id=seat, by="", at=NOW + timedelta(seconds=at))
        for n, (at, seat) in enumerate(named)
    )


def refused(code: str, doing: Callable[[], object]) -> None:
    with pytest.raises(CourtError) as caught:
        doing()
    assert caught.value.code == code


def test_nobody_is_seated_before_he_was_called_and_nobody_called_before_it_is_known_where_he_waits() -> None:
    called = replace(WITNESS, admission=Admission.ADMITTED)
    refused("attendance.untold", lambda: attendance.require_reported(WITNESS, Whereabouts.UNTOLD))
    attendance.require_reported(replace(WITNESS, place=Place.REMOTE), Whereabouts.UNTOLD)
    attendance.require_reported(WITNESS, Whereabouts.OVERHEARD)  # the bench decides what it is worth
    refused(
        "attendance.not_called",
        lambda: attendance.moved(WITNESS, Whereabouts.APART, CrewAct.SEAT, Role.OFFICER),
    )
    assert attendance.moved(called, Whereabouts.APART, CrewAct.SEAT, Role.OFFICER) is Whereabouts.SEATED
    for seat in (SEAT, replace(WITNESS, place=Place.REMOTE)):
        act = partial(attendance.moved, seat, Whereabouts.UNTOLD, CrewAct.SET_APART, Role.OFFICER)
        refused("attendance.no_witness", act)


def test_the_screen_is_shielded_while_a_witness_sits_before_it() -> None:
    come = (CrewAct.SET_APART, CrewAct.SEAT)
    assert attendance.shielded_since(told(*come[:1])) is None
    assert attendance.shielded_since(told(*come)) == NOW + timedelta(minutes=1)
    assert attendance.shielded_since(told(*come, CrewAct.LEAD_OUT)) is None
    again = told(*come, CrewAct.LEAD_OUT, CrewAct.SEAT)
    assert attendance.shielded_since(again) == NOW + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("named", "there", "who"),
    [
        ((), ("a",), "a"),
        ((), ("a", "b"), None),
        (((-9, "a"),), ("a", "b"), "a"),
        (((-9, "a"), (2, "b")), ("a", "b"), "b"),
        (((-9, "a"), (9, "b")), ("a", "b"), "a"),
        (((-9, "a"), (-1, "")), ("a", "b"), None),
        (((20, "b"),), ("a", "b"), None),
    ],
)
def test_a_turn_is_of_who_had_the_microphone_for_most_of_it(
    named: tuple[tuple[float, str], ...], there: tuple[str, ...], who: str | None
) -> None:
    present = [replace(SEAT, id=one, place=Place.VEHICLE) for one in there]
    assert attendance.speaker(voices(*named), present, NOW, NOW + timedelta(seconds=10)) == who
