"""What the public before the vehicle's outside screen may be shown of a session, and names made unrecognisable there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from court.domain.hearing import Hearing, HearingKind, HearingState, Seat, SeatRole, SuspendReason

# The seat of the outside screen in a room; no seat of a hearing has this id.
SCREEN = "screen"
_MASKED = frozenset({SeatRole.PARTY, SeatRole.AGENT, SeatRole.WITNESS})
# Numbers of persons: identity cards, telephones, bank cards.
_NUMBERS = re.compile(r"(?<!\d)\d{7,19}[\dXx]?(?!\d)")


class Showing(StrEnum):
    """`live` alone has picture, sound and words; everything else is a page that stands still."""

    LIVE = "live"
    PRIVATE = "private"
    BEFORE = "before"
    PAUSED = "paused"
    APART = "apart"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placard:
    """What stands on the screen instead of the session."""

    title: str
    text: str


PLACARDS = {
    Showing.PRIVATE: Placard(title="本次活动依法不公开进行", text="需要法律帮助的，请向车上的工作人员咨询。"),
    Showing.BEFORE: Placard(title="还没有开始", text="请安静等候。旁听请遵守法庭纪律，不录音、不录像。"),
    Showing.PAUSED: Placard(title="休庭", text="稍后继续，请安静等候。"),
    Showing.APART: Placard(title="正在进行不公开的环节", text="结束后继续公开，请安静等候。"),
    Showing.ENDED: Placard(title="已经结束", text="谢谢旁听。需要法律帮助的，请向车上的工作人员咨询。"),
}


def by_default(kind: HearingKind) -> bool:
    """民事诉讼法 137: a trial is public; a mediation (调解规定 7) and a reception are not."""
    return kind is HearingKind.TRIAL


def showing(hearing: Hearing, *, apart: bool) -> Showing:
    """`apart`: somebody stands in a private room (背对背) now."""
    if not hearing.open_to_public:
        return Showing.PRIVATE
    match hearing.state:
        case HearingState.SCHEDULED | HearingState.ROLL_CALL:
            return Showing.BEFORE
        case HearingState.CLOSED | HearingState.CANCELLED:
            return Showing.ENDED
        case HearingState.SUSPENDED:
            rest = {SuspendReason.ADJOURNMENT, SuspendReason.LINK_LOST}
            return Showing.PAUSED if hearing.suspend_reason in rest else Showing.APART
    return Showing.APART if apart else Showing.LIVE


def mask_name(name: str) -> str:
    """王某某: the form in which a name is shown where the public may look."""
    return f"{name[:1]}某" + ("某" if len(name) > 2 else "")


def masked(text: str, seats: Iterable[Seat]) -> str:
    """Names of parties, agents and witnesses and long numbers made unrecognisable; bench and clerk keep theirs."""
    named = {seat.name for seat in seats if seat.role in _MASKED and seat.name}
    for name in sorted(named, key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return _NUMBERS.sub(lambda found: "*" * len(found.group()), text)


def alias(seat: Seat, seats: Iterable[Seat]) -> str:
    """The caption of a seat as an onlooker is told it."""
    return "车载法庭" if seat.role is SeatRole.VEHICLE else masked(seat.caption, seats)
