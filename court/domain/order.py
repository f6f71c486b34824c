"""Order in the courtroom: which order fits which seat in which state of the session, and its bounds. No media."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from court.domain.admission import ADMISSION, Admission, AdmissionAction
from court.domain.errors import CourtError
from court.domain.hearing import HearingState, Place, Seat, SeatRole
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Role

PERSONS = frozenset({SeatRole.PARTY, SeatRole.AGENT, SeatRole.WITNESS, SeatRole.INTERPRETER})
LIVE = frozenset({HearingState.IN_SESSION, HearingState.SUSPENDED})
ENDED = frozenset({HearingState.CLOSED, HearingState.CANCELLED})
FLOOR_SECONDS = range(15, 3601)
COUNTDOWN_SECONDS = range(5, 601)
NOTE_MOST = 400


class Layout(StrEnum):
    """How every page arranges the pictures; `auto` leaves it to the page."""

    AUTO = "auto"
    GRID = "grid"
    SPEAKER = "speaker"
    EVIDENCE = "evidence"


LAYOUT_NAMES = {
    Layout.AUTO: "自动",
    Layout.GRID: "平均分格",
    Layout.SPEAKER: "突出发言人",
    Layout.EVIDENCE: "突出证据",
}


class AdmonitionKind(StrEnum):
    REMIND = "remind"
    WARN = "warn"


ADMONITION_NAMES = {AdmonitionKind.REMIND: "提示", AdmonitionKind.WARN: "警告"}


class AdmonitionCause(StrEnum):
    """What the person did; `left` is the one that 在线诉讼规则 25 speaks of."""

    LEFT = "left"
    SPEECH = "speech"
    RECORDING = "recording"
    PLACE = "place"
    OTHER = "other"


CAUSE_NAMES = {
    AdmonitionCause.LEFT: "擅自离开",
    AdmonitionCause.SPEECH: "未经许可发言、打断他人",
    AdmonitionCause.RECORDING: "自行录音录像或者传播",
    AdmonitionCause.PLACE: "环境不合要求（不安静、旁人在场、不露脸）",
    AdmonitionCause.OTHER: "其他违反法庭纪律的行为",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admonition:
    """提示 or 警告 to one person (规则 25). `offset_ms` is the place in the recording, None when not recording."""

    id: str
    hearing_id: str
    seat_id: str
    kind: AdmonitionKind
    cause: AdmonitionCause
    note: str
    at: datetime
    offset_ms: int | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What the bench ordered for the whole room. `spotlight` is (seat id, source); `opens_at` the countdown's end."""

    hearing_id: str
    stage: str
    layout: Layout
    spotlight: tuple[str, str] | None
    opens_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One person spoke from `from_at` to `to_at`: the skeleton of the transcript."""

    id: str
    hearing_id: str
    seat_id: str
    from_at: datetime
    to_at: datetime
    offset_ms: int | None


def first_admission(role: SeatRole, place: Place) -> Admission:
    """规则 26: a witness waits wherever he sits; parties and agents wait when they come by a link."""
    outside = role is SeatRole.WITNESS or (role in PERSONS and place is Place.REMOTE)
    return Admission.WAITING if outside else Admission.ADMITTED


def has_own_line(seat: Seat) -> bool:
    """Several people sit before the vehicle's one camera; a line of one's own can be let in, sent out, muted."""
    return seat.role not in PERSONS or seat.place is not Place.VEHICLE


def moved(seat: Seat, action: AdmissionAction, state: HearingState, role: Role) -> Admission:
    """Where the order leads. Refuses `order.not_a_person`, `order.in_vehicle`, `order.witness_too_early`,
    `admission.wrong_state`, `admission.not_allowed`, `hearing.wrong_state` (after the end)."""
    if state in ENDED:
        raise CourtError("hearing.wrong_state", state=_ended(state), action=action.value)
    if seat.role not in PERSONS:
        raise CourtError("order.not_a_person")
    if seat.role is SeatRole.WITNESS:
        if action is AdmissionAction.ADMIT and state not in LIVE:
            raise CourtError("order.witness_too_early")
        if action is AdmissionAction.ADMIT and role not in BENCH:
            raise CourtError("admission.not_allowed", role=ROLE_NAMES[role], action=action.value)
    elif not has_own_line(seat):
        raise CourtError("order.in_vehicle")
    return ADMISSION.after(seat.admission, action, role)


def possible(seat: Seat, state: HearingState, role: Role) -> tuple[AdmissionAction, ...]:
    """What this role may order for this seat now (buttons of a page)."""
    found = []
    for action in AdmissionAction:
        try:
            moved(seat, action, state, role)
        except CourtError:
            continue
        found.append(action)
    return tuple(found)


def require_bench(actor: Actor, action: str) -> None:
    """Refuses `hearing.not_allowed`."""
    if actor.kind is not ActorKind.STAFF or actor.role not in BENCH:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action=action)


def ends_at(now: datetime, seconds: int, allowed: range) -> datetime:
    """A moment ahead. Refuses `order.seconds`."""
    if seconds not in allowed:
        raise CourtError("order.seconds", least=allowed.start, most=allowed.stop - 1)
    return now + timedelta(seconds=seconds)


def mutable(seat: Seat) -> bool:
    """Whom the bench may mute: persons and the vehicle, never the bench itself or the clerk."""
    return seat.role is SeatRole.VEHICLE or (seat.role in PERSONS and has_own_line(seat))


def told_to_all(seat: Seat) -> bool:
    """Whom an order to all microphones means: who interprets goes on for the person who needs it."""
    return mutable(seat) and seat.role is not SeatRole.INTERPRETER


def _ended(state: HearingState) -> str:
    return "已结束" if state is HearingState.CLOSED else "已取消"
