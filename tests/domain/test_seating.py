"""Who may get a seat by which name: nobody who was removed, nobody twice, no witness who was let in to watch."""

from dataclasses import replace

import pytest

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Presence, SeatRole
from court.domain.observer import Observer, ObserverState, Proof
from court.domain.seating import require_newcomer
from tests.domain.test_order import NOW, SEAT

WATCHES = Observer(
    id="o",
    hearing_id="h",
    name="周某",
    affiliation="",
    proof=Proof.CODE,
    state=ObserverState.LISTED,
    presence=Presence.AWAY,
    presence_at=None,
    bound=False,
    wrong=0,
    listed_at=NOW,
    by="陈书宁",
)


@pytest.mark.parametrize(
    ("name", "role", "code"),
    [
        ("王某", SeatRole.PARTY, "seat.twice"),
        ("张某", SeatRole.AGENT, "seat.barred"),
        ("周某", SeatRole.WITNESS, "seat.observed"),
    ],
)
def test_names_that_get_no_seat(name: str, role: SeatRole, code: str) -> None:
    present = [SEAT, replace(SEAT, id="r", name="张某", admission=Admission.REMOVED)]
    with pytest.raises(CourtError) as refused:
        require_newcomer(name, role, present, [WATCHES])
    assert refused.value.code == code
    require_newcomer("周某", SeatRole.WITNESS, present, [replace(WATCHES, state=ObserverState.REMOVED)])
    require_newcomer("周某", SeatRole.AGENT, present, [WATCHES])
