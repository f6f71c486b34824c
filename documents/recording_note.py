"""Papers about a recording: 中断情况说明, and 完整性校验值确认书 where it replaces the transcript. Text and blocks only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Moment, Sha256
from documents.data import Officials, RecordingFacts
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern
from documents.text import moment

MOST_GAPS = 200
_GROUP, _GROUPS = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedGap:
    """What is missing: whose sound or picture, from when to when by the clock of the court, and why."""

    who: Line
    what: Line  # "声音", "画面", "声音和画面"
    begins_at: Moment
    ends_at: Moment
    reason: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts(Facts):
    """`session` is 庭审, 调解 or 接访. `remark` is what the bench adds in its own words."""

    cause: Line
    session: Line
    place: Line
    begins_at: Moment
    ends_at: Moment
    remark: MaybeWords = ""

    def check(self) -> None:
        """Somebody signs, and there is a recording to speak of."""
        if not self.signers:
            raise PaperError("paper.incomplete", "这份文书没有签名人。")
        if self.recording is None:
            raise PaperError("paper.incomplete", "这份文书没有写明录音录像的校验值。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNote(RecordFacts):
    """录音录像中断情况说明."""

    gaps: Annotated[tuple[NotedGap, ...], Meta(max_length=MOST_GAPS)] = ()
    more_gaps: int = 0  # shorter ones that are not listed

    pattern: ClassVar[Pattern] = Pattern(
        kind="recording_note", title="录音录像中断情况说明", family=Family.SESSION, by=By.BODY
    )

    def values(self) -> dict[str, object]:
        """Each gap in words."""
        return {"gaps": [_told(gap) for gap in self.gaps]}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChecksum(RecordFacts):
    """录音录像完整性校验值确认书; `basis` says how the parties agreed that the recording replaces the transcript."""

    basis: MaybeLine = ""
    persons: tuple[Line, ...] = ()

    pattern: ClassVar[Pattern] = Pattern(
        kind="recording_checksum", title="录音录像完整性校验值确认书", family=Family.SESSION
    )

    def values(self) -> dict[str, object]:
        """The value in groups."""
        assert self.recording is not None
        return {"rows": rows_of(self.recording.root)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """One file of a recording: `name` as in its folder, `length` in its own words (01:02:03)."""

    name: Line
    length: Line
    size: Annotated[int, Meta(ge=0)]  # bytes
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityTable(Facts):
    """录音录像完整性校验表: every file with its hash, and the value over all of them."""

    cause: Line
    session: Line
    place: Line
    begins_at: Moment
    ends_at: Moment
    recording: RecordingFacts
    files: Annotated[tuple[CheckedFile, ...], Meta(min_length=1, max_length=2000)]
    checked_by: Officials

    pattern: ClassVar[Pattern] = Pattern(
        kind="integrity_table",
        title="录音录像完整性校验表",
        family=Family.SESSION,
        by=By.BODY,
        signs=("checked_by",),
        table_size=10.5,
    )

    def values(self) -> dict[str, object]:
        """The value in groups."""
        return {"rows": rows_of(self.recording.root)}


PAPERS = (RecordNote, RecordChecksum, IntegrityTable)


def _told(gap: NotedGap) -> str:
    """10时32分05秒至10时32分41秒（36秒），被申请人张德贵的声音和画面：断线。"""
    seconds = (gap.ends_at - gap.begins_at).total_seconds()
    length = f"{seconds:.1f}秒" if seconds < 10 else _length(round(seconds))
    return f"{moment(gap.begins_at)}至{moment(gap.ends_at)}（{length}），{gap.who}的{gap.what}：{gap.reason}"


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


def rows_of(root: str) -> tuple[str, ...]:
    """The value in rows of three groups, for reading aloud and comparing by eye."""
    groups = [root[at : at + _GROUP] for at in range(0, len(root), _GROUP)]
    return tuple(" ".join(groups[at : at + _GROUPS]) for at in range(0, len(groups), _GROUPS))
