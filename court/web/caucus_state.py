"""背对背 as plain values for one seat's page: its own call, its own rooms, and nothing of anybody else's."""

from __future__ import annotations

from datetime import datetime

import msgspec

from court.domain.admission import Admission
from court.domain.caucus import (
    GUESTS,
    Caucus,
    CaucusState,
    Invitation,
    InvitationState,
    in_the_vehicle,
    may_host,
)
from court.domain.hearing import Hearing, HearingState, Presence, Seat, SeatRole
from court.domain.lifecycle import Actor
from court.domain.order import has_own_line
from court.services import caucus, order
from court.store.database import Read

_SHOWN = frozenset(InvitationState) - {InvitationState.IDLE}


class GuestFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`until`: when an open invitation runs out; `stays`: who stays in the vehicle."""

    seat: str
    caption: str
    state: str
    state_name: str
    until: datetime | None
    stays: list[str]


class PrivateRoomFacts(msgspec.Struct, frozen=True, kw_only=True):
    """For its host alone."""

    id: str
    number: int
    locked: bool
    state_name: str
    host_inside: bool
    guests: list[GuestFacts]


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    seat: str
    caption: str


class CandidateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the host may ask in; `persons` sit in the vehicle, empty for a person with a line of his own."""

    seat: str
    caption: str
    ready: bool
    persons: list[PersonFacts]


class CallFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation this seat has to answer."""

    caucus: str
    host: str
    until: datetime
    stays: list[str]


class HereFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The private room where this seat stands; `alone`: nobody else is there yet."""

    caucus: str
    alone: bool
    stays: list[str]


class CaucusFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`talking`: somebody is in private talk while this seat is not; it says no more."""

    may_host: bool
    talking: bool
    here: HereFacts | None
    call: CallFacts | None
    rooms: list[PrivateRoomFacts]
    seats: list[CandidateFacts]


def caucus_facts(
    rx: Read, *, hearing: Hearing, seats: tuple[Seat, ...], viewer: Seat, actor: Actor
) -> CaucusFacts:
    """What this seat may know. The clerk and the other parties learn only that a private talk goes on."""
    captions = {seat.id: seat.caption for seat in seats}
    known = caucus.rooms(rx, hearing_id=hearing.id)
    live = [one for one in known if one.state is not CaucusState.CLOSED]
    mine = [one for one in live if one.host_seat_id == viewer.id]
    stage = order.sitting(rx, hearing_id=hearing.id).stage
    hosts = hearing.state is HearingState.IN_SESSION and may_host(actor, hearing.kind, stage)
    return CaucusFacts(
        may_host=hosts,
        talking=any(one.inside() for one in live) and not any(viewer.id in one.inside() for one in live),
        here=next((_here(one, viewer, captions) for one in live if viewer.id in one.inside()), None),
        call=next((call for one in live if (call := _call(one, viewer, captions))), None),
        rooms=[_room(one, captions) for one in mine],
        seats=_candidates(seats) if hosts else [],
    )


def _here(one: Caucus, viewer: Seat, captions: dict[str, str]) -> HereFacts:
    asked = one.of(viewer.id)
    stays = [captions[seat] for seat in asked.stays if seat in captions] if asked else []
    return HereFacts(caucus=one.id, alone=len(one.inside()) < 2, stays=stays)


def _call(one: Caucus, viewer: Seat, captions: dict[str, str]) -> CallFacts | None:
    asked = one.of(viewer.id)
    if asked is None or asked.state is not InvitationState.INVITED:
        return None
    return CallFacts(
        caucus=one.id,
        host=captions.get(one.host_seat_id, ""),
        until=asked.until,
        stays=[captions[seat] for seat in asked.stays if seat in captions],
    )


def _room(one: Caucus, captions: dict[str, str]) -> PrivateRoomFacts:
    return PrivateRoomFacts(
        id=one.id,
        number=one.number,
        locked=one.state is CaucusState.LOCKED,
        state_name=one.state_name,
        host_inside=one.host_seat_id in one.inside(),
        guests=[_guest(asked, captions) for asked in one.invitations if asked.state in _SHOWN],
    )


def _guest(asked: Invitation, captions: dict[str, str]) -> GuestFacts:
    return GuestFacts(
        seat=asked.seat_id,
        caption=captions.get(asked.seat_id, ""),
        state=asked.state.value,
        state_name=asked.state_name,
        until=asked.until if asked.state is InvitationState.INVITED else None,
        stays=[captions[seat] for seat in asked.stays if seat in captions],
    )


def _candidates(seats: tuple[Seat, ...]) -> list[CandidateFacts]:
    return [
        CandidateFacts(
            seat=seat.id,
            caption=seat.caption,
            ready=seat.admission is Admission.ADMITTED and seat.presence is Presence.JOINED,
            persons=[PersonFacts(seat=one.id, caption=one.caption) for one in in_the_vehicle(seats)]
            if seat.role is SeatRole.VEHICLE
            else [],
        )
        for seat in seats
        if seat.role in GUESTS and has_own_line(seat)
    ]
