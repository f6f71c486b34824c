"""Persons before the vehicle's one camera: where a witness is as the crew reports it, and who speaks. No link is asked.

在线诉讼规则 26: a witness does not attend the hearing before testifying. Without a line of his own the room cannot keep
him out; the crew does, and says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Place, Seat, SeatRole
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Lifecycle, Role, Step
from court.domain.order import PERSONS

PLACE_MOST = 80


class Whereabouts(StrEnum):
    """`apart`: out of sight and hearing. `overheard`: was found to have followed the session before testifying."""

    UNTOLD = "untold"
    APART = "apart"
    OVERHEARD = "overheard"
    SEATED = "seated"
    LED_OUT = "led_out"


class CrewAct(StrEnum):
    SET_APART = "set_apart"
    OVERHEAR = "overhear"
    SEAT = "seat"
    LEAD_OUT = "lead_out"


_S, _A = Whereabouts, CrewAct
# The crew reports; bench and clerk write down what the crew told them by word of mouth.
_CREW = BENCH | {Role.CLERK, Role.OFFICER}

ATTENDANCE: Lifecycle[Whereabouts, CrewAct] = Lifecycle(
    "attendance",
    _S.UNTOLD,
    {
        (_S.UNTOLD, _A.SET_APART): Step(_S.APART, _CREW),
        (_S.UNTOLD, _A.OVERHEAR): Step(_S.OVERHEARD, _CREW),
        (_S.APART, _A.OVERHEAR): Step(_S.OVERHEARD, _CREW),
        (_S.APART, _A.SEAT): Step(_S.SEATED, _CREW),
        (_S.OVERHEARD, _A.SEAT): Step(_S.SEATED, _CREW),
        (_S.SEATED, _A.LEAD_OUT): Step(_S.LED_OUT, _CREW),
        (_S.LED_OUT, _A.SEAT): Step(_S.SEATED, _CREW),
    },
    {
        _S.UNTOLD: "没有报告",
        _S.APART: "在外等候",
        _S.OVERHEARD: "听到过庭审",
        _S.SEATED: "在车上作证",
        _S.LED_OUT: "已离开车厢",
    },
)
ACT_WORDS = {
    CrewAct.SET_APART: "{caption}在{place}等候，看不到也听不到这里的情况",
    CrewAct.OVERHEAR: "{caption}在作证以前看到或者听到过这里的情况",
    CrewAct.SEAT: "{caption}已到车上就座，开始作证",
    CrewAct.LEAD_OUT: "{caption}已离开车厢",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One act as reported. `place` is where he waits; `told_by` the member of the crew, `by` who entered it."""

    id: str
    hearing_id: str
    seat_id: str
    act: CrewAct
    place: str
    told_by: str
    by: str
    at: datetime
    offset_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """From `at` on the vehicle's microphone carries this person; `seat_id` empty: nobody is named."""

    id: str
    hearing_id: str
    seat_id: str
    by: str
    at: datetime


def in_person(seat: Seat) -> bool:
    """Somebody who sits before the vehicle's camera."""
    return seat.place is Place.VEHICLE and seat.role in PERSONS


def waits_by_crew(seat: Seat) -> bool:
    """A witness whom only the crew can keep out of hearing."""
    return in_person(seat) and seat.role is SeatRole.WITNESS


def whereabouts(reports: Iterable[Report]) -> Mapping[str, Whereabouts]:
    """By seat, after all `reports` (oldest first); a seat nobody reported on is missing."""
    found: dict[str, Whereabouts] = {}
    for one in reports:
        found[one.seat_id] = ATTENDANCE.table[found.get(one.seat_id, ATTENDANCE.start), one.act].to
    return found


def crew_role(actor: Actor) -> Role:
    """The vehicle's terminal is in the crew's hands; staff act in their own role. Refuses `attendance.not_allowed`."""
    if actor.kind is ActorKind.TERMINAL:
        return Role.OFFICER
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("attendance.not_allowed", role=ROLE_NAMES[actor.role], action="report")
    return actor.role


def moved(seat: Seat, now_is: Whereabouts, act: CrewAct, role: Role) -> Whereabouts:
    """Refuses `attendance.no_witness`, `attendance.not_called` (nobody is seated before he was called),
    `attendance.wrong_state`, `attendance.not_allowed`."""
    if not waits_by_crew(seat):
        raise CourtError("attendance.no_witness")
    after = ATTENDANCE.after(now_is, act, role)
    if act is CrewAct.SEAT and seat.admission is not Admission.ADMITTED:
        raise CourtError("attendance.not_called")
    return after


def require_reported(seat: Seat, now_is: Whereabouts) -> None:
    """Before a witness of the vehicle is called in, the crew said where he waits. Refuses `attendance.untold`."""
    if waits_by_crew(seat) and now_is is Whereabouts.UNTOLD:
        raise CourtError("attendance.untold")


def shielded_since(reports: Sequence[Report]) -> datetime | None:
    """Since when a witness sits before the vehicle's screen, which must not show him what went before; None: nobody."""
    here = {seat for seat, now_is in whereabouts(reports).items() if now_is is Whereabouts.SEATED}
    last = {one.seat_id: one.at for one in reports if one.act is CrewAct.SEAT}
    return min((last[seat] for seat in here), default=None)


def speakers(seats: Iterable[Seat], where: Mapping[str, Whereabouts]) -> tuple[Seat, ...]:
    """Who can be heard through the vehicle's microphone now; a witness only while he sits there."""
    return tuple(
        seat
        for seat in seats
        if in_person(seat) and (seat.role is not SeatRole.WITNESS or where.get(seat.id) is Whereabouts.SEATED)
    )


def speaker(
    voices: Sequence[Voice], present: Sequence[Seat], from_at: datetime, to_at: datetime
) -> str | None:
    """Whose words the vehicle's microphone carried for the longest part of a stretch; who is alone there needs no naming.

    `voices` oldest first. None: several sit there and nobody was named.
    """
    held: dict[str, timedelta] = {}
    ends = [one.at for one in voices[1:]] + [to_at]
    for one, end in zip(voices, ends, strict=False):
        lasted = min(end, to_at) - max(one.at, from_at)
        if lasted >= timedelta() and one.at <= to_at:
            held[one.seat_id] = held.get(one.seat_id, timedelta()) + lasted
    named = max(held, key=lambda seat: held[seat], default="")
    if named:
        return named
    return present[0].id if len(present) == 1 else None
