"""Private talks as tables: every cell of room and invitation, who may hold one, whom it may ask in."""

from dataclasses import replace
from itertools import product

import pytest

from court.domain import caucus
from court.domain.admission import Admission
from court.domain.caucus import (
    CAUCUS,
    INVITATION,
    CaucusAction,
    CaucusState,
    InvitationAction,
    InvitationState,
)
from court.domain.errors import CourtError
from court.domain.hearing import HearingKind, HearingState, Place, Presence, SeatRole
from court.domain.lifecycle import Actor, ActorKind, Role
from tests.domain.test_order import HEARING, SEAT

GUEST = replace(SEAT, admission=Admission.ADMITTED, presence=Presence.JOINED)
HOSTS, PERSONS = {Role.JUDGE, Role.MEDIATOR}, {Role.PARTY, Role.AGENT}


def staff(role: Role) -> Actor:
    return Actor(kind=ActorKind.STAFF, id="a", role=role, name="某人")


def refusal(call: object, *args: object) -> str:
    with pytest.raises(CourtError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(("state", "action"), list(product(CaucusState, CaucusAction)))
def test_every_cell_of_a_private_room(state: CaucusState, action: CaucusAction) -> None:
    leads = {
        ("open", "lock"): "locked",
        ("locked", "unlock"): "open",
        ("open", "close"): "closed",
        ("locked", "close"): "closed",
    }
    for role in Role:
        allowed = role in HOSTS or (role is Role.SYSTEM and action is CaucusAction.CLOSE)
        target = leads.get((state.value, action.value))
        if target is None:
            assert refusal(CAUCUS.after, state, action, role) == "caucus.wrong_state"
        elif not allowed:
            assert refusal(CAUCUS.after, state, action, role) == "caucus.not_allowed"
        else:
            assert CAUCUS.after(state, action, role).value == target


@pytest.mark.parametrize(("state", "action"), list(product(InvitationState, InvitationAction)))
def test_every_cell_of_an_invitation(state: InvitationState, action: InvitationAction) -> None:
    asks = {"idle", "declined", "no_answer", "withdrawn", "left"}
    leads = {(one, "invite"): ("invited", HOSTS) for one in asks} | {
        ("invited", "accept"): ("accepted", PERSONS),
        ("invited", "decline"): ("declined", PERSONS),
        ("invited", "expire"): ("no_answer", {Role.SYSTEM}),
        ("invited", "withdraw"): ("withdrawn", HOSTS | {Role.SYSTEM}),
        ("accepted", "leave"): ("left", HOSTS | PERSONS | {Role.SYSTEM}),
    }
    for role in Role:
        cell = leads.get((state.value, action.value))
        if cell is None:
            assert refusal(INVITATION.after, state, action, role) == "invitation.wrong_state"
        elif role not in cell[1]:
            assert refusal(INVITATION.after, state, action, role) == "invitation.not_allowed"
        else:
            assert INVITATION.after(state, action, role).value == cell[0]


@pytest.mark.parametrize(
    ("role", "kind", "stage"), list(product(Role, HearingKind, ["", "inquiry", "settle"]))
)
def test_only_a_mediation_has_private_rooms_and_only_its_mediator_or_judge(
    role: Role, kind: HearingKind, stage: str
) -> None:
    hearing = replace(HEARING, kind=kind)
    mediates = kind is HearingKind.MEDIATION or (kind is HearingKind.TRIAL and stage == "settle")
    if role not in HOSTS:
        assert refusal(caucus.require_host, staff(role), hearing, stage) == "caucus.not_mediator"
    elif not mediates:
        assert refusal(caucus.require_host, staff(role), hearing, stage) == "caucus.not_mediation"
    else:
        caucus.require_host(staff(role), hearing, stage)
        for state in set(HearingState) - {HearingState.IN_SESSION}:
            resting = replace(hearing, state=state)
            assert refusal(caucus.require_host, staff(role), resting, stage) == "hearing.wrong_state"


@pytest.mark.parametrize("role", list(SeatRole))
def test_neither_clerk_nor_witness_nor_bench_is_ever_asked_in(role: SeatRole) -> None:
    seat = replace(GUEST, role=role)
    if role in {SeatRole.PARTY, SeatRole.AGENT, SeatRole.INTERPRETER, SeatRole.VEHICLE}:
        caucus.require_invitable(seat)
        for barred in (Admission.WAITING, Admission.EXCUSED, Admission.REMOVED):
            assert refusal(caucus.require_invitable, replace(seat, admission=barred)) == "caucus.not_inside"
        for away in (Presence.AWAY, Presence.LOST, Presence.LEFT):
            assert refusal(caucus.require_invitable, replace(seat, presence=away)) == "caucus.away"
    else:
        assert refusal(caucus.require_invitable, seat) == "caucus.not_invitable"


def test_a_person_before_the_vehicles_one_camera_is_asked_in_with_the_vehicle() -> None:
    inside = replace(GUEST, place=Place.VEHICLE)
    assert refusal(caucus.require_invitable, inside) == "caucus.not_invitable"


def test_who_stays_in_the_vehicle_is_said_and_vouched_for() -> None:
    vehicle = replace(GUEST, id="v", role=SeatRole.VEHICLE, place=Place.VEHICLE)
    seats = [vehicle] + [replace(GUEST, id=name, place=Place.VEHICLE) for name in ("a", "b")]
    seats += [replace(GUEST, id="w", place=Place.VEHICLE, role=SeatRole.WITNESS), replace(GUEST, id="far")]
    assert caucus.who_stays(vehicle, seats, ("b", "a"), True) == ("a", "b")
    for stays, cleared in ((("a",), False), ((), True), (("far",), True), (("a", "w"), True)):
        assert refusal(caucus.who_stays, vehicle, seats, stays, cleared) == "caucus.who_stays"
    assert caucus.who_stays(replace(GUEST, id="far"), seats, (), False) == ()
