"""背对背调解: private rooms beside the courtroom, who may hold one, whom it may ask in, how a call ends. No media."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind, HearingState, Place, Presence, Seat, SeatRole
from court.domain.lifecycle import ROLE_NAMES, SYSTEM, Actor, ActorKind, Lifecycle, Role, Step
from court.domain.order import has_own_line

ANSWER_WITHIN = timedelta(seconds=30)
MOST_ROOMS = 20  # of one session
MEDIATION_STAGE = "settle"  # of a trial
HOSTS = frozenset({Role.JUDGE, Role.MEDIATOR})
# The clerk, the witness and the observer are never asked in: what is said there is not for the file.
GUESTS = frozenset({SeatRole.PARTY, SeatRole.AGENT, SeatRole.INTERPRETER, SeatRole.VEHICLE})
BEGUN, ENDED = "（背对背调解开始，依规不录音录像、不记录。）", "（背对背调解结束，各方回到大厅。）"


class CaucusState(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    CLOSED = "closed"


class CaucusAction(StrEnum):
    LOCK = "lock"
    UNLOCK = "unlock"
    CLOSE = "close"


class InvitationState(StrEnum):
    """`idle` was not asked yet; `withdrawn` was asked by mistake, or the room closed before an answer."""

    IDLE = "idle"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


class InvitationAction(StrEnum):
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    LEAVE = "leave"


_C, _D = CaucusState, CaucusAction
CAUCUS: Lifecycle[CaucusState, CaucusAction] = Lifecycle(
    "caucus",
    _C.OPEN,
    {
        (_C.OPEN, _D.LOCK): Step(_C.LOCKED, HOSTS),
        (_C.LOCKED, _D.UNLOCK): Step(_C.OPEN, HOSTS),
        (_C.OPEN, _D.CLOSE): Step(_C.CLOSED, HOSTS | SYSTEM),
        (_C.LOCKED, _D.CLOSE): Step(_C.CLOSED, HOSTS | SYSTEM),
    },
    {_C.OPEN: "可邀请", _C.LOCKED: "已锁门", _C.CLOSED: "已结束"},
)

_S, _A = InvitationState, InvitationAction
_PERSON = frozenset({Role.PARTY, Role.AGENT})
INVITATION: Lifecycle[InvitationState, InvitationAction] = Lifecycle(
    "invitation",
    _S.IDLE,
    {
        (_S.IDLE, _A.INVITE): Step(_S.INVITED, HOSTS),
        (_S.DECLINED, _A.INVITE): Step(_S.INVITED, HOSTS),
        (_S.NO_ANSWER, _A.INVITE): Step(_S.INVITED, HOSTS),
        (_S.WITHDRAWN, _A.INVITE): Step(_S.INVITED, HOSTS),
        (_S.LEFT, _A.INVITE): Step(_S.INVITED, HOSTS),
        (_S.INVITED, _A.ACCEPT): Step(_S.ACCEPTED, _PERSON),
        (_S.INVITED, _A.DECLINE): Step(_S.DECLINED, _PERSON),
        (_S.INVITED, _A.EXPIRE): Step(_S.NO_ANSWER, SYSTEM),
        (_S.INVITED, _A.WITHDRAW): Step(_S.WITHDRAWN, HOSTS | SYSTEM),
        (_S.ACCEPTED, _A.LEAVE): Step(_S.LEFT, _PERSON | HOSTS | SYSTEM),
    },
    {
        _S.IDLE: "未邀请",
        _S.INVITED: "等候回答",
        _S.ACCEPTED: "在里面",
        _S.DECLINED: "不愿单独谈话",
        _S.NO_ANSWER: "没有回答",
        _S.WITHDRAWN: "邀请已收回",
        _S.LEFT: "已回到大厅",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One seat and one private room. `stays`: seat ids of who stays in the vehicle; `cleared_by` vouched that the
    others left it. Both empty for a person with a line of his own."""

    id: str
    caucus_id: str
    seat_id: str
    state: InvitationState
    invited_at: datetime
    until: datetime
    stays: tuple[str, ...]
    cleared_by: str

    @property
    def state_name(self) -> str:
        return INVITATION.labels[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`to_at` None while the seat still stands there. `stays` as in the invitation."""

    seat_id: str
    from_at: datetime
    to_at: datetime | None
    stays: tuple[str, ...] = ()
    cleared_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the relay counted: packets inside, packets stopped at the wall, milliseconds recorded; None when no process
    is left that knows. `complete` False: a process that counted died on the way."""

    packets: int | None
    crossed: int | None
    recorded_ms: int | None
    complete: bool

    @property
    def alarming(self) -> bool:
        """Something was recorded, or came to the wall."""
        return bool(self.crossed) or bool(self.recorded_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caucus:
    """`number` counts the private rooms of a session from 1; `figures` None until they were read after the end."""

    id: str
    hearing_id: str
    number: int
    host_seat_id: str
    state: CaucusState
    opened_at: datetime
    closed_at: datetime | None
    figures: Figures | None
    invitations: tuple[Invitation, ...]
    visits: tuple[Visit, ...]

    @property
    def area(self) -> str:
        """Its name in the room of the media plane."""
        return area_name(self.id)

    @property
    def state_name(self) -> str:
        return CAUCUS.labels[self.state]

    def of(self, seat_id: str) -> Invitation | None:
        return next((one for one in self.invitations if one.seat_id == seat_id), None)

    def inside(self) -> frozenset[str]:
        """Seats that stand there now."""
        return frozenset(visit.seat_id for visit in self.visits if visit.to_at is None)


def area_name(caucus_id: str) -> str:
    """Of a private room, as the media plane knows it."""
    return f"caucus-{caucus_id}"


def may_host(actor: Actor, kind: HearingKind, stage: str) -> bool:
    """The mediator or judge of a mediation, and of the mediation stage of a trial."""
    mediates = kind is HearingKind.MEDIATION or (kind is HearingKind.TRIAL and stage == MEDIATION_STAGE)
    return mediates and actor.kind is ActorKind.STAFF and actor.role in HOSTS


def require_host(actor: Actor, hearing: Hearing, stage: str) -> None:
    """Refuses `caucus.not_mediator`, `caucus.not_mediation`, `hearing.wrong_state` (not in session)."""
    if actor.kind is not ActorKind.STAFF or actor.role not in HOSTS:
        raise CourtError("caucus.not_mediator", role=ROLE_NAMES[actor.role])
    if not may_host(actor, hearing.kind, stage):
        raise CourtError("caucus.not_mediation")
    if hearing.state is not HearingState.IN_SESSION:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="caucus")


def require_invitable(seat: Seat) -> None:
    """Refuses `caucus.not_invitable`, `caucus.not_inside` (before the door), `caucus.away` (not connected)."""
    if seat.role not in GUESTS or not has_own_line(seat):
        raise CourtError("caucus.not_invitable")
    if seat.admission is not Admission.ADMITTED:
        raise CourtError("caucus.not_inside")
    if seat.presence is not Presence.JOINED:
        raise CourtError("caucus.away", name=seat.caption)


def in_the_vehicle(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Who may stay before the vehicle's camera for a private talk."""
    able = {SeatRole.PARTY, SeatRole.AGENT}
    return tuple(seat for seat in seats if seat.place is Place.VEHICLE and seat.role in able)


def who_stays(seat: Seat, seats: Iterable[Seat], stays: tuple[str, ...], cleared: bool) -> tuple[str, ...]:
    """Several people sit before the vehicle's one camera: who stays must be said, and that the others have left must
    be vouched for. Refuses `caucus.who_stays`."""
    if seat.role is not SeatRole.VEHICLE:
        return ()
    known = [one.id for one in in_the_vehicle(seats)]
    if not cleared or not stays or not set(stays) <= set(known):
        raise CourtError("caucus.who_stays")
    return tuple(one for one in known if one in stays)
