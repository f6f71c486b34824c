"""背对背调解情况说明: which private talks there were, who stood where from when to when, and what was counted. No words
of what was said. Text and blocks only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Moment
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern
from documents.text import moment

MOST_ROOMS, MOST_STAYS = 40, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One person, or the vehicle, in a private room. `vehicle`: who stayed before its camera; `cleared_by` vouched that
    the others had left it."""

    who: Line
    from_at: Moment
    to_at: Moment
    vehicle: tuple[Line, ...] = ()
    cleared_by: MaybeLine = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRoom:
    """`recorded_ms` and `crossed` (packets to or from outside, stopped) are None where nobody is left who counted;
    `complete` False: who counted broke down on the way, so the figures are those of the rest."""

    number: int
    from_at: Moment
    to_at: Moment
    stays: Annotated[tuple[Stay, ...], Meta(max_length=MOST_STAYS)]
    packets: int | None
    crossed: int | None
    recorded_ms: int | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaucusPaper(Facts):
    """`session` is 庭审 or 调解; `remark` is what the bench adds in its own words."""

    cause: Line
    session: Line
    place: Line
    begins_at: Moment
    ends_at: Moment
    rooms: Annotated[tuple[TalkRoom, ...], Meta(min_length=1, max_length=MOST_ROOMS)]
    remark: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="caucus", title="背对背调解情况说明", family=Family.MEDIATION, by=By.BODY
    )

    def check(self) -> None:
        """Somebody signs; not too many stays in all."""
        if not self.signers:
            raise PaperError("paper.incomplete", "这份说明没有签名人。")
        if sum(len(room.stays) for room in self.rooms) > MOST_STAYS:
            raise PaperError("paper.too_many", "单独谈话的次数太多，不能放进一份说明。", limit=MOST_STAYS)

    def values(self) -> dict[str, object]:
        """Each room in words."""
        rooms = [
            {
                "number": room.number,
                "span": _span(room.from_at, room.to_at),
                "stays": [_stay(one) for one in room.stays],
                "figures": _figures(room),
            }
            for room in self.rooms
        ]
        clean = all(room.complete and not room.crossed and not room.recorded_ms for room in self.rooms)
        return {"rooms": rooms, "clean": clean}


PAPERS = (CaucusPaper,)


def _stay(one: Stay) -> str:
    """被申请人 张德贵，10时32分05秒至10时41分30秒（9分25秒）。"""
    inside = ""
    if one.vehicle:
        inside = f"（留在车上的是{'、'.join(one.vehicle)}，{one.cleared_by}确认车上其他人已离开）"
    return f"{one.who}{inside}，{_span(one.from_at, one.to_at)}"


def _figures(room: TalkRoom) -> str:
    if room.recorded_ms is None or room.crossed is None:
        return "录音录像、串音数据包：计数的程序在谈话期间中断，没有完整数据，见下文说明"
    seconds = f"{room.recorded_ms / 1000:g}"
    passed = f"（房间内共传送{room.packets}个）" if room.packets is not None else ""
    whole = "" if room.complete else "（计数的程序在谈话期间中断过，以上只是其余时间的数据，不完整）"
    stopped = "（均已拦截）" if room.crossed else ""
    return f"录音录像{seconds}秒，串音数据包{room.crossed}个{stopped}{passed}{whole}"


def _span(begins: datetime, ends: datetime) -> str:
    seconds = max(0, round((ends - begins).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    length = f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"
    return f"{moment(begins)}至{moment(ends)}（{length}）"
