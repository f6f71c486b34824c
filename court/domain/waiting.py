"""What somebody before the courtroom's door is told: where things stand and what to do. Words only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from court.domain.admission import Admission
from court.domain.hearing import Hearing, HearingState, Seat, SeatRole, SuspendReason

SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`code` is stable, for pages; `title` says where things stand, `todo` what the person does now."""

    code: str
    title: str
    todo: str


_STAY = "请留在这个页面，不要关闭，也不要切换到别的程序。"
_WITNESS = "轮到您作证时，法庭会传您进去，页面会自动打开。在此之前，按规定您看不到、也听不到里面的情况。"

_WORDS = {
    "excused": ("您已经离席", "法庭已准许您离席，现在可以关闭页面。需要您再回来时，法庭会联系您。"),
    "not_yet": ("还没有到时间", f"还没有开始。您已经签到，可以先休息，开始前回到这里。{_STAY}"),
    "soon": ("马上开始", f"法庭正在准备，请坐好、保持安静，把手机静音。{_STAY}"),
    "late": ("稍有推迟", f"已经到了时间，法庭还在准备，请再等一等，不用打电话。{_STAY}"),
    "adjourned": ("现在休庭", f"现在是休息时间，继续时会自动通知您。{_STAY}"),
    "interrupted": (
        "技术中断",
        "法庭的设备或者网络出了问题，所有人都受影响，正在处理。您不用打电话，请在这里等。",
    ),
    "admission": ("等候准许进入", f"法庭已经知道您到了，准许后自动进入。{_STAY}"),
    "witness": ("证人候传", f"{_WITNESS}{_STAY}"),
    "ended": ("已经结束", "这次活动已经结束，可以关闭页面。"),
    "cancelled": ("已经取消", "这次活动已经取消。如有疑问，请联系法庭。"),
}


def words(seat: Seat, hearing: Hearing, now: datetime) -> Waiting:
    """For one seat now."""
    code = _code(seat, hearing, now)
    title, todo = _WORDS[code]
    if seat.role is SeatRole.WITNESS and code in {"not_yet", "soon", "late"}:
        todo = f"{todo}{_WITNESS}"
    return Waiting(code=code, title=title, todo=todo)


def _code(seat: Seat, hearing: Hearing, now: datetime) -> str:
    match hearing.state:
        case HearingState.CLOSED:
            return "ended"
        case HearingState.CANCELLED:
            return "cancelled"
        case _ if seat.admission is Admission.EXCUSED:
            return "excused"
        case HearingState.SCHEDULED | HearingState.ROLL_CALL:
            return _before(hearing, now)
        case HearingState.SUSPENDED:
            lost = hearing.suspend_reason is SuspendReason.LINK_LOST
            return "interrupted" if lost else "adjourned"
        case _:
            return "witness" if seat.role is SeatRole.WITNESS else "admission"


def _before(hearing: Hearing, now: datetime) -> str:
    if now > hearing.starts_at:
        return "late"
    return "soon" if hearing.starts_at - now <= SOON else "not_yet"
