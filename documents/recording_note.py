"""Papers about a recording: 中断情况说明, and 完整性校验值确认书 where it replaces the transcript. Text and blocks only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from documents import frame as frames
from documents import statement
from documents.archive import canonical
from documents.data import AuthorityPlace, RecordingFacts, Rendered, SignerSlot
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import Row
from documents.text import local, prose

CONTENT_FILE = "recording-paper.json"
MOST_GAPS = 200
_GROUP, _GROUPS = 8, 3


class RecordPaperKind(StrEnum):
    NOTE = "note"
    CHECKSUM = "checksum"


_TITLES = {
    RecordPaperKind.NOTE: "录音录像中断情况说明",
    RecordPaperKind.CHECKSUM: "录音录像完整性校验值确认书",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedGap:
    """What is missing: whose sound or picture, from when to when by the clock of the court, and why."""

    who: str
    what: str  # "声音", "画面", "声音和画面"
    begins_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPaper:
    """`session` is 庭审, 调解 or 接访. `remark` is what the bench adds in its own words; `basis` (checksum only) says
    how the parties agreed that the recording replaces the transcript."""

    kind: RecordPaperKind
    number: str
    cause: str
    body_name: str
    session: str
    place: str
    begins_at: datetime
    ends_at: datetime
    signers: tuple[SignerSlot, ...]
    recording: RecordingFacts
    gaps: tuple[NotedGap, ...] = ()
    more_gaps: int = 0  # shorter ones that are not listed
    remark: str = ""
    basis: str = ""
    persons: tuple[str, ...] = ()
    rehearsal: bool = False


def content(paper: RecordPaper) -> bytes:
    """Machine-readable content as canonical JSON."""
    record = asdict(paper) | {"kind": str(paper.kind)}
    record |= {"begins_at": _iso(paper.begins_at), "ends_at": _iso(paper.ends_at)}
    record["gaps"] = [
        asdict(gap) | {"begins_at": _iso(gap.begins_at), "ends_at": _iso(gap.ends_at)} for gap in paper.gaps
    ]
    return canonical(record)


def render(
    paper: RecordPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """PDF/A-3b, ready for the first signature. Raises GlyphMissing, PaperError `paper.incomplete`, `paper.too_many`."""
    if len(paper.gaps) > MOST_GAPS:
        raise PaperError("paper.too_many", f"一份说明最多列{MOST_GAPS}处中断。", limit=MOST_GAPS)
    if not paper.signers:
        raise PaperError("paper.incomplete", "这份文书没有签名人。")
    fonts = FontSet.load(fonts_dir)
    return statement.render(
        paper,
        _TITLES[paper.kind],
        content(paper),
        _body(paper, fonts),
        content_file=CONTENT_FILE,
        fonts=fonts,
        authority=authority,
        verify_url=verify_url,
        now=now,
    )


def _body(paper: RecordPaper, fonts: FontSet) -> list[Row]:
    template = f"recording_{paper.kind}.txt.j2"
    values = {"p": paper, "gaps": [_told(gap) for gap in paper.gaps], "rows": rows_of(paper.recording.root)}
    return frames.prose_rows(prose(template, **values), fonts)


def _told(gap: NotedGap) -> str:
    """10时32分05秒至10时32分41秒（36秒），被申请人张德贵的声音和画面：断线。"""
    seconds = (gap.ends_at - gap.begins_at).total_seconds()
    length = f"{seconds:.1f}秒" if seconds < 10 else _length(round(seconds))
    return (
        f"{_moment(gap.begins_at)}至{_moment(gap.ends_at)}（{length}），{gap.who}的{gap.what}：{gap.reason}"
    )


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


def _moment(at: datetime) -> str:
    here = local(at)
    return f"{here.hour}时{here.minute:02}分{here.second:02}秒"


def rows_of(root: str) -> tuple[str, ...]:
    """The value in rows of three groups, for reading aloud and comparing by eye."""
    groups = [root[at : at + _GROUP] for at in range(0, len(root), _GROUP)]
    return tuple(" ".join(groups[at : at + _GROUPS]) for at in range(0, len(groups), _GROUPS))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def with_words(paper: RecordPaper, *, remark: str, basis: str) -> RecordPaper:
    """The same paper with what the bench wrote."""
    return replace(paper, remark=remark, basis=basis)
