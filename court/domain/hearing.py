"""A booked session (庭审、调解、接访): roll call, opening, suspension, end; the live room is elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from court.domain.admission import Admission
from court.domain.lifecycle import BENCH, Lifecycle, Role, Step


class HearingKind(StrEnum):
    MEDIATION = "mediation"
    TRIAL = "trial"
    RECEPTION = "reception"


KIND_NAMES = {HearingKind.MEDIATION: "调解", HearingKind.TRIAL: "庭审", HearingKind.RECEPTION: "接访"}


class HearingState(StrEnum):
    SCHEDULED = "scheduled"
    ROLL_CALL = "roll_call"
    IN_SESSION = "in_session"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class HearingAction(StrEnum):
    CALL_ROLL = "call_roll"
    OPEN = "open"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"


class SuspendReason(StrEnum):
    """法释〔2017〕5号 3 names three; `link_lost` is the program's and never pauses the recording."""

    ADJOURNMENT = "adjournment"
    CLOSED_EVIDENCE = "closed_evidence"
    MEDIATION_UNSUITED = "mediation_unsuited"
    LINK_LOST = "link_lost"


REASON_NAMES = {
    SuspendReason.ADJOURNMENT: "休庭",
    SuspendReason.CLOSED_EVIDENCE: "不公开举证质证",
    SuspendReason.MEDIATION_UNSUITED: "不宜录制的调解",
    SuspendReason.LINK_LOST: "网络中断",
}
LAWFUL_REASONS = frozenset(SuspendReason) - {SuspendReason.LINK_LOST}

_S, _A = HearingState, HearingAction
_BOOKER = BENCH | {Role.CLERK}

HEARING: Lifecycle[HearingState, HearingAction] = Lifecycle(
    "hearing",
    _S.SCHEDULED,
    {
        (_S.SCHEDULED, _A.CALL_ROLL): Step(_S.ROLL_CALL, _BOOKER),
        # The president puts a hearing off where only he may (法释〔2019〕4号 6).
        (_S.SCHEDULED, _A.RESCHEDULE): Step(_S.SCHEDULED, _BOOKER | {Role.PRESIDENT}),
        (_S.SCHEDULED, _A.CANCEL): Step(_S.CANCELLED, _BOOKER),
        (_S.ROLL_CALL, _A.OPEN): Step(_S.IN_SESSION, BENCH),
        (_S.ROLL_CALL, _A.RESCHEDULE): Step(_S.SCHEDULED, _BOOKER | {Role.PRESIDENT}),
        (_S.ROLL_CALL, _A.CANCEL): Step(_S.CANCELLED, _BOOKER),
        (_S.IN_SESSION, _A.SUSPEND): Step(_S.SUSPENDED, BENCH | {Role.SYSTEM}),
        (_S.IN_SESSION, _A.CLOSE): Step(_S.CLOSED, BENCH),
        (_S.SUSPENDED, _A.RESUME): Step(_S.IN_SESSION, BENCH),
        (_S.SUSPENDED, _A.CLOSE): Step(_S.CLOSED, BENCH),
    },
    {
        _S.SCHEDULED: "已排期",
        _S.ROLL_CALL: "庭前核对",
        _S.IN_SESSION: "进行中",
        _S.SUSPENDED: "暂停中",
        _S.CLOSED: "已结束",
        _S.CANCELLED: "已取消",
    },
)


class SeatRole(StrEnum):
    JUDGE = "judge"
    MEDIATOR = "mediator"
    CLERK = "clerk"
    PETITION_OFFICIAL = "petition_official"
    PARTY = "party"
    AGENT = "agent"
    WITNESS = "witness"
    INTERPRETER = "interpreter"
    VEHICLE = "vehicle"


class Place(StrEnum):
    """Where the person sits: in the vehicle, in the court, elsewhere by a link."""

    VEHICLE = "vehicle"
    COURT = "court"
    REMOTE = "remote"


class Presence(StrEnum):
    """`lost` is a dropped link and keeps the seat; only a person can say somebody `left` (规则 25)."""

    AWAY = "away"
    JOINED = "joined"
    LOST = "lost"
    LEFT = "left"


class IdentityMethod(StrEnum):
    ID_CARD = "id_card"
    TEMPORARY = "temporary"
    KNOWN = "known"
    REMOTE_VIDEO = "remote_video"


METHOD_NAMES = {
    IdentityMethod.ID_CARD: "核验身份证",
    IdentityMethod.TEMPORARY: "村（居）委会证明或随车人员证明",
    IdentityMethod.KNOWN: "工作人员当面辨认",
    IdentityMethod.REMOTE_VIDEO: "视频比对证件",
}
# An identity check made for a hearing holds for one working session of the vehicle, not for another day.
IDENTITY_VALID = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCheck:
    """规则 7: made again for every session. `hearing_id` None is the check at intake, which opens nothing."""

    id: str
    hearing_id: str | None
    party_id: str
    method: IdentityMethod
    at: datetime
    expires_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestCheck:
    """规则 7 for who is no party (agent, witness, interpreter): checked at the seat of one session. No number is kept but
    `masked_number`, empty where no card was read."""

    id: str
    hearing_id: str
    seat_id: str
    method: IdentityMethod
    masked_number: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatInput:
    """A seat to book. `account_id` for staff, `party_id` for a party; the vehicle terminal has neither.

    An empty caption is filled from the role and name (席位牌 "申请人 王某").
    """

    role: SeatRole
    name: str
    place: Place
    caption: str = ""
    party_id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`present` is the roll call (a person says so); `presence` is the link (the relay says so); `admission`,
    `floor` (until `floor_until`), `muted` and `locked` are orders of the bench."""

    id: str
    hearing_id: str
    position: int
    role: SeatRole
    name: str
    caption: str
    place: Place
    party_id: str | None
    account_id: str | None
    present: bool
    presence: Presence
    presence_at: datetime | None
    admission: Admission
    floor: bool
    floor_until: datetime | None
    muted: bool
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """One interruption; `to_at` None while it lasts. `by` is a name or 系统."""

    id: str
    hearing_id: str
    reason: SuspendReason
    note: str
    from_at: datetime
    to_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """`subject_kind` is matter or petition. Times are aware UTC; `minutes` is the planned length."""

    id: str
    kind: HearingKind
    subject_kind: str
    subject_id: str
    state: HearingState
    title: str
    starts_at: datetime
    minutes: int
    place: str
    open_to_public: bool
    rev: int
    opened_at: datetime | None
    closed_at: datetime | None
    suspend_reason: SuspendReason | None

    @property
    def state_name(self) -> str:
        return HEARING.labels[self.state]

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.kind]
