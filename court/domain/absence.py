"""拒不到庭 and 中途退庭: when the law lets the bench draw consequences, and which. Offered, never drawn by itself.

在线诉讼规则 25; 民事诉讼法 146, 147; 民事诉讼法解释 261.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.admission import Admission
from court.domain.hearing import Hearing, HearingKind, HearingState, Presence, Seat, SeatRole
from court.domain.matter import Side
from court.domain.order import Admonition, AdmonitionCause, AdmonitionKind


class AbsenceGround(StrEnum):
    NEVER_CAME = "never_came"
    WALKED_OUT = "walked_out"


class Consequence(StrEnum):
    WITHDRAWN = "withdrawn"
    IN_ABSENCE = "in_absence"


class Missing(StrEnum):
    """What keeps the bench from drawing a consequence."""

    NOT_A_TRIAL = "not_a_trial"
    NOT_LIVE = "not_live"
    NOT_A_PARTY = "not_a_party"
    HERE = "here"
    LINK_LOST = "link_lost"
    WITH_LEAVE = "with_leave"
    NO_NOTICE = "no_notice"
    NOT_REMINDED = "not_reminded"
    NOT_WARNED = "not_warned"


GROUND_NAMES = {AbsenceGround.NEVER_CAME: "拒不到庭", AbsenceGround.WALKED_OUT: "中途退庭"}
CONSEQUENCE_NAMES = {Consequence.WITHDRAWN: "按撤诉处理", Consequence.IN_ABSENCE: "缺席审理"}
MISSING_WORDS = {
    Missing.NOT_A_TRIAL: "调解、接访没有缺席后果，可以另行安排或者终止。",
    Missing.NOT_LIVE: "开庭以后才能决定。",
    Missing.NOT_A_PARTY: "只对当事人适用。",
    Missing.HERE: "这位现在在庭。",
    Missing.LINK_LOST: "网络、设备或者电力故障造成的断线不算缺席，也不算退庭。",
    Missing.WITH_LEAVE: "这位是经准许离席或者在候庭，不算退庭。",
    Missing.NO_NOTICE: "没有传票依法送达的记录（短信、电话未经本人确认的不算），不能按缺席处理。",
    Missing.NOT_REMINDED: "退出以后还没有提示，请先提示。",
    Missing.NOT_WARNED: "提示以后还没有警告，请先警告。",
}
# 民诉法 146: the one who claims; 147: the one who is claimed against. A third party gives no ground here.
_CONSEQUENCE = {Side.APPLICANT: Consequence.WITHDRAWN, Side.RESPONDENT: Consequence.IN_ABSENCE}
# The citation of each consequence, by its key in the table of citations.
CITATION = {Consequence.WITHDRAWN: "absence_claimant", Consequence.IN_ABSENCE: "absence_respondent"}


class NoticeManner(StrEnum):
    """How it is proven that the summons reached the party; an unconfirmed message is none (解释 261)."""

    SIGNED = "signed"
    LEFT = "left"
    ELECTRONIC = "electronic"
    CONFIRMED = "confirmed"
    IN_COURT = "in_court"


MANNER_NAMES = {
    NoticeManner.SIGNED: "本人（或者依法代收人）签收传票",
    NoticeManner.LEFT: "依法留置送达",
    NoticeManner.ELECTRONIC: "经同意的电子送达，已到达",
    NoticeManner.CONFIRMED: "电话、短信通知，本人已确认收到",
    NoticeManner.IN_COURT: "上次当庭告知，已记入笔录",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvent:
    """What the relay said of a seat's link: joined, lost, back, left."""

    event: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """The bench decided on a consequence; kept, and carried out by nobody but the bench."""

    id: str
    hearing_id: str
    seat_id: str
    ground: AbsenceGround
    consequence: Consequence
    note: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Either `ground` and `consequence` (the bench may decide) or what is `missing`."""

    ground: AbsenceGround | None = None
    consequence: Consequence | None = None
    missing: Missing | None = None

    @property
    def offered(self) -> bool:
        return self.consequence is not None


def finding(
    hearing: Hearing,
    seat: Seat,
    side: Side | None,
    events: Iterable[LinkEvent],
    admonitions: Iterable[Admonition],
    *,
    notified: bool,
) -> Finding:
    """`notified`: a summons for this session was provably served on the party. `admonitions` of this seat."""
    consequence = _CONSEQUENCE.get(side) if side is not None and seat.role is SeatRole.PARTY else None
    missing = _excluded(hearing, seat, consequence)
    if missing is not None:
        return Finding(missing=missing)
    seen = sorted(events, key=lambda one: one.at)
    if seat.present or seen:
        ground, missing = AbsenceGround.WALKED_OUT, _walked_out(seen, admonitions)
    else:
        ground, missing = AbsenceGround.NEVER_CAME, None
    if missing is None and not notified:
        missing = Missing.NO_NOTICE
    return Finding(missing=missing) if missing else Finding(ground=ground, consequence=consequence)


def _excluded(hearing: Hearing, seat: Seat, consequence: Consequence | None) -> Missing | None:
    if hearing.kind is not HearingKind.TRIAL:
        return Missing.NOT_A_TRIAL
    if hearing.state is not HearingState.IN_SESSION:
        return Missing.NOT_LIVE
    if consequence is None:
        return Missing.NOT_A_PARTY
    if seat.presence is Presence.LOST:
        return Missing.LINK_LOST
    if seat.presence is Presence.JOINED:
        return Missing.HERE
    if seat.admission in {Admission.EXCUSED, Admission.REMOVED}:
        return Missing.WITH_LEAVE
    return None


def _walked_out(seen: list[LinkEvent], admonitions: Iterable[Admonition]) -> Missing | None:
    """The last word of the link must be a farewell, then 提示, then 警告, both for leaving."""
    if not seen:
        return Missing.HERE  # sits in the vehicle: only the bench sees that chair
    if seen[-1].event != "left":
        return Missing.LINK_LOST
    told = sorted((a for a in admonitions if a.cause is AdmonitionCause.LEFT), key=lambda a: a.at)
    reminded = [a.at for a in told if a.kind is AdmonitionKind.REMIND and a.at > seen[-1].at]
    if not reminded:
        return Missing.NOT_REMINDED
    if not any(a.kind is AdmonitionKind.WARN and a.at > reminded[0] for a in told):
        return Missing.NOT_WARNED
    return None
