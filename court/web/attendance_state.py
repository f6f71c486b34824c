"""The vehicle's people as plain values for the room page: where witnesses are, who speaks there, who showed a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from court.domain.admission import Admission
from court.domain.attendance import (
    ATTENDANCE,
    CrewAct,
    Report,
    Whereabouts,
    moved,
    speakers,
    waits_by_crew,
    whereabouts,
)
from court.domain.errors import CourtError
from court.domain.hearing import METHOD_NAMES, GuestCheck, Hearing, Seat
from court.domain.lifecycle import Role
from court.domain.order import ENDED, PERSONS
from court.services import accounts, attendance
from court.store.database import Read

BUTTONS = {
    CrewAct.SET_APART: "在外等候，听不到",
    CrewAct.OVERHEAR: "听到过庭审",
    CrewAct.SEAT: "证人已坐好",
    CrewAct.LEAD_OUT: "证人已离开车厢",
}


class ActFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A button: what is reported, and its words."""

    act: str
    words: str


class WitnessHereFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A witness whom the crew keeps. `called`: the bench let him in; `words`: the last report, without his name, with its
    time `at`."""

    seat: str
    caption: str
    state: str
    state_name: str
    called: bool
    words: str
    at: datetime | None
    may: list[ActFacts]


class SpeakerFacts(msgspec.Struct, frozen=True, kw_only=True):
    seat: str
    caption: str


class CrewFacts(msgspec.Struct, frozen=True, kw_only=True):
    """For bench, clerk and the vehicle. `speaking`: whose word it is there, empty for nobody; `officers`: names of the
    crew; `checked`: by seat, how who is no party showed who he is."""

    witnesses: list[WitnessHereFacts]
    speakers: list[SpeakerFacts]
    speaking: str
    officers: list[str]
    checked: dict[str, str]


def crew_facts(rx: Read, *, hearing: Hearing, seats: Sequence[Seat]) -> CrewFacts:
    """As the reports have it."""
    known = attendance.reports(rx, hearing_id=hearing.id)
    where = whereabouts(known)
    last = {one.seat_id: one for one in known}
    crew = [one for one in accounts.everyone(rx, role=Role.OFFICER) if not one.disabled]
    return CrewFacts(
        witnesses=[
            _witness(hearing, seat, where.get(seat.id, Whereabouts.UNTOLD), last.get(seat.id))
            for seat in seats
            if waits_by_crew(seat) and seat.admission is not Admission.REMOVED
        ],
        speakers=[SpeakerFacts(seat=seat.id, caption=seat.caption) for seat in speakers(seats, where)],
        speaking=attendance.named(rx, hearing_id=hearing.id),
        officers=[one.name for one in crew],
        checked=_checked(rx, hearing, seats),
    )


def possible(hearing: Hearing, seat: Seat, now_is: Whereabouts) -> tuple[CrewAct, ...]:
    """What may be reported of this witness now, the likeliest first."""
    if hearing.state in ENDED:
        return ()
    found = []
    for act in ATTENDANCE.actions(now_is, Role.OFFICER):
        try:
            moved(seat, now_is, act, Role.OFFICER)
        except CourtError:
            continue
        found.append(act)
    return tuple(sorted(found, key=lambda act: act is CrewAct.OVERHEAR))


def _witness(hearing: Hearing, seat: Seat, now_is: Whereabouts, last: Report | None) -> WitnessHereFacts:
    words = attendance.words_of(last, "") if last else ""
    return WitnessHereFacts(
        seat=seat.id,
        caption=seat.caption,
        state=now_is.value,
        state_name=ATTENDANCE.labels[now_is],
        called=seat.admission is Admission.ADMITTED,
        words=f"{words}（{last.told_by}报告）" if last else "",
        at=last.at if last else None,
        may=[ActFacts(act=act.value, words=BUTTONS[act]) for act in possible(hearing, seat, now_is)],
    )


def _checked(rx: Read, hearing: Hearing, seats: Sequence[Seat]) -> dict[str, str]:
    known: Mapping[str, GuestCheck] = attendance.checks(rx, hearing_id=hearing.id)
    found = {}
    for seat in seats:
        if seat.party_id is None and seat.role in PERSONS:
            one = known.get(seat.id)
            found[seat.id] = f"{METHOD_NAMES[one.method]} {one.masked_number}".strip() if one else ""
    return found
