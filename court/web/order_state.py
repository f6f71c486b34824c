"""Order in the courtroom as plain values for the room page: the door, the stages, who was told what. Changes nothing."""

from __future__ import annotations

from datetime import datetime

import msgspec

from court.domain import pledge
from court.domain.absence import CONSEQUENCE_NAMES, GROUND_NAMES, MISSING_WORDS, Finding
from court.domain.admission import ADMISSION, Admission
from court.domain.hearing import Hearing, HearingKind, Place, Presence, Seat, SeatRole
from court.domain.lifecycle import BENCH, Actor
from court.domain.observer import ObserverState
from court.domain.order import (
    ADMONITION_NAMES,
    CAUSE_NAMES,
    PERSONS,
    Admonition,
    has_own_line,
    mutable,
    possible,
)
from court.domain.stages import stages
from court.domain.waiting import Waiting, words
from court.services import admonitions, interpreting, observers, order, pledges, seating, standing
from court.services import stages as marks
from court.store.database import Read


class StageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is done, now or todo; `at` when it last began."""

    code: str
    name: str
    title: str
    state: str
    layout: str
    bench_only: bool
    phrase: str
    at: datetime | None


class ToldFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One 提示 or 警告 in words."""

    kind: str
    name: str
    cause: str
    at: datetime


class DoorFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One person or the vehicle, for bench and clerk. `may`: orders of the door this viewer has for the seat now;
    `seating`: what may be done with the seat itself; `absence`: what the law offers or lacks (bench of a trial only),
    `decided` what was decided; `pledge`: of a witness who has to sign one."""

    seat: str
    caption: str
    role: str
    witness: bool
    own_line: bool
    vehicle: bool
    link: str
    admission: str
    admission_name: str
    may: list[str]
    mutable: bool
    seating: list[str]
    told: list[ToldFacts]
    absence: AbsenceFacts | None = None
    pledge: PledgeFacts | None = None


class PledgeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """保证书: how it stands, and what this viewer may note of it now."""

    state: str
    state_name: str
    may: list[str]


class AbsenceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`offered`: the words of ground and consequence, empty while something is `missing`."""

    offered: str
    missing: str
    decided: str


class TurnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A speaking turn, offered to the clerk as speaker and time of a line."""

    id: str
    caption: str
    from_at: datetime
    to_at: datetime


class ObserverFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the list of observers, for bench and clerk; `here`: watching now."""

    id: str
    name: str
    affiliation: str
    here: bool
    removed: bool


class InterpreterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`seat` renders the words of `of`; `to_all`: everybody hears it unasked."""

    seat: str
    of: str
    of_caption: str
    to_all: bool


class OrderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`stage`, `layout`, `spotlight`, `opens_at`, `interpreters` are everybody's; the others empty for parties."""

    stages: list[StageFacts]
    stage: str
    layout: str
    recommended: str
    spotlight: list[str]
    opens_at: datetime | None
    doors: list[DoorFacts]
    turns: list[TurnFacts]
    observers: list[ObserverFacts]
    interpreters: list[InterpreterFacts]


class WaitingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """For somebody before the door: where things stand and what to do."""

    code: str
    title: str
    todo: str
    starts_at: datetime
    opens_at: datetime | None


def waiting_facts(rx: Read, seat: Seat, hearing: Hearing, now: datetime) -> WaitingFacts | None:
    """None for somebody inside."""
    if seat.admission is Admission.ADMITTED:
        return None
    told: Waiting = words(seat, hearing, now)
    opens_at = order.sitting(rx, hearing_id=hearing.id).opens_at
    return WaitingFacts(
        code=told.code, title=told.title, todo=told.todo, starts_at=hearing.starts_at, opens_at=opens_at
    )


def order_facts(
    rx: Read, *, hearing: Hearing, seats: tuple[Seat, ...], viewer: Actor, staff: bool
) -> OrderFacts:
    """`staff`: the viewer sits on the bench or is the clerk of this hearing."""
    sitting = order.sitting(rx, hearing_id=hearing.id)
    listed = _stages(rx, hearing, sitting.stage)
    now_on = next((one for one in listed if one.state == "now"), None)
    return OrderFacts(
        stages=listed,
        stage=sitting.stage,
        layout=sitting.layout.value,
        recommended=now_on.layout if now_on else "auto",
        spotlight=list(sitting.spotlight or ()),
        opens_at=sitting.opens_at,
        doors=_doors(rx, hearing, seats, viewer) if staff else [],
        turns=_turns(rx, hearing, seats) if staff else [],
        observers=_observers(rx, hearing) if staff else [],
        interpreters=_interpreters(rx, hearing, seats),
    )


def _stages(rx: Read, hearing: Hearing, current: str) -> list[StageFacts]:
    begun = {mark.code: mark.at for mark in marks.marks(rx, hearing_id=hearing.id)}
    return [
        StageFacts(
            code=one.code,
            name=one.name,
            title=one.title,
            state="now" if one.code == current else "done" if one.code in begun else "todo",
            layout=one.layout.value,
            bench_only=one.bench_only,
            phrase=one.phrase,
            at=begun.get(one.code),
        )
        for one in stages()[hearing.kind]
    ]


def _doors(rx: Read, hearing: Hearing, seats: tuple[Seat, ...], viewer: Actor) -> list[DoorFacts]:
    told = admonitions.admonitions(rx, hearing_id=hearing.id)
    trial = viewer.role in BENCH and hearing.kind is HearingKind.TRIAL
    found = admonitions.findings(rx, hearing_id=hearing.id) if trial else {}
    decided = {one.seat_id: one for one in admonitions.absences(rx, hearing_id=hearing.id)}
    acts = pledges.of_hearing(rx, hearing_id=hearing.id)
    doors = []
    for seat in seats:
        if seat.role is not SeatRole.VEHICLE and not _is_person(seat):
            continue
        absent = decided.get(seat.id)
        words_of = CONSEQUENCE_NAMES[absent.consequence] if absent else ""
        doors.append(
            DoorFacts(
                seat=seat.id,
                caption=seat.caption,
                role=seat.role.value,
                witness=seat.role is SeatRole.WITNESS,
                own_line=has_own_line(seat),
                vehicle=seat.place is Place.VEHICLE,
                link=seat.presence.value if has_own_line(seat) else Presence.AWAY.value,
                admission=seat.admission.value,
                admission_name=ADMISSION.labels[seat.admission],
                may=[action.value for action in possible(seat, hearing.state, viewer.role)],
                mutable=mutable(seat) and viewer.role in BENCH,
                seating=[act.value for act in seating.possible(rx, hearing=hearing, seat=seat)],
                told=[_told(one) for one in told if one.seat_id == seat.id],
                absence=_absence(found.get(seat.id), words_of),
                pledge=_pledge(seat, hearing, pledge.state_of(acts, seat.id), viewer),
            )
        )
    return doors


def _pledge(seat: Seat, hearing: Hearing, now_is: pledge.PledgeState, viewer: Actor) -> PledgeFacts | None:
    if not pledge.wanted(seat, hearing.kind):
        return None
    may = pledge.possible(seat, hearing, now_is, viewer.role)
    return PledgeFacts(
        state=now_is.value, state_name=pledge.PLEDGE.labels[now_is], may=[act.value for act in may]
    )


def _is_person(seat: Seat) -> bool:
    return seat.role in PERSONS


def _told(one: Admonition) -> ToldFacts:
    return ToldFacts(
        kind=one.kind.value, name=ADMONITION_NAMES[one.kind], cause=CAUSE_NAMES[one.cause], at=one.at
    )


def _absence(found: Finding | None, decided: str) -> AbsenceFacts | None:
    if found is None:
        return None
    offered = ""
    if found.ground is not None and found.consequence is not None:
        offered = f"{GROUND_NAMES[found.ground]}，可以{CONSEQUENCE_NAMES[found.consequence]}"
    missing = MISSING_WORDS[found.missing] if found.missing else ""
    return AbsenceFacts(offered=offered, missing=missing, decided=decided)


def _interpreters(rx: Read, hearing: Hearing, seats: tuple[Seat, ...]) -> list[InterpreterFacts]:
    captions = {seat.id: seat.caption for seat in seats}
    return [
        InterpreterFacts(
            seat=one.seat_id,
            of=one.of_seat_id,
            of_caption=captions.get(one.of_seat_id, ""),
            to_all=one.to_all,
        )
        for one in interpreting.links(rx, hearing_id=hearing.id)
    ]


def _observers(rx: Read, hearing: Hearing) -> list[ObserverFacts]:
    return [
        ObserverFacts(
            id=one.id,
            name=one.name,
            affiliation=one.affiliation,
            here=one.presence is Presence.JOINED and one.state is ObserverState.LISTED,
            removed=one.state is ObserverState.REMOVED,
        )
        for one in observers.of_hearing(rx, hearing_id=hearing.id)
    ]


def _turns(rx: Read, hearing: Hearing, seats: tuple[Seat, ...]) -> list[TurnFacts]:
    captions = {seat.id: seat.caption for seat in seats}
    return [
        TurnFacts(id=one.id, caption=captions[one.seat_id], from_at=one.from_at, to_at=one.to_at)
        for one in standing.turns(rx, hearing_id=hearing.id)
        if one.seat_id in captions
    ]
