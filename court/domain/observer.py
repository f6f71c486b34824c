"""旁听人员 of a public session: who may be put on the clerk's list, how one proves to be the person. No link, no media."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, Presence, Seat, SeatRole
from court.domain.lifecycle import BENCH, Lifecycle, Role, Step

MOST_OBSERVERS = 30  # of one session
MOST_WRONG = 5  # answers to one link
PREFIX = "observer-"  # of an observer's place in the room; no seat of a session has such an id
KEEPERS = BENCH | {Role.CLERK}
_SHAPES = {"id": re.compile(r"[0-9]{3}[0-9X]"), "phone": re.compile(r"[0-9]{4}")}


class Proof(StrEnum):
    """By which the person on the list is known again."""

    ID = "id"
    PHONE = "phone"
    CODE = "code"


PROOF_NAMES = {Proof.ID: "身份证后四位", Proof.PHONE: "手机号后四位", Proof.CODE: "一次性验证码"}


class ObserverState(StrEnum):
    LISTED = "listed"
    REMOVED = "removed"


class ObserverAction(StrEnum):
    REMOVE = "remove"
    REINSTATE = "reinstate"


_S, _A = ObserverState, ObserverAction
OBSERVER: Lifecycle[ObserverState, ObserverAction] = Lifecycle(
    "observer",
    _S.LISTED,
    {
        (_S.LISTED, _A.REMOVE): Step(_S.REMOVED, KEEPERS),
        (_S.REMOVED, _A.REINSTATE): Step(_S.LISTED, BENCH),
    },
    {_S.LISTED: "准许旁听", _S.REMOVED: "已移出"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """`bound` once a device came by the link; `wrong` answers given to it; `presence` is what the relay says."""

    id: str
    hearing_id: str
    name: str
    affiliation: str
    proof: Proof
    state: ObserverState
    presence: Presence
    presence_at: datetime | None
    bound: bool
    wrong: int
    listed_at: datetime
    by: str

    @property
    def place(self) -> str:
        """The id of this person's place in the room."""
        return f"{PREFIX}{self.id}"

    @property
    def state_name(self) -> str:
        return OBSERVER.labels[self.state]


def observer_of(place: str) -> str | None:
    """The observer whose place in the room this is; None for any other place."""
    return place.removeprefix(PREFIX) if place.startswith(PREFIX) else None


def require_open(hearing: Hearing) -> None:
    """Refuses `observer.not_public` (民事诉讼法 137, 调解规定 7), `hearing.wrong_state` after the end."""
    if hearing.state in {HearingState.CLOSED, HearingState.CANCELLED}:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="observer")
    if not hearing.open_to_public:
        raise CourtError("observer.not_public")


def require_free(name: str, seats: Iterable[Seat], listed: Iterable[Observer]) -> None:
    """Who may be listed by this name: no witness (民诉证据规定 72: 作证前不得旁听), nobody with a seat, nobody removed.

    Refuses `observer.is_witness`, `observer.has_seat`, `observer.barred`, `observer.twice`, `observer.too_many`.
    """
    known = tuple(listed)
    for seat in seats:
        if seat.name == name and seat.admission is Admission.REMOVED:
            raise CourtError("observer.barred")
        if seat.name == name:
            raise CourtError("observer.is_witness" if seat.role is SeatRole.WITNESS else "observer.has_seat")
    if any(one.name == name and one.state is ObserverState.REMOVED for one in known):
        raise CourtError("observer.barred")
    if any(one.name == name for one in known):
        raise CourtError("observer.twice")
    if len(known) >= MOST_OBSERVERS:
        raise CourtError("observer.too_many", most=MOST_OBSERVERS)


def digits(proof: Proof, typed: str) -> str:
    """The four characters as they are compared. Refuses `observer.digits`."""
    found = "".join(typed.split()).upper()
    if not _SHAPES[proof.value].fullmatch(found):
        raise CourtError("observer.digits", proof=PROOF_NAMES[proof])
    return found
