"""Which seat a browser holds in a session, and what that seat is there for. Shows nothing and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from court.domain.admission import Admission
from court.domain.attendance import in_person
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Seat, SeatRole
from court.domain.lifecycle import Actor
from court.domain.transcript import Line
from court.services import attendance, identifying
from court.store import views
from court.store.database import Read
from court.web.access import Visitor

BENCH_SEATS = frozenset({SeatRole.JUDGE, SeatRole.MEDIATOR, SeatRole.PETITION_OFFICIAL})


PERSONS = frozenset({SeatRole.PARTY, SeatRole.AGENT, SeatRole.WITNESS})


BEFORE = frozenset({HearingState.SCHEDULED, HearingState.ROLL_CALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shield:
    """A witness sits before the vehicle's screen `since` then, and is asked to identify this exhibit (id) or none."""

    since: datetime
    exhibit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Who sits where: the seat this browser holds in a hearing, and the page of that hearing. `shield` is told to every
    seat; it is the vehicle's screen that must hold back."""

    actor: Actor
    seat: Seat
    page: views.HearingPage
    shield: Shield | None = None

    @property
    def hearing(self) -> Hearing:
        return self.page.hearing

    @property
    def layout(self) -> str:
        """bench | clerk | vehicle | party: which of the four pages is shown."""
        if self.seat.role in BENCH_SEATS:
            return "bench"
        named = {SeatRole.CLERK: "clerk", SeatRole.VEHICLE: "vehicle"}
        return named.get(self.seat.role, "party")

    @property
    def shielded(self) -> Shield | None:
        """规则 26: what this screen must hold back, because a witness sits before it."""
        return self.shield if self.seat.role is SeatRole.VEHICLE else None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The transcript as this screen may show it."""
        written = self.page.transcript.lines
        held = self.shielded
        return tuple(line for line in written if held is None or line.at >= held.since)

    @property
    def moderates(self) -> bool:
        return self.seat.role in BENCH_SEATS

    @property
    def inside(self) -> bool:
        """In the courtroom; else before its door, where nothing of the session may be known."""
        return self.seat.admission is Admission.ADMITTED

    @property
    def keeps_order(self) -> bool:
        """Bench and clerk of this hearing see the door, the lines and each other's words."""
        return self.moderates or self.seat.role is SeatRole.CLERK

    @property
    def may_write(self) -> bool:
        """One authoritative writer: the clerk; the bench writes where no clerk is seated."""
        if self.seat.role is SeatRole.CLERK:
            return True
        return self.moderates and not any(row.seat.role is SeatRole.CLERK for row in self.page.rows)

    @property
    def speaks_for(self) -> tuple[Seat, ...]:
        """Who may ask for a correction at this screen: oneself, or everyone sitting in the vehicle."""
        if self.seat.role in PERSONS:
            return (self.seat,)
        if self.seat.role is not SeatRole.VEHICLE:
            return ()
        seats = (row.seat for row in self.page.rows)
        return tuple(seat for seat in seats if in_person(seat) and seat.role in PERSONS)


def seated(rx: Read, *, who: Visitor, now: datetime, hearing_id: str) -> Seated:
    """The seat of this browser: staff of the hearing, else its seat cookie, else the vehicle's terminal.

    Refuses `hearing.not_found`, `room.not_seated` (403) to staff who may see the hearing but have no seat, and
    `seat.removed` (403).
    """
    refusal = CourtError("room.not_seated")
    candidates: list[tuple[Actor, str]] = []
    if who.staff:
        candidates.append((who.staff, "staff"))
    if who.seat and who.seat.hearing_id == hearing_id:
        candidates.append((who.seat.actor, who.seat.seat_id))
    if who.terminal:
        candidates.append((who.terminal, "terminal"))
    for actor, kind in candidates:
        try:
            page = views.hearing_page(rx, actor=actor, now=now, hearing_id=hearing_id)
        except CourtError as error:
            refusal = error
            continue
        for row in page.rows:
            if _holds(row.seat, actor, kind):
                if row.seat.admission is Admission.REMOVED:
                    raise CourtError("seat.removed")
                return Seated(actor=actor, seat=row.seat, page=page, shield=_shield(rx, page))
    raise refusal


def _shield(rx: Read, page: views.HearingPage) -> Shield | None:
    since = attendance.shielded(rx, hearing_id=page.hearing.id)
    if since is None:
        return None
    shown = identifying.current(rx, hearing_id=page.hearing.id)
    here = {row.seat.id for row in page.rows if in_person(row.seat)}
    return Shield(since=since, exhibit=shown.exhibit_id if shown and shown.seat_id in here else "")


def _holds(seat: Seat, actor: Actor, kind: str) -> bool:
    if kind == "staff":
        return seat.account_id == actor.id
    if kind == "terminal":
        return seat.role is SeatRole.VEHICLE
    return seat.id == kind
