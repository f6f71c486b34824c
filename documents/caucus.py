"""背对背调解情况说明: which private talks there were, who stood where from when to when, and what was counted. No words
of what was said. Text and blocks only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from documents import frame as frames
from documents import statement
from documents.archive import canonical
from documents.data import AuthorityPlace, RecordingFacts, Rendered, SignerSlot
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import Row
from documents.text import local, prose

TITLE = "背对背调解情况说明"
CONTENT_FILE = "caucus.json"
MOST_ROOMS, MOST_STAYS = 40, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One person, or the vehicle, in a private room. `vehicle`: who stayed before its camera; `cleared_by` vouched that
    the others had left it."""

    who: str
    from_at: datetime
    to_at: datetime
    vehicle: tuple[str, ...] = ()
    cleared_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRoom:
    """`recorded_ms` and `crossed` (packets to or from outside, stopped) are None where nobody is left who counted;
    `complete` False: who counted broke down on the way, so the figures are those of the rest."""

    number: int
    from_at: datetime
    to_at: datetime
    stays: tuple[Stay, ...]
    packets: int | None
    crossed: int | None
    recorded_ms: int | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaucusPaper:
    """`session` is 庭审 or 调解; `remark` is what the bench adds in its own words."""

    number: str
    cause: str
    body_name: str
    session: str
    place: str
    begins_at: datetime
    ends_at: datetime
    rooms: tuple[TalkRoom, ...]
    signers: tuple[SignerSlot, ...]
    recording: RecordingFacts
    remark: str = ""
    rehearsal: bool = False


def content(paper: CaucusPaper) -> bytes:
    """Machine-readable content as canonical JSON."""
    record = asdict(paper) | {"begins_at": _iso(paper.begins_at), "ends_at": _iso(paper.ends_at)}
    record["rooms"] = [
        asdict(room)
        | {
            "from_at": _iso(room.from_at),
            "to_at": _iso(room.to_at),
            "stays": [
                asdict(one) | {"from_at": _iso(one.from_at), "to_at": _iso(one.to_at)} for one in room.stays
            ],
        }
        for room in paper.rooms
    ]
    return canonical(record)


def render(
    paper: CaucusPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-3b, ready for the first signature. Raises GlyphMissing, PaperError `paper.incomplete`, `paper.too_many`."""
    if not paper.rooms or not paper.signers:
        raise PaperError("paper.incomplete", "本场没有背对背调解，或者没有签名人。")
    if len(paper.rooms) > MOST_ROOMS or sum(len(room.stays) for room in paper.rooms) > MOST_STAYS:
        raise PaperError("paper.too_many", "单独谈话的次数太多，不能放进一份说明。", limit=MOST_STAYS)
    fonts = FontSet.load(fonts_dir)
    return statement.render(
        paper,
        TITLE,
        content(paper),
        _body(paper, fonts),
        content_file=CONTENT_FILE,
        fonts=fonts,
        authority=authority,
        verify_url=verify_url,
        now=now,
    )


def _body(paper: CaucusPaper, fonts: FontSet) -> list[Row]:
    rooms = [
        {
            "number": room.number,
            "span": _span(room.from_at, room.to_at),
            "stays": [_stay(one) for one in room.stays],
            "figures": _figures(room),
        }
        for room in paper.rooms
    ]
    clean_all = all(room.complete and not room.crossed and not room.recorded_ms for room in paper.rooms)
    return frames.prose_rows(prose("caucus.txt.j2", p=paper, rooms=rooms, clean=clean_all), fonts)


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
    return f"{_moment(begins)}至{_moment(ends)}（{length}）"


def _moment(at: datetime) -> str:
    here = local(at)
    return f"{here.hour}时{here.minute:02}分{here.second:02}秒"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
