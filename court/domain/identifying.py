"""辨认: one page of an exhibit shown to one called witness alone, and what the witness said of it. Draws nothing."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.admission import Admission
from court.domain.attendance import Whereabouts
from court.domain.errors import CourtError
from court.domain.hearing import Seat, SeatRole
from court.domain.order import has_own_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """`page` from 0; `hidden_at` None while the witness may see it; `said_at` None until something was written down.
    `offset_ms`: place in the recording of the showing, None while nothing was recorded."""

    id: str
    hearing_id: str
    exhibit_id: str
    page: int
    seat_id: str
    shown_at: datetime
    shown_by: str
    hidden_at: datetime | None
    offset_ms: int | None
    words: str
    said_at: datetime | None
    written_by: str


def may_identify(seat: Seat, now_is: Whereabouts) -> bool:
    """A witness who was called in and sits before a screen: his own, or the vehicle's."""
    before_one = has_own_line(seat) or now_is is Whereabouts.SEATED
    return seat.role is SeatRole.WITNESS and seat.admission is Admission.ADMITTED and before_one


def require_witness(seat: Seat, now_is: Whereabouts) -> None:
    """Refuses `identify.no_witness`, `identify.not_called`, `attendance.not_here` (not yet at the vehicle's screen)."""
    if seat.role is not SeatRole.WITNESS:
        raise CourtError("identify.no_witness")
    if seat.admission is not Admission.ADMITTED:
        raise CourtError("identify.not_called")
    if not may_identify(seat, now_is):
        raise CourtError("attendance.not_here")
