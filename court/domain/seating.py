"""Seats that come, change their place or go while a session is booked or stands: what may be done with which. No link."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from court.domain.admission import Admission
from court.domain.attendance import Whereabouts
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Place, Presence, Seat, SeatRole
from court.domain.observer import Observer, ObserverState
from court.domain.order import ENDED, PERSONS

PLACE_NAMES = {Place.VEHICLE: "在车上", Place.COURT: "在法院", Place.REMOTE: "用自己的设备"}
BEFORE = frozenset({HearingState.SCHEDULED, HearingState.ROLL_CALL})


class SeatAct(StrEnum):
    """`link`: a link for a device of his own; `to_vehicle`, `to_remote`: he sits elsewhere than was booked."""

    LINK = "link"
    TO_VEHICLE = "to_vehicle"
    TO_REMOTE = "to_remote"
    WITHDRAW = "withdraw"


MOVES = {SeatAct.TO_VEHICLE: Place.VEHICLE, SeatAct.TO_REMOTE: Place.REMOTE}


def require_newcomer(name: str, role: SeatRole, present: Iterable[Seat], listed: Iterable[Observer]) -> None:
    """Refuses `seat.barred` (removed under this name), `seat.twice` (has this seat already), and `seat.observed`: who was
    admitted to watch does not testify (在线诉讼规则 26)."""
    for seat in present:
        if seat.name == name and seat.admission is Admission.REMOVED:
            raise CourtError("seat.barred")
        if seat.name == name and seat.role is role:
            raise CourtError("seat.twice")
    watches = any(one.name == name and one.state is ObserverState.LISTED for one in listed)
    if role is SeatRole.WITNESS and watches:
        raise CourtError("seat.observed")


def require_movable(seat: Seat, hearing: Hearing, now_is: Whereabouts) -> None:
    """Refuses `hearing.wrong_state`, `order.not_a_person`, `seat.removed`, `seat.connected` (his link stands, or he sits
    in the vehicle as a witness)."""
    _require_open(seat, hearing)
    if seat.presence is Presence.JOINED or now_is is Whereabouts.SEATED:
        raise CourtError("seat.connected")


def require_untouched(seat: Seat, hearing: Hearing, *, traces: Callable[[], bool]) -> None:
    """Whether a person's seat may go. Before the opening it may; then only while nobody came and nothing was done there.

    `traces` looks for such things and is asked last. Refuses `hearing.wrong_state`, `order.not_a_person`, `seat.occupied`.
    """
    if seat.admission is Admission.REMOVED:
        raise CourtError("seat.occupied")
    _require_open(seat, hearing)
    if hearing.state in BEFORE:
        return
    if seat.present or seat.presence is not Presence.AWAY or traces():
        raise CourtError("seat.occupied")


def _require_open(seat: Seat, hearing: Hearing) -> None:
    if hearing.state in ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="seat")
    if seat.role not in PERSONS:
        raise CourtError("order.not_a_person")
    if seat.admission is Admission.REMOVED:
        raise CourtError("seat.removed")
